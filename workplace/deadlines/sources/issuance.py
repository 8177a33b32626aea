"""Clocks of stage two: the application, the question to its applicant, the certificate."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from issuance.models import (
    Application,
    ApplicationQuestion,
    Consultation,
)
from workplace.deadlines.clocks import Clock, Counting, Source, register_clocks

from .questions import answer_clock, asked_until

OPEN = ("submitted", "under_review", "awaiting_applicant", "in_consultation", "recommended")
PAUSES: dict[str, str | Promise] = {
    "awaiting_applicant": _("The applicant has been asked."),
    "in_consultation": _("Another body is being consulted."),
}


def running_applications() -> QuerySet[Application]:
    question = ApplicationQuestion.objects.filter(
        application=OuterRef("pk"), answered_at__isnull=True
    )
    consultation = Consultation.objects.filter(application=OuterRef("pk"), closed_at__isnull=True)
    applications = Application.objects.filter(status__in=OPEN)
    return applications.select_related("applicant", "chamber", "reviewer", "act__request").annotate(
        asked_until=Subquery(question.values("due_on")[:1]),
        consulted_until=Subquery(consultation.values("due_on")[:1]),
        consulted_body=Subquery(consultation.values("body")[:1]),
    )


def application_clock(application: Application, counting: Counting) -> Clock | None:
    if application.status not in OPEN:
        return None
    organisation: Organisation = application.chamber
    user: User | None = None
    roles: tuple[str, ...] = (Role.CHAMBER_OFFICER,)
    pause_until: date | None = None
    waits_for = organisation.name
    match application.status:
        case "under_review":
            user = application.reviewer
            waits_for = str(user or organisation)
        case "awaiting_applicant":
            organisation, roles = application.applicant, (Role.APPLICANT,)
            pause_until, waits_for = asked_until(application), organisation.name
        case "in_consultation":
            user = application.reviewer
            pause_until, waits_for = _consulted(application)
        case "recommended":
            roles = (Role.CHAMBER_SIGNATORY,)
    return Clock(
        **counting.dated(
            application,
            scheme=application.act.request.scheme_id,
            pause=PAUSES.get(application.status, ""),
        ),
        url=reverse("issuance:application-detail", args=[application.pk]),
        pause_until=pause_until,
        organisation=organisation,
        user=user,
        roles=roles,
        holder=application.chamber,
        waits_for=waits_for,
    )


def _consulted(application: Application) -> tuple[date | None, str]:
    if {"consulted_until", "consulted_body"} <= vars(application).keys():
        return vars(application)["consulted_until"], vars(application)["consulted_body"] or ""
    asked = application.consultations.filter(closed_at__isnull=True).first()
    return (asked.due_on, asked.body) if asked else (None, "")


def open_questions() -> QuerySet[ApplicationQuestion]:
    return ApplicationQuestion.objects.filter(
        answered_at__isnull=True, application__status="awaiting_applicant"
    ).select_related("application__applicant", "application__chamber", "application__act__request")


def question_clock(question: ApplicationQuestion, counting: Counting) -> Clock | None:
    application = question.application
    return answer_clock(
        question,
        application,
        counting,
        subject_type="application_question",
        scheme=application.act.request.scheme_id,
        organisation=application.applicant,
        holder=application.chamber,
        url=reverse("issuance:application-detail", args=[application.pk]),
        desk_url=reverse("issuance:application-detail", args=[application.pk]),
    )


def open_consultations() -> QuerySet[Consultation]:
    return Consultation.objects.filter(closed_at__isnull=True).select_related(
        "application__chamber", "application__reviewer", "application__act__request"
    )


def consultation_clock(consultation: Consultation, counting: Counting) -> Clock | None:
    """The reviewer enters the reply, or goes on without one when it does not come in time."""
    if consultation.closed_at is not None:
        return None
    application = consultation.application
    page = reverse("issuance:application-detail", args=[application.pk])
    return Clock(
        subject_type="consultation",
        subject_id=str(consultation.pk),
        case_id=str(application.case_id),
        number=application.label,
        url=page,
        stage_code="asked",
        stage=_("Reply of another body"),
        scheme=application.act.request.scheme_id,
        since=consultation.asked_at,
        due_on=consultation.due_on,
        days_left=counting.left(consultation.due_on),
        organisation=application.chamber,
        user=application.reviewer,
        roles=(Role.CHAMBER_OFFICER,),
        holder=application.chamber,
        waits_for=consultation.body,
        whole_due_on=consultation.due_on,
    )


register_clocks(
    Source(
        Application,
        running_applications,
        application_clock,
        organisations=("applicant", "chamber"),
    )
)
register_clocks(
    Source(
        ApplicationQuestion,
        open_questions,
        question_clock,
        named="application_question",
        label=_("question of the chamber"),
        organisations=("application__applicant", "application__chamber"),
    )
)
register_clocks(
    Source(
        Consultation,
        open_consultations,
        consultation_clock,
        named="consultation",
        organisations=("application__chamber",),
    )
)
