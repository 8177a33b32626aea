"""Sets of HS codes as intervals of ten-digit numbers, so that codes and ranges can be compared.

Pure. `8544 70` is the interval from 8544700000 to 8544709999.
"""

from collections.abc import Iterable

from origin.codes import LONGEST, ends_of

Span = tuple[int, int]
Spans = tuple[Span, ...]


def spans_of(codes: Iterable[str]) -> Spans:
    """The codes and ranges as disjoint intervals in order."""
    return _merged(
        (int(first.ljust(LONGEST, "0")), int(last.ljust(LONGEST, "9")))
        for first, last in map(ends_of, codes)
    )


def shared(one: Spans, other: Spans) -> Spans:
    return _merged(
        (max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d)
    )


def without(one: Spans, other: Spans) -> Spans:
    left = list(one)
    for start, end in other:
        left = [
            piece
            for low, high in left
            for piece in ((low, min(high, start - 1)), (max(low, end + 1), high))
            if piece[0] <= piece[1]
        ]
    return _merged(left)


def contains(wide: Spans, narrow: Spans) -> bool:
    return not without(narrow, wide)


def first_code(spans: Spans) -> str:
    """The lowest code of the set, ten digits."""
    return f"{spans[0][0]:0{LONGEST}}"


def _merged(spans: Iterable[Span]) -> Spans:
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)
