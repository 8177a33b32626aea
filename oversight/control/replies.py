"""What the addressed organisation does with a recommendation: reads it, objects, reports."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.models import StoredFile
from oversight.models import Recommendation
from workflow.moving import advance, guard, locked

from .recommendations import LONGEST_TEXT, mark_delivered


@transaction.atomic
def note_opening(*, recommendation: Recommendation, actor: Membership) -> Recommendation:
    """The first opening by somebody of the addressee is the delivery; the terms run from then."""
    authorize(actor, "oversight.answer_recommendation", recommendation)
    if recommendation.delivered_on is not None or recommendation.status != "sent":
        return recommendation
    recommendation = locked(recommendation)
    mark_delivered(recommendation, actor, opened=True)
    return recommendation


@transaction.atomic
def object_to_recommendation(
    *,
    recommendation: Recommendation,
    actor: Membership,
    text: str,
    file: StoredFile | None = None,
    seen_version: int | None = None,
) -> Recommendation:
    """Within the term and once; the clock of the execution stands until it is decided."""
    recommendation = locked(recommendation)
    guard(recommendation, "object", actor, seen_version=seen_version)
    mark_delivered(recommendation, actor, opened=True)
    today = timezone.localdate()
    if recommendation.objected_at is not None:
        raise DomainError("objected_before", _("An objection was decided already."))
    if recommendation.object_by is not None and recommendation.object_by < today:
        raise DomainError(
            "too_late",
            _("The term for an objection ended on %(day)s.")
            % {"day": recommendation.object_by.strftime("%d.%m.%Y")},
        )
    _check_text(text, _("Say what you object to and why."))
    recommendation.objection = text.strip()
    recommendation.objection_file = file
    recommendation.objected_by = actor.user
    recommendation.objected_at = timezone.now()
    recommendation.pause_clock(on=today)
    advance(recommendation, "object", actor, files=int(file is not None))
    return recommendation


@transaction.atomic
def report_execution(
    *,
    recommendation: Recommendation,
    actor: Membership,
    text: str,
    file: StoredFile | None = None,
    seen_version: int | None = None,
) -> Recommendation:
    """What was done; the clock stands while the Committee looks at it."""
    recommendation = locked(recommendation)
    guard(recommendation, "report", actor, seen_version=seen_version)
    mark_delivered(recommendation, actor, opened=True)
    _check_text(text, _("Say what was done."))
    recommendation.execution = text.strip()
    recommendation.execution_file = file
    recommendation.reported_by = actor.user
    recommendation.reported_at = timezone.now()
    recommendation.pause_clock(on=timezone.localdate())
    advance(recommendation, "report", actor, files=int(file is not None))
    return recommendation


def _check_text(text: str, missing: object) -> None:
    if not text.strip():
        raise DomainError("no_text", str(missing), field="text")
    if len(text) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="text")
