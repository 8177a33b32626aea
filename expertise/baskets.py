"""Which requests lie in whose basket: one condition for each tab, no request in two."""

from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership, Role
from workflow.figures import WeekFigures, week_figures

from .models import ExpertiseRequest, GoodsLine, RequestQuerySet, RequestQuestion

OPEN = ("submitted", "accepted", "in_expertise", "awaiting_applicant")
CLOSED = ("rejected", "withdrawn")


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
            # Whoever filed a request for its applicant has no say in it here.
            own = Q(submitted_by=actor.user_id) | Q(created_by=actor.user_id)
            return {
                "to_accept": Q(status="submitted") & ~own,
                "to_assign": Q(status="accepted") & ~own,
                "under_expertise": Q(status__in=("in_expertise", "awaiting_applicant"))
                | (Q(status__in=("submitted", "accepted")) & own),
                "done": Q(status__in=("concluded", *CLOSED)),
            }
        case Role.AUDITOR:
            return {
                "mine": Q(status="in_expertise"),
                "paused": Q(status="awaiting_applicant"),
                "done": Q(status__in=("concluded", *CLOSED)),
            }
        case Role.INSPECTOR | Role.COMMITTEE_HEAD:
            # Whoever examines a second time, unknown to the applicant, asks the Committee.
            asked = Q(status="awaiting_applicant", blind_of__isnull=False)
            return {
                "waiting": asked,
                "moving": (Q(status__in=OPEN) & ~asked) | unsent_act,
            }
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
