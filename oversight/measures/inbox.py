"""Measures in the inbox of whoever answers to the Committee."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from oversight.control.inbox import InboxItem, register_inbox

from .selectors import of_subject


@register_inbox
def measures_in_inbox(actor: Membership) -> Iterator[InboxItem]:
    """A notice waits for its reply; a decision for what it orders."""
    for measure in of_subject(actor).select_related("type"):
        awaits_reply = measure.status == "approved" and measure.replied_at is None
        to_execute = measure.status == "in_force" and measure.execute_by is not None
        is_open = awaits_reply or to_execute
        title = _("Measure %(number)s: %(type)s") % {
            "number": measure.number,
            "type": measure.type.name,
        }
        yield InboxItem(
            kind=gettext_lazy("Notice of a measure")
            if measure.status == "approved"
            else gettext_lazy("Measure"),
            title=title,
            url=reverse("control:measure", args=[measure.number]),
            since=measure.approved_at or measure.proposed_at,
            due_on=measure.due_on if is_open else None,
            is_open=is_open,
            note="" if is_open else measure.status_info.label,
        )
