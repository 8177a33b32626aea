"""Names of events, the facts each one carries, and the sentence that tells it to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from audit.errors import UnknownEventError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Facts of an event to those of them that people read under another name than they are kept by.
InWords = Callable[[Mapping[str, Any]], Mapping[str, str]]

# Arguments of `record` and placeholders of every sentence; a fact may not hide one.
RESERVED = frozenset({"event", "actor", "subject", "case", "actor_label", "subject_label"})


@dataclass(frozen=True, slots=True)
class EventKind:
    """One registered event."""

    name: str
    facts: frozenset[str]
    sentence: str | _StrPromise
    in_words: InWords | None = None
    is_public: bool = False


_kinds: dict[str, EventKind] = {}
_subject_urls: dict[str, tuple[str, bool]] = {}


def register(
    name: str,
    *,
    facts: tuple[str, ...] = (),
    sentence: str | _StrPromise,
    in_words: InWords | None = None,
    is_public: bool = False,
) -> EventKind:
    """Make an event known; `sentence` may use `%(fact)s`, `%(subject_label)s`, `%(actor_label)s`.

    `in_words` names facts that are kept as codes in the reader's language; it is asked at every
    reading and changes nothing that is recorded. The bytes of an event that `is_public` are shown
    to everyone (`/log/entry/…`, proofs): facts about people have no place in it, not even as codes.

    Registering a name again with other facts is a mistake and raises ValueError.
    """
    hidden = RESERVED.intersection(facts)
    if hidden:
        raise ValueError(f"{name}: these names cannot be facts: {', '.join(sorted(hidden))}")
    kind = EventKind(
        name=name,
        facts=frozenset(facts),
        sentence=sentence,
        in_words=in_words,
        is_public=is_public,
    )
    known = _kinds.get(name)
    if known is not None and known.facts != kind.facts:
        raise ValueError(f"{name} is already registered with other facts")
    _kinds[name] = kind
    return kind


def event_kind(name: str) -> EventKind:
    """The registered event, or UnknownEventError."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownEventError(f"{name!r} is not a registered event") from None


def is_registered(name: str) -> bool:
    return name in _kinds


def is_public(name: str) -> bool:
    """Whether the bytes of such events may be shown to everyone; unknown ones may not."""
    return name in _kinds and _kinds[name].is_public


def event_kinds() -> list[EventKind]:
    return [_kinds[name] for name in sorted(_kinds)]


def register_subject(type: str, url_name: str, *, by_label: bool = False) -> None:
    """Let timeline entries about this type link to `reverse(url_name, args=[id])`.

    `by_label`: the page is known by the number that people know, not by the identifier.
    """
    _subject_urls[type] = (url_name, by_label)


def subject_url(type: str, id: str, label: str) -> str:
    """The page of a subject, or nothing when it has none."""
    if type not in _subject_urls:
        return ""
    url_name, by_label = _subject_urls[type]
    try:
        return reverse(url_name, args=[label if by_label else id])
    except NoReverseMatch:
        return ""
