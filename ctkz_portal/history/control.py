"""Complaints, violations and measures of the invented past, as rows and events."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

import audit
from accounts.models import Membership, Organisation
from audit.past import PastEntry
from audit.registry import event_kind
from documents.canonical import canonical_bytes, sha256_hex
from issuance.appeals import appeal_until
from issuance.change_records import DECIDE, change_record
from issuance.models import Certificate, CertificateChange, StatusPeriod
from oversight.complaints.answering import answer_record
from oversight.control.violations import legal_reference
from oversight.measures.records import basis_of, measure_record
from oversight.models import Complaint, Fault, HalfYearList, Measure, Violation
from reference.models import Department, MeasureType
from workflow.tracked import Tracked

from .chance import Chance, WorkingDays
from .grievances import ENDS_AS, TERM, Grievance
from .people import Cast
from .second_stage import SecondStage
from .writing import Past

About = Complaint.About
# What is found where the fault is whose, and what may be found by any auditor.
CODES = {
    Fault.CHAMBER: ("no_proper_act", "deadline_broken"),
    Fault.EXPERTS: ("documents_missing",),
    Fault.APPLICANT: ("false_application",),
}
AUDITORS_CODES = (
    "wrong_share", "wrong_criterion", "process_not_described", "goods_not_identified",
    "documents_missing", "wrong_hs_code",
)  # fmt: skip
CODE_OF_SIGN = {
    "fast": "no_visit", "near": "wrong_share", "copied": "repeated_act",
    "over_capacity": "above_capacity", "papers": "others_documents",
}  # fmt: skip
# Working days to answer a notice before the decision.
REPLY_DAYS = 5
REASONS = {"revoke_certificate": "inspection_finding", "suspend_certificate": "data_in_doubt"}
KINDS = {"revoke_certificate": "revoke", "suspend_certificate": "suspend"}
EVENTS = {"revoke": "certificate.revoked", "suspend": "certificate.suspended"}
SAID = {
    About.CERTIFICATE: "Товар по сертификату не производится заявителем (пример жалобы).",
    About.REFUSAL: "Отказ считаем необоснованным (пример жалобы).",
    About.AUDITOR: "Аудитор не приезжал на производство (пример жалобы).",
    About.CHAMBER: "Палата не ответила в срок (пример жалобы).",
    About.FORGERY: "На рынке предъявлен сертификат с сомнительным номером (пример жалобы).",
    About.OTHER: "Просим разъяснить порядок (пример жалобы).",
}


class Control:
    """Writes what the Committee did; complaints about no case at once, the others with it."""

    def __init__(
        self, cast: Cast, days: WorkingDays, past: Past, chance: Chance, drawn: list[Grievance]
    ) -> None:
        self.cast, self.days, self.past, self.chance = cast, days, past, chance
        self.departments = {row.kato: row for row in Department.objects.all()}
        self.centre = Department.objects.filter(kato="").first()
        self._types = list(MeasureType.objects.all())
        self._by_case: dict[int, list[Grievance]] = {}
        for one in drawn:
            if one.case is None:
                self._write(one, None)
            else:
                self._by_case.setdefault(one.case.number, []).append(one)

    def follow(self, second: SecondStage) -> None:
        """Everything that was complained of about this case."""
        for one in self._by_case.pop(second.plan.number, ()):
            self._write(one, second)

    def _write(self, grievance: Grievance, second: SecondStage | None) -> None:
        complaint = self._complaint(grievance, second)
        story = ThingStory(complaint, self.past)
        violation = None
        if grievance.fault is not None and second is not None:
            violation = self._violation(grievance, complaint, second)
        self._answer(complaint, violation)
        self.past.add(complaint)
        self._tell_of_complaint(grievance, complaint, violation, story)
        if violation is not None and second is not None:
            self.past.add(violation)
            self._punish(grievance, complaint, violation, second)

    def _answer(self, complaint: Complaint, violation: Violation | None) -> None:
        """Signed by a second person; the violations are written with it and not to be asked for."""
        found = [] if violation is None else [
            {"code": violation.code, "fault": str(violation.fault), "text": violation.text,
             "legal_ref": violation.legal_ref}
        ]  # fmt: skip
        record = {**answer_record(complaint, self.cast.heads[0]), "violations": found}
        complaint.answer_sha256 = sha256_hex(canonical_bytes(record))

    def _complaint(self, grievance: Grievance, second: SecondStage | None) -> Complaint:
        at, chance, about = grievance.at, self.chance, grievance.about
        on_certificate = second is not None and about == About.CERTIFICATE
        certificate = second.certificate if second and on_certificate else None
        is_late = grievance.at.get("extended") is not None
        received = timezone.localdate(at["received"])
        inspector = chance.choice(self.cast.inspectors).user
        return Complaint(
            id=chance.uuid(), case_id=chance.uuid(), status="answered",
            status_since=at["answered"], version=6 + is_late, number=grievance.number,
            code=grievance.code, form_token=chance.uuid(), about=about,
            language=chance.choice(("kk", "ru")), name=grievance.who,
            contact=f"{grievance.code.lower()}@history.example",
            number_given=_number_given(grievance, certificate, chance), certificate=certificate,
            application=second.application if second and about == About.REFUSAL else None,
            organisation=_organisation(grievance, second),
            auditor=second.act.signed_by if second and about == About.AUDITOR else None,
            text=SAID[about], learnt_on=received - timedelta(days=3), received_at=at["received"],
            registered_by=chance.choice(self.cast.inspectors).user, registered_at=at["registered"],
            department=self._department(second), inspector=inspector, drafted_by=inspector,
            drafted_at=at["drafted"], extended_by=inspector if is_late else None,
            extended_until=self.days.later(received, 2 * TERM) if is_late else None,
            extension_reason="Запрошены документы производителя (пример)." if is_late else "",
            extended_at=at.get("extended"), outcome=grievance.outcome,
            answer="Ответ по результатам рассмотрения (пример).",
            answered_by=chance.choice(self.cast.heads).user, answered_at=at["answered"],
        )  # fmt: skip

    def _tell_of_complaint(
        self,
        grievance: Grievance,
        complaint: Complaint,
        violation: Violation | None,
        story: "ThingStory",
    ) -> None:
        at, inspector = grievance.at, self._inspector(complaint)
        registrar = next(
            one for one in self.cast.inspectors if one.user_id == complaint.registered_by_id
        )
        facts = {
            "number": complaint.number,
            "about": str(complaint.about),
            "certificate": complaint.number_given,
            "department": complaint.department.code if complaint.department else "",
            "due_on": self.days.later(timezone.localdate(at["received"]), TERM).isoformat(),
            "until": complaint.extended_until.isoformat() if complaint.extended_until else "",
            "inspector": str(complaint.inspector_id),
            "outcome": str(complaint.outcome),
            "files": 0,
            "violations": int(grievance.fault is not None),
        }
        story.tell(at["received"], "complaint.received", None, facts)
        story.tell(at["registered"], "complaint.registered", registrar, facts)
        story.tell(at["taken"], "complaint.taken", inspector, facts)
        if "extended" in at:
            story.tell(at["extended"], "complaint.extended", inspector, facts)
        signer = next(one for one in self.cast.heads if one.user_id == complaint.answered_by_id)
        story.tell(at["answered"], "complaint.answered", signer, facts)

    def _department(self, second: SecondStage | None) -> Department | None:
        if second is None:
            return self.centre
        return self.departments.get(second.plan.applicant.desk.region.kato, self.centre)

    def _inspector(self, complaint: Complaint) -> Membership:
        return next(one for one in self.cast.inspectors if one.user_id == complaint.inspector_id)

    def _violation(
        self, grievance: Grievance, complaint: Complaint, second: SecondStage
    ) -> Violation:
        assert grievance.fault is not None  # noqa: S101  a violation is somebody's
        fault, at, act = grievance.fault, grievance.at, second.act
        inspector, head = self._inspector(complaint), self.cast.heads[0]
        code = _code(grievance, self.chance)
        on = timezone.localdate(act.signed_at)
        return Violation(
            id=self.chance.uuid(), code=code, fault=fault, certificate=second.certificate, act=act,
            organisation=_at_fault(second, fault), complaint=complaint,
            auditor=act.signed_by if fault == Fault.AUDITOR else None,
            text="Установлено при рассмотрении жалобы (пример).",
            legal_ref=legal_reference(code, on=on)["ru"][:400], noted_by=inspector.user,
            noted_at=at["noted"], confirmed_by=head.user, confirmed_at=at["answered"],
        )  # fmt: skip

    def _punish(
        self,
        grievance: Grievance,
        complaint: Complaint,
        violation: Violation,
        second: SecondStage,
    ) -> None:
        inspector, approver, decider = self._inspector(complaint), *self.cast.heads[:2]
        measure = self._measure(grievance, complaint, violation, second)
        measure.proposed_by, measure.approved_by = inspector.user, approver.user
        measure.decided_by = measure.ended_by = decider.user
        found = {"code": violation.code, "text": violation.text, "legal_ref": violation.legal_ref}
        # The violations are written together with the measure and cannot be asked for yet.
        record = {
            **measure_record(measure, decider, note=measure.decision_note, fine_tenge=None),
            "violations": [found],
        }
        measure.decision_sha256 = sha256_hex(canonical_bytes(record))
        through = Measure.violations.through
        self.past.add(measure, through(measure_id=measure.pk, violation_id=violation.pk))
        self._tell_of_measure(measure, violation, (inspector, approver, decider))
        if measure.certificate is not None:
            self._change(grievance, measure, measure.certificate, inspector, decider)

    def _measure(
        self,
        grievance: Grievance,
        complaint: Complaint,
        violation: Violation,
        second: SecondStage,
    ) -> Measure:
        """Against the certificate, or a warning to whoever is at fault."""
        at, is_warning = grievance.at, grievance.measure not in ENDS_AS
        organisation: Organisation | None = second.plan.applicant.organisation
        if is_warning:
            organisation = None if violation.auditor else violation.organisation
        decided_on = timezone.localdate(at["decided"])
        return Measure(
            id=self.chance.uuid(), case_id=self.chance.uuid(), status="executed",
            status_since=at["decided"], version=4, number=grievance.measure_number,
            type=self._type(grievance.measure, at["decided"]), department=complaint.department,
            certificate=None if is_warning else second.certificate,
            auditor=violation.auditor if is_warning else None, organisation=organisation,
            complaint=complaint, reason="" if is_warning else REASONS[grievance.measure],
            grounds=f"Нарушение подтверждено по жалобе {complaint.number} (пример).",
            form_token=self.chance.uuid(), proposed_at=at["proposed"], approved_at=at["approved"],
            decided_at=at["decided"], decision_note="Возражений не поступило (пример).",
            starts_on=decided_on, appeal_until=appeal_until(decided_on), ended_at=at["decided"],
        )  # fmt: skip

    def _tell_of_measure(
        self, measure: Measure, violation: Violation, people: tuple[Membership, ...]
    ) -> None:
        story = ThingStory(measure, self.past)
        inspector, approver, decider = people
        assert measure.approved_at is not None  # noqa: S101  filled in by the maker
        assert measure.decided_at is not None  # noqa: S101
        reply_until = self.days.later(timezone.localdate(measure.approved_at), REPLY_DAYS)
        facts = {
            "type": measure.type.code, "act": "", "desk_check": "", "inspection": "",
            "certificate": _number_of(measure.certificate),
            "auditor": str(measure.auditor_id or ""),
            "organisation": str(measure.organisation_id or ""),
            "complaint": measure.complaint.number, "violations": [str(violation.pk)],
            "reply_until": reply_until.isoformat(), "record_sha256": measure.decision_sha256,
            "fine_mci": None, "fine_tenge": None, "ends_on": None, "execute_by": None,
        }  # fmt: skip
        story.tell(measure.proposed_at, "measure.proposed", inspector, facts)
        story.tell(measure.approved_at, "measure.approved", approver, facts)
        story.tell(measure.decided_at, "measure.imposed", decider, facts)
        story.tell(measure.decided_at, "measure.executed", decider, facts)

    def _type(self, code: str, at: datetime) -> MeasureType:
        on = timezone.localdate(at)
        known = [one for one in self._types if one.code == code and one.valid_from <= on]
        return max(known, key=lambda one: one.valid_from)

    def _change(
        self,
        grievance: Grievance,
        measure: Measure,
        certificate: Certificate,
        inspector: Membership,
        decider: Membership,
    ) -> None:
        kind, at, basis = KINDS[grievance.measure], grievance.at, basis_of(measure)
        change = CertificateChange(
            id=self.chance.uuid(), case_id=certificate.case_id, status="in_force",
            status_since=at["decided"], version=2, certificate=certificate, kind=kind,
            reason=measure.reason, grounds=f"{measure.grounds}\n{basis}",
            proposed_by=inspector.user, proposed_role=inspector.role, proposed_at=at["decided"],
            form_token=self.chance.uuid(), decided_by=decider.user, decided_at=at["decided"],
            decision_note=basis, appeal_until=measure.appeal_until,
            order_number=grievance.order_number,
        )  # fmt: skip
        period = StatusPeriod(
            certificate=certificate, status=ENDS_AS[grievance.measure], since=at["decided"],
            reason=change.reason, change=change,
        )  # fmt: skip
        self.past.add(change, period)
        decided = change_record(change, decider, decision=DECIDE, note=basis, mandate=None)
        facts = {
            "kind": kind, "reason_code": change.reason, "certificate": certificate.number,
            "number": certificate.number, "basis": basis,
            "record_sha256": sha256_hex(canonical_bytes(decided)),
        }  # fmt: skip
        ThingStory(change, self.past).tell(
            at["decided"], "certificate_change.imposed", decider, facts
        )
        ThingStory(certificate, self.past).tell(at["decided"], EVENTS[kind], decider, facts)


class ThingStory:
    """Events about one thing; each takes those facts that it is registered with."""

    def __init__(self, thing: Tracked | HalfYearList, past: Past) -> None:
        self.subject, self.case, self.past = thing.subject_ref(), str(thing.case_id), past

    def tell(
        self, at: datetime, event: str, actor: Membership | None, known: dict[str, Any]
    ) -> None:
        facts = {name: known[name] for name in event_kind(event).facts}
        by = audit.SYSTEM if actor is None else actor.ref()
        self.past.tell([PastEntry(at, event, by, self.subject, self.case, facts)])


def _number_given(grievance: Grievance, certificate: Certificate | None, chance: Chance) -> str:
    if grievance.about == About.FORGERY:
        # A number that no chamber ever gave.
        return f"KZ {chance.randint(0, 9)} 120 99{chance.digits(3)}"
    return _number_of(certificate)


def _number_of(certificate: Certificate | None) -> str:
    return certificate.number if certificate else ""


def _organisation(grievance: Grievance, second: SecondStage | None) -> Organisation | None:
    if second is None:
        return None
    match grievance.about:
        case About.AUDITOR:
            return second.plan.house.organisation
        case About.CHAMBER | About.REFUSAL:
            return second.plan.applicant.desk.organisation
    return second.plan.applicant.organisation


def _at_fault(second: SecondStage, fault: Fault | None) -> Organisation:
    match fault:
        case Fault.CHAMBER:
            return second.plan.applicant.desk.organisation
        case Fault.APPLICANT:
            return second.plan.applicant.organisation
    return second.plan.house.organisation


def _code(grievance: Grievance, chance: Chance) -> str:
    """What was found: where signs of the case pointed at, as often as not."""
    fault = grievance.fault
    if fault is not None and fault in CODES:
        return chance.choice(CODES[fault])
    signs: Iterable[str] = grievance.case.signs if grievance.case else ()
    return chance.choice([*AUDITORS_CODES, *(CODE_OF_SIGN[sign] for sign in signs)])
