"""Turns of a case that concern people: which event tells whom what, and what they should do.

Each room's turns are registered in `notices.turns_of`; the rooms above register their own. The
follower of the log (`notices.following`) asks here and makes the notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audit.models import AuditEvent
from audit.registry import event_kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Group(TextChoices):
    """What a person sets preferences for."""

    TURN = "turn", _("My cases")
    DEADLINE = "deadline", _("Deadlines")
    MENTION = "mention", _("Mentions and questions of colleagues")
    CONTROL = "control", _("Control by the Committee")
    ACCOUNT = "account", _("My account and organisation")
    ANNOUNCEMENT = "announcement", _("Announcements")


@dataclass(frozen=True)
class Told:
    """Who is told, in which role, and whether something is expected of them.

    `link` is the page where this person reads or acts; without it, the subject's own page.
    """

    membership: Membership
    must_act: bool = False
    link: str = ""


@dataclass(frozen=True)
class Written:
    """Somebody without an account who is told by letter, in `language`.

    `text` may use the same names as the text of a turn; `link` is a page that needs no sign-in.
    """

    to: str
    language: str
    text: str | _StrPromise
    link: str = ""


WhoIsTold = Callable[[AuditEvent], Iterable[Told]]
WhoIsWritten = Callable[[AuditEvent], Iterable[Written]]


@dataclass(frozen=True)
class Turn:
    event: str
    to: WhoIsTold
    text: str | _StrPromise
    group: Group
    # For those of whom something is expected; `text` for all others.
    text_to_act: str | _StrPromise = ""
    letters: WhoIsWritten | None = None
    # Also the person who did it: what the owner of an account must hear in any case.
    tells_actor: bool = False


_turns: dict[str, Turn] = {}
_silent: dict[str, str] = {}


def register(
    event: str,
    *,
    to: WhoIsTold,
    text: str | _StrPromise,
    group: Group,
    text_to_act: str | _StrPromise = "",
    letters: WhoIsWritten | None = None,
    tells_actor: bool = False,
) -> Turn:
    """Let `event` tell people; texts may use `%(subject)s`, `%(actor)s` and the event's facts.

    `%(subject)s` is the number of the subject, or of its case when it has none. The person who
    acted is not told, unless `tells_actor`. Raises UnknownEventError for an event that is not
    registered and ValueError for one that was given already.
    """
    _once(event)
    turn = Turn(event, to, text, group, text_to_act, letters, tells_actor)
    _turns[event] = turn
    return turn


def keep_silent(*events: str, reason: str) -> None:
    """These events tell nobody; the reason is for whoever asks why."""
    for event in events:
        _once(event)
        _silent[event] = reason


def _once(event: str) -> None:
    event_kind(event)
    if event in _turns or event in _silent:
        raise ValueError(f"{event} was given already")


def turn_of(event: str) -> Turn | None:
    return _turns.get(event)


def turns() -> list[Turn]:
    return [_turns[name] for name in sorted(_turns)]


def silent() -> dict[str, str]:
    return dict(_silent)
