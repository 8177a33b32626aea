"""The columns of the lists that auditors are watched by: second expertises and figures."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from reference.columns import field, named, person, status
from reference.exports import Cell
from reference.lists import Column

from .models import SecondOpinion
from .quality import KINDS, AuditorFigures, Kind, Measure

HUNDREDTH = Decimal("0.01")
HOLDING = {"first": _("the first"), "second": _("the second"), "neither": _("neither")}


def _different(row: SecondOpinion) -> int:
    return sum(not entry["agrees"] for entry in row.outcome)


def _waits_for(row: Any) -> Cell:
    return {0: _("a decision"), 1: _("an answer to the second auditor")}.get(row.urgency, "")


SECOND_OPINION_COLUMNS = (
    field("first", _("First expertise"), "first__number"),
    named("first_experts", _("First organisation"), "first__expert_organisation"),
    person("first_auditor", _("First auditor"), "first__auditor"),
    field("second", _("Second expertise"), "second__number"),
    named("second_experts", _("Second organisation"), "second__expert_organisation"),
    person("second_auditor", _("Second auditor"), "second__auditor"),
    status(_("Where it stands"), SecondOpinion),
    field("since", _("Since"), "status_since"),
    Column("waits", _("Waits for the Committee"), _waits_for, order=("urgency", "-opened_at")),
    field("opened", _("Opened"), "opened_at"),
    field("compared", _("Compared"), "compared_at"),
    Column("lines", _("Lines"), lambda row: len(row.outcome)),
    Column("different", _("Lines that differ"), _different),
    Column("holding", _("Verdict that holds"), lambda row: HOLDING.get(row.holding, "")),
    person("by", _("Decided by"), "resolved_by"),
)


def _own(kind: Kind) -> Callable[[AuditorFigures], Measure]:
    place = KINDS.index(kind)
    return lambda row: row.figures[place].own


def _percent(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent.quantize(HUNDREDTH)


def _of_kind(kind: Kind) -> tuple[Column, ...]:
    """Count, total and interval. It sorts by the lower end, which decides what stands out: a
    share alone would put one case of one first."""
    own = _own(kind)
    return (
        Column(f"{kind.code}_count", kind.label, lambda row: own(row).count),
        Column(
            f"{kind.code}_total", format_lazy("{}: {}", kind.label, _("of")),
            lambda row: own(row).total,
        ),
        Column(
            kind.code, format_lazy("{}: {}", kind.label, _("at least, %")),
            lambda row: _percent(own(row).low_percent),
            key=lambda row: own(row).low_percent,
        ),
        Column(
            f"{kind.code}_high", format_lazy("{}: {}", kind.label, _("at most, %")),
            lambda row: _percent(own(row).high_percent),
        ),
    )  # fmt: skip


QUALITY_COLUMNS = (
    Column(
        "auditor",
        _("Auditor"),
        lambda row: row.user.full_name,
        key=lambda row: row.user.full_name,
    ),
    Column("acts", _("Acts"), lambda row: row.acts, key=lambda row: row.acts),
    Column(
        "outstanding",
        _("Stands out by"),
        lambda row: "; ".join(str(figure.kind.label) for figure in row.outstanding),
        key=lambda row: (len(row.outstanding), row.acts),
    ),
    *(column for kind in KINDS for column in _of_kind(kind)),
)
