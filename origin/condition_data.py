"""Conditions to and from plain data: one mapping with one key for each part. Pure."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .conditions import (
    KINDS,
    AllOf,
    AnyHeadingExcept,
    AnyOf,
    ChangeOfHeading,
    Condition,
    ForeignArticlesShareAtMost,
    ForeignShareAtMost,
    MadeFrom,
    OperationsOtherThan,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareOfHeadingsAtMost,
)
from .pack_reader import Path, Places, Reader

# Deeper ones cannot be read by a person, and would exhaust the reader.
DEEPEST = 8


def condition_data(condition: Condition) -> dict[str, Any]:
    """A part as data: its kind is the only key; percentages are text, so that they stay exact."""
    return {condition.KIND: _content(condition)}


def condition_from_data(
    data: Any, *, operations: Collection[str] | None = None, places: Places | None = None
) -> Condition:
    """The condition, or a PackError with every problem; None for `operations` skips that check."""
    reader = Reader(places or {}, operations)
    condition = read_condition(data, (), reader)
    reader.finish()
    if condition is None:
        raise AssertionError("a condition without problems was not read")
    return condition


def read_condition(data: Any, path: Path, reader: Reader, depth: int = 1) -> Condition | None:
    """None where the data holds no condition; the reader then knows why."""
    if depth > DEEPEST:
        reader.fault(path, _("The condition is nested too deeply."))
        return None
    if not isinstance(data, Mapping) or len(data) != 1:
        reader.fault(path, _("A condition is one part with its name, such as “made_from: [02]”."))
        return None
    kind, content = next(iter(data.items()))
    inner = (*path, kind)
    if kind in ("all", "any"):
        parts = tuple(
            part
            for index, item in enumerate(reader.items(content, inner, least=1))
            if (part := read_condition(item, (*inner, index), reader, depth + 1)) is not None
        )
        return AllOf(parts) if kind == "all" else AnyOf(parts)
    if kind not in _READERS:
        reader.fault(
            inner,
            _("There is no part of a condition “%(kind)s”. The parts are: %(known)s.")
            % {"kind": kind, "known": ", ".join(KINDS)},
        )
        return None
    return _READERS[kind](content, inner, reader)


def plain(number: Decimal) -> str:
    """One spelling for one number: without exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _content(condition: Condition) -> Any:
    match condition:
        case AllOf(conditions) | AnyOf(conditions):
            return [condition_data(inner) for inner in conditions]
        case ChangeOfHeading(allowing):
            return {"allowing": list(allowing)} if allowing else {}
        case AnyHeadingExcept(codes) | MadeFrom(codes) | OperationsOtherThan(codes):
            return list(codes)
        case ShareOfHeadingsAtMost(headings, percent):
            return {"headings": list(headings), "percent": plain(percent)}
        case OperationsRequired(every, some):
            named = {"all": list(every), "any": list(some)}
            return {key: codes for key, codes in named.items() if codes}
        case _:
            return plain(condition.percent)


def _change_of_heading(content: Any, path: Path, reader: Reader) -> ChangeOfHeading:
    parts = reader.mapping({} if content is None else content, path, optional=("allowing",))
    if "allowing" not in parts:
        return ChangeOfHeading()
    return ChangeOfHeading(reader.codes(parts["allowing"], (*path, "allowing")))


def _share_of_headings(content: Any, path: Path, reader: Reader) -> ShareOfHeadingsAtMost:
    parts = reader.mapping(content, path, required=("headings", "percent"), optional=())
    return ShareOfHeadingsAtMost(
        reader.codes(parts["headings"], (*path, "headings")) if "headings" in parts else (),
        reader.percent(parts["percent"], (*path, "percent")) if "percent" in parts else Decimal(0),
    )


def _operations_required(content: Any, path: Path, reader: Reader) -> OperationsRequired:
    parts = reader.mapping(content, path, optional=("all", "any"))
    every, some = (
        reader.operation_codes(parts[key], (*path, key), least=1) if key in parts else ()
        for key in ("all", "any")
    )
    if isinstance(content, Mapping) and not ("all" in parts or "any" in parts):
        reader.fault(path, _("Name the operations under “all” or “any”."))
    return OperationsRequired(every, some)


_READERS: dict[str, Callable[[Any, Path, Reader], Condition]] = {
    "change_of_heading": _change_of_heading,
    "any_heading_except": lambda v, path, reader: AnyHeadingExcept(reader.codes(v, path)),
    "foreign_share_at_most": lambda v, path, reader: ForeignShareAtMost(reader.percent(v, path)),
    "same_heading_share_at_most": lambda v, path, reader: SameHeadingShareAtMost(
        reader.percent(v, path)
    ),
    "share_of_headings_at_most": _share_of_headings,
    "foreign_articles_share_at_most": lambda v, path, reader: ForeignArticlesShareAtMost(
        reader.percent(v, path)
    ),
    "made_from": lambda v, path, reader: MadeFrom(reader.codes(v, path)),
    "operations_required": _operations_required,
    "operations_other_than": lambda v, path, reader: OperationsOtherThan(
        reader.operation_codes(v, path, least=1)
    ),
}
