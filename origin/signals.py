"""Questions that this room asks and a later one answers."""

from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal


@dataclass(frozen=True)
class Picked:
    """How many lines of signed acts, and of how many acts, followed a reading of a row."""

    row_id: str
    reading: str
    lines: int
    acts: int


# Receivers answer with a list of `Picked`.
readings_picked = Signal()


def picked_readings() -> dict[tuple[str, str], Picked]:
    answers: list[tuple[Any, list[Picked]]] = readings_picked.send(sender=None)  # type: ignore[assignment]
    return {(item.row_id, item.reading): item for _receiver, found in answers for item in found}
