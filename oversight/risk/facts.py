"""What indicators look at: frozen facts of acts, applications and certificates. Pure.

Whatever depends on other cases looks back from the moment of the case itself, so a new case
changes nothing about earlier ones but what they share with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from documents.canonical import canonical_bytes, sha256_hex


def _in_order(thing: object, *names: str) -> None:
    for name in names:
        rows: Iterable[Any] = getattr(thing, name)
        object.__setattr__(thing, name, tuple(sorted(rows, key=repr)))


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the rules on foreign value; `gap` is below zero where it is not kept."""

    kind: str
    limit: Decimal
    percent: Decimal
    gap: Decimal


@dataclass(frozen=True)
class Line:
    """One goods line with what the auditor and the rules said of it."""

    number: int
    hs_code: str
    quantity: Decimal
    is_originating: bool
    criterion: str = ""
    # What the rules themselves said, and by which row of the list (or `general`).
    verdict: str = ""
    rule: str = ""
    reading: str = ""
    # Rows of the list that name this code, where the line was judged by the general rule.
    passed_rows: tuple[str, ...] = ()
    operations: int = 0
    sufficient_operations: int = 0
    # Foreign materials of the line's own heading, of the price.
    same_heading_percent: Decimal = Decimal(0)
    limits: tuple[Limit, ...] = ()
    # The middle quantity of the producer's earlier lines of the same goods, and of how many.
    usual_quantity: Decimal | None = None
    earlier_lines: int = 0

    def __post_init__(self) -> None:
        _in_order(self, "passed_rows", "limits")

    @property
    def heading(self) -> str:
        return self.hs_code[:4]

    @property
    def met(self) -> list[Limit]:
        return [limit for limit in self.limits if limit.gap >= 0]


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file of the case that also lies in acts of other producers."""

    sha256: str
    producers: int
    # One of those acts.
    number: str


@dataclass(frozen=True, slots=True)
class NearAct:
    """An act of another producer whose text or photographs are nearly the same."""

    kind: str
    apart: int
    number: str


@dataclass(frozen=True)
class ActFacts:
    """One signed act, and what was around it on the day of its signature."""

    id: UUID
    case_id: UUID
    number: str
    signed_at: datetime
    auditor_id: UUID
    producer_bin: str
    is_positive: bool
    lines: tuple[Line, ...] = ()
    # From the assignment to the signature; nothing where the log does not say.
    minutes: int | None = None
    acts_that_day: int = 1
    # Acts of the auditor in the window whose share lies just above a limit, and beside that.
    just_above: int = 0
    beside: int = 0
    shared_files: tuple[SharedFile, ...] = ()
    near: tuple[NearAct, ...] = ()
    producer_acts: int = 1
    pair_acts: int = 1
    attestation_days_left: int = 0
    is_attested: bool = True
    # Items of the site visit that were answered with no.
    visit_refusals: tuple[str, ...] = ()
    auditor_violations: int = 0
    producer_violations: int = 0
    # Digests of all files and fingerprints: what other cases are compared with.
    evidence_sha256: str = ""

    def __post_init__(self) -> None:
        _in_order(self, "lines", "shared_files", "near", "visit_refusals")

    @property
    def positive_lines(self) -> list[Line]:
        return [line for line in self.lines if line.is_originating]


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """One application to a chamber."""

    id: UUID
    case_id: UUID
    number: str
    act_number: str
    submitted_at: datetime
    applicant_id: UUID
    chamber_id: UUID
    is_batch: bool = False
    days_after_act: int = 0
    # From filing to the decision.
    minutes: int | None = None
    # Somebody else than the producer applies.
    is_intermediary: bool = False
    producers: int = 0
    has_same_address: bool = False
    batches_before: int = 0
    chamber_violations: int = 0


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One issued certificate."""

    id: UUID
    case_id: UUID
    number: str
    # Numbers beside it that were never issued when somebody asked for them, and how often.
    asked_numbers: int = 0
    asked_times: int = 0
    over_uses: int = 0


Facts = ActFacts | ApplicationFacts | CertificateFacts


def plain_facts(thing: Any) -> Any:
    """The facts as JSON knows them: decimals, moments and identifiers as text."""
    if isinstance(thing, Decimal):
        text = f"{thing:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(thing, datetime | date):
        return thing.isoformat()
    if isinstance(thing, UUID):
        return str(thing)
    if isinstance(thing, tuple | list):
        return [plain_facts(item) for item in thing]
    if is_dataclass(thing):
        return {item.name: plain_facts(getattr(thing, item.name)) for item in fields(thing)}
    return thing


def facts_sha256(facts: Facts) -> str:
    return sha256_hex(canonical_bytes(plain_facts(facts)))
