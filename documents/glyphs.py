"""Signs that Noto Sans lacks and that names of goods contain, made from its own outlines.

`≤ 1 кВ`, `√`, `→`: a name of goods is printed as it was filed, so the few mathematical signs
people type must be in the font rather than be borrowed from whatever fonts a machine has.
"""

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

# Signs that another letter of the font already draws.
SAME_SHAPE = {0x2300: 0xD8, 0x2205: 0xD8, 0x2206: 0x394, 0x2211: 0x3A3}

# Sign → parts: letter of the font, then xx, xy, yx, yy, dx, dy as shares of the em.
COMPOSED: dict[int, tuple[tuple[str, tuple[float, float, float, float, float, float]], ...]] = {
    0x2264: (("<", (1, 0, 0, 0.86, 0, 0.115)), ("−", (1, 0, 0, 1, 0, -0.34))),
    0x2265: ((">", (1, 0, 0, 0.86, 0, 0.115)), ("−", (1, 0, 0, 1, 0, -0.34))),
    0x2260: (("=", (1, 0, 0, 1, 0, 0)), ("/", (0.8, 0, 0, 0.8, 0.135, 0.07))),
    0x2248: (("~", (1, 0, 0, 1, 0, 0.1)), ("~", (1, 0, 0, 1, 0, -0.1))),
    0x2192: (("−", (1, 0, 0, 1, 0, 0)), ("›", (1, 0, 0, 1, 0.24, 0.075))),
    0x2190: (("−", (1, 0, 0, 1, 0, 0)), ("‹", (1, 0, 0, 1, 0.03, 0.075))),
    0x221E: (("o", (0.62, 0, 0, 0.62, 0, 0.18)), ("o", (0.62, 0, 0, 0.62, 0.275, 0.18))),
}
ROOT = 0x221A


def add_signs(font: TTFont) -> None:
    """Add the signs to a static TrueType font; `font` keeps everything it had."""
    cmap = font.getBestCmap()
    added: dict[int, str] = {
        sign: cmap[letter] for sign, letter in SAME_SHAPE.items() if sign not in cmap
    }
    for sign, parts in COMPOSED.items():
        if sign not in cmap:
            added[sign] = _compose(font, f"uni{sign:04X}", parts)
    if ROOT not in cmap:
        added[ROOT] = _root(font)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(added)


def _compose(
    font: TTFont,
    name: str,
    parts: tuple[tuple[str, tuple[float, float, float, float, float, float]], ...],
) -> str:
    cmap, glyphs, em = font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm
    pen = TTGlyphPen(None)
    for letter, (xx, xy, yx, yy, dx, dy) in parts:
        outline = DecomposingRecordingPen(glyphs)
        glyphs[cmap[ord(letter)]].draw(outline)
        outline.replay(TransformPen(pen, (xx, xy, yx, yy, dx * em, dy * em)))
    return _add(font, name, pen, width=glyphs[cmap[ord("=")]].width)


def _root(font: TTFont) -> str:
    glyphs, em = font.getGlyphSet(), font["head"].unitsPerEm
    pen = TTGlyphPen(None)
    outline = (
        (0.03, 0.30), (0.14, 0.36), (0.25, 0.12), (0.43, 0.80), (0.56, 0.80),
        (0.56, 0.73), (0.48, 0.73), (0.29, 0.0), (0.21, 0.0), (0.11, 0.25), (0.05, 0.22),
    )  # fmt: skip
    pen.moveTo((round(outline[0][0] * em), round(outline[0][1] * em)))
    for x, y in outline[1:]:
        pen.lineTo((round(x * em), round(y * em)))
    pen.closePath()
    return _add(font, "uni221A", pen, width=glyphs[font.getBestCmap()[ord("=")]].width)


def _add(font: TTFont, name: str, pen: TTGlyphPen, *, width: int) -> str:
    glyph = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
    return name
