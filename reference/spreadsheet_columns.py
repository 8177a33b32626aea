"""Which heading names which column, however it is spelled. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from accounts.identifiers import fold_lookalikes

_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key; `title` is how our own example spells it."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    # Needed in every sheet; alternatives stand in the layout.
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of sheet; of each group in `one_of` at least one must be there."""

    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    # What is the same on every row and describes the sheet as a whole.
    facts: tuple[str, ...] = ()

    def title(self, key: str) -> str:
        return next(column.title for column in self.columns if column.key == key)

    def missing(self, found: Mapping[str, int]) -> list[str]:
        lacking = [c.title for c in self.columns if c.is_required and c.key not in found]
        lacking += [
            " / ".join(self.title(key) for key in group)
            for group in self.one_of
            if not any(key in found for key in group)
        ]
        return lacking


@dataclass(frozen=True, slots=True)
class Headings:
    """Positions of the columns that were recognised, and the headings that were not."""

    positions: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def heading_key(heading: object) -> str:
    """`ИИН/ БИН производителя` and `ИИН/БИН  производителя:` are one heading."""
    text = _NOT_LETTERS.sub("", str(heading).casefold().replace("ё", "е"))
    return fold_lookalikes(text, to="cyrillic")


@lru_cache(maxsize=8)
def _keys(layout: Layout) -> dict[str, str]:
    return {
        heading_key(spelling): column.key
        for column in layout.columns
        for spelling in (column.title, *column.synonyms)
    }


def known_headings(layout: Layout, cells: Iterable[object]) -> int:
    keys = _keys(layout)
    return len({keys[key] for cell in cells if cell and (key := heading_key(cell)) in keys})


def recognise(layout: Layout, cells: Sequence[object]) -> Headings:
    keys = _keys(layout)
    positions: dict[str, int] = {}
    titles: dict[str, str] = {}
    unknown: list[str] = []
    repeated: list[str] = []
    for position, cell in enumerate(cells):
        text = str(cell).strip() if cell is not None else ""
        if not text:
            continue
        key = keys.get(heading_key(text))
        if key is None:
            unknown.append(text)
        elif key in positions:
            repeated.append(text)
        else:
            positions[key] = position
            titles[key] = text
    return Headings(positions, tuple(unknown), tuple(repeated), titles)
