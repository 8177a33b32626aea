import zlib

from documents.frame import ASSET, draw, pdf_operators


def test_committed_drawing_is_what_the_script_draws():
    assert ASSET.read_text(encoding="utf-8") == draw()


def test_every_stroke_of_the_drawing_reaches_the_pdf():
    operators = zlib.decompress(pdf_operators()).decode("ascii").split("\n")
    painted = sum(operator.split()[-1] in {"S", "B"} for operator in operators)
    assert painted == draw().count("<path")
