"""The columns of the list of plans: on the page, in its order and in its file."""

from django.utils.translation import gettext_lazy as _

from oversight.models import ControlPlan
from reference.columns import field, person, status

PLAN_COLUMNS = (
    field("plan", _("Plan"), "title"),
    field("number", _("Number"), "number"),
    field("issued_from", _("Issued from"), "issued_from"),
    field("issued_until", _("Issued until"), "issued_until"),
    field("by_risk", _("By risk"), "by_risk"),
    field("by_lottery", _("By lottery"), "by_lottery"),
    field("due", _("To be checked by"), "due_on"),
    status(_("Status"), ControlPlan),
    field("since", _("Since"), "status_since"),
    field("created", _("Prepared"), "created_at"),
    person("by", _("Prepared by"), "created_by"),
)
