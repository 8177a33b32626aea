"""What people type into the field."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from registry.questions import number_of_slug, read_question, slug_of

CODE = "U5PQNA7YR4S2MJ7RHADAL5MCHJ"


@pytest.mark.parametrize(
    "typed",
    [
        "KZ 6 120 00318",
        "kz612000318",
        " КZ 6 120 318 ",
        "№ KZ 6 120 00318",
        "KZ\u00a06\u00a0120\u00a000318",
    ],
)
def test_a_number_is_read_in_every_spelling(typed: str) -> None:
    assert str(read_question(typed).number) == "KZ 6 120 00318"


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.lower(), f"https://ctkz.example/v/{CODE}/", f"http://127.0.0.1:8000/v/{CODE}"],
)
def test_a_code_or_the_whole_address_of_the_qr_is_read(typed: str) -> None:
    assert read_question(typed).code == CODE


@pytest.mark.parametrize("typed", ["", "   ", "12", "KZ 6 120", "KZ 6 120 000000", "я" * 5000])
def test_anything_else_is_refused_with_words(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read_question(typed)
    assert refusal.value.messages[0]


def test_a_number_comes_back_from_its_address() -> None:
    number = read_question("KZ 6 120 00318").number
    assert number is not None
    assert slug_of(number) == "KZ-6-120-00318"
    assert number_of_slug(slug_of(number)) == number
    assert number_of_slug("nothing") is None


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/v/%00/", "/v/%00/record/", "/watch/%00/", "/r/%00/"])
def test_an_address_with_a_nul_is_nobodys(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
