"""What a complaint waits for at the desk, in one sentence."""

from django.utils.translation import gettext as _

from oversight.control.steps import Step
from oversight.models import Complaint


def step_of(complaint: Complaint, actions: set[str]) -> Step:
    match complaint.status:
        case "received" if "register" in actions:
            return Step(
                _("Expected from you: register the complaint"),
                _("Say which department examines it and whom it is about, or send it on."),
                True,
            )
        case "received":
            return Step(_("Waits to be registered"))
        case "registered" if "take" in actions:
            return Step(
                _("Expected from you: take the complaint"),
                _("From then on you record what you find and write the answer."),
                True,
            )
        case "registered" if complaint.inspector is not None:
            name = complaint.inspector.full_name
            return Step(_("Waits for %(name)s to take it") % {"name": name})
        case "registered":
            return Step(_("Waits for an inspector of the department to take it"))
        case "under_review" if "draft" in actions:
            return Step(
                _("Expected from you: examine it and write the answer"),
                _("Record violations first; another person signs what you write."),
                True,
            )
        case "under_review":
            name = complaint.inspector.full_name if complaint.inspector else ""
            return Step(_("%(name)s examines it") % {"name": name})
        case "drafted" if "answer" in actions:
            return Step(
                _("Expected from you: sign the answer, or return it"),
                _("With your signature the violations count and the answer goes out."),
                True,
            )
        case "drafted":
            return Step(_("The answer waits for a second person's signature"))
        case "answered":
            return Step(_("Answered: %(outcome)s") % {"outcome": complaint.get_outcome_display()})
        case "forwarded":
            return Step(_("Forwarded: %(body)s") % {"body": complaint.forwarded_to})
    return Step(_("Left without examination"))
