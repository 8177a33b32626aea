"""The columns of the list of inspections: on the page, in its order and in its file."""

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from oversight.models import Inspection
from reference.columns import field, named, person, status
from reference.exports import Cell
from reference.lists import Column

from .selectors import Line

_inspection = attrgetter("inspection")


def _violations(line: Line) -> Cell:
    found = line.inspection.has_violations
    return "" if found is None else _("found") if found else _("none")


def _samples(line: Line) -> int:
    counted: Any = line.inspection
    return int(counted.sample_count)


INSPECTION_COLUMNS = (
    field("number", _("Number"), "number", of=_inspection),
    named("department", _("Department"), "department", of=_inspection),
    person("inspector", _("Inspector"), "inspector", of=_inspection),
    Column("kind", _("Kind"), lambda row: row.kind, order=("kind",)),
    Column("object", _("Object"), lambda row: row.object_kind, order=("object_kind",)),
    field("half_year", _("Half-year"), "half_year", of=_inspection),
    field("subject", _("Subject"), "subject_name", of=_inspection),
    field("bin", _("BIN / IIN"), "subject_bin", of=_inspection),
    field("planned", _("Planned for"), "planned_on", "-number", of=_inspection),
    field("started", _("Started"), "started_at", of=_inspection),
    field("completed", _("Completed"), "completed_at", of=_inspection),
    status(_("Status"), Inspection, of=_inspection),
    Column("violations", _("Violations"), _violations, order=("-has_violations",)),
    Column(
        "samples",
        _("Samples"),
        lambda row: getattr(row.inspection, "sample_count", 0),
        order=("sample_count",),
    ),
)
