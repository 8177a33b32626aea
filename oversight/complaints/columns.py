"""The columns of the list of complaints: on the page, in its order and in its file."""

from django.utils.translation import gettext_lazy as _

from oversight.models import Complaint
from reference.columns import choice, field, named, person, status
from reference.lists import Column, in_sequence

COMPLAINT_COLUMNS = (
    field("number", _("Number"), "number"),
    field("received", _("Received"), "received_at"),
    choice("about", _("About"), "about", Complaint.About.values, "-received_at"),
    field("certificate", _("Certificate"), "number_given"),
    named("organisation", _("Organisation"), "organisation"),
    named("department", _("Department"), "department"),
    person("inspector", _("Inspector"), "inspector"),
    status(_("Status"), Complaint),
    field("due", _("Answer due"), "due_on", "-received_at"),
    field("answered", _("Answered"), "answered_at"),
    Column(
        "outcome",
        _("Outcome"),
        lambda row: row.get_outcome_display() if row.answered_at else "",
        order=(in_sequence("outcome", Complaint.Outcome.values),),
    ),
)
