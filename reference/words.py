"""Words and numbers as search compares them: every way of writing one thing gives one form.

Letters drawn alike in both alphabets are one, letters of Kazakh are also found by the Russian
letters that people type in their place, numbers are compared without spaces and punctuation.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.core.exceptions import ValidationError

from accounts.identifiers import fold_lookalikes, normalise_text_id

from .numbers import parse_certificate_number

CERTIFICATE_PREFIX = "KZ"
# Year digit, chamber, sequence.
CERTIFICATE_DIGITS = 9
# A sequence is written with at most so many digits, in any kind of number.
SEQUENCE_DIGITS = (3, 4, 5, 6)
_WORD = re.compile(r"[^\W_]+")
_NOT_IN_KEYS = re.compile(r"[\W_]+")
_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]")
_LATIN = re.compile(r"[a-z]")
_DIGIT = re.compile(r"[0-9]")
# Drawn like digits, where a number has a digit or a letter.
_DIGIT_TWINS = str.maketrans({"O": "0", "З": "3", "I": "1"})
# КЗ, as people write KZ in Cyrillic.
_SAID_KZ = re.compile(r"^K3(?=[0-9])")
_PLAIN_LETTERS = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
_LATIN_TWINS = frozenset("abcehkmoptxyi")


def search_words(*texts: str) -> str:
    """How the public register keeps words: upper case, look-alike letters of both alphabets one."""
    return fold_lookalikes(" ".join(" ".join(texts).split()).upper())


def words_of(text: str) -> list[str]:
    """The words of a text in their plain form, in their order."""
    return [plain_word(word) for word in _WORD.findall(text.lower())]


@lru_cache(maxsize=50_000)
def plain_word(word: str) -> str:
    """A lower-case word in one alphabet, with Russian letters for those of Kazakh alone.

    A word with Cyrillic letters, or of digits and look-alikes (`3x2`), is taken for Cyrillic.
    """
    if _LATIN.search(word) and (_CYRILLIC.search(word) or _is_drawn_in_both(word)):
        word = fold_lookalikes(word, to="cyrillic")
    return word.translate(_PLAIN_LETTERS)


def _is_drawn_in_both(word: str) -> bool:
    return bool(_DIGIT.search(word)) and set(_LATIN.findall(word)) <= _LATIN_TWINS


def other_alphabet(word: str) -> str:
    """A plain word of Latin letters that could all be Cyrillic, as Cyrillic; else nothing."""
    letters = set(word)
    if letters and letters <= _LATIN_TWINS:
        return fold_lookalikes(word, to="cyrillic").translate(_PLAIN_LETTERS)
    return ""


def number_key(number: str) -> str:
    """A number of any document without spaces, dashes and slashes, look-alikes folded."""
    folded = fold_lookalikes(_NOT_IN_KEYS.sub("", number).upper()).translate(_DIGIT_TWINS)
    return _SAID_KZ.sub(CERTIFICATE_PREFIX, folded)


def number_keys(text: str) -> list[str]:
    """The keys of the numbers that `text` may stand for, the likeliest first.

    As written; a certificate's without its KZ; with the zeros of the sequence put back.
    """
    pasted = normalise_text_id(text)
    key = number_key(pasted)
    if not _DIGIT.search(key):
        return []
    return list(dict.fromkeys([key, *_as_certificate(pasted), *_with_zeros(text, key)]))


def certificate_numbers(text: str) -> list[str]:
    """The certificate numbers that `text` may stand for, as they are shown."""
    found = []
    for key in dict.fromkeys(_as_certificate(normalise_text_id(text))):
        digits = key.removeprefix(CERTIFICATE_PREFIX)
        found.append(f"{CERTIFICATE_PREFIX} {digits[0]} {digits[1:4]} {digits[4:]}")
    return found


def _as_certificate(text: str) -> Iterator[str]:
    key = number_key(text)
    for candidate in (text, key, f"{CERTIFICATE_PREFIX}{key}"):
        try:
            number = parse_certificate_number(candidate)
        except ValidationError:
            continue
        yield number_key(str(number))


def _with_zeros(text: str, key: str) -> Iterator[str]:
    """Zeros of the last group that a spreadsheet or a hurried hand left out."""
    groups = [number_key(group) for group in re.split(r"[\W_]+", text) if group]
    if len(groups) > 1 and groups[-1].isdigit():
        for width in SEQUENCE_DIGITS:
            if len(groups[-1]) < width:
                yield "".join(groups[:-1]) + groups[-1].zfill(width)
    digits = re.search(r"[0-9]+$", key)
    if digits and not key.isdigit() and not key.startswith(CERTIFICATE_PREFIX):
        for place in range(digits.start() + 1, len(key)):
            for missing in range(1, SEQUENCE_DIGITS[-1]):
                yield key[:place] + "0" * missing + key[place:]
