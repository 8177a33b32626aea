"""What a turn says, in the active language."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.registry import event_kind, is_registered

from .turns import turn_of

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def subject_of(event: AuditEvent) -> str:
    """The number that people know the thing by; that of its case when it has none of its own."""
    if event.subject_label or not event.case_id:
        return event.subject_label
    labelled = AuditEvent.objects.of_case(event.case_id).exclude(subject_label="")
    return labelled.values_list("subject_label", flat=True).first() or ""


def text_of(event: AuditEvent, subject: str, *, must_act: bool) -> str:
    """What the event says to one who is told; the log's own sentence when nobody tells it now."""
    turn = turn_of(event.event)
    if turn is None:
        return event.sentence()
    text = turn.text_to_act if must_act and turn.text_to_act else turn.text
    return filled(str(text), event, subject) or event.sentence()


def filled(text: str, event: AuditEvent, subject: str) -> str:
    """The text with its facts in words; nothing when the event lacks one."""
    try:
        return text % words_of(event, subject)
    except (KeyError, ValueError, TypeError):
        return ""


def words_of(event: AuditEvent, subject: str) -> dict[str, Any]:
    words: dict[str, Any] = {name: _in_words(value) for name, value in event.facts.items()}
    if is_registered(event.event):
        words |= _named(event)
    return words | {"subject": subject or _("without a number"), "actor": event.actor_label}


def _named(event: AuditEvent) -> Mapping[str, str]:
    kind = event_kind(event.event)
    try:
        return kind.in_words(event.facts) if kind.in_words else {}
    except (KeyError, ValueError, TypeError):
        return {}


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_in_words(part) for part in value)
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    return "" if value is None else str(value)
