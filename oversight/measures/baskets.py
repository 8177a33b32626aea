"""What waits for a person: lines for the desks, entries for the inbox of whoever answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership, Role
from oversight.control.inbox import InboxItem, register_inbox
from oversight.departments import within
from oversight.models import Appeal, Measure

from .selectors import of_subject, tab_conditions


@dataclass(frozen=True)
class Call:
    """A line for the first page of a person: what waits, and where."""

    text: str
    url: str
    count: int


def calls_for(actor: Membership, *, on: date) -> Iterator[Call]:
    """The head approves, decides and hears appeals; the inspector follows what is overdue."""
    measures = reverse("oversight:measure-list")
    visible, conditions = within(Measure.objects.all(), actor), tab_conditions(on=on)
    if actor.role == Role.COMMITTEE_HEAD:
        for key in ("to_approve", "to_decide"):
            count = visible.filter(conditions[key]).exclude(proposed_by=actor.user_id).count()
            if count:
                yield Call(_in_words(key, count), f"{measures}?tab={key}", count)
        appeals = within(Appeal.objects.filter(status="filed"), actor, field="measure__department")
        if count := appeals.count():
            text = ngettext("%(count)d appeal to decide", "%(count)d appeals to decide", count) % {
                "count": count
            }
            yield Call(text, reverse("oversight:appeal-list") + "?status=filed", count)
    elif actor.role == Role.INSPECTOR:
        late = visible.filter(status="in_force", due_on__lt=on).count()
        if late:
            text = ngettext(
                "%(count)d measure is not executed in time",
                "%(count)d measures are not executed in time",
                late,
            ) % {"count": late}
            yield Call(text, f"{measures}?tab=in_force", late)


def _in_words(key: str, count: int) -> str:
    if key == "to_approve":
        text = ngettext("%(count)d measure to approve", "%(count)d measures to approve", count)
    else:
        text = ngettext("%(count)d measure to decide", "%(count)d measures to decide", count)
    return text % {"count": count}


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
