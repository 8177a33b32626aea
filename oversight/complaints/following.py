"""What a complainant reads: where the complaint stands, in one sentence and a few steps."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.control.violations import named
from oversight.models import Complaint

from .examining import found_violations
from .filing import ENDED


@dataclass(frozen=True)
class State:
    """`stages` as the component shows them; `is_late`: the term has passed without an answer."""

    sentence: str
    detail: str
    stages: list[dict[str, Any]]
    is_open: bool
    is_late: bool
    violations: list[Any]


def state_of(complaint: Complaint, *, on: date | None = None) -> State:
    today = on or timezone.localdate()
    is_open = complaint.status not in ENDED
    is_late = is_open and complaint.due_on is not None and complaint.due_on < today
    sentence, detail = _told(complaint, is_late=is_late)
    violations = (
        named(found_violations(complaint).select_related("organisation"))
        if complaint.status == "answered"
        else []
    )
    return State(
        sentence=sentence,
        detail=detail,
        stages=_stages(complaint),
        is_open=is_open,
        is_late=is_late,
        violations=violations,
    )


def _told(complaint: Complaint, *, is_late: bool) -> tuple[str, str]:
    due = f"{complaint.due_on:%d.%m.%Y}" if complaint.due_on else ""
    if is_late:
        return (
            _("The answer is late: it was due by %(day)s") % {"day": due},
            _(
                "A body that does not answer in time is deemed to have refused: you may complain "
                "to the higher body. The Committee still owes you the answer."
            ),
        )
    match complaint.status:
        case "received":
            return _("Received; the Committee registers it"), _until(due)
        case "registered":
            return _("Registered; an inspector takes it up"), _until(due)
        case "under_review" | "drafted":
            return _("An inspector of the Committee examines it"), _until(due)
        case "answered":
            return _("Answered"), complaint.get_outcome_display()
        case "forwarded":
            return (
                _("Forwarded to another body"),
                _("%(body)s answers you.") % {"body": complaint.forwarded_to},
            )
    return _("Left without examination"), complaint.rejection_note


def _until(due: str) -> str:
    return _("The answer is due by %(day)s.") % {"day": due} if due else ""


def _stages(complaint: Complaint) -> list[dict[str, Any]]:
    """The steps of the way, each with its day; a complaint that went elsewhere stops there."""
    received = {"label": _("Received"), "note": _day(complaint.received_at), "state": "done"}
    registered = {"label": _("Registered"), "note": _day(complaint.registered_at), "state": "done"}
    if complaint.status in ("forwarded", "not_examined"):
        end = complaint.status_info.label
        stopped = {"label": end, "note": _day(complaint.status_since), "state": "stopped"}
        return [received, registered, stopped] if complaint.registered_at else [received, stopped]
    if complaint.status == "received":
        registered["state"] = "current"
    is_answered = complaint.status == "answered"
    examined = "done" if is_answered else "todo" if complaint.status == "received" else "current"
    return [
        received,
        registered,
        {"label": _("Examined"), "note": "", "state": examined},
        {
            "label": _("Answer"),
            "note": _day(complaint.answered_at),
            "state": "done" if is_answered else "todo",
        },
    ]


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y}" if moment else ""
