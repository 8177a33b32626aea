"""Reading the lists of codes: choices for forms, names for pages and documents."""

from datetime import date

from .models import CodeEntry


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
    entry = CodeEntry.objects.filter(list=list_code, code=code).first()
    return entry.names() if entry else {"kk": code, "ru": code}


def code_label(list_code: str, code: str) -> str:
    """The entry's name in the active language."""
    entry = CodeEntry.objects.filter(list=list_code, code=code).first()
    return entry.name if entry else code
