"""Which applications lie in whose basket: one condition for each tab, none in two.

A case shows once. From the moment an application exists it stands for the case, and of several
applications on one act the last does.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.models import Membership, Role
from expertise.models import RequestQuerySet
from workflow.figures import WEEK, WeekFigures, week_figures

from .models import (
    Application,
    ApplicationQuerySet,
    ApplicationQuestion,
    Consultation,
    TakeOver,
)
from .selectors import with_goods

OPEN = ("submitted", "under_review", "awaiting_applicant", "in_consultation", "recommended")
ISSUED = Q(status="approved", certificate__issued_at__isnull=False)
NOT_YET_ISSUED = Q(status="approved", certificate__issued_at__isnull=True)
STOPPED = Q(certificate__status="issue_failed")


def application_tabs(actor: Membership, *, now: datetime) -> dict[str, Q]:
    """The conditions by the key of the tab, for the actor's role."""
    took_part = Q(filed_by=actor.user_id) | Q(auditor=actor.user_id)
    authors_turn = Q(status__in=("draft", "awaiting_applicant"))
    match actor.role:
        case Role.APPLICANT:
            return {
                "waiting": authors_turn & ~found_by_the_chamber(),
                "moving": Q(
                    status__in=("submitted", "under_review", "in_consultation", "recommended")
                )
                | (authors_turn & found_by_the_chamber())
                | NOT_YET_ISSUED,
                "done": Q(status__in=("refused", "withdrawn")) | ISSUED,
            }
        case Role.CHAMBER_OFFICER:
            reviewed = Q(status="under_review", reviewer=actor.user_id)
            free = Q(status="submitted") & ~took_part
            begun = _begun_here(actor)
            return {
                "mine": reviewed | begun,
                "free": free,
                "colleagues": Q(status__in=("submitted", "under_review")) & ~reviewed & ~free,
                "paused": Q(status__in=("awaiting_applicant", "in_consultation")) & ~begun,
                "deciding": Q(status="recommended") | NOT_YET_ISSUED,
                "done": _finished_since(now - WEEK),
            }
        case Role.CHAMBER_SIGNATORY:
            mine = to_decide(actor)
            returned = Q(status="under_review") & ~Q(return_note="")
            begun = _begun_here(actor)
            return {
                "to_decide": mine,
                "asked": begun,
                "stopped": STOPPED,
                "returned": returned,
                "elsewhere": (Q(status__in=OPEN) & ~mine & ~returned & ~begun)
                | (NOT_YET_ISSUED & ~STOPPED),
                "done": _finished_since(now - WEEK),
            }
        case Role.INSPECTOR | Role.COMMITTEE_HEAD:
            return {
                "moving": Q(status__in=OPEN) | (NOT_YET_ISSUED & ~STOPPED),
                "stopped": STOPPED,
                "issued": Q(certificate__issued_at__gte=now - WEEK),
            }
    return {}


def found_by_the_chamber() -> Q:
    """Replacements that the chamber began: `permissions.is_found_by_the_chamber` as a condition."""
    staff = Membership.objects.filter(user=OuterRef("filed_by"), organisation=OuterRef("chamber"))
    return Q(replaces__isnull=False) & Q(Exists(staff))


def _begun_here(actor: Membership) -> Q:
    """Replacements of the chamber that this person began and must submit, or answer for."""
    own = Q(status__in=("draft", "awaiting_applicant"), filed_by=actor.user_id)
    return own & found_by_the_chamber()


def to_decide(actor: Membership) -> Q:
    """Cases that wait for a decision this signatory may take: the permission as a condition."""
    own_review = Application.objects.filter(pk=OuterRef("pk")).filter(
        Q(reviewer=actor.user_id)
        | Q(answers__answered_by=actor.user_id)
        | Q(take_overs__what=TakeOver.What.REVIEW, take_overs__previous=actor.user_id)
        | Q(take_overs__what=TakeOver.What.REVIEW, take_overs__taken_by=actor.user_id)
    )
    took_part = Q(filed_by=actor.user_id) | Q(auditor=actor.user_id) | Q(Exists(own_review))
    return Q(status="recommended") & ~took_part


def _finished_since(start: datetime) -> Q:
    return (Q(status__in=("refused", "withdrawn")) | ISSUED) & Q(status_since__gte=start)


def last_applications(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """Of several applications on one act the last: a refused one may be followed by another."""
    later = Application.objects.filter(act=OuterRef("act"), created_at__gt=OuterRef("created_at"))
    return applications.filter(~Exists(later))


def without_application(requests: RequestQuerySet) -> RequestQuerySet:
    return requests.filter(act__applications__isnull=True)


def listed_applications(applications: QuerySet[Application]) -> QuerySet[Application]:
    """With everything that a row of a basket shows, in one query."""
    answers = ApplicationQuestion.objects.filter(
        application=OuterRef("pk"), answered_at__isnull=False
    ).order_by("-answered_at")
    asked = Consultation.objects.filter(application=OuterRef("pk"), closed_at__isnull=True)
    replies = Consultation.objects.filter(
        application=OuterRef("pk"), replied_on__isnull=False
    ).order_by("-closed_at")
    return with_goods(
        applications.select_related("applicant", "chamber", "act", "reviewer", "certificate"),
        request="act__request",
    ).annotate(
        replied_at=Greatest(
            Subquery(answers.values("answered_at")[:1]), Subquery(replies.values("closed_at")[:1])
        ),
        consulted_body=Subquery(asked.values("body")[:1]),
        consulted_until=Subquery(asked.values("due_on")[:1]),
    )


def application_figures(applications: QuerySet[Any]) -> WeekFigures:
    return week_figures(
        applications,
        ended_at="decided_at",
        done=ISSUED,
        refused=Q(status="refused"),
    )
