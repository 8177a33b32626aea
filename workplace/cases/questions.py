"""Every question that was asked in a case, by whom, until when, and what the answer changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.permissions import has_permission
from expertise.models import ExpertiseRequest, RequestDocument, RequestQuestion
from issuance.models import Application, ApplicationQuestion
from workflow.questions import Question

from .control import check_questions
from .whole import WholeCase


@dataclass(frozen=True)
class Paper:
    """A file that came with an answer."""

    title: str
    url: str


@dataclass(frozen=True)
class Asked:
    """A question with its answer, if it has one; `answer_url`: the reader may answer now."""

    key: str
    stage: str | Promise
    asked_by: str | Promise
    asked_at: datetime
    text: str
    due_on: date
    answered_at: datetime | None
    answered_by: str
    answer: str
    about: str = ""
    about_url: str = ""
    answer_url: str = ""
    papers: list[Paper] = field(default_factory=list)
    compare_url: str = ""

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


def request_questions(actor: Membership, case_id: UUID) -> QuerySet[RequestQuestion]:
    seen = ExpertiseRequest.objects.visible_to(actor).filter(case_id=case_id)
    return RequestQuestion.objects.filter(request__in=seen)


def application_questions(actor: Membership, case_id: UUID) -> QuerySet[ApplicationQuestion]:
    seen = Application.objects.visible_to(actor).filter(case_id=case_id)
    return ApplicationQuestion.objects.filter(application__in=seen)


def questions_of(case: WholeCase) -> list[Asked]:
    """Open ones first, then the latest; as many queries for ten as for one."""
    found = [*_of_auditor(case), *_of_chamber(case), *_of_committee(case)]
    found.sort(key=lambda asked: asked.asked_at, reverse=True)
    return sorted(found, key=lambda asked: not asked.is_open)


def _told(question: Question, **more: Any) -> Asked:
    return Asked(
        key=str(question.pk),
        asked_at=question.asked_at,
        text=question.text,
        due_on=question.due_on,
        answered_at=question.answered_at,
        answer=question.answer,
        **more,
    )


def _by_applicant(case: WholeCase, question: Question) -> str:
    """To the expert side an answer comes from the company, as in the history."""
    if question.answered_by is None:
        return ""
    return case.applicant.name if case.is_of_expert_side else str(question.answered_by)


def _of_auditor(case: WholeCase) -> Iterable[Asked]:
    requests = {one.pk: one for one in case.requests}
    open_now = {
        one.pk
        for one in case.requests
        if any(move.name == "answer" for move in one.WORKFLOW.available(one, case.actor))
    }
    rows = request_questions(case.actor, case.case_id).select_related(
        "asked_by", "answered_by", "version"
    )
    papers = _papers(case, rows)
    for question in rows.defer("version__record"):
        request = requests[question.request_id]
        version = getattr(question, "version", None)
        is_open = question.answered_at is None and request.pk in open_now
        yield _told(
            question,
            stage=_("Expertise"),
            asked_by=str(question.asked_by),
            answered_by=_by_applicant(case, question),
            about=request.label,
            about_url=reverse("expertise:request-detail", args=[request.pk]),
            answer_url=reverse("expertise:request-answer", args=[request.pk]) if is_open else "",
            papers=papers.get(question.pk, []),
            compare_url=_compare_url(case, version) if version else "",
        )


def _compare_url(case: WholeCase, version: Any) -> str:
    """The form before the answer beside the form after it."""
    page = reverse("workplace:case-compare", args=[case.case_id])
    request = version.request_id
    return f"{page}?a=form-{request}-{version.number - 1}&b=form-{request}-{version.number}"


def _papers(case: WholeCase, rows: QuerySet[RequestQuestion]) -> dict[UUID, list[Paper]]:
    """What the applicant put with the case between a question and its answer."""
    answered = [one for one in rows if one.answered_at]
    if not answered:
        return {}
    documents = RequestDocument.objects.visible_to(case.actor).filter(
        request__case_id=case.case_id,
        added_by__in={one.answered_by_id for one in answered},
    )
    added = [
        (one.request_id, one.added_at,
         Paper(str(one), reverse("expertise:document-download", args=[one.pk])))
        for one in documents
    ]  # fmt: skip
    return {
        question.pk: [
            paper
            for request, at, paper in added
            if request == question.request_id and question.asked_at <= at <= question.answered_at
        ]
        for question in answered
        if question.answered_at
    }


def _of_chamber(case: WholeCase) -> Iterable[Asked]:
    applications = {one.pk: one for one in case.applications}
    open_now = {
        one.pk
        for one in case.applications
        if any(move.name == "answer" for move in one.WORKFLOW.available(one, case.actor))
    }
    rows = application_questions(case.actor, case.case_id)
    for question in rows.select_related("asked_by", "answered_by"):
        application = applications[question.application_id]
        page = reverse("issuance:application-detail", args=[application.pk])
        is_open = question.answered_at is None and application.pk in open_now
        yield _told(
            question,
            stage=_("Chamber"),
            asked_by=str(question.asked_by),
            answered_by=_by_applicant(case, question),
            about=application.label,
            about_url=page,
            answer_url=f"{page}#questions" if is_open else "",
        )


def _of_committee(case: WholeCase) -> Iterable[Asked]:
    """The Committee's own, or those addressed to the reader, who does not learn who asked."""
    rows = check_questions(case.actor, case.case_id).select_related(
        "asked_by", "answered_by", "addressee", "file", "check_of"
    )
    for question in rows:
        check = question.check_of
        own_page = reverse("control:question", args=[question.pk])
        is_open = (
            question.answered_at is None
            and check.status == "awaiting_reply"
            and has_permission(case.actor, "oversight.answer_check", check)
        )
        papers = []
        if question.file:
            url = reverse("control:question-file", args=[question.pk])
            papers = [Paper(question.file.name, url)]
        yield _told(
            question,
            stage=_("Control"),
            asked_by=str(question.asked_by) if case.is_of_committee else _("the Committee"),
            answered_by=str(question.answered_by or ""),
            about=check.number if case.is_of_committee else question.addressee.name,
            about_url=reverse("oversight:check-detail", args=[check.number])
            if case.is_of_committee
            else own_page,
            answer_url=own_page if is_open else "",
            papers=papers,
        )
