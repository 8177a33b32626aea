"""The columns that most lists have, each said once: a field, a name, a person, a choice, a status.

`path` names the field as the database does; `of` finds, in a row that carries more, the thing that
the path starts from; `then` orders the rows that say the same.
"""

from collections.abc import Callable, Iterable
from typing import Any

from .lists import Column, Term, Text, by_name, in_sequence

Of = Callable[[Any], Any]


def as_it_is(row: Any) -> Any:
    return row


def _along(thing: Any, path: str) -> Any:
    """What lies at the end of the path; nothing where something on the way is missing."""
    for name in path.split("__"):
        if thing is None:
            return None
        thing = getattr(thing, name)
    return thing


def field(name: str, label: Text, path: str, *then: Term, of: Of = as_it_is) -> Column:
    return Column(name, label, lambda row: _along(of(row), path), order=(path, *then))


def named(name: str, label: Text, path: str, *then: Term, of: Of = as_it_is) -> Column:
    """Something with a name in each language, by its name in the reader's."""

    def value(row: Any) -> str:
        thing = _along(of(row), path)
        return "" if thing is None else str(thing.name)

    return Column(name, label, value, order=(by_name(f"{path}__name"), *then))


def person(name: str, label: Text, path: str, *then: Term, of: Of = as_it_is) -> Column:
    return Column(
        name,
        label,
        lambda row: str(_along(of(row), path) or ""),
        order=(f"{path}__full_name", *then),
    )


def choice(
    name: str, label: Text, path: str, values: Iterable[str], *then: Term, of: Of = as_it_is
) -> Column:
    """A choice in words, in the order in which the choices are told."""
    *through, last = path.split("__")
    shown = "__".join([*through, f"get_{last}_display"])

    def value(row: Any) -> Text:
        display = _along(of(row), shown)
        return "" if display is None else display()

    return Column(name, label, value, order=(in_sequence(path, values), *then))


def status(label: Text, model: Any, newest: str = "-status_since", *, of: Of = as_it_is) -> Column:
    """Where a case stands, in the order of its life; of the same status the latest first."""
    return Column(
        "status",
        label,
        lambda row: of(row).status_info.label,
        order=(in_sequence("status", model.WORKFLOW.statuses), newest),
    )
