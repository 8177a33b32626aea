"""Administrative cases with their fines, and rapid measures, of a year of control."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from accounts.models import Membership
from documents.canonical import canonical_bytes, sha256_hex
from issuance.appeals import appeal_until
from oversight.measures.fines import tenge_of
from oversight.measures.records import measure_record
from oversight.models import Inspection, Measure, Violation
from reference.models import MeasureType
from reference.numbering import pass_over
from reference.parameters import parameter

from .chance import Chance, WorkingDays
from .control import ThingStory
from .control_year_plan import InspectionPlan
from .people import Cast
from .writing import Past

CASE, RAPID = "administrative_case", ("rapid_prohibition", "rapid_suspension")
Written = tuple[InspectionPlan, Inspection, Violation | None]


class Measures:
    """Proposed by the inspector, approved and decided by two heads."""

    def __init__(
        self, cast: Cast, past: Past, days: WorkingDays, chance: Chance, year: int
    ) -> None:
        self.cast, self.past, self.days, self.chance, self.year = cast, past, days, chance, year
        on = date(year, 1, 1)
        self.types = {one.code: one for one in MeasureType.objects.in_force(on=on)}
        self.pattern: str = parameter("number_format.measure", on=on)

    def write(self, written: Iterable[Written]) -> None:
        """In the order in which they were proposed, which is that of their numbers."""
        taken = [
            (at["proposed"], at, planned, inspection, violation)
            for planned, inspection, violation in written
            for at in (planned.case_at or planned.at,)
            if violation is not None and (planned.fine_mci or planned.is_rapid)
        ]
        taken.sort(key=lambda one: (one[0], one[3].number))
        for number, (_proposed, at, planned, inspection, violation) in enumerate(taken, start=1):
            self._write(number, at, planned, inspection, violation)
        pass_over(kind="measure", series="", year=self.year, last=len(taken))

    def _write(
        self,
        number: int,
        at: dict[str, datetime],
        planned: InspectionPlan,
        inspection: Inspection,
        violation: Violation,
    ) -> None:
        proposer = next(
            one for one in self.cast.inspectors if one.user_id == inspection.inspector_id
        )
        approver, decider = self.cast.heads[0], self.cast.heads[1]
        if planned.is_rapid:
            # Nobody is heard first: one head approves and imposes at once.
            decider = approver
        measure = self._measure(number, at, planned, inspection)
        measure.proposed_by, measure.approved_by = proposer.user, approver.user
        measure.decided_by = decider.user
        if measure.ended_at is not None:
            measure.ended_by = proposer.user
        found = {"code": violation.code, "text": violation.text, "legal_ref": violation.legal_ref}
        fine = str(measure.fine_tenge) if measure.fine_tenge else None
        # The violations are written together with the measure and cannot be asked for yet.
        record = {
            **measure_record(measure, decider, note=measure.decision_note, fine_tenge=fine),
            "violations": [found],
        }
        measure.decision_sha256 = sha256_hex(canonical_bytes(record))
        through = Measure.violations.through
        self.past.add(measure, through(measure_id=measure.pk, violation_id=violation.pk))
        self._tell(measure, violation, (proposer, approver, decider), at)

    def _measure(
        self,
        number: int,
        at: dict[str, datetime],
        planned: InspectionPlan,
        inspection: Inspection,
    ) -> Measure:
        is_rapid, paid = planned.is_rapid, at.get("paid")
        decided_on = timezone.localdate(at["decided"])
        mci = Decimal(planned.fine_mci) if planned.fine_mci else None
        return Measure(
            id=self.chance.uuid(), case_id=self.chance.uuid(),
            status="executed" if paid else "in_force", status_since=paid or at["decided"],
            version=5 if paid else 3, number=self.pattern.format(year=self.year, seq=number),
            type=self.types[self.chance.choice(RAPID) if is_rapid else CASE],
            department=inspection.department, subject_name=inspection.subject_name,
            subject_bin=inspection.subject_bin, subject_address=inspection.subject_address,
            inspection=inspection,
            grounds=f"Нарушение установлено при контроле {inspection.number} (пример).",
            form_token=self.chance.uuid(), proposed_at=at["proposed"],
            approved_at=at.get("approved", at["decided"]), decided_at=at["decided"],
            decision_note="" if is_rapid else "Возражений не поступило (пример).",
            starts_on=decided_on, appeal_until=appeal_until(decided_on), fine_mci=mci,
            fine_tenge=tenge_of(mci, on=decided_on) if mci else None,
            fine_paid_on=timezone.localdate(paid) if paid else None, ended_at=paid,
            end_note="Штраф уплачен (пример)." if paid else "",
        )  # fmt: skip

    def _tell(
        self,
        measure: Measure,
        violation: Violation,
        people: tuple[Membership, Membership, Membership],
        at: dict[str, datetime],
    ) -> None:
        story, (proposer, approver, decider) = ThingStory(measure, self.past), people
        approved_at = at.get("approved", at["decided"])
        days = measure.type.reply_days
        reply_until = self.days.later(timezone.localdate(approved_at), days) if days else None
        paid_on = measure.fine_paid_on
        facts = {
            "type": measure.type.code, "certificate": "", "act": "", "auditor": "",
            "organisation": "", "desk_check": "", "complaint": "",
            "inspection": measure.inspection.number if measure.inspection else "",
            "violations": [str(violation.pk)],
            "reply_until": reply_until.isoformat() if reply_until else "",
            "record_sha256": measure.decision_sha256, "fine_mci": str(measure.fine_mci or ""),
            "fine_tenge": str(measure.fine_tenge or ""), "ends_on": "", "execute_by": "",
            "paid_on": paid_on.isoformat() if paid_on else "",
        }  # fmt: skip
        story.tell(at["proposed"], "measure.proposed", proposer, facts)
        story.tell(approved_at, "measure.approved", approver, facts)
        story.tell(at["decided"], "measure.imposed", decider, facts)
        if paid_on is not None:
            story.tell(at["paid"], "measure.fine_paid", proposer, facts)
            story.tell(at["paid"], "measure.executed", proposer, facts)
