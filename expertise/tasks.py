"""Celery's way in; the work itself is in the modules named for it."""

from celery import shared_task
from django.utils import timezone

from origin.services.impact import MEASURE_IMPACT

from . import documenting, impact
from .own_catalogue import remembering
from .own_catalogue.remembering import REMEMBER
from .services import lapsing, second_opinions
from .services.second_opinions import CONSIDER
from .services.signing import MAKE_DOCUMENT


@shared_task(name=MAKE_DOCUMENT)
def make_act_document(act_id: str) -> None:
    documenting.make_act_document(act_id)


@shared_task(name=MEASURE_IMPACT)
def measure_impact(run_id: str) -> None:
    impact.measure_impact(run_id)


@shared_task(name=CONSIDER)
def consider_second_opinion(request_id: str) -> None:
    second_opinions.consider(request_id)


@shared_task(name="expertise.settle_second_opinions")
def settle_second_opinions() -> None:
    second_opinions.settle_all()


@shared_task(name="expertise.keep_terms")
def keep_terms() -> None:
    """Soon after midnight in Kazakhstan, whose day decides."""
    lapsing.keep_terms(on=timezone.localdate())


@shared_task(name=REMEMBER)
def remember_request(request_id: str) -> None:
    remembering.remember_request(request_id)
