"""What the keys of a breakdown are called, in the active language; one query for each kind."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from oversight.models.checks import DeskCheck, Fault
from oversight.models.complaints import Complaint
from oversight.models.grey_market import GreyListing
from oversight.models.inspections import Sample
from reference.models import CodeEntry, MeasureType

from . import control_rows as control
from . import happenings as happened
from .counting import Key

DIMENSIONS: dict[str, str | Promise] = {
    "region": gettext_lazy("Region"),
    "product_group": gettext_lazy("Product group"),
    "chamber": gettext_lazy("Chamber"),
    "expert_organisation": gettext_lazy("Expert organisation"),
    "auditor": gettext_lazy("Auditor"),
}
STEPS: dict[str, str | Promise] = {
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
# Lists of codes, by kind of happening.
CODE_LISTS = {
    happened.REJECTED: "expertise_refusal_reason",
    happened.DECIDED: "refusal_reason",
    control.VIOLATION: "violation",
    control.CONTROLLED: "control_kind",
    control.OUTCOME: "control_outcome",
}
CHOICES: dict[str, Any] = {
    control.VIOLATED: Fault,
    control.COMPLAINT: Complaint.About,
    control.ANSWERED: Complaint.Outcome,
    control.CHECKED: DeskCheck.Way,
    control.SAMPLED: Sample.Result,
    control.BLOCKED: GreyListing.Kind,
    control.REPORTED: GreyListing.Kind,
}


def names_of(by: str, keys: Iterable[Key]) -> dict[Key, str]:
    """Of a dimension or a step of time; a key that has no name stands for itself."""
    wanted = list(keys)
    if by in STEPS:
        return {key: period_name(key, by) for key in wanted}
    match by:
        case "region":
            known = _entries("region", wanted)
        case "product_group":
            return {key: _("HS %(group)s") % {"group": key} for key in wanted}
        case "chamber" | "expert_organisation":
            known = {pk: one.name for pk, one in Organisation.objects.in_bulk(wanted).items()}
        case "auditor":
            known = {pk: one.full_name for pk, one in User.objects.in_bulk(wanted).items()}
        case _:
            raise KeyError(by)
    return {key: known.get(key, str(key)) for key in wanted}


def code_names_of(kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Of the codes that happenings of this kind carry."""
    wanted = list(keys)
    known: Mapping[str, str] = {}
    if kind in CHOICES:
        known = {value: str(label) for value, label in CHOICES[kind].choices}
    elif kind in (control.MEASURE, control.CASE):
        known = {one.code: one.name for one in MeasureType.objects.filter(code__in=wanted)}
    elif kind in CODE_LISTS:
        known = _entries(CODE_LISTS[kind], wanted)
    return {key: known.get(key, key) for key in wanted}


def _entries(list_code: str, codes: list[str]) -> dict[str, str]:
    entries = CodeEntry.objects.filter(list=list_code, code__in=codes)
    return {entry.code: entry.name for entry in entries}


def period_name(day: dt.date, step: str) -> str:
    if step == "year":
        return f"{day.year}"
    if step == "quarter":
        values = {"quarter": (day.month + 2) // 3, "year": day.year}
        return _("Q%(quarter)s %(year)s") % values
    return f"{day:%m.%Y}"


def last_day_of(first: dt.date, step: str) -> dt.date:
    month = first.year * 12 + first.month - 1 + MONTHS[step]
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def periods_between(since: dt.date, until: dt.date, step: str) -> list[dt.date]:
    """The first day of every period that meets the days, empty ones too."""
    months = MONTHS[step]
    month = (since.year * 12 + since.month - 1) // months * months
    last = until.year * 12 + until.month - 1
    return [dt.date(number // 12, number % 12 + 1, 1) for number in range(month, last + 1, months)]
