"""What the departments did in one invented year, before anything is written. No rows, no keys."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import TypeVar

from django.utils import timezone

from accounts.errors import DomainError

from .chance import Chance, WorkingDays, office_hours

T = TypeVar("T")

# Of a hundred inspections, what they were about.
OBJECTS = {
    "measuring_instruments": 34.0, "goods_on_sale": 24.0, "conformity_documents": 21.0,
    "accreditation_subjects": 9.0, "precious_metals": 10.2, "expert_organisations": 1.1,
    "origin_certificates": 0.7,
}  # fmt: skip
# Subjects that the portal knows; they are few, so nobody plans them for every half-year.
OF_THE_PORTAL = ("expert_organisations", "origin_certificates")
KINDS = {
    "scheduled_inspection": 38.0, "preventive_visit": 27.0, "unscheduled_inspection": 17.0,
    "preventive_desk": 12.0, "supervision_raid": 6.0,
}  # fmt: skip
LISTED = ("scheduled_inspection", "preventive_visit")
# How busy the months are, from January on.
MONTHS = (5, 8, 9, 9, 8, 9, 7, 7, 10, 11, 11, 6)
# Fines as inspectors set them most, and how often.
FINES_MCI = {20: 10, 45: 14, 70: 16, 100: 18, 150: 16, 200: 12, 300: 9, 450: 4, 600: 1}
SMALLEST_FINE, LARGEST_FINE = 5, 1_000
# Working days from the first one of the year: the list is drawn up, approved, begins.
LIST_DAYS, LIST_APPROVED, LIST_BEGINS = 3, 5, 6
# A case needs this many working days after the inspection; a payment so many after the case.
CASE_DAYS, PAID_AFTER = 15, (8, 20)


@dataclass(frozen=True)
class YearOptions:
    """How much of everything: by default what the Committee told of 2024."""

    year: int = 2024
    seed: int = 1
    inspections: int = 8_183
    violating: int = 6_080
    cases: int = 740
    fines_tenge: int = 401_000_000
    mci: Decimal = Decimal(3_692)
    suspended_attestations: int = 68
    withdrawn_attestations: int = 37
    suspended_documents: int = 3_180
    withdrawn_documents: int = 7_862
    verifications: int = 3_150
    instruments: int = 13_595
    seized: int = 4_260
    recalls: int = 48
    samples: int = 160
    bad_samples: int = 147
    rapid: int = 55
    blocked: int = 76

    def __post_init__(self) -> None:
        """Refuses what cannot be made."""
        if not 0 < self.violating <= self.inspections:
            raise DomainError("violating", "More violations than inspections.")
        if self.bad_samples > self.samples:
            raise DomainError("samples", "More bad samples than samples.")

    @property
    def whole_mci(self) -> int:
        """The least whole number of indices that brings more than the sum."""
        return int(self.fines_tenge // self.mci) + 1


@dataclass(slots=True)
class InspectionPlan:
    """One inspection; `half` is 0 outside of the lists."""

    object_kind: str
    is_violating: bool
    department: int
    kind: str = ""
    half: int = 0
    at: dict[str, datetime] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    # For each sample whether it violates.
    samples: list[bool] = field(default_factory=list)
    fine_mci: int = 0
    case_at: dict[str, datetime] = field(default_factory=dict)
    is_rapid: bool = False


@dataclass(slots=True)
class ListingPlan:
    """A site that offered certificates, until it was blocked."""

    at: dict[str, datetime]
    reports: list[datetime]
    department: int


@dataclass
class YearPlan:
    options: YearOptions
    inspections: list[InspectionPlan]
    listings: list[ListingPlan]
    # When the list of the half-year was approved, by half.
    approved_at: dict[int, datetime]


class YearPlanner:
    """Draws the year; the same for the same seed."""

    def __init__(self, options: YearOptions, departments: int, days: WorkingDays) -> None:
        self.options, self.days = options, days
        self.chance = Chance(options.seed, f"control of {options.year}")
        self.departments = range(departments)
        self.weights = [1 / (1 + 0.12 * number) for number in self.departments]
        self.first = days.at_or_after(date(options.year, 1, 1))
        self.last = days.at_or_before(date(options.year, 12, 30))
        self.second_half = days.at_or_after(date(options.year, 7, 1))
        per_month = Counter(days.days[place].month for place in range(self.first, self.last + 1))
        self.busy = list(
            accumulate(
                MONTHS[days.days[place].month - 1] / per_month[days.days[place].month]
                for place in range(self.first, self.last + 1)
            )
        )

    def plan(self) -> YearPlan:
        options = self.options
        drawn = [
            *self._drawn(options.violating, is_violating=True),
            *self._drawn(options.inspections - options.violating, is_violating=False),
        ]
        self._give_samples(drawn)
        self._give_rapid_measures(drawn)
        self._give_outcomes(drawn)
        for one in drawn:
            self._give_kind(one)
            self._give_moments(one)
        self._give_cases(drawn)
        drawn.sort(key=lambda one: one.at["planned"])
        listings = sorted(
            (self._listing() for _number in range(options.blocked)),
            key=lambda one: one.at["reported"],
        )
        approved = {
            1: self._moments([self.first + LIST_APPROVED])[0],
            2: self._moments([self.second_half - 1])[0],
        }
        return YearPlan(options, drawn, listings, approved)

    def _drawn(self, count: int, *, is_violating: bool) -> list[InspectionPlan]:
        chance = self.chance
        places = chance.choices(self.departments, self.weights, k=count)
        # Where there are enough, every department has one.
        places[: len(self.departments)] = list(self.departments)[:count]
        objects = [
            kind for kind, parts in shares(count, OBJECTS).items() for _number in range(parts)
        ]
        chance.shuffle(objects)
        return [
            InspectionPlan(kind, is_violating, place)
            for kind, place in zip(objects, places, strict=True)
        ]

    def _of(self, drawn: Iterable[InspectionPlan], kind: str) -> list[InspectionPlan]:
        """The violating ones of one object, in a drawn order."""
        found = [one for one in drawn if one.is_violating and one.object_kind == kind]
        self.chance.shuffle(found)
        return found

    def _give_samples(self, drawn: list[InspectionPlan]) -> None:
        options, chance = self.options, self.chance
        violating = self._of(drawn, "goods_on_sale")
        clean = [
            one for one in drawn if not one.is_violating and one.object_kind == "goods_on_sale"
        ]
        # Rapid measures need goods of their own.
        room = max(len(violating) - options.rapid, 0)
        buyers = violating[: min(room, -(-options.bad_samples * 5 // 8))]
        for one, count in zip(buyers, parted(options.bad_samples, buyers, chance), strict=True):
            one.samples += [True] * count
        good = options.samples - options.bad_samples
        buyers = (clean or buyers)[:good]
        for one, count in zip(buyers, parted(good, buyers, chance), strict=True):
            one.samples += [False] * count

    def _give_rapid_measures(self, drawn: list[InspectionPlan]) -> None:
        free = [one for one in self._of(drawn, "goods_on_sale") if not one.samples]
        if len(free) < self.options.rapid:
            raise _too_few("rapid")
        for one in free[: self.options.rapid]:
            one.is_rapid = True

    def _give_outcomes(self, drawn: list[InspectionPlan]) -> None:
        options = self.options
        for kind, outcome, total, percent in (
            ("accreditation_subjects", "attestation_suspended", options.suspended_attestations, 15),
            ("accreditation_subjects", "attestation_withdrawn", options.withdrawn_attestations, 8),
            ("conformity_documents", "document_suspended", options.suspended_documents, 30),
            ("conformity_documents", "document_withdrawn", options.withdrawn_documents, 55),
            ("measuring_instruments", "verification_cancelled", options.verifications, 25),
            ("measuring_instruments", "instrument_banned", options.instruments, 60),
            ("goods_on_sale", "goods_seized", options.seized, 20),
            ("goods_on_sale", "recall_notified", options.recalls, 4),
        ):
            found = self._of(drawn, kind)
            carriers = found[: min(total, -(-len(found) * percent // 100))]
            quantities = parted(total, carriers, self.chance)
            for one, quantity in zip(carriers, quantities, strict=True):
                one.outcomes[outcome] = quantity

    def _give_kind(self, one: InspectionPlan) -> None:
        if one.samples:
            one.kind = "sample_purchase"
        elif one.is_rapid:
            one.kind = "supervision_raid"
        elif one.object_kind in OF_THE_PORTAL:
            one.kind = self.chance.choice(("unscheduled_inspection", "preventive_desk"))
        else:
            one.kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]

    def _give_moments(self, one: InspectionPlan) -> None:
        """Counted back from the completion, which lies within the year."""
        chance, begins = self.chance, self.first + LIST_BEGINS
        completed = max(self._busy_place(), begins)
        started = max(completed - chance.randint(0, 9), begins)
        if one.kind in LISTED:
            one.half = 2 if started >= self.second_half else 1
            begin = self.second_half - 12 if one.half == 2 else self.first
            planned = begin + chance.randint(0, LIST_DAYS)
            assigned = max(started - chance.randint(0, 4), planned)
        else:
            planned = max(started - chance.randint(0, 4), self.first)
            assigned = chance.randint(planned, started)
        places = {"planned": planned, "assigned": assigned, "started": started}
        if one.samples:
            places["bought"] = started
            places["tested"] = chance.randint(started, completed)
        if one.is_violating:
            places["found"] = completed
        if one.outcomes:
            places["led_to"] = completed
        if one.is_rapid:
            places |= {"proposed": completed, "decided": completed}
        places["completed"] = completed
        one.at = dict(zip(places, self._moments(list(places.values())), strict=True))

    def _give_cases(self, drawn: list[InspectionPlan]) -> None:
        options, chance = self.options, self.chance
        latest = self.days.days[self.last - CASE_DAYS]
        found = [
            one
            for one in drawn
            if one.is_violating
            and not one.is_rapid
            and one.object_kind not in OF_THE_PORTAL
            and timezone.localdate(one.at["completed"]) <= latest
        ]
        if len(found) < options.cases:
            raise _too_few("cases")
        chosen = chance.sample(found, options.cases)
        for one, mci in zip(chosen, self._fines(), strict=True):
            one.fine_mci = mci
            self._give_case_moments(one)

    def _give_case_moments(self, one: InspectionPlan) -> None:
        chance = self.chance
        proposed = self.days.at_or_before(timezone.localdate(one.at["completed"])) + 1
        approved = proposed + chance.randint(0, 2)
        decided = approved + chance.randint(6, 10)
        places = {"proposed": proposed, "approved": approved, "decided": decided}
        paid = decided + chance.randint(*PAID_AFTER)
        if chance.happens(70) and paid <= self.last:
            places["paid"] = paid
        one.case_at = dict(zip(places, self._moments(list(places.values())), strict=True))

    def _fines(self) -> list[int]:
        """Whole indices that together come to the wanted sum exactly."""
        options, chance = self.options, self.chance
        if not options.cases:
            return []
        drawn = chance.choices(list(FINES_MCI), list(FINES_MCI.values()), k=options.cases)
        least, most = SMALLEST_FINE * options.cases, LARGEST_FINE * options.cases
        if not least <= options.whole_mci <= most:
            raise DomainError("fines", "No such fines come to this sum.")
        missing = options.whole_mci - sum(drawn)
        while missing:
            step = min(abs(missing), 5) * (1 if missing > 0 else -1)
            place = chance.randrange(options.cases)
            changed = min(max(drawn[place] + step, SMALLEST_FINE), LARGEST_FINE)
            missing -= changed - drawn[place]
            drawn[place] = changed
        return drawn

    def _listing(self) -> ListingPlan:
        chance = self.chance
        blocked = max(self._busy_place(), self.first + 22)
        sent = blocked - chance.randint(3, 12)
        confirmed = sent - chance.randint(1, 3)
        reported = confirmed - chance.randint(1, 5)
        places = {"reported": reported, "confirmed": confirmed, "sent": sent, "blocked": blocked}
        at = dict(zip(places, self._moments(list(places.values())), strict=True))
        room = (at["confirmed"] - at["reported"]).total_seconds()
        more = sorted(chance.uniform(0, room) for _number in range(chance.randint(0, 2)))
        reports = [at["reported"], *(at["reported"] + timedelta(seconds=int(s)) for s in more)]
        department = chance.choices(self.departments, self.weights)[0]
        return ListingPlan(at, reports, department)

    def _busy_place(self) -> int:
        drawn = self.chance.random() * self.busy[-1]
        return self.first + bisect_left(self.busy, drawn)

    def _moments(self, places: Sequence[int]) -> list[datetime]:
        return office_hours(self.chance, [self.days.days[place] for place in places])


def shares(count: int, weights: dict[T, float]) -> dict[T, int]:
    """`count` split by weights into whole parts that add up to it."""
    whole = sum(weights.values())
    exact = {key: count * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in rest[: count - sum(parts.values())]:
        parts[key] += 1
    return parts


def parted(total: int, carriers: Sequence[object], chance: Chance) -> list[int]:
    """`total` in as many parts as there are carriers, each one at least, some far larger."""
    if not carriers:
        if total:
            raise _too_few("carriers")
        return []
    weights = {number: chance.lognormvariate(0, 0.8) for number in range(len(carriers))}
    if total < len(carriers):
        raise _too_few("parts")
    return [1 + part for part in shares(total - len(carriers), weights).values()]


def _too_few(what: str) -> DomainError:
    return DomainError(f"too_few_{what}", f"The year is too small for this many: {what}.")
