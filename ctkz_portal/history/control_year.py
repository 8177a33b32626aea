"""A year of control measures as rows and events, by the Committee's people of the history."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from django.utils import timezone, translation

from accounts.identifiers import check_digit, complete_identifier
from accounts.models import Membership, Organisation
from oversight.control.violations import legal_reference
from oversight.inspections.approving import list_digest
from oversight.inspections.lists import needs_act
from oversight.models import (
    ControlOutcome,
    Fault,
    HalfYearList,
    Inspection,
    Sample,
    Violation,
)
from reference.code_lists import names_read_once
from reference.models import Department
from reference.numbering import pass_over
from reference.parameters import parameter

from .chance import Chance, WorkingDays
from .control import ThingStory
from .control_year_market import write_listings
from .control_year_measures import Measures
from .control_year_plan import (
    InspectionPlan,
    YearOptions,
    YearPlan,
    YearPlanner,
)
from .people import Cast
from .writing import Keys, Past

Progress = Callable[[str, int, int], None]

# Who is inspected, by what is controlled.
NAMES = {
    "measuring_instruments": "Пример-Өлшем", "goods_on_sale": "Пример-Дүкен",
    "conformity_documents": "Пример-Импорт", "accreditation_subjects": "Пример-Сәйкестік",
    "precious_metals": "Пример-Зергер",
}  # fmt: skip
# What is found there.
FOUND = {
    "measuring_instruments": ("instrument_not_verified", "verification_unfounded"),
    "goods_on_sale": ("goods_do_not_conform",),
    "conformity_documents": ("conformity_unfounded", "goods_do_not_conform"),
    "accreditation_subjects": ("accreditation_conditions", "conformity_unfounded"),
    "precious_metals": ("goods_do_not_conform",),
    "expert_organisations": ("process_not_described", "documents_missing", "deadline_broken"),
    "origin_certificates": ("deadline_broken", "act_with_errors"),
}
PRODUCTS = ("Кабель силовой", "Цемент", "Моторное масло", "Удлинитель бытовой", "Светильник")
LABORATORY = "Испытательная лаборатория «Пример-Сынақ»"
# Identifiers of the subjects begin where those of the people of the history are long past.
BIN_BEGINNING, FIRST_BIN = "990240", 50_000


def generate(
    *,
    year: int,
    seed: int,
    cast: Cast,
    past: Past,
    days: WorkingDays,
    progress: Progress,
    options: YearOptions | None = None,
) -> dict[str, int]:
    """The year as the Committee told it of 2024, or as `options` say; what came of it in figures.

    Rows and events are written month by month.
    """
    if options is None:
        mci = Decimal(parameter("mci", on=date(year, 1, 1)))
        options = YearOptions(year=year, seed=seed, mci=mci)
    with names_read_once(), translation.override("ru"):
        departments = list(Department.objects.exclude(pk=Department.CENTRAL))
        plan = YearPlanner(options, len(departments), days).plan()
        writer = YearOfControl(plan, departments, cast, past)
        writer.write(days)
        write_listings(plan.listings, departments, cast, past, Chance(options.seed, "sites"))
        _write_months(past, options.year, progress)
    return counts_of(plan)


def counts_of(plan: YearPlan) -> dict[str, int]:
    inspections = plan.inspections
    return {
        "inspections": len(inspections),
        "inspections_with_violations": sum(one.is_violating for one in inspections),
        "administrative_cases": sum(one.fine_mci > 0 for one in inspections),
        "samples": sum(len(one.samples) for one in inspections),
        "rapid_measures": sum(one.is_rapid for one in inspections),
        "sites_blocked": len(plan.listings),
    }


def _write_months(past: Past, year: int, progress: Progress) -> None:
    for month in range(1, 13):
        following = date(year, month, 28) + timedelta(days=4)
        past.write(until=_midnight(following.replace(day=1)))
        progress("control year", month, 12)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001


class YearOfControl:
    """Turns the plan of the year into rows and tells their events."""

    def __init__(
        self, plan: YearPlan, departments: list[Department], cast: Cast, past: Past
    ) -> None:
        self.plan, self.departments, self.cast, self.past = plan, departments, cast, past
        self.chance = Chance(plan.options.seed, "rows of control")
        self.samples, self.outcomes = Keys(Sample), Keys(ControlOutcome)
        self.chambers = {desk.organisation.code: desk.organisation for desk in cast.desks}
        self.bins = _identifiers()
        self.pattern: str = parameter("number_format.inspection", on=date(plan.options.year, 1, 1))
        self.reference = cache(lambda code, on: legal_reference(code, on=on)["ru"][:400])
        self.needs_act = cache(needs_act)

    def write(self, days: WorkingDays) -> None:
        year = self.plan.options.year
        written: list[tuple[InspectionPlan, Inspection, Violation | None]] = []
        for number, planned in enumerate(self.plan.inspections, start=1):
            inspection = self._inspection(planned, number)
            self.past.add(inspection)
            violation = self._found(planned, inspection)
            self._tell_of_the_end(planned, inspection)
            written.append((planned, inspection, violation))
        pass_over(kind="inspection", series="", year=year, last=len(written))
        self._approve_lists([inspection for _planned, inspection, _violation in written])
        Measures(self.cast, self.past, days, self.chance, year).write(written)

    def _inspection(self, planned: InspectionPlan, number: int) -> Inspection:
        at, department = planned.at, self.departments[planned.department]
        organisation = self._organisation(planned, department)
        year, inspector = self.plan.options.year, self._inspector(planned)
        label = self.pattern.format(year=year, seq=number, series="")
        act = f"{year}-{department.pk}-{number:05d}" if self.needs_act(planned.kind) else ""
        inspection = Inspection(
            id=self.chance.uuid(), case_id=self.chance.uuid(), status="completed",
            status_since=at["completed"], version=4, number=label, department=department,
            kind=planned.kind, object_kind=planned.object_kind,
            half_year=f"{year}-{planned.half}" if planned.half else "", organisation=organisation,
            subject_name=_name(planned, organisation, number),
            subject_bin=organisation.bin if organisation else next(self.bins),
            subject_address=f"{department.name_ru}, ул. Примерная, {number}",
            grounds="" if planned.half else "Обращение и анализ сведений (пример).",
            registration_number=act, created_at=at["planned"], planned_by=inspector.user,
            planned_on=timezone.localdate(at["started"]), inspector=inspector.user,
            started_at=at["started"], completed_at=at["completed"],
            has_violations=planned.is_violating,
            summary="Выявлены нарушения (пример)." if planned.is_violating
            else "Нарушений не выявлено (пример).",
        )  # fmt: skip
        self._tell(planned, inspection, inspector)
        return inspection

    def _tell(self, planned: InspectionPlan, inspection: Inspection, by: Membership) -> None:
        at, story = planned.at, ThingStory(inspection, self.past)
        facts = {
            "department": inspection.department_id, "kind": inspection.kind,
            "object_kind": inspection.object_kind, "half_year": inspection.half_year,
            "recommendation": "", "complaint": "", "inspector": str(by.user_id),
        }  # fmt: skip
        story.tell(at["planned"], "inspection.planned", by, facts)
        story.tell(at["assigned"], "inspection.assigned", self.cast.heads[0], facts)
        story.tell(at["started"], "inspection.started", by, facts)

    def _tell_of_the_end(self, planned: InspectionPlan, inspection: Inspection) -> None:
        """After everything else of the same moment."""
        facts = {
            "has_violations": planned.is_violating,
            "violations": int(planned.is_violating),
            "samples": len(planned.samples),
        }
        story, by = ThingStory(inspection, self.past), self._inspector(planned)
        story.tell(planned.at["completed"], "inspection.completed", by, facts)

    def _found(self, planned: InspectionPlan, inspection: Inspection) -> Violation | None:
        by, story = self._inspector(planned), ThingStory(inspection, self.past)
        for number, is_bad in enumerate(planned.samples):
            self._sample(planned, inspection, by, is_bad=is_bad, number=number)
        for kind, quantity in planned.outcomes.items():
            outcome = ControlOutcome(
                id=self.outcomes.next(), inspection=inspection, kind=kind, quantity=quantity,
                decided_on=timezone.localdate(planned.at["led_to"]),
            )  # fmt: skip
            self.past.add(outcome)
            facts = {"outcome": str(outcome.pk), "kind": kind, "quantity": quantity}
            story.tell(planned.at["led_to"], "inspection.outcome_recorded", by, facts)
        return self._violation(planned, inspection, by) if planned.is_violating else None

    def _violation(
        self, planned: InspectionPlan, inspection: Inspection, by: Membership
    ) -> Violation:
        at, code = planned.at, self.chance.choice(FOUND[planned.object_kind])
        fault = {
            "origin_certificates": Fault.CHAMBER, "expert_organisations": Fault.EXPERTS,
        }.get(planned.object_kind, Fault.OTHER)  # fmt: skip
        found_on = timezone.localdate(at["found"])
        violation = Violation(
            id=self.chance.uuid(), code=code, fault=fault, organisation=inspection.organisation,
            inspection=inspection, text="Установлено при контроле (пример).",
            legal_ref=self.reference(code, found_on.replace(day=1)), noted_by=by.user,
            noted_at=at["found"], confirmed_by=by.user, confirmed_at=at["completed"],
        )  # fmt: skip
        self.past.add(violation)
        facts = {
            "violation": str(violation.pk), "code": code, "fault": str(fault), "certificate": "",
        }  # fmt: skip
        story = ThingStory(inspection, self.past)
        story.tell(at["found"], "violation.noted", by, facts)
        story.tell(at["completed"], "violation.confirmed", by, facts)
        return violation

    def _sample(
        self,
        planned: InspectionPlan,
        inspection: Inspection,
        by: Membership,
        *,
        is_bad: bool,
        number: int,
    ) -> None:
        at, chance = planned.at, self.chance
        sample = Sample(
            id=self.samples.next(), inspection=inspection, product=chance.choice(PRODUCTS),
            bought_at=inspection.subject_name, bought_on=timezone.localdate(at["bought"]),
            price=Decimal(chance.randint(8, 900) * 100), laboratory=LABORATORY,
            protocol_number=f"{inspection.number}-{number + 1}",
            tested_on=timezone.localdate(at["tested"]),
            result=Sample.Result.VIOLATES if is_bad else Sample.Result.CONFORMS,
        )  # fmt: skip
        self.past.add(sample)
        facts = {
            "sample": str(sample.pk), "bought_on": sample.bought_on.isoformat(),
            "result": str(sample.result), "tested_on": timezone.localdate(at["tested"]).isoformat(),
        }  # fmt: skip
        story = ThingStory(inspection, self.past)
        story.tell(at["bought"], "inspection.sample_bought", by, facts)
        story.tell(at["tested"], "inspection.sample_tested", by, facts)

    def _approve_lists(self, inspections: list[Inspection]) -> None:
        """By a head who planned none of them."""
        lines: dict[tuple[str, str], list[Inspection]] = {}
        for one in inspections:
            if one.half_year:
                lines.setdefault((one.department_id, one.half_year), []).append(one)
        head = self.cast.heads[-1]
        for (department, half_year), listed in lines.items():
            listed.sort(key=lambda one: (one.planned_on, one.number))
            approved = HalfYearList(
                id=self.chance.uuid(), case_id=self.chance.uuid(), department_id=department,
                half_year=half_year, approved_by=head.user, total=len(listed),
                approved_at=self.plan.approved_at[int(half_year[-1])],
                list_sha256=list_digest(listed),
            )  # fmt: skip
            self.past.add(approved)
            facts = {
                "department": department, "half_year": half_year, "total": len(listed),
                "list_sha256": approved.list_sha256,
            }  # fmt: skip
            story = ThingStory(approved, self.past)
            story.tell(approved.approved_at, "half_year_list.approved", head, facts)

    def _inspector(self, planned: InspectionPlan) -> Membership:
        """Two for each department; the same for every step of one inspection."""
        inspectors = self.cast.inspectors
        turn = planned.at["planned"].microsecond // 1000 % 2
        return inspectors[(planned.department + turn * len(inspectors) // 2) % len(inspectors)]

    def _organisation(self, planned: InspectionPlan, department: Department) -> Organisation | None:
        match planned.object_kind:
            case "origin_certificates":
                return self.chambers[department.pk]
            case "expert_organisations":
                return self.chance.choice(self.cast.houses).organisation
        return None


def _name(planned: InspectionPlan, organisation: Organisation | None, number: int) -> str:
    if organisation is not None:
        return organisation.name_ru
    return f"ТОО «{NAMES[planned.object_kind]} {number}»"


def _identifiers() -> Iterator[str]:
    """Sound identifiers that nobody has, one after another."""
    for number in range(FIRST_BIN, 100_000):
        eleven = f"{BIN_BEGINNING}{number:05d}"
        if check_digit(eleven) is not None:
            yield complete_identifier(eleven)
