"""BIN and IIN: twelve digits with a check digit, kept as text, forgiving about how they are pasted.

Spreadsheets turn these identifiers into numbers: leading zeros go, `.0` comes, thin spaces appear.
Everything here is pure, so imports, forms, search and model fields read an identifier alike.
"""

import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LENGTH = 12
# A shorter number is taken for one that lost its leading zeros only down to this length.
SHORTEST_REPAIRED = 9

FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)

# Letters drawn alike in the two alphabets, upper case first; nothing that merely sounds alike.
CYRILLIC_TWINS = "АВСЕНКМОРТХУІҺавсенкмортхуіһ"
LATIN_TWINS = "ABCEHKMOPTXYIHabcehkmoptxyih"
# Small в н к м т are drawn unlike b h k m t, yet a lower-cased code still has to fold the same way.
_TO_LATIN = str.maketrans(CYRILLIC_TWINS, LATIN_TWINS)
_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXYIabcehkmoptxyi", "АВСЕНКМОРТХУІавсенкмортхуі")

# Spaces of every kind, zero-width marks, the byte order mark, every dash and a leading apostrophe.
_PASTED_NOISE = re.compile(
    r"[\s\u00a0\u00ad\u1680\u180e\u2000-\u2015\u2028-\u202f\u205f\u2060\u2212\u3000\ufeff\-'`’]"
)
_NUMBER_TAIL = re.compile(r"^(\d+)[.,]0+$")
_BANK_ACCOUNT = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$", re.ASCII)
_SHORTENED_NUMBER = re.compile(r"^\d([.,]\d+)?[eE]\+?\d+$")


class Kind(StrEnum):
    BIN = "bin"
    IIN = "iin"


def fold_lookalikes(text: str, *, to: Literal["latin", "cyrillic"] = "latin") -> str:
    """Letters that look the same in both alphabets become letters of one, case kept."""
    return text.translate(_TO_LATIN if to == "latin" else _TO_CYRILLIC)


def normalise_text_id(value: object) -> str:
    """A pasted identifier without its spaces, its dashes and the `.0` of a spreadsheet."""
    text = _PASTED_NOISE.sub("", str(value))
    tail = _NUMBER_TAIL.match(text)
    return tail.group(1) if tail else text


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit for the first eleven, or None when no identifier may begin with them."""
    digits = [int(digit) for digit in first_eleven]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        remainder = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def complete_identifier(first_eleven: str) -> str:
    """Eleven digits with their check digit, for invented identifiers of examples and the demo."""
    digit = check_digit(first_eleven)
    if digit is None:
        raise ValueError(f"no identifier begins with {first_eleven}")
    return f"{first_eleven}{digit}"


def kind_of(identifier: str) -> Kind:
    """The fifth digit tells a BIN (4, 5, 6: kind of entity) from an IIN (0–3: tens of the day)."""
    return Kind.BIN if identifier[4] in "456" else Kind.IIN


def birth_date(iin: str) -> dt.date | None:
    """Date of birth held in an IIN; None when its first seven digits cannot be one.

    The seventh digit names the century (1–2 nineteenth, 3–4 twentieth, 5–6 twenty-first);
    zero is given to foreigners and leaves the century open.
    """
    for year in _possible_years(iin):
        try:
            return dt.date(year, int(iin[2:4]), int(iin[4:6]))
        except ValueError:
            continue
    return None


def _possible_years(iin: str) -> Iterator[int]:
    short_year, century = int(iin[:2]), int(iin[6])
    if century == 0:
        yield from (2000 + short_year, 1900 + short_year)
    elif century <= 6:
        yield 1800 + 100 * ((century - 1) // 2) + short_year


def normalise_bin_iin(value: object, *, only: Kind | None = None) -> str:
    """A valid BIN or IIN of twelve digits, or a ValidationError that says what is wrong."""
    text = normalise_text_id(value)
    if _SHORTENED_NUMBER.match(text):
        raise ValidationError(
            _("The spreadsheet has shortened this number to %(text)s. Enter all 12 digits."),
            code="shortened",
            params={"text": text},
        )
    strangers = "".join(sorted({char for char in text if char not in "0123456789"}))
    if strangers:
        raise ValidationError(
            _("A BIN or IIN consists of digits only. Remove: %(characters)s"),
            code="not_digits",
            params={"characters": strangers},
        )
    identifier = _with_lost_zeros(text)
    if len(identifier) != LENGTH:
        raise ValidationError(
            _("A BIN or IIN has 12 digits, this one has %(count)s."),
            code="length",
            params={"count": len(text)},
        )
    _check(identifier, only)
    return identifier


def _with_lost_zeros(text: str) -> str:
    """Zeros are put back only when the result is sound as a whole; otherwise the text stays."""
    if not SHORTEST_REPAIRED <= len(text) < LENGTH:
        return text
    padded = text.zfill(LENGTH)
    try:
        _check(padded, None)
    except ValidationError:
        return text
    return padded


def _check(identifier: str, only: Kind | None) -> None:
    if check_digit(identifier[:11]) != int(identifier[11]):
        raise ValidationError(
            _("The check digit does not fit: at least one digit of the BIN or IIN is wrong."),
            code="check_digit",
        )
    kind = kind_of(identifier)
    if kind is Kind.IIN and birth_date(identifier) is None:
        raise ValidationError(
            _("An IIN begins with a date of birth; these digits are not a date."),
            code="birth_date",
        )
    if only is Kind.BIN and kind is not Kind.BIN:
        raise ValidationError(_("This is the IIN of a person; a BIN is needed."), code="kind")
    if only is Kind.IIN and kind is not Kind.IIN:
        raise ValidationError(
            _("This is the BIN of an organisation; an IIN is needed."), code="kind"
        )


def normalise_bank_account(value: object) -> str:
    """An account number as IBAN writes it: upper case, no spaces, Latin letters."""
    text = fold_lookalikes(_PASTED_NOISE.sub("", str(value)).upper())
    if not _BANK_ACCOUNT.match(text):
        raise ValidationError(
            _("An account number looks like KZ12 345A BC67 8901 2345."), code="bank_account"
        )
    return text
