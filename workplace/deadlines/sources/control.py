"""Clocks of control from the desk: checks, their questions, recommendations."""

from dataclasses import replace

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind, Role, User
from oversight.models import CheckQuestion, DeskCheck, Recommendation
from workplace.deadlines.clocks import Clock, Counting, Source, register_clocks

from .questions import answer_clock, asked_until

OPEN_CHECKS = ("selected", "assigned", "in_progress", "awaiting_reply", "objected", "concluded")
OPEN_RECOMMENDATIONS = ("prepared", "sent", "objected", "reported")
OF_A_HEAD = ("selected", "objected", "concluded")
EXPLAIN = _("The organisation has been asked to explain itself.")


def roles_of(organisation: Organisation) -> tuple[str, ...]:
    """Who answers the Committee for an organisation."""
    return {
        OrganisationKind.EXPERT.value: (Role.EXPERT_HEAD,),
        OrganisationKind.CHAMBER.value: (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY),
    }.get(organisation.kind, (Role.APPLICANT,))


def running_checks() -> QuerySet[DeskCheck]:
    question = CheckQuestion.objects.filter(
        check_of=OuterRef("pk"), answered_at__isnull=True
    ).values("due_on")[:1]
    rows = DeskCheck.objects.filter(status__in=OPEN_CHECKS).select_related("inspector")
    return rows.annotate(asked_until=Subquery(question))


def check_clock(check: DeskCheck, counting: Counting) -> Clock | None:
    if check.status not in OPEN_CHECKS:
        return None
    is_asked = check.status == "awaiting_reply"
    is_heads = check.status in OF_A_HEAD
    user: User | None = None if is_heads else check.inspector
    return Clock(
        **counting.dated(check, scheme=None, pause=EXPLAIN if is_asked else ""),
        **counting.of_committee(
            page=reverse("oversight:check-detail", args=[check.number]),
            whom=Role.COMMITTEE_HEAD if is_heads else Role.INSPECTOR,
            user=user,
            department=check.department_id,
        ),
        pause_until=asked_until(check) if is_asked else None,
    )


def open_questions() -> QuerySet[CheckQuestion]:
    return CheckQuestion.objects.filter(
        answered_at__isnull=True, check_of__status="awaiting_reply"
    ).select_related("check_of", "addressee")


def question_clock(question: CheckQuestion, counting: Counting) -> Clock | None:
    return answer_clock(
        question,
        question.check_of,
        counting,
        subject_type="check_question",
        scheme=None,
        organisation=question.addressee,
        roles=roles_of(question.addressee),
        holder=counting.committee,
        url=reverse("control:question", args=[question.pk]),
        desk_url=reverse("oversight:check-detail", args=[question.check_of.number]),
    )


def running_recommendations() -> QuerySet[Recommendation]:
    rows = Recommendation.objects.filter(status__in=OPEN_RECOMMENDATIONS)
    return rows.select_related("desk_check", "addressee", "prepared_by")


def recommendation_clock(found: Recommendation, counting: Counting) -> Clock | None:
    """To be sent and looked at by the Committee, to be executed by the one it is addressed to."""
    if found.status not in OPEN_RECOMMENDATIONS:
        return None
    is_objected = found.status == "objected"
    page = reverse("oversight:recommendation-detail", args=[found.number])
    clock = Clock(
        **counting.dated(found, scheme=None),
        **counting.of_committee(
            page=page,
            whom=Role.COMMITTEE_HEAD if is_objected else Role.INSPECTOR,
            user=None if is_objected else found.prepared_by,
            department=found.desk_check.department_id,
        ),
    )
    if found.status != "sent":
        return clock
    return replace(
        clock,
        url=reverse("control:recommendation", args=[found.number]),
        desk_url=page,
        organisation=found.addressee,
        user=None,
        roles=roles_of(found.addressee),
        department="",
        waits_for=found.addressee.name,
    )


register_clocks(Source(DeskCheck, running_checks, check_clock))
register_clocks(
    Source(
        CheckQuestion,
        open_questions,
        question_clock,
        named="check_question",
        organisations=("addressee",),
    )
)
register_clocks(
    # `oversight.keep_recommendations` reminds of both terms; after the second one it is a ground
    # for control with a visit.
    Source(
        Recommendation,
        running_recommendations,
        recommendation_clock,
        frozenset({"reminder"}),
        organisations=("addressee",),
    )
)
