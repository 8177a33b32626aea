"""Reading what was typed: which number, BIN, code or words it may be, and how they are spelled."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

from django.core.exceptions import ValidationError

from accounts.identifiers import LENGTH as BIN_DIGITS
from accounts.identifiers import check_digit, normalise_bin_iin, normalise_text_id
from reference.words import (
    CERTIFICATE_DIGITS,
    CERTIFICATE_PREFIX,
    number_key,
    number_keys,
    words_of,
)

LONGEST_QUESTION = 200
MOST_WORDS = 8
SHORTEST_QUESTION = 2
# Fewer signs of a number would find nearly everything.
SHORTEST_BEGINNING = 3
SHORTEST_CODE = 4
LONGEST_CODE = 10
# Shorter words have too many neighbours to guess from.
SHORTEST_GUESSED = 3
# Forms of companies and words without a meaning of their own; any of them may be left out.
UNSAID = frozenset(
    {
        *("тоо", "ао", "ип", "жшс", "ак", "жк", "llp", "jsc", "оао", "зао", "ооо", "ргп", "гкп"),
        *("и", "в", "на", "для", "с", "по", "из", "от", "до", "к", "о", "у", "за", "при", "без"),
        *("мен", "жане", "ушин", "бен", "пен", "the", "of", "and"),
    }
)
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
DIGITS = "0123456789"
LATIN = "abcdefghijklmnopqrstuvwxyz"
_HAS_DIGIT = re.compile(r"[0-9]")
_OPENS_NUMBER = re.compile(r"^#?[A-ZА-ЯЁ]{0,3}$")
_LETTERS_DIGITS = re.compile(r"^([A-Z]{0,3})([0-9]+)$")


@dataclass(frozen=True)
class Question:
    text: str

    @classmethod
    def of(cls, text: str) -> "Question":
        """Signs in another width, raised or in circles are the plain ones."""
        return cls(" ".join(normalize("NFKC", text.replace("№", " ")).split())[:LONGEST_QUESTION])

    def __bool__(self) -> bool:
        return len(self.text) >= SHORTEST_QUESTION and bool(self.words)

    @cached_property
    def words(self) -> list[str]:
        """Plain words; those that say nothing are left out unless there are no others."""
        words = list(dict.fromkeys(words_of(self.text)))
        said = [word for word in words if word not in UNSAID]
        return (said or words)[:MOST_WORDS]

    @cached_property
    def is_one_number(self) -> bool:
        """Nothing but a number, with the sign and the letters that may open it."""
        groups = self.text.upper().lstrip("# ").split()
        if not groups or not _HAS_DIGIT.search(self.text):
            return False
        first, *others = groups
        is_opened = bool(others and _OPENS_NUMBER.match(first)) or _is_of_number(first)
        return is_opened and all(map(_is_of_number, others))

    @cached_property
    def keys(self) -> list[str]:
        """Numbers that the whole text may be, as keys of the index."""
        if not self.is_one_number:
            return []
        keys = number_keys(self.text)
        if self.identifier:
            keys.append(self.identifier)
        return list(dict.fromkeys(keys))

    @cached_property
    def beginnings(self) -> list[str]:
        """What keys may begin with: as typed, and as a certificate's number without its KZ."""
        if not self.keys:
            return []
        key = self.keys[0]
        begun = [key] if len(key) >= SHORTEST_BEGINNING else []
        if key.isdigit() and SHORTEST_BEGINNING <= len(key) <= CERTIFICATE_DIGITS:
            begun.append(f"{CERTIFICATE_PREFIX}{key}")
        return begun

    @cached_property
    def digits(self) -> str:
        """The text as digits alone, without spaces and points; else nothing."""
        digits = normalise_text_id(self.text.replace(".", ""))
        return digits if digits.isascii() and digits.isdigit() else ""

    @cached_property
    def identifier(self) -> str:
        """The BIN or IIN that the text is, with the zeros that a spreadsheet lost."""
        try:
            return normalise_bin_iin(self.text)
        except ValidationError:
            return ""

    @cached_property
    def serial(self) -> int | None:
        return int(self.digits) if self.digits and len(self.digits) <= 6 else None

    @cached_property
    def headings(self) -> list[str]:
        """What rules are written for: the code that was typed and the shorter ones above it."""
        if not SHORTEST_CODE <= len(self.digits) <= LONGEST_CODE:
            return []
        return [self.digits[:length] for length in (4, 6, 8, 9) if length < len(self.digits)]

    @cached_property
    def number_and_words(self) -> tuple[list[str], list[str]] | None:
        """A number and words that are not of it: `KZ 6 120 00318 Пример`."""
        groups = self.text.upper().split()
        taken = [place for place, group in enumerate(groups) if _HAS_DIGIT.search(group)]
        if not taken or taken != list(range(taken[0], taken[-1] + 1)):
            return None
        first = taken[0]
        if first and _OPENS_NUMBER.match(groups[first - 1]) and not groups[first - 1].isdigit():
            first -= 1
        rest = words_of(" ".join([*groups[:first], *groups[taken[-1] + 1 :]]))
        number = " ".join(groups[first : taken[-1] + 1])
        if not rest or len(number_key(number)) < SHORTEST_CODE:
            return None
        return number_keys(number), [word for word in rest if word not in UNSAID] or rest

    @cached_property
    def guessed(self) -> list[str]:
        """Words in which a mistake may be."""
        return [
            word for word in self.words
            if len(word) >= SHORTEST_GUESSED and not _HAS_DIGIT.search(word)
        ]  # fmt: skip

    def near_keys(self) -> dict[str, int]:
        """Keys that are one mistake away, with how unlikely that mistake is."""
        return self.near_of(self.keys)

    def near_of(self, keys: Sequence[str]) -> dict[str, int]:
        """The same for these keys, of which the first is what was typed."""
        near: dict[str, int] = {}
        for key in _written_out(keys[0]) if keys else ():
            for other, cost in one_mistake_away(key):
                near[other] = min(cost, near.get(other, cost))
        return {key: cost for key, cost in near.items() if key not in keys}

    def near_identifiers(self) -> list[str]:
        """BIN and IIN one mistake away; the check digit leaves one in eleven."""
        if not BIN_DIGITS - 1 <= len(self.digits) <= BIN_DIGITS + 1:
            return []
        return [
            other for other in dict(one_mistake_away(self.digits))
            if len(other) == BIN_DIGITS and check_digit(other[:11]) == int(other[11])
        ]  # fmt: skip


