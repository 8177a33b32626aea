"""Every figure of the portal: what it is called, how it is counted, who is told.

A figure is counted from `Happening` rows alone, so it can be computed again as of any past day.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from auditors.intervals import Interval, wilson
from oversight.models.checks import Fault
from reference.models import MeasureType

from . import control_rows as control
from . import happenings as happened
from .asking import Question
from .counting import Counted, Key, Part, counted
from .scopes import EVERYBODY, Audience
from .shown import grouped, percent, tenge

OFFICE = frozenset({Audience.PUBLIC, Audience.COMMITTEE})


class Unit(StrEnum):
    COUNT = "count"
    QUANTITY = "quantity"
    TENGE = "tenge"


@dataclass(frozen=True)
class Selection:
    """Which happenings; an empty condition fits everything."""

    kind: str
    codes: tuple[str, ...] = ()
    group: str = ""
    is_hit: bool | None = None

    def fits(self, part: Part) -> bool:
        return (
            part.kind == self.kind
            and (not self.codes or part.code in self.codes)
            and (not self.group or part.group == self.group)
            and (self.is_hit is None or part.is_hit == self.is_hit)
        )

    def where(self) -> dict[str, Any]:
        """The same as conditions on rows."""
        conditions: dict[str, Any] = {"kind": self.kind}
        if self.codes:
            conditions["code__in"] = self.codes
        if self.group:
            conditions["group"] = self.group
        if self.is_hit is not None:
            conditions["is_hit"] = self.is_hit
        return conditions


@dataclass(frozen=True)
class Value:
    """A count, perhaps of a total; a sum has its amount too. Small ones are not told."""

    count: int
    total: int | None = None
    amount: Decimal | None = None
    unit: Unit = Unit.COUNT
    is_small: bool = False

    @property
    def shown(self) -> str:
        if self.is_small:
            return "<"
        if self.unit == Unit.TENGE:
            return tenge(self.amount or Decimal(0))
        return grouped((self.amount or Decimal(0)) if self.unit == Unit.QUANTITY else self.count)

    @property
    def plain(self) -> int | Decimal | None:
        """For charts and files."""
        if self.is_small:
            return None
        return self.count if self.unit == Unit.COUNT else (self.amount or Decimal(0))

    @property
    def percent(self) -> str:
        return "" if self.is_small or not self.total else percent(self.count, self.total)

    @property
    def interval(self) -> Interval | None:
        if self.is_small or not self.total or self.count > self.total:
            return None
        return wilson(self.count, self.total)


@dataclass(frozen=True)
class Figure:
    code: str
    title: str | Promise
    definition: str | Promise
    selection: Selection
    # What it is a share of.
    of: Selection | None = None
    unit: Unit = Unit.COUNT
    # Counted are certificates, each once, and not the rows about them.
    is_of_certificates: bool = False
    audiences: frozenset[Audience] = EVERYBODY
    # Small numbers of cases are not told to the public.
    is_shielded: bool = True

    def value(self, found: Counted) -> Value:
        total = found.rows(self.of.fits) if self.of else None
        amount = None if self.unit == Unit.COUNT else found.amount(self.selection.fits)
        if not self.is_of_certificates:
            return Value(found.rows(self.selection.fits), total, amount, self.unit)
        violated_by = found.violated_by or {}
        if self.selection.codes:
            (fault,) = self.selection.codes
            return Value(violated_by.get(fault, 0), found.violated)
        return Value(found.violated, total)

    def told(self, found: Counted, question: Question, smallest: int) -> Value:
        return shielded(self, self.value(found), question, smallest)

    def compute(self, question: Question, by: str = "") -> dict[Key, Value]:
        """The figure alone, whole or by a dimension."""
        kinds = {one.kind for one in (self.selection, self.of) if one}
        return {key: self.value(found) for key, found in counted(question, by, kinds).items()}


def shielded(figure: Figure, value: Value, question: Question, smallest: int) -> Value:
    """The public is not told of so few cases that people could be known by them."""
    is_few = 0 < value.count < smallest
    if question.scope.is_public and figure.is_shielded and is_few:
        return replace(value, is_small=True)
    return value


def shield_row(
    figure: Figure, values: dict[Key, Value], question: Question, smallest: int
) -> dict[Key, Value]:
    """The same for the parts of a whole that is told.

    One small part alone could be had by subtraction; then the next smallest is not told either.
    """
    told = {key: shielded(figure, value, question, smallest) for key, value in values.items()}
    small = [key for key, value in told.items() if value.is_small]
    others = [key for key, value in told.items() if not value.is_small and value.count]
    if len(small) == 1 and others:
        next_smallest = min(others, key=lambda key: told[key].count)
        told[next_smallest] = replace(told[next_smallest], is_small=True)
    return told


def _violated_by(fault: str, title: Any, definition: Any) -> Figure:
    return Figure(
        f"violated-{fault.replace('_', '-')}",
        title,
        definition,
        Selection(control.VIOLATED, (fault,)),
        of=Selection(control.VIOLATED),
        is_of_certificates=True,
    )


def _outcome(code: str, title: Any, *kinds: str) -> Figure:
    """What control measures led to, as they counted it; `kinds` of the list control_outcome."""
    return Figure(
        code,
        title,
        _("As the control measures of the period counted them."),
        Selection(control.OUTCOME, kinds),
        unit=Unit.QUANTITY,
        audiences=OFFICE,
        is_shielded=False,
    )


FIGURES: tuple[Figure, ...] = (
    Figure(
        "filed",
        _("Requests for expertise"),
        _("Requests filed in the period; a correction is not counted again."),
        Selection(happened.FILED),
    ),
    Figure(
        "rejected",
        _("Requests turned away"),
        _("Requests that the expert organisation rejected, or that lapsed, of all filed."),
        Selection(happened.REJECTED),
        of=Selection(happened.FILED),
    ),
    Figure(
        "acts",
        _("Acts of expertise"),
        _("Acts signed in the period, corrected ones included."),
        Selection(happened.SIGNED),
    ),
    Figure(
        "negative-acts",
        _("Negative acts"),
        _("Acts by which no line of goods originates in Kazakhstan, of all signed."),
        Selection(happened.SIGNED, is_hit=True),
        of=Selection(happened.SIGNED),
    ),
    Figure(
        "applied",
        _("Applications to chambers"),
        _("Applications for a certificate filed with chambers in the period."),
        Selection(happened.APPLIED),
    ),
    Figure(
        "refused",
        _("Refusals"),
        _("Applications that a chamber refused, of all that it decided in the period."),
        Selection(happened.DECIDED, is_hit=True),
        of=Selection(happened.DECIDED),
    ),
    Figure(
        "issued",
        _("Certificates issued"),
        _("Certificates whose issue was completed in the period, replacements included."),
        Selection(happened.ISSUED),
    ),
    Figure(
        "suspended",
        _("Suspensions"),
        _("Decisions of the period that suspended a certificate."),
        Selection(happened.SUSPENDED),
    ),
    Figure(
        "revoked",
        _("Certificates revoked"),
        _("Certificates revoked in the period; not those whose revocation was set aside."),
        Selection(happened.REVOKED),
    ),
    Figure(
        "replaced",
        _("Certificates replaced"),
        _("Certificates that another one replaced in the period."),
        Selection(happened.REPLACED),
    ),
    Figure(
        "complaints",
        _("Complaints"),
        _("Complaints received in the period, whatever came of them."),
        Selection(control.COMPLAINT),
    ),
    Figure(
        "complaints-confirmed",
        _("Complaints confirmed"),
        _("Complaints confirmed in whole or in part, of all answered in the period."),
        Selection(control.ANSWERED, is_hit=True),
        of=Selection(control.ANSWERED),
    ),
    Figure(
        "violated",
        _("Violated certificates"),
        _(
            "Certificates issued in the period in which a violation was confirmed and not set "
            "aside, each counted once, of all issued."
        ),
        Selection(control.VIOLATED),
        of=Selection(happened.ISSUED),
        is_of_certificates=True,
    ),
    _violated_by(
        Fault.AUDITOR,
        _("Violated by the auditor's fault"),
        _("Violated certificates with a violation by the fault of the expert-auditor."),
    ),
    _violated_by(
        Fault.EXPERTS,
        _("Violated by the expert organisation's fault"),
        _("Violated certificates with a violation by the fault of the expert organisation."),
    ),
    _violated_by(
        Fault.CHAMBER,
        _("Violated by the chamber's fault"),
        _("Violated certificates with a violation by the fault of the regional chamber."),
    ),
    _violated_by(
        Fault.APPLICANT,
        _("Violated by the applicant's fault"),
        _("Violated certificates with a violation by the fault of the applicant."),
    ),
    Figure(
        "violations",
        _("Violations confirmed"),
        _("Violations confirmed in the period and not set aside."),
        Selection(control.VIOLATION),
    ),
    Figure(
        "checks",
        _("Desk checks with violations"),
        _("Desk checks that found violations, of all concluded in the period."),
        Selection(control.CHECKED, is_hit=True),
        of=Selection(control.CHECKED),
    ),
    Figure(
        "recommendations",
        _("Recommendations"),
        _("Recommendations to eliminate violations, sent in the period without a visit."),
        Selection(control.RECOMMENDED),
    ),
    Figure(
        "measures",
        _("Measures taken"),
        _("Measures decided in the period and not set aside."),
        Selection(control.MEASURE),
    ),
    Figure(
        "controls",
        _("Control measures"),
        _("Inspections and other control measures of the departments completed in the period."),
        Selection(control.CONTROLLED),
        audiences=OFFICE,
    ),
    Figure(
        "controls-violated",
        _("Control measures with violations"),
        _("Control measures that found violations, of all completed in the period."),
        Selection(control.CONTROLLED, is_hit=True),
        of=Selection(control.CONTROLLED),
        audiences=OFFICE,
    ),
    Figure(
        "cases",
        _("Administrative cases"),
        _("Administrative cases decided in the period and not set aside."),
        Selection(control.CASE),
        audiences=OFFICE,
    ),
    Figure(
        "fines",
        _("Fines"),
        _("Fines of these cases in tenge, by the monthly calculation index of their day."),
        Selection(control.CASE),
        unit=Unit.TENGE,
        audiences=OFFICE,
    ),
    Figure(
        "samples",
        _("Samples with violations"),
        _("Purchased samples that did not conform, of all tested in the period."),
        Selection(control.SAMPLED, is_hit=True),
        of=Selection(control.SAMPLED),
        audiences=OFFICE,
    ),
    Figure(
        "rapid",
        _("Rapid measures"),
        _("Measures of rapid response decided in the period and not set aside."),
        Selection(control.MEASURE, group=MeasureType.Group.RAPID),
        audiences=OFFICE,
    ),
    _outcome(
        "attestations",
        _("Attestations of accredited subjects suspended or withdrawn"),
        "attestation_suspended",
        "attestation_withdrawn",
    ),
    _outcome(
        "documents",
        _("Documents of conformity suspended or withdrawn"),
        "document_suspended",
        "document_withdrawn",
    ),
    _outcome("verifications", _("Verification certificates cancelled"), "verification_cancelled"),
    _outcome("instruments", _("Measuring instruments banned from use"), "instrument_banned"),
    _outcome("seized", _("Units of goods seized"), "goods_seized"),
    _outcome("recalled", _("Notifications to recall goods"), "recall_notified"),
    Figure(
        "blocked",
        _("Sites and pages blocked"),
        _("Sites, pages and advertisements that offered certificates, blocked in the period."),
        Selection(control.BLOCKED),
        audiences=OFFICE,
        is_shielded=False,
    ),
    Figure(
        "reported",
        _("Reported offers of certificates"),
        _("Sites, pages and sellers reported in the period for the first time."),
        Selection(control.REPORTED),
        audiences=OFFICE,
        is_shielded=False,
    ),
)
_BY_CODE = {figure.code: figure for figure in FIGURES}


def figure(code: str) -> Figure | None:
    return _BY_CODE.get(code)


def figures_for(audience: Audience) -> list[Figure]:
    return [one for one in FIGURES if audience in one.audiences]
