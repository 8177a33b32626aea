"""Which requests lie in whose basket: one condition for each tab, no request in two."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import Membership, Role
from accounts.permissions import has_permission
from auditors.baskets import Call
from workflow.figures import WeekFigures, week_figures

from .models import ExpertiseRequest, GoodsLine, RequestQuerySet, RequestQuestion, SecondOpinion

OPEN = ("submitted", "accepted", "in_expertise", "awaiting_applicant")
CLOSED = ("rejected", "withdrawn")


def calls_for(actor: Membership) -> Iterator[Call]:
    """Second expertises whose auditors differ, or who ask what only the Committee may answer."""
    if not has_permission(actor, "expertise.view_second_opinions", None):
        return
    asks = Q(status="under_way", second__status="awaiting_applicant")
    count = SecondOpinion.objects.filter(Q(status="differs") | asks).count()
    if count:
        text = ngettext(
            "%(count)s second expertise waits for the Committee",
            "%(count)s second expertises wait for the Committee",
            count,
        )
        yield Call(text % {"count": count}, reverse("expertise:second-opinion-list"), count)


def request_tabs(actor: Membership, *, on: date) -> dict[str, Q]:
    """The conditions by the key of the tab, for the actor's role."""
    unsent_act = Q(
        status="concluded",
        act__is_positive=True,
        act__status="signed",
        act__valid_until__gte=on,
    )
    match actor.role:
        case Role.APPLICANT:
            return {
                "waiting": Q(status__in=("draft", "awaiting_applicant")) | unsent_act,
                "moving": Q(status__in=("submitted", "accepted", "in_expertise")),
                "done": Q(status__in=CLOSED) | (Q(status="concluded") & ~unsent_act),
            }
        case Role.EXPERT_HEAD:
            return {
                "to_accept": Q(status="submitted"),
                "to_assign": Q(status="accepted"),
                "under_expertise": Q(status__in=("in_expertise", "awaiting_applicant")),
                "done": Q(status__in=("concluded", *CLOSED)),
            }
        case Role.AUDITOR:
            return {
                "mine": Q(status="in_expertise"),
                "paused": Q(status="awaiting_applicant"),
                "done": Q(status__in=("concluded", *CLOSED)),
            }
        case Role.INSPECTOR | Role.COMMITTEE_HEAD:
            return {"moving": Q(status__in=OPEN) | unsent_act}
    return {}


def listed_requests(requests: RequestQuerySet) -> QuerySet[ExpertiseRequest]:
    """With everything that a row of a basket shows, in one query."""
    lines = GoodsLine.objects.filter(request=OuterRef("pk")).order_by("number")
    counted = lines.order_by().values("request").annotate(count=Count("pk"))
    answers = RequestQuestion.objects.filter(
        request=OuterRef("pk"), answered_at__isnull=False
    ).order_by("-answered_at")
    return requests.select_related(
        "applicant", "expert_organisation", "chamber", "auditor", "act"
    ).annotate(
        goods_name=Subquery(lines.values("name")[:1]),
        goods_hs_code=Subquery(lines.values("hs_code")[:1]),
        goods_count=Subquery(counted.values("count")[:1]),
        replied_at=Subquery(answers.values("answered_at")[:1]),
    )


def request_figures(requests: QuerySet[Any]) -> WeekFigures:
    return week_figures(
        requests,
        ended_at="status_since",
        done=Q(status="concluded"),
        refused=Q(status="rejected"),
    )
