"""Who came when with what: every case of the invented past, before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from .chance import Chance, Weighted, WorkingDays, office_hours
from .options import Options
from .people import Applicant, Auditor, Cast, ExpertHouse
from .variations import Mould, Variation
from .words import identification

# The steps of a case in their order; a case passes through those that its kind has.
REQUEST = ("submitted", "accepted", "assigned")
PAUSE = ("asked", "answered")
CHAMBER = ("applied", "taken")
REVIEW_PAUSES = {
    "question": ("review_asked", "review_answered"),
    "consultation": ("consulted", "consultation_closed"),
}
# Working days between a step and the one before it: from, to.
TERMS = {
    "accepted": (0, 1), "assigned": (0, 1), "asked": (0, 2), "answered": (1, 9), "signed": (1, 4),
    "applied": (0, 6), "taken": (0, 1), "review_asked": (0, 1), "review_answered": (1, 7),
    "consulted": (0, 1), "consultation_closed": (2, 8), "recommended": (0, 1), "decided": (0, 1),
    "rejected": (0, 1),
}  # fmt: skip
MINUTES_OF_A_FAST_ONE = (2.0, 6.0)


@dataclass(slots=True)
class LinePlan:
    variation: Variation
    quantity: Decimal
    model: int


@dataclass(slots=True)
class CasePlan:
    """One case: `kind` is certificate, refused, negative or rejected."""

    number: int
    kind: str
    applicant: Applicant
    house: ExpertHouse
    auditor: Auditor
    at: dict[str, datetime] = field(default_factory=dict)
    lines: list[LinePlan] = field(default_factory=list)
    words: str = ""
    is_batch: bool = False
    is_visited: bool = False
    # Signs that something may be wrong: fast, near, copied, over_capacity, papers.
    signs: tuple[str, ...] = ()
    # Codes that numbering gives.
    request_number: str = ""
    act_number: str = ""
    application_number: str = ""
    certificate_number: str = ""
    sequence: int = 0
    # What becomes of the certificate later.
    ends_as: str = "valid"
    ended_at: datetime | None = None

    @property
    def began(self) -> datetime:
        return self.at["submitted"]

    @property
    def certified_at(self) -> datetime:
        return self.at["decided"]


class Planner:
    """Draws the cases one after another from one stream of chance."""

    def __init__(
        self, options: Options, cast: Cast, moulds: dict[str, Mould], days: WorkingDays
    ) -> None:
        self.chance = Chance(options.seed, "cases")
        self.options, self.cast, self.moulds, self.days = options, cast, moulds, days
        self.applicants = Weighted([one.weight for one in cast.applicants])
        self.staff = {
            house.organisation.pk: Weighted([one.weight for one in house.auditors])
            for house in cast.houses
        }
        self.first = days.at_or_after(options.first)
        self.last = days.at_or_before(options.last)
        self.copied = [identification(self.chance) for _number in range(3)]
        self._count = 0

    def cases(self) -> list[CasePlan]:
        """All of them, in the order in which they began."""
        options = self.options
        wanted = (
            ("certificate", options.certificates),
            ("refused", options.refused),
            ("negative", options.negative),
            ("rejected", options.rejected),
        )
        drawn = [self._case(kind) for kind, count in wanted for _number in range(count)]
        return sorted(drawn, key=lambda plan: (plan.began, plan.number))

    def _case(self, kind: str) -> CasePlan:
        chance = self.chance
        self._count += 1
        applicant = self.cast.applicants[self.applicants.draw(chance)]
        if kind == "negative" and not applicant.ware.has_limit:
            # Only where the rules limit the share can it be too small.
            limited = [one for one in self.cast.applicants if one.ware.has_limit]
            applicant = chance.choice(limited)
        house, auditor = self._examined_by(applicant)
        plan = CasePlan(self._count, kind, applicant, house, auditor)
        plan.is_batch, plan.is_visited = chance.happens(12), chance.happens(55)
        plan.words = identification(chance)
        plan.signs = tuple(self._signs(applicant, auditor))
        if "copied" in plan.signs:
            plan.words = chance.choice(self.copied)
        plan.lines = list(self._lines(plan))
        plan.at = self._moments(plan)
        return plan

    def _examined_by(self, applicant: Applicant) -> tuple[ExpertHouse, Auditor]:
        if applicant.own_auditor is not None:
            return applicant.house, applicant.own_auditor
        house = applicant.house if self.chance.happens(85) else applicant.other_house
        staff = self.staff[house.organisation.pk]
        return house, house.auditors[staff.draw(self.chance)]

    def _signs(self, applicant: Applicant, auditor: Auditor) -> Iterator[str]:
        """A careless auditor leaves more of them; nobody leaves none at all."""
        chance, more = self.chance, 6 if auditor.is_careless else 1
        for sign, percent in (("fast", 3), ("near", 8), ("copied", 0.6), ("over_capacity", 1.5)):
            if chance.happens(percent * more):
                yield sign
        if applicant.papers_of is not None:
            yield "papers"

    def _lines(self, plan: CasePlan) -> Iterator[LinePlan]:
        chance, ware = self.chance, plan.applicant.ware
        mould = self.moulds[ware.key]
        count = chance.choices((1, 2, 3, 4, 5, 6), (38, 24, 16, 11, 6, 5))[0]
        refused = list(range(count)) if plan.kind == "negative" else []
        if plan.kind == "certificate" and count > 2 and mould.refused and chance.happens(6):
            refused = [count - 1]
        is_near = "near" in plan.signs
        for number in range(count):
            if number in refused:
                variation = chance.choice(mould.refused)
            else:
                # Shares bunch just above the half that the register asks for.
                near = is_near or chance.happens(34)
                variation = chance.choice(mould.near if near else mould.far)
            quantity = max(1, round(ware.quantity * chance.lognormvariate(0, 0.7)))
            if "over_capacity" in plan.signs and number == 0:
                quantity = round(ware.capacity * chance.uniform(1.1, 2.5))
            yield LinePlan(variation, Decimal(quantity), chance.randint(1, 40))

    def _moments(self, plan: CasePlan) -> dict[str, datetime]:
        """Counted back from the last step, which lies within the span."""
        steps = self._steps(plan)
        terms = [0]
        for step in steps[1:]:
            shortest, longest = TERMS[step]
            is_fast = step == "signed" and "fast" in plan.signs
            terms.append(0 if is_fast else self.chance.randint(shortest, longest))
        place = self._last_place()
        places = [place]
        for term in reversed(terms[1:]):
            place -= term
            places.append(place)
        days = [self.days.days[place] for place in reversed(places)]
        at = dict(zip(steps, office_hours(self.chance, days), strict=True))
        if "fast" in plan.signs and "signed" in at:
            before = at["answered"] if "answered" in at else at["assigned"]
            minutes = self.chance.uniform(*MINUTES_OF_A_FAST_ONE)
            at["signed"] = min(at["signed"], before + timedelta(minutes=minutes))
        return at

    def _steps(self, plan: CasePlan) -> list[str]:
        chance = self.chance
        if plan.kind == "rejected":
            return ["submitted", "rejected"]
        steps = list(REQUEST)
        if chance.happens(18) and "fast" not in plan.signs:
            steps += PAUSE
        steps.append("signed")
        if plan.kind == "negative":
            return steps
        steps += CHAMBER
        if chance.happens(8):
            steps += REVIEW_PAUSES["question"]
        elif chance.happens(4):
            steps += REVIEW_PAUSES["consultation"]
        return [*steps, "recommended", "decided"]

    def _last_place(self) -> int:
        """More cases in later years, as a register grows."""
        span = self.last - self.first
        while True:
            place = self.first + self.chance.randint(0, span)
            if self.chance.random() < 0.75 + 0.25 * (place - self.first) / max(span, 1):
                return place


def span_of_days(first: date, last: date) -> WorkingDays:
    """Enough days before the first and after the last one for every term."""
    return WorkingDays(date(first.year - 2, 1, 1), date(last.year + 1, 12, 31))
