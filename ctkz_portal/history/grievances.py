"""Who complained of what, when it was answered, and which certificates turned out violated."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from accounts.errors import DomainError
from oversight.models import Complaint, Fault
from reference.numbering import pass_over
from reference.parameters import parameter

from .chance import Chance, Weighted, WorkingDays, office_hours
from .options import Options
from .planning import CasePlan
from .words import person_name

About, Outcome = Complaint.About, Complaint.Outcome
# Working days between the issue and the last day that a complaint and its measures need.
ROOM = 46
# Every seventh complaint is answered after a prolongation, every sixteenth simply late.
PROLONGED, LATE = 7, 16
TERM = 15
# Whose fault it is where it is not the auditor's, one after another.
OTHER_FAULTS = (Fault.CHAMBER, Fault.EXPERTS, Fault.CHAMBER, Fault.APPLICANT)
# What the rest of the complaints is about, in hundredths.
SUBJECTS = {
    About.CERTIFICATE: 52, About.REFUSAL: 16, About.AUDITOR: 12, About.CHAMBER: 9,
    About.FORGERY: 7, About.OTHER: 4,
}  # fmt: skip
MEASURES = {"revoke_certificate": 60, "suspend_certificate": 20, "warning": 20}
ENDS_AS = {"revoke_certificate": "revoked", "suspend_certificate": "suspended"}
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(slots=True)
class Grievance:
    """One complaint: `case` is what it is about, `fault` whose violation was confirmed."""

    about: Complaint.About
    outcome: Complaint.Outcome
    code: str
    who: str
    at: dict[str, datetime] = field(default_factory=dict)
    case: CasePlan | None = None
    fault: Fault | None = None
    measure: str = ""
    number: str = ""
    measure_number: str = ""
    order_number: str = ""


class Complainants:
    """Draws the complaints of a history whose cases are known."""

    def __init__(self, options: Options, cases: list[CasePlan], days: WorkingDays) -> None:
        self.chance = Chance(options.seed, "complaints")
        self.options, self.days = options, days
        self.last = days.at_or_before(options.last)
        self._drawn_so_far = 0
        early = [plan for plan in cases if self._room(plan) >= ROOM]
        self.certified = [plan for plan in early if plan.kind == "certificate"]
        self.refused = [plan for plan in early if plan.kind == "refused"]

    def grievances(self) -> list[Grievance]:
        """In the order in which they came, numbered."""
        drawn = [*self._founded(), *self._unfounded()]
        drawn.sort(key=lambda one: one.at["received"])
        _number(drawn)
        return drawn

    def _founded(self) -> Iterator[Grievance]:
        """Violated certificates: the more signs a case has, the likelier, but never surely."""
        options = self.options
        if options.violated > len(self.certified):
            raise DomainError("too_short", "The span is too short for so many violations.")
        weights = [
            1 + 7 * len(plan.signs) + 3 * plan.auditor.is_careless for plan in self.certified
        ]
        choice, taken = Weighted(weights), set[int]()
        while len(taken) < options.violated:
            taken.add(choice.draw(self.chance))
        places = sorted(taken)
        self.chance.shuffle(places)
        for number, place in enumerate(places):
            by_auditor = number < options.violated_by_auditors
            others = number - options.violated_by_auditors
            fault = Fault.AUDITOR if by_auditor else OTHER_FAULTS[others % len(OTHER_FAULTS)]
            yield self._violated(self.certified[place], fault)

    def _violated(self, plan: CasePlan, fault: Fault) -> Grievance:
        outcome = Outcome.PARTLY if self.chance.happens(20) else Outcome.CONFIRMED
        grievance = self._drawn(About.CERTIFICATE, outcome, plan)
        grievance.fault = fault
        grievance.measure = self.chance.choices(list(MEASURES), list(MEASURES.values()))[0]
        if grievance.measure in ENDS_AS:
            plan.ends_as = ENDS_AS[grievance.measure]
            plan.ended_at = grievance.at["decided"]
        return grievance

    def _unfounded(self) -> Iterator[Grievance]:
        for _place in range(self.options.complaints - self.options.violated):
            about = self.chance.choices(list(SUBJECTS), list(SUBJECTS.values()))[0]
            if about == About.REFUSAL and not self.refused:
                about = About.OTHER
            pool = self.refused if about == About.REFUSAL else self.certified
            yield self._drawn(about, Outcome.NOT_CONFIRMED, self.chance.choice(pool))

    def _drawn(
        self, about: Complaint.About, outcome: Complaint.Outcome, plan: CasePlan
    ) -> Grievance:
        chance = self.chance
        grievance = Grievance(
            about,
            outcome,
            "".join(chance.choices(CODE_LETTERS, k=10)),
            person_name(chance, chance.randint(10_000, 99_999)),
        )
        # Complaints of other things stand beside a case only to have their time.
        if about in (About.CERTIFICATE, About.REFUSAL, About.AUDITOR, About.CHAMBER):
            grievance.case = plan
        grievance.at = self._moments(plan, founded=outcome != Outcome.NOT_CONFIRMED)
        return grievance

    def _moments(self, plan: CasePlan, *, founded: bool) -> dict[str, datetime]:
        chance = self.chance
        issued = self.days.at_or_before(timezone.localdate(plan.at["decided"]))
        room = self.last - issued - ROOM
        received = issued + chance.randint(3, 3 + min(room, 120))
        self._drawn_so_far += 1
        prolonged = self._drawn_so_far % PROLONGED == 0
        if prolonged:
            answered = received + chance.randint(TERM + 1, 28)
        elif self._drawn_so_far % LATE == 0:
            answered = received + chance.randint(TERM + 1, TERM + 5)
        else:
            answered = received + chance.randint(4, TERM)
        places = {"received": received, "registered": received + chance.randint(0, 1)}
        places["taken"] = places["registered"] + chance.randint(0, 1)
        if prolonged:
            places["extended"] = received + chance.randint(8, TERM - 1)
        if founded:
            places["noted"] = answered - 1
        places |= {"drafted": answered - 1, "answered": answered}
        if founded:
            places["proposed"] = answered + 1
            places["approved"] = answered + 2
            places["decided"] = answered + 2 + chance.randint(6, 8)
        moments = office_hours(chance, [self.days.days[place] for place in places.values()])
        return dict(zip(places, moments, strict=True))

    def _room(self, plan: CasePlan) -> int:
        if "decided" not in plan.at:
            return -1
        return self.last - self.days.at_or_before(timezone.localdate(plan.at["decided"]))


def _number(grievances: list[Grievance]) -> None:
    """Numbers of complaints and measures, each counted in its year and in its own order."""
    last: dict[tuple[str, str, int], int] = {}

    def next_of(kind: str, series: str, at: datetime) -> str:
        day = timezone.localdate(at)
        key = kind, series, day.year
        last[key] = last.get(key, 0) + 1
        pattern: str = parameter(f"number_format.{kind}", on=day)
        return pattern.format(chamber=series, series=series, year=day.year, seq=last[key])

    for one in grievances:
        one.number = next_of("complaint", "", one.at["received"])
    founded = [one for one in grievances if one.fault is not None]
    for one in sorted(founded, key=lambda one: one.at["proposed"]):
        one.measure_number = next_of("measure", "", one.at["proposed"])
    for one in sorted(founded, key=lambda one: one.at["decided"]):
        if one.measure in ENDS_AS:
            one.order_number = next_of("order", "000", one.at["decided"])
    for (kind, series, year), latest in last.items():
        pass_over(kind=kind, series=series, year=year, last=latest)
