import pytest
from fontTools.ttLib import TTFont

from documents.fonts import KAZAKH_LETTERS, WEIGHTS, build_web_fonts, document_fonts, unprintable


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_weight_shows_kazakh_letters_and_the_tenge(weight):
    cmap = TTFont(document_fonts()[weight]).getBestCmap()
    needed = KAZAKH_LETTERS + "₸№«»—–…≤≥×√≠≈→°²³µ±÷½Ø⌀∅−"
    assert [letter for letter in needed if ord(letter) not in cmap] == []


@pytest.mark.parametrize("letter", KAZAKH_LETTERS + "₸≤√")
def test_glyphs_are_drawn_and_not_empty(letter):
    font = TTFont(document_fonts()[400])
    glyph = font["glyf"][font.getBestCmap()[ord(letter)]]
    assert glyph.isComposite() or glyph.numberOfContours > 0


def test_text_that_a_document_cannot_show_is_named():
    assert unprintable("Фильтр 中国 ≤ 5 µм ✓ 中") == "中国✓"
    assert unprintable("Сүзгі № 1\n«ауа»") == ""


def test_pages_get_small_web_fonts(tmp_path):
    made = build_web_fonts(tmp_path / "fonts")
    assert [path.name for path in made] == [f"noto-sans-{weight}.woff2" for weight in WEIGHTS]
    assert all(path.read_bytes()[:4] == b"wOF2" for path in made)
    assert all(path.stat().st_size < 80_000 for path in made)
