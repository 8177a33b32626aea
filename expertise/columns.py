"""The columns of the lists of requests and acts: on the page, in its order and in its file."""

from operator import itemgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reference.columns import field, named, person, status
from reference.exports import Cell
from reference.lists import Column

from .models import Act, ExpertiseRequest

_item = itemgetter(0)

# A row of requests is the request and its working days left.
RequestRow = tuple[Any, int | None]

STANDS_STILL = _("Clock stands still")


def _left(row: RequestRow) -> Cell:
    item, days_left = row
    return STANDS_STILL if item.is_clock_paused else days_left


def _conclusion(act: Act) -> Promise:
    return _("Positive") if act.is_positive else _("Negative")


REQUEST_COLUMNS = (
    Column("number", _("Request"), lambda row: row[0].label, order=("number",)),
    field("begun", _("Begun"), "created_at", of=_item),
    field("submitted", _("Filed"), "submitted_at", of=_item),
    field("goods", _("Goods"), "goods_name", of=_item),
    field("hs_code", _("HS code"), "goods_hs_code", of=_item),
    Column("lines", _("Lines"), lambda row: row[0].goods_count or 0, order=("goods_count",)),
    named("applicant", _("Applicant"), "applicant", of=_item),
    named("experts", _("Expert organisation"), "expert_organisation", of=_item),
    status(_("Status"), ExpertiseRequest, of=_item),
    field("since", _("Since"), "status_since", of=_item),
    Column("left", _("Working days left"), _left, order=("due_on",)),
)

ACT_COLUMNS = (
    field("number", _("Act"), "number"),
    field("signed", _("Signed"), "signed_at"),
    named("applicant", _("Applicant"), "request__applicant"),
    field("request", _("Request"), "request__number"),
    named("experts", _("Expert organisation"), "request__expert_organisation"),
    person("auditor", _("Auditor"), "signed_by"),
    Column("conclusion", _("Conclusion"), _conclusion, order=("-is_positive", "-signed_at")),
    status(_("Status"), Act, "-signed_at"),
    field("lines", _("Lines"), "lines_count"),
    field("until", _("Valid until"), "valid_until"),
)
