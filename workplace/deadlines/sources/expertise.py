"""Clocks of stage one: the request, and the question its applicant has to answer."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from expertise.models import ExpertiseRequest, RequestQuestion, SecondOpinion
from workplace.deadlines.clocks import Clock, Counting, Source, register_clocks

from .questions import answer_clock, asked_until

OPEN = ("submitted", "accepted", "in_expertise", "awaiting_applicant")
ASKED = _("The applicant has been asked.")


def running_requests() -> QuerySet[ExpertiseRequest]:
    open_question = RequestQuestion.objects.filter(
        request=OuterRef("pk"), answered_at__isnull=True
    ).values("due_on")[:1]
    requests = ExpertiseRequest.objects.filter(status__in=OPEN)
    return requests.select_related("applicant", "expert_organisation", "auditor").annotate(
        asked_until=Subquery(open_question)
    )


def request_clock(request: ExpertiseRequest, counting: Counting) -> Clock | None:
    if request.status not in OPEN:
        return None
    is_asked = request.status == "awaiting_applicant"
    organisation: Organisation | None = request.expert_organisation
    user: User | None = request.auditor if request.status == "in_expertise" else None
    roles: tuple[str, ...] = (Role.AUDITOR,) if user else (Role.EXPERT_HEAD,)
    if is_asked:
        organisation, roles = request.applicant, (Role.APPLICANT,)
    return Clock(
        **counting.dated(request, scheme=request.scheme_id, pause=ASKED if is_asked else ""),
        url=reverse("expertise:request-detail", args=[request.pk]),
        pause_until=asked_until(request) if is_asked else None,
        organisation=organisation,
        user=user,
        roles=roles,
        holder=request.expert_organisation,
        waits_for=str(user or organisation or ""),
    )


def open_questions() -> QuerySet[RequestQuestion]:
    """A blind second expertise asks nobody: its applicant must not learn of it."""
    return RequestQuestion.objects.filter(
        answered_at__isnull=True,
        request__status="awaiting_applicant",
        request__blind_of__isnull=True,
    ).select_related("request__applicant", "request__expert_organisation")


def question_clock(question: RequestQuestion, counting: Counting) -> Clock | None:
    request = question.request
    return answer_clock(
        question,
        request,
        counting,
        subject_type="request_question",
        scheme=request.scheme_id,
        organisation=request.applicant,
        holder=request.expert_organisation,
        url=reverse("expertise:request-answer", args=[request.pk]),
        desk_url=reverse("expertise:request-detail", args=[request.pk]),
    )


def differing_opinions() -> QuerySet[SecondOpinion]:
    return SecondOpinion.objects.filter(status="differs").select_related("first")


def opinion_clock(opinion: SecondOpinion, counting: Counting) -> Clock | None:
    """Two organisations judged the same goods differently: the Committee says which holds."""
    if opinion.status != "differs":
        return None
    return Clock(
        **counting.dated(opinion, scheme=opinion.first.scheme_id),
        **counting.of_committee(
            page=reverse("expertise:quality-detail", args=[opinion.pk]),
            whom=Role.INSPECTOR,
            user=None,
            department=None,
        ),
    )


register_clocks(
    Source(
        ExpertiseRequest,
        running_requests,
        request_clock,
        organisations=("applicant", "expert_organisation"),
    )
)
register_clocks(
    # `expertise.keep_terms` reminds the applicant, for after the term the request ends.
    Source(
        RequestQuestion,
        open_questions,
        question_clock,
        frozenset({"reminder", "passed"}),
        "request_question",
        label=_("question of the auditor"),
        organisations=("request__applicant", "request__expert_organisation"),
    )
)
register_clocks(Source(SecondOpinion, differing_opinions, opinion_clock))
