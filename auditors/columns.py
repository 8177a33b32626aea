"""The columns of the list of attestation cases and of the public register: on the page and in its
file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reference.columns import field, named, status
from reference.lists import Column, in_sequence

from .models import AttestationCase
from .register import STATES


def _prepared(case: AttestationCase) -> str:
    proposal = case.pending_proposal()
    return proposal.get_kind_display() if proposal else ""


CASE_COLUMNS = (
    field("person", _("Person"), "user__full_name"),
    field("number", _("Number"), "number"),
    named("organisation", _("Organisation"), "organisation"),
    Column(
        "chapters", pgettext_lazy("attestation", "What for"), lambda row: ", ".join(row.chapters)
    ),
    status(_("Status"), AttestationCase),
    field("since", _("Since"), "status_since"),
    Column("prepared", _("Prepared"), _prepared),
    field("until", _("In force until"), "until"),
)

# Rows are entries in words; they sort by the attestation that each is made of.
REGISTER_COLUMNS = (
    Column("name", _("Auditor"), lambda row: row.name, order=("user__full_name", "number")),
    field("number", _("Number"), "number"),
    Column(
        "status",
        _("Status"),
        lambda row: row.status_info.label,
        order=(in_sequence("state", STATES), "user__full_name"),
    ),
    field("from", _("In force from"), "first_from"),
    field("until", _("In force until"), "valid_until"),
    Column("kinds", _("Kinds of expertise"), lambda row: "; ".join(row.kinds)),
    Column("chapters", _("HS groups"), lambda row: "; ".join(row.chapters)),
    Column("languages", _("Languages"), lambda row: "; ".join(map(str, row.languages))),
    Column("region", _("Region"), lambda row: row.region),
    Column("organisations", _("Organisations"), lambda row: "; ".join(row.organisations)),
)
