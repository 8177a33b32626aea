"""How values of a record read on paper: dates, decimals, codes, names in two languages."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

DASH = "—"
# Longer words may break anywhere, or they would leave their column.
UNBROKEN_MAX = 28
# A comma apart from the digits around it would let a line break inside a number.
_THIN = "\u202f"


def both(name: dict[str, Any] | None) -> list[tuple[str, str]]:
    """(language, text) of a name given in Kazakh and Russian; once when they are the same."""
    if not name:
        return []
    kk, ru = str(name.get("kk") or "").strip(), str(name.get("ru") or "").strip()
    if not kk or not ru or kk == ru:
        return [("kk" if kk else "ru", kk or ru)] if kk or ru else []
    return [("kk", kk), ("ru", ru)]


def day(value: str | None) -> str:
    return f"{date.fromisoformat(value):%d.%m.%Y}" if value else DASH


def moment(value: str | None) -> str:
    """As the clocks of the country showed it: a record may name the moment in UTC."""
    return (
        f"{timezone.localtime(datetime.fromisoformat(value)):%d.%m.%Y %H:%M:%S}" if value else DASH
    )


def hs_code(value: str | None) -> str:
    """`8421990006` → `8421 99 000 6`, as the nomenclature prints it."""
    if not value or len(value) != 10:
        return value or DASH
    return "\u00a0".join((value[:4], value[4:6], value[6:9], value[9:]))


def number(value: str | None) -> str:
    """`68.20` → `68,2`: a comma, and no zeros at the end, as the public register prints it."""
    if value is None or value == "":
        return DASH
    return _plain(Decimal(value)).replace(".", ",")


def amount(value: str | None) -> str:
    """`1234567.5` → `1 234 567,50` with spaces that do not break."""
    if value is None or value == "":
        return DASH
    return _grouped(f"{Decimal(value):.2f}")


def grouped(value: str | None) -> str:
    """`1234.5` → `1 234,5`: every digit that the figure has."""
    return _grouped(_plain(Decimal(value))) if value else DASH


def _grouped(text: str) -> str:
    whole, _, cents = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    groups = []
    while digits:
        groups.append(digits[-3:])
        digits = digits[:-3]
    return sign + _THIN.join(reversed(groups)) + ("," + cents if cents else "")


def certificate_number(value: str) -> str:
    """The number never breaks at the end of a line."""
    return value.replace(" ", "\u00a0")


def unbroken(text: str) -> SafeString:
    """Text whose short hyphenated words, such as numbers of standards, stay on one line.

    A code broken at its hyphen reads as another code, and programs that take text out of a PDF
    drop a hyphen at the end of a line.
    """
    return format_html_join(
        " ",
        "{}",
        (
            (format_html('<span class="whole">{}</span>', word),)
            if "-" in word and len(word) <= UNBROKEN_MAX
            else (word,)
            for word in text.split()
        ),
    )


def ranges(numbers: Iterable[int]) -> str:
    """1, 2, 3, 7 → `1–3, 7`."""
    pieces: list[list[int]] = []
    for value in sorted(set(numbers)):
        if pieces and value == pieces[-1][1] + 1:
            pieces[-1][1] = value
        else:
            pieces.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in pieces)


def short_digest(value: str) -> str:
    return f"{value[:8]}…{value[-8:]}" if len(value) > 20 else value


def bare_address(url: str) -> str:
    """An address as it is printed beside a QR code: to be typed, not clicked."""
    return url.removeprefix("https://").removeprefix("http://")


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
