"""The fine-line frame of the certificate, drawn once.

`python -m documents.frame` writes `assets/frame.svg`, which is committed; documents only place
it. Every strand of the border is a sine over a whole number of periods, so the pattern closes
at the corners. The drawing has no randomness: the same bytes come out every time.
"""

import re
import zlib
from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin
from pathlib import Path

ASSET = Path(__file__).parent / "assets" / "frame.svg"

# A4 in points.
WIDTH, HEIGHT = 595.28, 841.89
OUTER, BAND = 27.0, 12.0
CORNER = 21.0
STRANDS = 6
WAVE = 13.0

KOK, KOK_DEEP, KOK_PALE, ALTYN = "#00748a", "#005566", "#7fb9c4", "#f4b92a"
ROSETTE = "#edf5f7"

Point = tuple[float, float]

# Half of a ram's horn (қошқар мүйіз) in a square of 100, right side; the left is its mirror.
HORN_STEM = "M50 92 C50 74 50 56 50 42"
HORNS = (
    "M50 46 C50 22 62 8 78 13 C93 18 94 40 79 45 C67 48 60 36 69 29",
    "M50 66 C55 54 71 51 78 60 C84 70 74 82 64 77 C58 73 60 66 66 66",
)


@dataclass(frozen=True)
class Stroke:
    d: str
    colour: str
    width: float
    fill: str = ""

    def svg(self) -> str:
        fill = f' fill="{self.fill}"' if self.fill else ""
        return f'<path d="{self.d}" stroke="{self.colour}" stroke-width="{self.width:g}"{fill}/>'


def draw() -> str:
    strokes = [*_rosette(), *_border(), *_rules()]
    for x in (OUTER - 3, WIDTH - OUTER + 3 - CORNER):
        for y in (OUTER - 3, HEIGHT - OUTER + 3 - CORNER):
            strokes += _corner(x, y)
    body = "\n".join(stroke.svg() for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">\n{body}\n</svg>\n'
    )


@cache
def pdf_operators() -> bytes:
    """The committed drawing as deflated PDF path operators, in a space that has y downwards."""
    found = re.findall(
        r'<path d="([^"]+)" stroke="#([0-9a-f]{6})" stroke-width="([\d.]+)"( fill="#ffffff")?/>',
        ASSET.read_text(encoding="utf-8"),
    )
    out = [f"1 0 0 -1 0 {HEIGHT} cm 1 J 1 j"]
    for d, colour, width, filled in found:
        red, green, blue = (round(int(colour[i : i + 2], 16) / 255, 3) for i in (0, 2, 4))
        out.append(f"{red:g} {green:g} {blue:g} RG {width} w")
        for command, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", d):
            operator = {"M": "m", "L": "l", "C": "c", "Z": "h"}[command]
            out.append(f"{numbers.strip()} {operator}".strip())
        out.append("1 g B" if filled else "S")
    return zlib.compress("\n".join(out).encode("ascii"), level=9)


def _border() -> list[Stroke]:
    middle = OUTER + BAND / 2
    start = OUTER + CORNER - 3
    across, down = WIDTH - 2 * start, HEIGHT - 2 * start
    strokes = []
    for strand in range(STRANDS):
        phase = 2 * pi * strand / STRANDS
        colour = (KOK, KOK_DEEP, KOK_PALE)[strand % 3]
        for length, place in (
            (across, lambda s, o: (start + s, middle + o)),
            (across, lambda s, o: (start + s, HEIGHT - middle - o)),
            (down, lambda s, o: (middle + o, start + s)),
            (down, lambda s, o: (WIDTH - middle - o, start + s)),
        ):
            points = [place(s, o) for s, o in _wave(length, phase)]
            strokes.append(Stroke(_curve(points), colour, 0.4))
    return strokes


