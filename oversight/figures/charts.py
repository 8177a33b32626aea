"""Charts as inline SVG: numbers become coordinates here, templates only print them. Pure.

A chart is told three times: by its picture, by one sentence for those who do not see it, and by
the table behind it. No colour says anything alone.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from hashlib import sha256
from typing import ClassVar

from django.utils.functional import Promise

Number = int | Decimal
Text = str | Promise

# Narrow enough that the letters stay readable when a telephone shrinks the picture.
WIDTH, HEIGHT = 440, 220
TOP, BOTTOM, LEFT, RIGHT = 30, 30, 56, 6
# How wide a letter of a label is: on a wide screen, and on a telephone, where they are larger.
LETTER, LARGE_LETTER = 6, 9
# More bars than these stand close together.
MANY_BARS = 12
STEPS = tuple(map(Decimal, (1, 2, 3, 4, 5, 6, 8, 10)))


@dataclass(frozen=True)
class Bar:
    """One bar; no value draws nothing and its table row says why in `shown`."""

    label: Text
    value: Number | None
    note: Text = ""
    tone: str = ""  # "" | soft | warn | bad | good
    url: str = ""
    # The value as people read it; the plain number when empty.
    shown: Text = ""
    # The same without a word, for paper in three languages.
    brief: str = ""

    @property
    def words(self) -> Text:
        return self.shown or ("–" if self.value is None else f"{self.value}")

    @property
    def short(self) -> str:
        return self.brief or str(self.words)


@dataclass(frozen=True)
class Marker:
    """A line that stands before bar number `before`, with what it means."""

    before: int
    label: Text


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    width: int
    height: int
    tone: str
    title: str


@dataclass(frozen=True)
class Word:
    x: int
    y: int
    text: Text
    anchor: str = "middle"
    # Left out on a narrow screen.
    is_fine: bool = False


@dataclass(frozen=True)
class Tick:
    y: int
    text: str


def scale_top(largest: Number) -> Decimal:
    """The round number that the axis ends at: one digit and zeros, not far above the largest."""
    wanted = Decimal(largest)
    if wanted <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(wanted.adjusted())
    return next(step * power for step in STEPS if step * power >= wanted)


@dataclass(frozen=True)
class Chart:
    """What every chart has."""

    template: ClassVar[str]

    title: Text
    desc: Text
    unit: Text = field(default="", kw_only=True)
    # The heading of the labels in the table behind.
    what: Text = field(default="", kw_only=True)

    @cached_property
    def key(self) -> str:
        """Ties the picture to its words; two charts of one page differ in title or sentence."""
        return "chart-" + sha256(f"{self.title}|{self.desc}".encode()).hexdigest()[:10]

    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    left: ClassVar[int] = LEFT
    right: ClassVar[int] = WIDTH - RIGHT
    floor: ClassVar[int] = HEIGHT - BOTTOM


@dataclass(frozen=True)
class BarChart(Chart):
    """Upright bars: something over time, or a histogram with its threshold marked."""

    template: ClassVar[str] = "components/chart_bars.html"

    bars: Sequence[Bar] = ()
    marker: Marker | None = None

    @cached_property
    def top(self) -> Decimal:
        return scale_top(max((bar.value or 0 for bar in self.bars), default=0))

    @property
    def ticks(self) -> list[Tick]:
        return _ticks(self.top)

    @property
    def boxes(self) -> list[Box]:
        slots = _slots(len(self.bars))
        boxes = []
        for (x, width), bar in zip(slots, self.bars, strict=True):
            height = _length(bar.value or 0, self.top)
            title = f"{bar.label}: {bar.words}"
            boxes.append(Box(x, HEIGHT - BOTTOM - height, width, height, bar.tone, title))
        return boxes

    @property
    def words(self) -> list[Word]:
        return _labels([bar.label for bar in self.bars])

    @property
    def marker_x(self) -> int:
        if self.marker is None:
            return 0
        slots = _slots(len(self.bars))
        if self.marker.before >= len(slots):
            return WIDTH - RIGHT
        return max(slots[self.marker.before][0] - 2, LEFT)

    @property
    def marker_word(self) -> Word | None:
        """On the side where there is more room for it."""
        if self.marker is None:
            return None
        x = self.marker_x
        is_left = x < (LEFT + WIDTH - RIGHT) // 2
        anchor, beside = ("start", 6) if is_left else ("end", -6)
        return Word(x + beside, 12, self.marker.label, anchor)


@dataclass(frozen=True)
class RowChart(Chart):
    """Lying bars, each with its label above: for names, however long."""

    template: ClassVar[str] = "components/chart_rows.html"

    bars: Sequence[Bar] = ()

    @property
    def rows(self) -> list[tuple[Bar, int]]:
        """Each bar with its length in thousandths of the longest."""
        longest = max((bar.value or 0 for bar in self.bars), default=0) or 1
        return [(bar, int(Decimal(bar.value or 0) * 1000 / Decimal(longest))) for bar in self.bars]


@dataclass(frozen=True)
class Series:
    """What one colour of a stacked chart, or one line, stands for."""

    label: Text
    tone: str = ""
    values: Sequence[Number | None] = ()
    shown: Sequence[Text] = ()

    def words(self, index: int) -> Text:
        if self.shown:
            return self.shown[index]
        value = self.values[index]
        return "–" if value is None else f"{value}"


@dataclass(frozen=True)
class ManySeries(Chart):
    labels: Sequence[Text] = ()
    series: Sequence[Series] = ()
    urls: Sequence[str] = ()

    @property
    def words(self) -> list[Word]:
        return _labels(self.labels)

    @property
    def table(self) -> list[tuple[Text, str, list[tuple[Text, Text]]]]:
        """Rows of the table behind: label, address, and each series' own words."""
        urls = self.urls or [""] * len(self.labels)
        return [
            (label, url, [(one.label, one.words(index)) for one in self.series])
            for index, (label, url) in enumerate(zip(self.labels, urls, strict=True))
        ]


