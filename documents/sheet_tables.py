"""Tables whose columns nobody knows beforehand: widths and alignment from what stands in them."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from . import presentation as show
from .fonts import width_of

SHEET_MM = 174
POINT_MM = 25.4 / 72
# From the style: both sides of a cell, and the letters of tables with few and with many columns.
PADDING_MM = 2.4
SIZES = ((5, 8.0), (7, 7.4))
SMALLEST = 6.8
# No word asks for more, and no text widens its column further: what is longer is wrapped.
WORD_MAX_MM, TEXT_MAX_MM = 34.0, 80.0
LABEL_SIZE, LABEL_MIN_MM, LABEL_MAX_MM = 7.6, 18.0, 62.0
# A little is still seen to be more than nothing.
SHORTEST_BAR = Decimal("0.5")

_FIGURE = re.compile(r"[−+-]?\d[\d\s.,]*\s?[%₸]?|—|")
_DATE = re.compile(r"\d\d\.\d\d\.\d{4}")
_LONG_CODE = re.compile(r"\d{9}")
_GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
# Where a line may break: not at the spaces that hold a number together.
_BREAK = re.compile(r"[ \n]+")
_SIGN = re.compile(r" (?=[%₸](?:\W|$))")
_CERTIFICATE = re.compile(r"\bKZ \d \d{3} \d{5}\b")

# Cell or head of a column → its texts with their languages, the language empty where it is none.
Said = list[tuple[str, str]]


def table_sheet(
    columns: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    said: Callable[[Any], Said],
) -> dict[str, Any]:
    """What the template prints; `said` tells how a value reads in the language of the page."""
    heads = [said(column) for column in columns]
    cells = [[said(cell) for cell in row] for row in rows]
    size = next((size for most, size in SIZES if len(heads) <= most), SMALLEST)
    widths = _widths(heads, cells, size)
    classes = [_class(head, [row[index] for row in cells]) for index, head in enumerate(heads)]
    rooms = [(width - PADDING_MM) / POINT_MM for width in widths]
    return {
        "size": f"{size:.1f}",
        "columns": [
            {"width": f"{width:.1f}", "class": kind, "head": head}
            for width, kind, head in zip(widths, classes, heads, strict=True)
        ],
        "rows": [
            [
                {
                    "class": kind,
                    "lines": [(lang, whole_codes(text, room, size)) for lang, text in cell],
                }
                for cell, kind, room in zip(row, classes, rooms, strict=True)
            ]
            for row in cells
        ],
    }


def unbreaking(text: str) -> str:
    """Figures with their groups and signs, and numbers of certificates, stay on one line."""
    text = _CERTIFICATE.sub(lambda found: show.certificate_number(found[0]), text)
    return _SIGN.sub("\u00a0", _GROUPS.sub("\u202f", text))


def whole_codes(text: str, room: float, size: float) -> SafeString:
    """Hyphenated words stay whole where the column has room: a broken code reads as another."""
    return format_html_join(
        "\n",
        "{}",
        (
            (
                format_html_join(
                    " ",
                    "{}",
                    (
                        (format_html('<span class="whole">{}</span>', word),)
                        if "-" in word and width_of(word, size=size) <= room
                        else (word,)
                        for word in line.split(" ")
                    ),
                ),
            )
            for line in text.splitlines()
        ),
    )


def label_width(labels: Sequence[str]) -> str:
    """Room for the names beside bars: as much as the longest takes, within reason."""
    longest = max((width_of(label, size=LABEL_SIZE) for label in labels), default=0)
    return f"{min(max(longest * POINT_MM + 4, LABEL_MIN_MM), LABEL_MAX_MM):.1f}"


def bar_shares(values: Sequence[str]) -> list[str]:
    """The length of each bar in per cent of the longest; less than nothing is drawn as nothing."""
    numbers = [max(Decimal(value), Decimal(0)) for value in values]
    longest = max(numbers, default=Decimal(0))
    return [
        f"{max(number * 100 / longest, SHORTEST_BAR):.1f}" if number else "0" for number in numbers
    ]


def _widths(heads: list[Said], cells: list[list[Said]], size: float) -> list[float]:
    """Room for the longest word of every column first, then the rest by how much each holds."""
    least, wished = [], []
    for index, head in enumerate(heads):
        column = [text for row in cells for _, text in row[index]]
        names = [text for _, text in head]
        words = [word for text in (*column, *names) for word in _BREAK.split(text)]
        weight = 600 if not column else 400
        widest = max((width_of(word, size=size, weight=weight) for word in words), default=0)
        longest = max((width_of(text, size=size) for text in column), default=0)
        # A head may take two rows, so it asks for half of its length.
        named = sum(width_of(text, size=size, weight=600) for text in names) / 2
        least.append(min(widest * POINT_MM, WORD_MAX_MM) + PADDING_MM + 0.6)
        wished.append(max(min(max(longest, named) * POINT_MM, TEXT_MAX_MM) + PADDING_MM, least[-1]))
    free = SHEET_MM - sum(least)
    if free < 0:
        return [width * SHEET_MM / sum(least) for width in least]
    wants = [wish - low for wish, low in zip(wished, least, strict=True)]
    if sum(wants) <= free:
        return [width * SHEET_MM / sum(wished) for width in wished]
    return [low + want * free / sum(wants) for low, want in zip(least, wants, strict=True)]


def _class(head: Said, column: list[Said]) -> str:
    """`n` for the running number, `r` for figures, which are compared by their ends."""
    if [text for _, text in head] == ["№"]:
        return "n"
    texts = [text for cell in column for _, text in cell]
    is_figures = any(texts) and all(
        _FIGURE.fullmatch(text) and not _DATE.fullmatch(text) and not _LONG_CODE.search(text)
        for text in texts
    )
    return "r" if is_figures else ""
