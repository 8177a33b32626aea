"""The columns of the lists of control: on the page, in its order and in its file."""

from operator import itemgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from issuance.columns import OF_CERTIFICATE
from oversight.models import DeskCheck, Fault, Recommendation, Violation
from reference.columns import choice, field, named, person, status
from reference.lists import Column

_violation = itemgetter(0)

# A row of violations is the violation and its name in the reader's language.
NamedViolation = tuple[Violation, str]


def _found_in(row: NamedViolation) -> str:
    thing: Any = row[0].desk_check or row[0].complaint or row[0].inspection
    return thing.number if thing else ""


def _state(row: NamedViolation) -> Promise:
    if row[0].set_aside_at:
        return _("set aside")
    return _("confirmed") if row[0].confirmed_at else _("not yet confirmed")


CHECK_COLUMNS = (
    field("number", _("Check"), "number"),
    field("due", pgettext_lazy("deadline", "Term"), "due_on", "-created_at"),
    *OF_CERTIFICATE,
    choice("way", _("Selected"), "way", DeskCheck.Way.values, "-score"),
    field("score", _("Score"), "score"),
    field("plan", _("Plan"), "plan__number"),
    person("inspector", _("Inspector"), "inspector"),
    named("department", _("Department"), "department"),
    status(_("Status"), DeskCheck),
    choice("result", _("Result"), "result", DeskCheck.Result.values),
)

RECOMMENDATION_COLUMNS = (
    field("number", _("Recommendation"), "number"),
    person("by", _("Prepared by"), "prepared_by"),
    named("addressee", _("Addressee"), "addressee"),
    field("check", _("Desk check"), "desk_check__number"),
    field("certificate", _("Certificate"), "desk_check__certificate__number"),
    field("due", _("Next term"), "due_on", "-prepared_at"),
    status(_("Status"), Recommendation),
    field("since", _("Since"), "status_since"),
)

VIOLATION_COLUMNS = (
    field("noted", pgettext_lazy("violation", "Found"), "noted_at", of=_violation),
    Column("violation", _("Violation"), lambda row: row[1], order=("code", "-noted_at")),
    choice("fault", _("Fault of"), "fault", Fault.values, "-noted_at", of=_violation),
    field("certificate", _("Certificate"), "certificate__number", of=_violation),
    named("organisation", _("Organisation"), "organisation", of=_violation),
    field("auditor", _("Auditor"), "auditor__full_name", of=_violation),
    Column("text", _("What was found"), lambda row: row[0].text),
    Column("norms", _("Norms"), lambda row: row[0].legal_ref),
    Column("found_in", _("Found in"), _found_in),
    Column("state", _("State"), _state, order=("-set_aside_at", "-confirmed_at")),
    field("confirmed", _("Confirmed"), "confirmed_at", of=_violation),
    field("aside", _("Set aside"), "set_aside_at", of=_violation),
)
