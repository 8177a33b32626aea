"""Numbers of documents: reading a certificate number, writing any number from its pattern.

The pattern of a certificate number is that of the public register: `KZ Y RRR NNNNN`, where Y is
the last digit of the year of issue, RRR the chamber and NNNNN the sequence within both. Y repeats
every ten years, so uniqueness needs the full year beside the number.
"""

import re
from dataclasses import dataclass
from string import Formatter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.identifiers import fold_lookalikes, normalise_text_id

LAST_SEQUENCE = 99_999
CERTIFICATE_NUMBER = re.compile(r"^KZ(\d)(\d{3})(\d{1,5})$", re.ASCII)
PLACEHOLDERS = frozenset({"seq", "year", "y", "org", "chamber"})
# A letter drawn like a digit, where only digits can stand.
_DIGIT_TWINS = str.maketrans({"O": "0", "З": "3"})


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    year_digit: int
    chamber: str
    sequence: int

    def __str__(self) -> str:
        return f"KZ {self.year_digit} {self.chamber} {self.sequence:05d}"


def parse_certificate_number(text: object) -> CertificateNumber:
    """A number as typed, pasted or read aloud: any case, any spacing, look-alike letters."""
    compact = fold_lookalikes(normalise_text_id(text).upper().lstrip("№#"))
    compact = compact[:2] + compact[2:].translate(_DIGIT_TWINS)
    parts = CERTIFICATE_NUMBER.match(compact)
    if not parts or int(parts[3]) == 0:
        raise ValidationError(
            _("A certificate number looks like KZ 6 120 00318."), code="certificate_number"
        )
    return CertificateNumber(int(parts[1]), parts[2], int(parts[3]))


def normalise_certificate_number(text: object) -> str:
    return str(parse_certificate_number(text))


def year_digit(year: int) -> int:
    return year % 10


def format_number(pattern: str, *, seq: int, year: int, org: str = "", chamber: str = "") -> str:
    """A document number from its dated pattern, for example `KZ {y} {chamber} {seq:05d}`."""
    unknown = {name for _text, name, _spec, _conv in Formatter().parse(pattern) if name}
    unknown -= PLACEHOLDERS
    if unknown:
        raise DomainError(
            "number.pattern",
            _("The number pattern has unknown parts: %(parts)s") % {"parts": ", ".join(unknown)},
        )
    if not 1 <= seq <= LAST_SEQUENCE:
        raise DomainError("number.exhausted", _("The numbers of this year have run out."))
    return pattern.format(seq=seq, year=year, y=year_digit(year), org=org, chamber=chamber)
