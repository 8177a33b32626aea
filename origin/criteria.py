"""Criteria of origin: П for goods wholly produced, Д with the heading for sufficient processing.

Pure functions. The list of conditions by commodity is not read here: this module answers the
general rule, which holds for every code that the list does not name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from reference.codes import hs_heading

WHOLLY_PRODUCED = "П"
SUFFICIENT_PROCESSING = "Д"

# Registers write the letter П as Latin P and Cyrillic Р too, and texts in English say P and D.
_LETTER_TWINS = {"P": "П", "Р": "П", "D": "Д"}
_DIGIT_TWINS = str.maketrans({"O": "0", "О": "0", "З": "3"})
_QUOTES = re.compile(r"[\"«»„“”]")
_CRITERION = re.compile(r"^(П|Д(\d{4}))$", re.ASCII)


class MaterialLike(Protocol):
    """What the general rule needs to know of a material."""

    @property
    def hs_code(self) -> str: ...

    @property
    def is_local(self) -> bool: ...


M = TypeVar("M", bound=MaterialLike)


@dataclass(frozen=True, slots=True)
class Criterion:
    """П, or Д with the first four digits of the finished product."""

    heading: str = ""

    @property
    def is_wholly_produced(self) -> bool:
        return not self.heading

    def fits(self, hs_code: str) -> bool:
        """The four digits of Д are those of the product itself; П stands with any code."""
        return self.is_wholly_produced or self.heading == hs_heading(hs_code)

    def __str__(self) -> str:
        return f"{SUFFICIENT_PROCESSING}{self.heading}" if self.heading else WHOLLY_PRODUCED


def parse_criterion(text: object) -> Criterion:
    """A criterion as registers write it: `Д 2105`, `д8421`, a Latin P; else a ValidationError."""
    compact = _QUOTES.sub("", normalise_text_id(text)).upper()
    letter, digits = compact[:1], compact[1:].translate(_DIGIT_TWINS)
    parts = _CRITERION.match(_LETTER_TWINS.get(letter, letter) + digits)
    if not parts:
        raise ValidationError(
            _("A criterion of origin is П, or Д and four digits, for example Д8421."),
            code="criterion",
        )
    return Criterion(parts[2] or "")


def normalise_criterion(text: object) -> str:
    return str(parse_criterion(text))


def criterion_of_processing(hs_code: str) -> Criterion:
    """The criterion a product gets when it is sufficiently processed."""
    return Criterion(hs_heading(hs_code))


def change_of_heading(product_hs: str, materials: Iterable[M]) -> list[M]:
    """The foreign materials that stand in the way: those with the heading of the product.

    General rule of sufficient processing: the code of the product differs from that of every
    foreign material in at least one of its first four digits.
    """
    heading = hs_heading(product_hs)
    return [m for m in materials if not m.is_local and hs_heading(m.hs_code) == heading]