@dataclass(frozen=True)
class StackedChart(ManySeries):
    """Upright bars of several parts each."""

    template: ClassVar[str] = "components/chart_stacked.html"

    @cached_property
    def top(self) -> Decimal:
        sums = [
            sum((Decimal(one.values[index] or 0) for one in self.series), Decimal(0))
            for index in range(len(self.labels))
        ]
        return scale_top(max(sums, default=Decimal(0)))

    @property
    def ticks(self) -> list[Tick]:
        return _ticks(self.top)

    @property
    def boxes(self) -> list[Box]:
        boxes = []
        for index, (x, width) in enumerate(_slots(len(self.labels))):
            below = Decimal(0)
            for one in self.series:
                value = Decimal(one.values[index] or 0)
                low, high = _length(below, self.top), _length(below + value, self.top)
                title = f"{self.labels[index]}, {one.label}: {one.words(index)}"
                boxes.append(Box(x, HEIGHT - BOTTOM - high, width, high - low, one.tone, title))
                below += value
        return boxes


@dataclass(frozen=True)
class Path:
    label: Text
    tone: str
    points: str
    dots: list[tuple[int, int, str]]


@dataclass(frozen=True)
class LineChart(ManySeries):
    """Lines over time; a gap stays a gap and is not drawn through."""

    template: ClassVar[str] = "components/chart_line.html"

    @cached_property
    def top(self) -> Decimal:
        values = [value or 0 for one in self.series for value in one.values]
        return scale_top(max(values, default=0))

    @property
    def ticks(self) -> list[Tick]:
        return _ticks(self.top)

    @property
    def paths(self) -> list[Path]:
        slots = _slots(len(self.labels))
        paths = []
        for one in self.series:
            parts, dots, is_open = [], [], False
            for index, ((x, width), value) in enumerate(zip(slots, one.values, strict=True)):
                if value is None:
                    is_open = False
                    continue
                middle, y = x + width // 2, HEIGHT - BOTTOM - _length(value, self.top)
                parts.append(f"{'L' if is_open else 'M'}{middle} {y}")
                title = f"{self.labels[index]}, {one.label}: {one.words(index)}"
                dots.append((middle, y, title))
                is_open = True
            paths.append(Path(one.label, one.tone, " ".join(parts), dots))
        return paths


def _length(value: Number, top: Decimal) -> int:
    """Pixels above the floor; whatever is more than nothing can be seen."""
    if value <= 0:
        return 0
    room = HEIGHT - TOP - BOTTOM
    return max(int(Decimal(value) / top * room), 1)


def _slots(count: int) -> list[tuple[int, int]]:
    """Left edge and width of each of `count` bars."""
    if not count:
        return []
    room = WIDTH - LEFT - RIGHT
    gap = 6 if count <= MANY_BARS else 2
    edges = [LEFT + room * index // count for index in range(count + 1)]
    return [
        (start + gap // 2, max(end - start - gap, 1)) for start, end in itertools.pairwise(edges)
    ]


def _labels(labels: Sequence[Text]) -> list[Word]:
    """Under the bars; only some of them where all would run into each other."""
    slots = _slots(len(labels))
    if not slots:
        return []
    longest = max(len(str(label)) for label in labels)
    room = (WIDTH - LEFT - RIGHT) / Decimal(len(labels))
    wide = _every(longest * LETTER, room)
    narrow = wide * _every(longest * LARGE_LETTER, room * wide)
    return [
        Word(x + width // 2, HEIGHT - BOTTOM + 18, label, is_fine=index % narrow != 0)
        for index, ((x, width), label) in enumerate(zip(slots, labels, strict=True))
        if index % wide == 0
    ]


def _every(needed: int, room: Decimal) -> int:
    return max(int((needed / room).to_integral_value(ROUND_CEILING)), 1)


def _ticks(top: Decimal) -> list[Tick]:
    """The floor, the middle where it is a whole number, and the top of the scale."""
    middle = top / 2
    values = [Decimal(0), *([middle] if middle == middle.to_integral() else []), top]
    room = HEIGHT - TOP - BOTTOM
    return [
        Tick(HEIGHT - BOTTOM - int(value / top * room), f"{value.normalize():f}")
        for value in values
    ]