def _wave(length: float, phase: float) -> list[Point]:
    """Control points of a sine along a side, three segments to a period."""
    periods = round(length / WAVE)
    steps = periods * 4
    step = length / steps
    omega = 2 * pi * periods / length
    points: list[Point] = []
    for index in range(steps + 1):
        s = index * step
        swell = BAND / 2 * (0.78 + 0.22 * cos(pi * s / length * 8))
        y, slope = swell * sin(omega * s + phase), swell * omega * cos(omega * s + phase)
        if index:
            points.append((s - step / 3, y - slope * step / 3))
        points.append((s, y))
        if index < steps:
            points.append((s + step / 3, y + slope * step / 3))
    return points


def _rules() -> list[Stroke]:
    inner = OUTER + BAND + 4.5
    strokes = [Stroke(_box(inner, inner, WIDTH - inner, HEIGHT - inner), KOK, 0.6)]
    for inset in (OUTER - 1.2, OUTER + BAND + 1.2):
        strokes.append(Stroke(_box(inset, inset, WIDTH - inset, HEIGHT - inset), KOK_DEEP, 0.35))
    return strokes


def _corner(x: float, y: float) -> list[Stroke]:
    side = CORNER
    strokes = [
        # Strands and rules end under the corner, so it is filled with white.
        Stroke(_box(x, y, x + side, y + side), KOK_DEEP, 0.5, "#ffffff"),
        Stroke(_box(x + 1.4, y + 1.4, x + side - 1.4, y + side - 1.4), KOK_PALE, 0.35),
    ]
    for d in mark_paths(x + 2.6, y + 2.2, side - 5.2):
        strokes.append(Stroke(d, KOK, 1.0))
    return strokes


def mark_paths(x: float, y: float, side: float) -> list[str]:
    """The ram's horn ornament in the square at (x, y)."""
    scale = side / 100

    def placed(d: str, *, mirrored: bool) -> str:
        numbers = [float(n) for n in re.findall(r"[\d.]+", d)]
        pairs = [
            (x + scale * ((100 - px) if mirrored else px), y + scale * py)
            for px, py in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        return _curve(pairs)

    paths = [placed(HORN_STEM, mirrored=False)]
    for horn in HORNS:
        paths += [placed(horn, mirrored=False), placed(horn, mirrored=True)]
    return paths


def _rosette() -> list[Stroke]:
    """A pale rosette behind the text, as on security paper."""
    centre_x, centre_y = WIDTH / 2, HEIGHT / 2 + 20
    strokes = []
    for petals, inner, outer in ((24, 70.0, 178.0), (36, 40.0, 120.0)):
        for shift in range(4):
            steps = petals * 4
            points: list[Point] = []
            for index in range(steps + 1):
                angle = 2 * pi * index / steps
                turn = petals * angle + shift * pi / 2
                mean, swing = (inner + outer) / 2, (outer - inner) / 2
                radius, change = mean + swing * sin(turn), swing * petals * cos(turn)
                here = (centre_x + radius * cos(angle), centre_y + radius * sin(angle))
                slope = (
                    change * cos(angle) - radius * sin(angle),
                    change * sin(angle) + radius * cos(angle),
                )
                third = 2 * pi / steps / 3
                if index:
                    points.append((here[0] - slope[0] * third, here[1] - slope[1] * third))
                points.append(here)
                if index < steps:
                    points.append((here[0] + slope[0] * third, here[1] + slope[1] * third))
            strokes.append(Stroke(_curve(points), ROSETTE, 0.4))
    return strokes


def _curve(points: list[Point]) -> str:
    first, *rest = points
    parts = [f"M{_number(first[0])} {_number(first[1])}"]
    for index in range(0, len(rest), 3):
        parts.append(
            "C" + " ".join(f"{_number(x)} {_number(y)}" for x, y in rest[index : index + 3])
        )
    return " ".join(parts)


def _box(left: float, top: float, right: float, bottom: float) -> str:
    left, top, right, bottom = (round(n, 2) for n in (left, top, right, bottom))
    return f"M{left} {top} L{right} {top} L{right} {bottom} L{left} {bottom} Z"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    ASSET.parent.mkdir(exist_ok=True)
    ASSET.write_text(draw(), encoding="utf-8")
