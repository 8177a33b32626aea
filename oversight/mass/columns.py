"""The columns of the list of mass actions: on the page, in its order and in its file."""

from django.utils.translation import gettext_lazy as _

from oversight.models import MassAction
from reference.columns import choice, field, person, status

MASS_COLUMNS = (
    field("number", _("Mass action"), "number"),
    choice("kind", _("Kind"), "kind", MassAction.Kind.values, "-created_at"),
    field("undoes", _("Undoes"), "undoes__number"),
    field("total", _("Certificates"), "total"),
    status(_("Status"), MassAction),
    field("since", _("Since"), "status_since"),
    field("created", _("Prepared"), "created_at"),
    person("by", _("Prepared by"), "proposed_by"),
)
