"""What an auditor declares, written the one way in which conflicts of interest compare it. Pure."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import Kind, normalise_bank_account, normalise_bin_iin

# A Kazakh number has eleven digits; people write 8 or +7 before the last ten.
PHONE_DIGITS = 10
_NOT_DIGITS = re.compile(r"\D")
_SPACES = re.compile(r"\s+")


class Interest(models.TextChoices):
    RELATIVE = "relative", _("Relative")
    FOUNDER = "founder", _("Founder or shareholder")
    EMPLOYMENT = "employment", _("Earlier or present employment")
    ADDRESS = "address", _("Address")
    PHONE = "phone", _("Telephone")
    BANK_ACCOUNT = "bank_account", _("Bank account")


def normalise_interest(kind: str, value: str) -> str:
    """The identifier in the form in which it is stored and compared, or a ValidationError."""
    match kind:
        case Interest.RELATIVE:
            return normalise_bin_iin(value, only=Kind.IIN)
        case Interest.FOUNDER | Interest.EMPLOYMENT:
            return normalise_bin_iin(value)
        case Interest.PHONE:
            return normalise_phone(value)
        case Interest.BANK_ACCOUNT:
            return normalise_bank_account(value)
    text = _SPACES.sub(" ", value).strip()
    if not text:
        raise ValidationError(_("Say what it is."), code="required")
    return text


def normalise_phone(value: str) -> str:
    """+7 and ten digits for a Kazakh number; another country's digits after a plus."""
    digits = _NOT_DIGITS.sub("", value)
    if len(digits) == PHONE_DIGITS + 1 and digits[0] in "78":
        return f"+7{digits[1:]}"
    if len(digits) == PHONE_DIGITS:
        return f"+7{digits}"
    if not PHONE_DIGITS < len(digits) <= 15:
        raise ValidationError(
            _("A telephone number has at least 10 digits, for example +7 701 234 56 78."),
            code="phone",
        )
    return f"+{digits}"
