"""Reading the lists of codes: choices for forms, names for pages and documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from .models import CodeEntry

_kept: ContextVar[dict[tuple[str, str], dict[str, str]] | None] = ContextVar("kept", default=None)


@contextmanager
def names_read_once() -> Iterator[None]:
    """Inside, `code_names` asks for each entry once: for makers of thousands of records."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def code_choices(
    list_code: str, *, on: date, applies_to: str | None = None
) -> list[tuple[str, str]]:
    """(code, name in the active language) of the entries that may be chosen on that day."""
    return [
        (entry.code, entry.name)
        for entry in CodeEntry.objects.of(list_code, on=on, applies_to=applies_to)
    ]


def code_names(list_code: str, code: str) -> dict[str, str]:
    """The entry's name in both official languages; the bare code where it is unknown.

    No date: a document of the past may carry an entry that is no longer offered.
    """
    kept = _kept.get()
    if kept is not None and (list_code, code) in kept:
        return dict(kept[list_code, code])
    entry = CodeEntry.objects.filter(list=list_code, code=code).first()
    names = entry.names() if entry else {"kk": code, "ru": code}
    if kept is not None:
        kept[list_code, code] = names
    return names


def code_label(list_code: str, code: str) -> str:
    """The entry's name in the active language."""
    entry = CodeEntry.objects.filter(list=list_code, code=code).first()
    return entry.name if entry else code
