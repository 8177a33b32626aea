"""HS and KP VED codes as text, read the way people and spreadsheets give them. Pure."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id

HS_LENGTH = 10
# Group 77 is reserved; 98 and 99 are not goods of the EAEU nomenclature.
GROUPS_NOT_IN_USE = frozenset({"00", "77", "98", "99"})
# The last heading of groups 01–09. A nine-digit code is taken for one whose leading zero a
# spreadsheet dropped only when the result lands in a heading that exists: 204210000 is
# 0204 21 000 0, but 842199000 has lost some other digit, for there is no heading 0842.
LAST_HEADING_OF_GROUP = {
    "01": 6, "02": 10, "03": 9, "04": 10, "05": 11, "06": 4, "07": 14, "08": 14, "09": 10,
}  # fmt: skip

_HS_NOISE = re.compile(r"\.")
_KP_VED = re.compile(r"^(\d{2})(\d{2})(\d{2})(\d{3})?$")


def normalise_hs_code(value: object) -> str:
    """Ten digits of an EAEU commodity code, or a ValidationError that says what is wrong."""
    text = _hs_text(value)
    strangers = "".join(sorted({char for char in text if char not in "0123456789"}))
    if strangers:
        raise ValidationError(
            _("An HS code consists of digits only. Remove: %(characters)s"),
            code="not_digits",
            params={"characters": strangers},
        )
    if len(text) == HS_LENGTH - 1:
        raise ValidationError(
            _(
                "An HS code has 10 digits, this one has 9. "
                "If it begins with a zero, the zero may have been lost."
            ),
            code="lost_zero",
        )
    if len(text) != HS_LENGTH:
        raise ValidationError(
            _("An HS code has 10 digits, this one has %(count)s."),
            code="length",
            params={"count": len(text)},
        )
    if text[:2] in GROUPS_NOT_IN_USE:
        raise ValidationError(
            _("There is no commodity group %(group)s."), code="group", params={"group": text[:2]}
        )
    return text


def restore_hs_code(value: object) -> tuple[str, bool]:
    """For imports: the code, and whether a leading zero dropped by a spreadsheet was put back."""
    text = _hs_text(value)
    if len(text) == HS_LENGTH - 1 and text.isascii() and text.isdigit():
        padded = f"0{text}"
        if 1 <= int(padded[2:4]) <= LAST_HEADING_OF_GROUP.get(padded[:2], 0):
            return padded, True
    return normalise_hs_code(value), False


def _hs_text(value: object) -> str:
    return _HS_NOISE.sub("", normalise_text_id(value))


def hs_heading(hs_code: str) -> str:
    """The first four digits: what the rules of origin compare."""
    return hs_code[:4]


def normalise_kp_ved(value: object) -> str:
    """`NN.NN.NN` or `NN.NN.NN.NNN`, or a ValidationError."""
    text = normalise_text_id(str(value).replace(",", "."))
    parts = _KP_VED.match(text.replace(".", ""))
    sound_dots = re.fullmatch(r"\d+|\d{2}\.\d{2}\.\d{2}(\.\d{3})?", text, re.ASCII)
    if not parts or not sound_dots:
        raise ValidationError(
            _("A KP VED code looks like 28.29.82 or 28.29.82.110, this is %(text)s."),
            code="kp_ved",
            params={"text": text},
        )
    return ".".join(part for part in parts.groups() if part)