def _is_of_number(group: str) -> bool:
    """With a digit, or a letter typed for one (`O`)."""
    return bool(_HAS_DIGIT.search(group)) or number_key(group).isdigit()


def _written_out(key: str) -> Iterator[str]:
    """A key, and a certificate's with its KZ where the letters are missing or mistyped."""
    yield key
    parts = _LETTERS_DIGITS.match(key)
    if parts is None or parts[1] == CERTIFICATE_PREFIX:
        return
    if abs(len(parts[2]) - CERTIFICATE_DIGITS) <= 1:
        yield f"{CERTIFICATE_PREFIX}{parts[2]}"


def one_mistake_away(key: str) -> Iterator[tuple[str, int]]:
    """Numbers for which `key` may have been typed: swapped, doubled, lost, added, wrong digits.

    Digits alone are put in; the cost orders the mistakes as hands make them.
    """
    first = next((place for place, sign in enumerate(key) if sign in DIGITS), len(key))
    for place in range(len(key) - 1):
        if key[place] != key[place + 1]:
            yield key[:place] + key[place + 1] + key[place] + key[place + 2 :], 0
    for place in range(len(key)):
        is_double = key[place] in (key[place - 1 : place], key[place + 1 : place + 2])
        yield key[:place] + key[place + 1 :], 1 if is_double else 2
    for place in range(first, len(key) + 1):
        for digit in DIGITS:
            is_double = digit in (key[place - 1 : place], key[place : place + 1])
            yield key[:place] + digit + key[place:], 1 if is_double else 3
    for place in range(first, len(key)):
        for digit in DIGITS:
            if key[place] in DIGITS and digit != key[place]:
                beside = abs(int(digit) - int(key[place])) in (1, 3)
                yield key[:place] + digit + key[place + 1 :], 2 if beside else 3


def misspellings(word: str) -> set[str]:
    """Words one mistake away, in the alphabet of the word."""
    letters = LATIN if word.isascii() else CYRILLIC
    found = {word[:place] + word[place + 1 :] for place in range(len(word))}
    for place in range(len(word) - 1):
        found.add(word[:place] + word[place + 1] + word[place] + word[place + 2 :])
    for letter in letters:
        found.update(word[:place] + letter + word[place:] for place in range(len(word) + 1))
        found.update(word[:place] + letter + word[place + 1 :] for place in range(len(word)))
    return found - {word}


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped; more than `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: Sequence[int] = []
    row: Sequence[int] = range(len(other) + 1)
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, its in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, last[j - 2] + 1)
            row = [*row, cost]
        if min(row) > most:
            return most + 1
    return row[-1]
