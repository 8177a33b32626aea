"""What a visitor types into the field: a certificate number, or the code of a QR."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from issuance.models import Certificate, CertificateQuerySet
from issuance.numbering import CODE_ALPHABET, CODE_LENGTH
from reference.models import Chamber
from reference.numbers import CertificateNumber, parse_certificate_number

from .models import RegisterEntry, Source

CODE = re.compile(rf"(?:^|/v/)([{CODE_ALPHABET}]{{{CODE_LENGTH}}})/?$", re.IGNORECASE)
LONGEST = 300


@dataclass(frozen=True)
class Question:
    """Either a number or a code."""

    number: CertificateNumber | None = None
    code: str = ""


def read_question(text: str) -> Question:
    """A number in any spelling, a code, or the whole address from a QR.

    Raises `ValidationError` with a sentence that says how a number looks.
    """
    text = text.strip()
    if not text:
        raise ValidationError(_("Type the number of the certificate."), code="empty")
    if len(text) <= LONGEST and (code := CODE.search(text)):
        return Question(code=code[1].upper())
    return Question(number=parse_certificate_number(text[:LONGEST]))


def slug_of(number: CertificateNumber) -> str:
    """The number as it stands in an address: `KZ-6-120-00318`."""
    return str(number).replace(" ", "-")


def number_of_slug(slug: str) -> CertificateNumber | None:
    try:
        return parse_certificate_number(slug.replace("-", ""))
    except ValidationError:
        return None


def certificates_numbered(number: CertificateNumber) -> list[Certificate]:
    """Issued certificates of that number, the latest first; the number repeats in ten years."""
    return list(shown().filter(number=str(number)).order_by("-year"))


def earlier_numbered(
    number: CertificateNumber, *, besides: Sequence[Certificate]
) -> list[RegisterEntry]:
    """Certificates of the earlier register, the latest first.

    Where this portal issued the number of that year, its own certificate is the one.
    """
    own = {one.year for one in besides}
    entries = RegisterEntry.objects.filter(number=str(number), source=Source.EARLIER)
    return [one for one in entries.order_by("-year") if one.year not in own]


def certificate_coded(code: str) -> Certificate | None:
    return shown().filter(verify_code=code.upper()).first()


def is_chamber(number: CertificateNumber) -> bool:
    return Chamber.objects.filter(pk=number.chamber).exists()


def shown() -> CertificateQuerySet:
    return Certificate.objects.issued().select_related(
        "document__file", "application__act__request__scheme"
    )
