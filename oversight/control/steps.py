"""What a check or a recommendation waits for, in one sentence, and from whom."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Membership
from oversight.models import CheckQuestion, DeskCheck, Recommendation


@dataclass(frozen=True)
class Step:
    """`is_yours`: the reader is the one who acts next."""

    title: str
    text: str = ""
    is_yours: bool = False
    anchor: str = ""


def step_of_check(
    check: DeskCheck, actor: Membership, actions: set[str], question: CheckQuestion | None
) -> Step:
    match check.status:
        case "selected" if "assign" in actions:
            return Step(
                _("Expected from you: give the check to an inspector"),
                _("Only people who took no part in the case are offered."),
                True,
                "actions",
            )
        case "selected":
            return Step(_("Waits to be given to an inspector"))
        case "assigned" if "start" in actions:
            return Step(
                _("Expected from you: begin the check"),
                _("From then on you record what you find."),
                True,
                "actions",
            )
        case "in_progress" if "conclude" in actions:
            return Step(
                _("Expected from you: examine and conclude"),
                _("Look at what differs, record violations, then conclude."),
                True,
                "conclude",
            )
        case "awaiting_reply":
            return _waits_for_reply(question, "resume" in actions)
        case "concluded" if "close" in actions:
            return Step(
                _("Expected from you: close the check"),
                _("With your word the violations count."),
                True,
                "actions",
            )
        case "concluded":
            return Step(_("Waits for a second person to close it"))
        case "objected" if "uphold" in actions:
            return Step(
                _("Expected from you: decide on the objection"), check.objection, True, "actions"
            )
        case "objected":
            return Step(_("Waits for a decision on the objection"))
        case "closed" if check.result == DeskCheck.Result.CLEAN:
            return Step(_("Closed: no violations"))
        case "closed":
            return Step(_("Closed with violations: recommendations and measures follow"))
    name = check.inspector.full_name if check.inspector else ""
    return Step(_("%(name)s works on the check") % {"name": name})


def _waits_for_reply(question: CheckQuestion | None, may_resume: bool) -> Step:
    if question is None:
        return Step(_("Waits for a reply"))
    facts = {"name": question.addressee.name, "day": question.due_on.strftime("%d.%m.%Y")}
    return Step(_("Waits for %(name)s until %(day)s") % facts, _("The clock stands."), False)


def step_of_recommendation(found: Recommendation, actions: set[str]) -> Step:
    match found.status:
        case "prepared" if "send" in actions:
            return Step(
                _("Expected from you: write the points and send"),
                _("To be sent by %(day)s.") % {"day": found.send_by.strftime("%d.%m.%Y")},
                True,
            )
        case "prepared":
            return Step(_("Is being prepared"))
        case "sent" if found.delivered_on is None:
            return Step(_("Sent; %(name)s has not opened it yet") % {"name": found.addressee.name})
        case "sent" if found.execute_by is not None:
            return Step(
                _("%(name)s executes it by %(day)s")
                % {
                    "name": found.addressee.name,
                    "day": found.execute_by.strftime("%d.%m.%Y"),
                }
            )
        case "objected" if "dismiss_objection" in actions:
            return Step(_("Expected from you: decide on the objection"), "", True)
        case "objected":
            return Step(_("Another person than its author decides on the objection"))
        case "reported" if "confirm" in actions:
            return Step(_("Expected from you: look at the report of execution"), "", True)
        case "reported":
            return Step(_("The report of execution waits for the Committee"))
        case "unexecuted":
            return Step(_("Not executed: a ground for preventive control with a visit"))
        case "executed":
            return Step(_("Executed"))
    return Step(_("Withdrawn"))
