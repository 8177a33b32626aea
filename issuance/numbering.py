"""Certificate numbers: `KZ Y RRR NNNNN` (scheme of the public register).

Y is the last digit of the year and repeats every ten years, so the key is the full year.
"""

import secrets
from dataclasses import dataclass
from datetime import date

from reference.models import Chamber
from reference.numbering import next_number
from reference.parameters import parameter

# 128 bits in an alphabet without letters that are mistaken for one another.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 26
# The NNNNN at the end of a number.
SEQUENCE_DIGITS = 5


@dataclass(frozen=True)
class ReservedNumber:
    number: str
    year: int
    chamber_code: str
    sequence: int


def reserve_number(*, chamber_code: str, on: date) -> ReservedNumber:
    """The chamber's next number of the year; reserved for good when the transaction commits.

    Raises `Chamber.DoesNotExist` for a code that no chamber has.
    """
    chamber = Chamber.objects.get(pk=chamber_code)
    sequence = next_number(kind="certificate", series=chamber.code, year=on.year)
    number = parameter("number_format.certificate", on=on).format(
        y=on.year % 10, year=on.year, chamber=chamber.code, seq=sequence
    )
    return ReservedNumber(number, on.year, chamber.code, sequence)


def new_verify_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _position in range(CODE_LENGTH))
