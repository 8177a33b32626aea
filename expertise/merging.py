"""Two people's work on one page of a draft brought together. Pure.

Three states are compared value by value: what the page showed when it was opened (`base`), what
the person typed, and what is stored now. A value that only one side changed is that side's; one
that both changed differently is a dispute and waits for the person's choice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[str, str]
# Rows of a bill by their place on the page; nothing stands for a row left blank or removed.
Rows = Mapping[str, Values | None]
THEIRS = "theirs"
MINE = "mine"


@dataclass(frozen=True)
class Merged:
    """Names of the values to be saved, of those in dispute, of those only others changed."""

    mine: frozenset[str]
    disputed: tuple[str, ...]
    theirs: frozenset[str]


def merge(
    *,
    base: Values,
    typed: Values,
    stored: Values,
    disputed: Collection[str] = (),
    choices: Mapping[str, str] | None = None,
) -> Merged:
    """What a save of the page may change.

    A page whose `base` is not known is compared as if the person had changed everything: better
    a question too many than a colleague's work undone. The values that are `disputed` since the
    page was last shown are saved only with a choice.
    """
    mine, theirs, asked = set(), set(), []
    for name, value in typed.items():
        before, now = base.get(name), stored.get(name, "")
        choice = (choices or {}).get(name, "")
        if value == now:
            continue
        if name in disputed and choice == THEIRS and before == now:
            theirs.add(name)
        elif name in disputed and choice != MINE:
            asked.append(name)
        elif value == before:
            theirs.add(name)
        elif before == now:
            mine.add(name)
        else:
            asked.append(name)
    return Merged(frozenset(mine), tuple(asked), frozenset(theirs))


@dataclass(frozen=True)
class Kept:
    """A row of the merged bill: the page's own one, or the stored one at this position."""

    typed: str = ""
    stored: int | None = None


@dataclass(frozen=True)
class MergedRows:
    rows: tuple[Kept, ...]
    # Place on the page → position of the other side's row; none when they removed theirs.
    disputed: Mapping[str, int | None]


def merge_rows(
    *,
    base: Rows,
    typed: Rows,
    stored: Sequence[Values],
    disputed: Collection[str] = (),
    choices: Mapping[str, str] | None = None,
) -> MergedRows:
    """The rows of both sides: a row is known by what it says, wherever it now stands."""
    choices = choices or {}
    taken: dict[int, str] = {}
    lost: list[str] = []
    for place, before in base.items():
        if before is None:
            continue
        at = _position(before, stored, taken)
        if at is None:
            lost.append(place)
        else:
            taken[at] = place
    asked: dict[str, int | None] = {}
    fresh = [place for place, row in typed.items() if row and base.get(place) is None]
    for place in lost:
        row, before = typed.get(place), base[place] or {}
        if row == before:
            continue
        at = _counterpart(before, place, stored, taken)
        if at is None and row is None:
            continue
        if at is not None:
            taken[at] = place
            if row == stored[at]:
                continue
        asked[place] = at
    for place in disputed:
        # What was asked once is saved only with an answer, even though the rest has settled.
        if place in typed and place not in asked and place not in choices:
            asked[place] = next((at for at, who in taken.items() if who == place), None)
    places = {at: place for at, place in taken.items() if place not in asked}
    rows: list[Kept] = []
    for at in range(len(stored)):
        place = places.get(at, "")
        if not place or choices.get(place) == THEIRS or typed.get(place) == stored[at]:
            rows.append(Kept(stored=at))
        elif typed.get(place):
            rows.append(Kept(typed=place))
    rows += [Kept(typed=place) for place in fresh if choices.get(place) != THEIRS]
    return MergedRows(tuple(rows), asked)


def _position(row: Values, stored: Sequence[Values], taken: Mapping[int, str]) -> int | None:
    return next((at for at, now in enumerate(stored) if at not in taken and now == row), None)


def _counterpart(
    before: Values, place: str, stored: Sequence[Values], taken: Mapping[int, str]
) -> int | None:
    """The row that the other side made of `before`: of the same name, or at the same place."""
    free = [at for at in range(len(stored)) if at not in taken]
    for at in free:
        if stored[at].get("name") == before.get("name"):
            return at
    return int(place) if place.isdigit() and int(place) in free else None
