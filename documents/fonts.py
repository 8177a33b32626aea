"""Fonts of documents and pages: Noto Sans, cut once to what the portal prints.

Cutting the font to its letters for every document is most of the time a renderer spends, so
it gets little to cut. The cut fonts live in `var/` and are made on first use.
"""

import os
import shutil
import tempfile
import unicodedata
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import fontpkg_noto_sans
import uharfbuzz as harfbuzz
from django.conf import settings
from fontTools.ttLib import TTFont

from .glyphs import add_signs

WEIGHTS = (400, 600, 700)
# Raised whenever the cut changes: fonts already made are then made anew beside the old ones.
CUT_VERSION = 1

KAZAKH_LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"

_RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x218, 0x21B), (0x2C6, 0x2DD),
    (0x300, 0x30C), (0x391, 0x3A9), (0x3B1, 0x3C9), (0x400, 0x52F), (0x1E80, 0x1E9E),
    (0x2000, 0x206F), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x2126),
    (0x2150, 0x218B), (0x2190, 0x2192), (0x2200, 0x22FF), (0x2300, 0x2300),
)  # fmt: skip
_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def document_fonts() -> dict[int, Path]:
    """TrueType files by weight, for WeasyPrint."""
    folder = _folder()
    return {weight: folder / f"noto-sans-{weight}.ttf" for weight in WEIGHTS}


def build_web_fonts(folder: Path) -> list[Path]:
    """WOFF2 files for the pages, from the same cut as the documents."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for weight, source in document_fonts().items():
        target = folder / f"noto-sans-{weight}.woff2"
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            font = TTFont(source, recalcTimestamp=False)
            font.flavor = "woff2"
            handle, scratch = tempfile.mkstemp(dir=folder, suffix=".tmp")
            os.close(handle)
            font.save(scratch)
            Path(scratch).chmod(0o644)
            Path(scratch).replace(target)
        made.append(target)
    return made


def unprintable(text: str) -> str:
    """Characters of `text` that no document can show, each once, in order of appearance.

    Without this check a renderer would print an empty box, or take a letter from whatever
    font the machine has, in a document with legal force.
    """
    known = _printable()
    found = dict.fromkeys(
        letter
        for letter in unicodedata.normalize("NFC", text)
        if ord(letter) not in known and letter not in "\n\r\t"
    )
    return "".join(found)


def width_of(text: str, *, size: float, weight: int = 400) -> float:
    """The length of the text on one line, in points."""
    widths, em = _advances(weight)
    return sum(widths.get(ord(letter), em) for letter in text) * size / em


def rows_of(text: str, *, width: float, size: float, weight: int = 400) -> int:
    """How many rows the text takes in a column; widths in points, long words broken."""
    widths, em = _advances(weight)
    fits = width * em / size
    space, rows, used = widths.get(32, em // 4), 0, fits
    for word in text.split():
        length = sum(widths.get(ord(letter), em) for letter in word)
        if used + space + length <= fits:
            used += space + length
            continue
        rows += 1
        while length > fits:
            rows, length = rows + 1, length - int(fits)
        used = length
    return rows


@cache
def _advances(weight: int) -> tuple[dict[int, int], int]:
    font = TTFont(document_fonts()[weight])
    metrics = font["hmtx"].metrics
    advances = {code: metrics[name][0] for code, name in font.getBestCmap().items()}
    return advances, font["head"].unitsPerEm


@cache
def _printable() -> frozenset[int]:
    return frozenset(TTFont(document_fonts()[400]).getBestCmap())


def _folder() -> Path:
    key = "-".join((version("fontpkg-noto-sans"), version("uharfbuzz"), str(CUT_VERSION)))
    folder: Path = settings.VAR_DIR / "fonts" / key
    if not folder.is_dir():
        _make(folder)
    return folder


def _make(folder: Path) -> None:
    """Make the fonts beside their place and move them in whole: readers never see half."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
    try:
        package = Path(fontpkg_noto_sans.__file__).parent
        path = package / "files" / "NotoSans[wdth,wght].ttf"
        source = harfbuzz.Face(harfbuzz.Blob.from_file_path(path))
        for weight in WEIGHTS:
            (scratch / f"noto-sans-{weight}.ttf").write_bytes(_cut(source, weight))
        scratch.chmod(0o755)
        scratch.rename(folder)
    except OSError:
        # Another process was quicker; its fonts are the same bytes.
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _cut(source: harfbuzz.Face, weight: int) -> bytes:
    """One static weight with the portal's letters only."""
    wanted = harfbuzz.SubsetInput()
    wanted.unicode_set.set({code for low, high in _RANGES for code in range(low, high + 1)})
    wanted.layout_feature_tag_set.set({int.from_bytes(tag.encode(), "big") for tag in _FEATURES})
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wanted.pin_axis_location(source, "wght", weight)
    wanted.pin_axis_location(source, "wdth", 100)
    # The time of making stays out of the file: the same fonts on every machine.
    font = TTFont(BytesIO(harfbuzz.subset(source, wanted).blob.data), recalcTimestamp=False)
    add_signs(font)
    out = BytesIO()
    font.save(out)
    return out.getvalue()
