import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from expertise.fingerprints import distance, photo_bits, text_bits, words_of

TEXT = (
    "Маркировка фильтра воздушного PF-0001A на корпусе и упаковке совпадает с паспортом изделия "
    "и чертежом. Осмотрены три образца со склада готовой продукции. Раскрой фильтровальной "
    "бумаги на ножницах, гофрирование на станке, сварка корпуса из стального листа, заливка "
    "уплотнителя, сборка элемента с корпусом, испытание на герметичность каждого изделия."
)
OTHER = (
    "Мороженое идентифицировано по этикетке: состав, масса нетто, дата изготовления. Приёмка "
    "сырого молока, составление смеси, пастеризация при восьмидесяти пяти градусах, гомогенизация "
    "под давлением, созревание, фризерование, фасование в стаканчики, закалка в камере и хранение."
)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        TEXT.replace("PF-0001A", "PF-9977A"),
        TEXT.replace("а", "a").replace("о", "o"),  # Latin letters drawn alike
        TEXT.replace(". ", ".\n\n  "),
    ],
    ids=["case", "numbers", "alphabet", "spaces"],
)
def test_what_a_copier_changes_first_changes_nothing(copy):
    assert distance(text_bits(TEXT), text_bits(copy)) == 0


def test_a_text_with_a_few_words_replaced_stays_near_and_another_is_far():
    near = TEXT.replace("три", "пять").replace("стального", "медного").replace("станке", "прессе")
    assert distance(text_bits(TEXT), text_bits(near)) <= 12
    assert distance(text_bits(TEXT), text_bits(OTHER)) > 20


def test_a_short_text_has_no_fingerprint():
    assert text_bits("Соответствует паспорту.", fewest_words=25) is None
    assert text_bits("", fewest_words=1) is None


@given(st.text(), st.text())
def test_fingerprints_of_texts_are_kept_as_signed_integers_and_are_symmetric(one, other):
    bits = [text_bits(one), text_bits(other)]
    if None in bits:
        assert not words_of(one) or not words_of(other)
        return
    assert all(-(2**63) <= value < 2**63 for value in bits)
    assert distance(*bits) == distance(*reversed(bits))
    assert 0 <= distance(*bits) <= 64


def a_picture(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    chance = random.Random(seed)
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for _number in range(40):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        shade = chance.randrange(230)
        draw.rectangle((x, y, x + size[0] // 5, y + size[1] // 6), fill=(shade, shade, shade))
    return picture


def saved(picture: Image.Image, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, **{"format": "JPEG", **options})
    return out.getvalue()


def test_a_photograph_saved_again_is_the_same_and_another_is_not():
    first = a_picture(1)
    copies = [
        saved(first, quality=35),
        saved(first.resize((320, 240))),
        saved(ImageEnhance.Brightness(first).enhance(0.8)),
        saved(first, format="PNG"),
    ]
    bits = photo_bits(saved(first))
    assert max(distance(bits, photo_bits(copy)) for copy in copies) <= 6
    assert min(distance(bits, photo_bits(saved(a_picture(n)))) for n in range(2, 12)) > 6


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", saved(Image.new("RGB", (300, 200), "white"))],
    ids=["empty", "pdf", "blank"],
)  # fmt: skip
def test_what_shows_nothing_has_no_fingerprint(content):
    assert photo_bits(content) is None
