"""How what was typed is read: numbers in any spelling, words in one alphabet, mistakes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.words import certificate_numbers, number_key, number_keys, plain_word, words_of
from workplace.search.questions import Question, distance, misspellings, one_mistake_away

SHOWN = "KZ 6 120 00318"


@pytest.mark.parametrize(
    "typed",
    [
        "KZ 6 120 00318", "kz612000318", "КZ 6 120 00318", "КЗ 6 120 00318", "№ KZ-6-120-00318",
        "KZ/6/120/00318", "KZ 6 120 318", "6 120 318", "612000318", "61200318.0", "KZ 6 12O OO318",
        "KZ\u00a06\u2009120\u202f00318", "#kz 6 120 00318",
    ],
)  # fmt: skip
def test_a_certificate_number_in_any_spelling_has_one_key(typed: str) -> None:
    assert number_key(SHOWN) in Question.of(typed).keys


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("З-120-000318", "З-120-000318"),
        ("З 120 318", "З-120-000318"),
        ("з120000318", "З-120-000318"),
        ("Э-01-17", "Э-01-000017"),
        ("DC-2026-17", "DC-2026-00017"),
        ("ДС 2026 17", "ДС-2026-00017"),
        ("СМ-2026-00017", "CM-2026-00017"),
        ("01-2026-00005", "01-2026-00005"),
        ("IN-2026-1", "IN-2026-00001"),
        ("ЭА202600012", "ЭА-2026-00012"),
    ],
)
def test_numbers_of_other_documents_are_compared_alike(typed: str, shown: str) -> None:
    assert number_key(shown) in number_keys(typed)


def test_a_certificate_number_is_shown_in_its_one_form() -> None:
    assert certificate_numbers("кз612000318") == [SHOWN]
    assert certificate_numbers("612000318") == [SHOWN]
    assert certificate_numbers("кабель") == []


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("КАБЕЛЬ", "кабель"), ("кaбeль", "кабель"), ("KАБЕЛЬ", "кабель"), ("жиһаз", "жихаз"),
        ("өндірістік", "ондиристик"), ("Ёлка", "елка"), ("3x2", "3х2"), ("PVC", "pvc"),
        ("pump", "pump"),
    ],
)  # fmt: skip
def test_a_word_has_one_plain_form(typed: str, plain: str) -> None:
    assert words_of(typed) == [plain]
    assert plain_word(plain) == plain


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert Question.of("ТОО «Пример» для дома").words == ["пример", "дома"]
    assert Question.of("ТОО").words == ["тоо"]


def test_a_number_and_words_are_told_apart() -> None:
    split = Question.of("кабель KZ 6 120 00318 Пример").number_and_words
    assert split is not None
    keys, words = split
    assert number_key(SHOWN) in keys
    assert words == ["кабель", "пример"]
    assert Question.of("KZ 6 120 00318").number_and_words is None
    assert Question.of("кабель силовой").number_and_words is None


@given(st.integers(0, 10**9 - 1), st.randoms(use_true_random=False))
def test_every_single_mistake_in_a_number_is_undone(number: int, dice: random.Random) -> None:
    digits = f"{number:09d}"
    place = dice.randrange(len(digits))
    other = dice.choice("0123456789".replace(digits[place], ""))
    for typed in (
        digits[:place] + other + digits[place + 1 :],
        digits[:place] + digits[place + 1 :],
        digits[:place] + other + digits[place:],
    ):
        assert digits in dict(one_mistake_away(typed))


@given(st.text("абвгдежз", min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_a_misspelling_is_one_mistake_away_and_the_other_way_round(
    word: str, dice: random.Random
) -> None:
    typed = dice.choice(sorted(misspellings(word)))
    assert distance(word, typed, 2) == 1
    assert word in misspellings(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_read(text: str) -> None:
    question = Question.of(text)
    assert len(question.text) <= 200
    if question:
        assert question.words
    question.near_keys()
    question.near_identifiers()
    assert question.number_and_words is None or question.number_and_words[1]
