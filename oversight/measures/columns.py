"""The columns of the lists of measures and appeals: on the page and in its file."""

from operator import attrgetter, itemgetter
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import Appeal, Measure
from reference.columns import choice, field, named, status
from reference.lists import Column, by_name
from reference.models import MeasureType

from .selectors import Row

_measure = attrgetter("measure")
_appeal = itemgetter(0)

# A row of appeals is the appeal, the subject in words and the working days left.
AppealRow = tuple[Any, str, int | None]


def _department(row: Row) -> str:
    return row.measure.department.name if row.measure.department else ""


MEASURE_COLUMNS = (
    field("number", _("Number"), "number", of=_measure),
    named("type", _("Type"), "type", of=_measure),
    choice("group", _("Group"), "type__group", MeasureType.Group.values, of=_measure),
    Column("subject", _("Subject"), lambda row: row.subject),
    Column("department", _("Department"), _department, order=(by_name("department__name"),)),
    Column("waiting", _("What it waits for"), lambda row: row.waiting.sentence),
    field("due", pgettext_lazy("deadline", "Term"), "due_on", of=_measure),
    status(_("Status"), Measure, of=_measure),
    field("since", _("Since"), "status_since", of=_measure),
    field("proposed", _("Proposed"), "proposed_at", of=_measure),
    field("decided", _("Decided"), "decided_at", of=_measure),
    field("until", _("In force until"), "ends_on", of=_measure),
    field("mci", _("Fine, MCI"), "fine_mci", of=_measure),
    field("fine", _("Fine, tenge"), "fine_tenge", of=_measure),
    field("paid", _("Fine paid"), "fine_paid_on", of=_measure),
)

APPEAL_COLUMNS = (
    field("number", _("Appeal"), "number", of=_appeal),
    field("filed", _("Filed"), "filed_at", of=_appeal),
    field("measure", _("Measure"), "measure__number", of=_appeal),
    named("type", _("Type"), "measure__type", of=_appeal),
    Column("subject", _("Subject"), lambda row: row[1]),
    field("due", pgettext_lazy("deadline", "Term"), "due_on", "-filed_at", of=_appeal),
    Column("left", _("Working days left"), lambda row: row[2]),
    status(_("Status"), Appeal, of=_appeal),
    Column(
        "late",
        _("Came late"),
        lambda row: _("yes") if row[0].is_late else _("no"),
        order=("-is_late", "-filed_at"),
    ),
)
