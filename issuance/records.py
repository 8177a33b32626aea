"""The certificate as data: what is frozen, hashed, printed and sealed."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from expertise.models import Act
from reference.parameters import parameter

from .models import Application, Certificate
from .numbering import CODE_ALPHABET, CODE_LENGTH, SEQUENCE_DIGITS
from .validity import last_day


def certificate_record(certificate: Certificate) -> dict[str, Any]:
    """Everything that the certificate states, taken from the act's frozen record.

    Goods, parties, category and purpose come from the bytes that the auditor signed and not
    from tables that can change; lines that the act refused are left out, the others keep
    their numbers (invoices refer to them).
    """
    application = certificate.application
    act = application.act
    signed = json.loads(bytes(act.record))
    certified_at = timezone.localtime(certificate.certified_at)
    record: dict[str, Any] = {
        "schema": "ctkz.certificate/1",
        "number": certificate.number,
        "issued_on": certified_at.date().isoformat(),
        "certified_at": certified_at.isoformat(timespec="seconds"),
        "valid_until": certificate.valid_until.isoformat(),
        "verify_code": certificate.verify_code,
        "verify_url": verify_url(certificate),
        "chamber": chamber_record(application.chamber),
        "act": {
            "number": act.number,
            "signed_on": signed["signed_on"],
            "sha256": act.record_sha256,
        },
        "lines": [goods_line(line) for line in signed["lines"] if line["originating"]],
        "certified_by": {"name": application.decider.full_name if application.decider else ""},
        "declared_by": {
            "name": application.filed_by.full_name,
            "at": timezone.localtime(application.submitted_at).isoformat(timespec="seconds"),
        },
        "service_notes": [],
    }
    for part in ("scheme", "category", "purpose", "producer", "applicant", "recipient", "contract"):
        record[part] = signed[part]
    if settings.CTKZ_DEMO:
        record["specimen"] = True
    return record


def preview_record(application: Application, *, at: datetime) -> dict[str, Any]:
    """What would be certified at this moment; no number is reserved for a look.

    The address in its QR code leads to no certificate.
    """
    today = timezone.localdate(at)
    pattern = parameter("number_format.certificate", on=today)
    number = pattern.format(
        y=today.year % 10, year=today.year, chamber=application.chamber.code, seq=0
    )
    would_be = Certificate(
        application=application,
        number=number[:-SEQUENCE_DIGITS] + "–" * SEQUENCE_DIGITS,
        verify_code=CODE_ALPHABET[0] * CODE_LENGTH,
        certified_at=at,
        valid_from=today,
        valid_until=last_day(application, on=today),
    )
    return certificate_record(would_be)


def goods_line(line: dict[str, Any]) -> dict[str, Any]:
    printed = (
        "number", "name", "hs_code", "kp_ved", "quantity", "unit", "criterion",
        "local_content_percent",
    )  # fmt: skip
    return {name: line[name] for name in printed}


def chamber_record(chamber: Organisation) -> dict[str, Any]:
    return {
        "code": chamber.code,
        "name": chamber.names(),
        "bin": chamber.bin,
        "address": chamber.addresses(),
    }


def verify_url(certificate: Certificate) -> str:
    path = reverse("registry:verify-code", args=[certificate.verify_code])
    return f"{settings.CTKZ_PUBLIC_URL}{path}"


def act_lines(act: Act) -> list[dict[str, Any]]:
    """The lines of the signed record, refused ones included."""
    return json.loads(bytes(act.record))["lines"]
