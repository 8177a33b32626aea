"""The second stage of an invented case as rows and events: from the application to the paper."""

from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils import timezone

from accounts.models import Membership
from expertise.models import Act
from issuance.decisions import ISSUE, REFUSE, record_of_decision
from issuance.models import (
    Application,
    ApplicationQuestion,
    Certificate,
    Consultation,
    Mandate,
    StatusPeriod,
)
from issuance.records import certificate_record

from .first_stage import ANSWER_DAYS, FirstStage
from .papers import Sheet, record_bytes
from .words import ANSWERS, QUESTIONS

ITEMS = 10
REFUSALS = ("data_mismatch_act", "doc_incomplete", "wrong_criterion", "unreliable_data")


class SecondStage:
    """Rows and events of the second stage; a certificate is finished when it has its sheet."""

    def __init__(self, first: FirstStage, act: Act) -> None:
        self.first, self.act, self.plan = first, act, first.plan
        self.world, self.story = first.world, first.story
        self.rows: list[models.Model] = []
        self.certificate: Certificate | None = None
        desk, number = self.plan.applicant.desk, self.plan.number
        self.officer: Membership = desk.officers[number % len(desk.officers)]
        self.signatory: Membership
        self.mandate: Mandate
        self.signatory, self.mandate = desk.signatories[number % len(desk.signatories)]
        self.application = self._application()
        self._decide()
        self.rows.append(self.application)
        self._tell_of_the_review()
        if self.plan.kind == "certificate":
            self._certify()

    def _application(self) -> Application:
        plan, person = self.plan, self.plan.applicant.member
        is_refused = plan.kind == "refused"
        reason = REFUSALS[plan.number % len(REFUSALS)] if is_refused else ""
        note = "Данные расходятся с приложенными документами (пример)." if is_refused else ""
        return Application(
            id=self.world.ids.uuid(), case_id=self.act.case_id,
            status="refused" if is_refused else "approved", status_since=plan.at["decided"],
            version=5, number=plan.application_number, created_at=plan.at["applied"],
            act=self.act, applicant=plan.applicant.organisation,
            chamber=plan.applicant.desk.organisation, filed_by=person.user,
            auditor=plan.auditor.member.user, reviewer=self.officer.user,
            decider=self.signatory.user, submitted_at=plan.at["applied"],
            recommended_at=plan.at["recommended"], decided_at=plan.at["decided"],
            recommendation=note or "Расхождений нет.", mandate=self.mandate,
            proposed_refusal=reason, refusal_reason=reason, refusal_note=note,
        )  # fmt: skip

    def _decide(self) -> None:
        application = self.application
        record = record_of_decision(
            application,
            self.signatory.user,
            self.mandate,
            decision=REFUSE if self.plan.kind == "refused" else ISSUE,
            reason=application.refusal_reason,
            note=application.refusal_note,
        )
        application.decision_record, application.decision_sha256 = record_bytes(record)

    def _tell_of_the_review(self) -> None:
        plan, story, application = self.plan, self.story, self.application
        story.tell(
            plan.at["applied"], "application.submitted", plan.applicant.member, application,
            act=self.act.number, act_sha256=self.act.record_sha256, by_itself=False,
        )  # fmt: skip
        story.tell(plan.at["taken"], "application.taken", self.officer, application)
        if "review_asked" in plan.at:
            self._asked()
        if "consulted" in plan.at:
            self._consulted()
        if plan.kind == "refused":
            story.tell(
                plan.at["recommended"], "application.refusal_proposed", self.officer, application,
                reason=application.refusal_reason,
            )  # fmt: skip
            story.tell(
                plan.at["decided"], "application.refused", self.signatory, application,
                reason=application.refusal_reason, decision_sha256=application.decision_sha256,
            )  # fmt: skip
            return
        story.tell(
            plan.at["recommended"], "application.recommended", self.officer, application,
            met=ITEMS, items=ITEMS,
        )  # fmt: skip
        story.tell(
            plan.at["decided"], "application.approved", self.signatory, application,
            certificate=plan.certificate_number, decision_sha256=application.decision_sha256,
        )  # fmt: skip

    def _asked(self) -> None:
        plan, person = self.plan, self.plan.applicant.member
        asked, answered = plan.at["review_asked"], plan.at["review_answered"]
        question = ApplicationQuestion(
            id=self.world.ids.uuid(), application=self.application,
            text=QUESTIONS[(plan.number + 1) % len(QUESTIONS)], asked_by=self.officer.user,
            asked_at=asked, due_on=self._due(asked),
            answer=ANSWERS[(plan.number + 1) % len(ANSWERS)], answered_by=person.user,
            answered_at=answered,
        )  # fmt: skip
        self.rows.append(question)
        self.story.tell(
            asked, "application.question_asked", self.officer, self.application,
            question=str(question.pk), due_on=question.due_on.isoformat(),
        )  # fmt: skip
        self.story.tell(
            answered, "application.question_answered", person, self.application,
            question=str(question.pk),
        )  # fmt: skip

    def _consulted(self) -> None:
        plan = self.plan
        asked, closed = plan.at["consulted"], plan.at["consultation_closed"]
        row = Consultation(
            id=self.world.ids.uuid(), application=self.application,
            body="Лаборатория «Пример»", text="Подтвердите протокол испытаний.",
            outgoing_number=f"И-{plan.number}", asked_by=self.officer.user, asked_at=asked,
            due_on=self._due(asked), reply="Протокол подтверждаем (пример).",
            reply_number=f"В-{plan.number}", replied_on=timezone.localdate(closed),
            closed_by=self.officer.user, closed_at=closed,
        )  # fmt: skip
        self.rows.append(row)
        self.story.tell(
            asked, "application.consultation_asked", self.officer, self.application,
            consultation=str(row.pk), due_on=row.due_on.isoformat(),
        )  # fmt: skip
        self.story.tell(
            closed, "application.consultation_closed", self.officer, self.application,
            consultation=str(row.pk), is_answered=True, file_sha256="",
        )  # fmt: skip

    def _due(self, at: datetime) -> Any:
        return self.world.days.later(timezone.localdate(at), ANSWER_DAYS)

    # --- the certificate

    def _certify(self) -> None:
        plan, world = self.plan, self.world
        at = plan.certified_at
        day = timezone.localdate(at)
        request = self.first.request
        months = world.certificate_months[request.category]
        certificate = Certificate(
            id=world.ids.uuid(), case_id=self.act.case_id, status=plan.ends_as,
            status_since=plan.ended_at or self._issued_at(), version=2,
            application=self.application, number=plan.certificate_number, year=day.year,
            chamber_code=plan.applicant.desk.organisation.code, sequence=plan.sequence,
            verify_code=world.ids.verify_code(), certified_at=at, valid_from=day,
            valid_until=request.scheme.cap(day + relativedelta(months=months)),
            issued_at=self._issued_at(),
        )  # fmt: skip
        # Whatever the settings say of the demo, an invented certificate is a specimen.
        record = {**certificate_record(certificate), "specimen": True}
        certificate.record, certificate.record_sha256 = record_bytes(record)
        self.certificate = certificate
        self.story.tell(
            at, "certificate.issuing_started", self.signatory, certificate,
            number=certificate.number, act_sha256=self.act.record_sha256,
            application=self.application.number,
        )  # fmt: skip

    def _issued_at(self) -> datetime:
        return self.plan.certified_at + timedelta(seconds=5 + self.plan.number % 40)

    def finish(self, sheet: Sheet, document: Any) -> None:
        """The certificate with its paper comes into force."""
        certificate = self.certificate
        assert certificate is not None  # noqa: S101  only certificates are finished
        certificate.rendered, certificate.sealed = sheet.rendered, sheet.sealed
        certificate.document = document
        issued_at = self._issued_at()
        self.rows += [
            document,
            certificate,
            StatusPeriod(certificate=certificate, status="valid", since=issued_at),
        ]
        self.story.tell(
            issued_at, "certificate.issued", None, certificate, number=certificate.number,
            record_sha256=certificate.record_sha256, act_sha256=self.act.record_sha256,
            pdf_sha256=document.sealed_sha256,
            seal_certificate_sha256=document.seal_certificate_sha256,
        )  # fmt: skip
