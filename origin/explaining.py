"""The reasons of a verdict as codes: which parts decided, and which did not matter. Pure."""

from collections.abc import Iterator

from .facts import Reason
from .judging import PartVerdict


def reasons_of_part(part: PartVerdict) -> Iterator[Reason]:
    """The leaves that explain the verdict: of an "or" that is met only the branches that met it."""
    if part.parts:
        for inner in part.parts:
            if part.kind == "any" and part.met and not inner.met:
                continue
            yield from reasons_of_part(inner)
        return
    yield part_reason(part)


def part_reason(part: PartVerdict) -> Reason:
    params = dict(part.figures)
    if part.materials:
        params["materials"] = ", ".join(map(str, part.materials))
    if part.operations:
        params["operations"] = ", ".join(part.operations)
    return Reason(f"{part.kind}.{'met' if part.met else 'not_met'}", params)
