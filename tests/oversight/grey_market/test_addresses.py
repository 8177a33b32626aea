"""The same seller is known again however the address was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.grey_market.addresses import LONGEST, read_address

SAME = {
    "primer.example": (
        "primer.example",
        "http://primer.example",
        "HTTPS://WWW.Primer.Example/",
        "https://m.primer.example/index.php",
        "https://primer.example:443/?utm_source=tg&utm_medium=x",
        "  «https://primer.example/»  ",
        "https://primer.example/#prices",
        "primer.example.",
    ),
    "xn--e1afmkfd.xn--80ao21a": (
        "https://пример.қаз/",
        "ПРИМЕР.ҚАЗ",
        "http://xn--e1afmkfd.xn--80ao21a/",
    ),
    "primer.example/ct-kz?id=7&lang=ru": (
        "https://primer.example/ct-kz/?lang=ru&id=7",
        "https://www.primer.example//ct-kz?id=7&lang=ru&fbclid=abc&gclid=1",
    ),
    "primer.example/%D1%86%D0%B5%D0%BD%D1%8B": (
        "https://primer.example/цены/",
        "https://primer.example/%D1%86%D0%B5%D0%BD%D1%8B",
    ),
    "instagram:primer_ctkz": (
        "https://www.instagram.com/primer_ctkz/",
        "instagram.com/Primer_CTKZ?igsh=abc",
        "Instagram @primer_ctkz",
        "инстаграм: primer_ctkz",
        "инста @Primer_ctkz",
    ),
    "telegram:primer_ctkz": (
        "https://t.me/primer_ctkz",
        "t.me/s/primer_ctkz",
        "telegram.me/Primer_CTKZ",
        "тг @primer_ctkz",
        "Телеграм: primer_ctkz",
    ),
    "phone:77010000017": (
        "+7 701 000-00-17",
        "8 (701) 000 00 17",
        "87010000017",
        "701 000 00 17",
        "WhatsApp +7 701 000 00 17",
        "https://wa.me/77010000017",
        "https://api.whatsapp.com/send?phone=77010000017&text=hi",
    ),
    "account:primer_ctkz": ("@primer_ctkz", "@Primer_CTKZ"),
    "name:тоо пример-бланк": ("ТОО Пример-Бланк", "тоо  ПРИМЕР-БЛАНК", "«ТОО Пример-Бланк»"),
}
KINDS = {
    "https://primer.example/": "site",
    "https://t.me/primer": "page",
    "https://instagram.com/p/Cabc/": "page",
    "https://doska.example/d/obyavlenie/ct-kz-7": "ad",
    "@primer_ctkz": "page",
    "+7 701 000 00 17": "seller",
    "Айбек с рынка": "seller",
}


@pytest.mark.parametrize(
    ("key", "written"), [(key, text) for key, texts in SAME.items() for text in texts]
)
def test_one_seller_has_one_key(key: str, written: str) -> None:
    assert read_address(written).key == key


def test_different_sellers_have_different_keys() -> None:
    different = (
        *("primer.example", "primer2.example", "sub.primer.example", "primer.example/a"),
        *("primer.example:8080", "primer.example?id=1", "t.me/primer", "instagram.com/primer"),
        *("@primer", "+7 701 000 00 17", "+7 701 000 00 18", "пример.қаз", "ТОО «Пример»"),
    )
    assert len({read_address(text).key for text in different}) == len(different)


@pytest.mark.parametrize(("written", "kind"), KINDS.items())
def test_the_kind_is_read_from_the_address(written: str, kind: str) -> None:
    assert read_address(written).kind == kind


@pytest.mark.parametrize("written", ["", "   ", " «» ", ",;"])
def test_nothing_readable_gives_no_key(written: str) -> None:
    assert read_address(written).key == ""


@given(st.text(max_size=700))
def test_whatever_is_typed_is_read_and_read_alike(text: str) -> None:
    address = read_address(text)
    assert len(address.key) <= LONGEST
    assert read_address(f"  {text} ") == address


@given(st.from_regex(r"https?://[a-z]{2,12}\.example(/[a-z0-9]{1,8}){0,3}/?", fullmatch=True))
def test_the_key_of_a_site_is_its_own_key(url: str) -> None:
    key = read_address(url).key
    assert read_address(key).key == key
