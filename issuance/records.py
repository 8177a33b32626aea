"""The certificate as data: what is frozen, hashed, printed and sealed."""

import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from documents.models import ElectronicSignature
from expertise.models import Act
from reference.code_lists import code_names
from reference.parameters import parameter

from .decisions import PARTS, kept_decision, stated_facts
from .models import Application, Certificate
from .numbering import CODE_ALPHABET, CODE_LENGTH, SEQUENCE_DIGITS
from .validity import last_day


def certificate_record(certificate: Certificate) -> dict[str, Any]:
    """Everything that the certificate states: what was decided, by whom, and what it rests on."""
    application = certificate.application
    act = application.act
    certified_at = timezone.localtime(certificate.certified_at)
    facts = _decided_facts(application)
    record: dict[str, Any] = {
        "schema": "ctkz.certificate/2",
        "number": certificate.number,
        "issued_on": certified_at.date().isoformat(),
        "certified_at": certified_at.isoformat(timespec="seconds"),
        "valid_until": certificate.valid_until.isoformat(),
        "verify_code": certificate.verify_code,
        "verify_url": verify_url(certificate),
        **{part: facts[part] for part in ("chamber", "lines", *PARTS)},
        "act": {
            "number": act.number,
            "signed_on": json.loads(bytes(act.record))["signed_on"],
            "sha256": act.record_sha256,
            "signature": signature_record(act.signature),
        },
        "decision": _decision(application),
        "certified_by": _certified_by(application),
        "declared_by": {
            "name": application.filed_by.full_name,
            "at": timezone.localtime(application.submitted_at).isoformat(timespec="seconds"),
            "signature": signature_record(_declaration(application)),
        },
        "replaces": _replaces(application),
        "service_notes": _service_notes(application),
    }
    if settings.CTKZ_DEMO:
        record["specimen"] = True
    return record


def _decided_facts(application: Application) -> dict[str, Any]:
    """The facts that were decided on; before a decision those that would be."""
    return kept_decision(application) or stated_facts(application)


def _decision(application: Application) -> dict[str, Any] | None:
    if not application.decision_sha256:
        return None
    return {
        "sha256": application.decision_sha256,
        "signature": signature_record(application.decision_signature),
    }


def _certified_by(application: Application) -> dict[str, Any]:
    if decision := kept_decision(application):
        decided_by: dict[str, Any] = decision["decided_by"]
        return decided_by
    name = application.decider.full_name if application.decider else ""
    return {"name": name, "position": {"kk": "", "ru": ""}, "mandate": None}


def _declaration(application: Application) -> ElectronicSignature | None:
    """The applicant's own; an application that went by itself rests on that of the request."""
    request = application.act.request
    if application.declaration is None and request.goes_to_chamber_by_itself:
        return request.signature
    return application.declaration


def _replaces(application: Application) -> dict[str, Any] | None:
    replaced = application.replaces
    if replaced is None:
        return None
    issued_on = timezone.localdate(replaced.certified_at).isoformat()
    return {"number": replaced.number, "issued_on": issued_on, "sha256": replaced.record_sha256}


def _service_notes(application: Application) -> list[dict[str, str]]:
    replaces = _replaces(application)
    if replaces is None:
        return []
    number = replaces["number"]
    issued_on = date.fromisoformat(replaces["issued_on"]).strftime("%d.%m.%Y")
    texts = code_names("service_note", "in_replacement")
    return [
        {
            language: text.format(number=number, issued_on=issued_on)
            for language, text in texts.items()
        }
    ]


def signature_record(signature: ElectronicSignature | None) -> dict[str, Any] | None:
    """How a document names the signature behind a deed; the holder's IIN stays out of it."""
    if signature is None:
        return None
    return {
        "sha256": signature.cms_sha256,
        "certificate_sha256": signature.certificate_sha256,
        "at": timezone.localtime(signature.verified_at).isoformat(timespec="seconds"),
    }


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


def verify_url(certificate: Certificate) -> str:
    path = reverse("registry:verify-code", args=[certificate.verify_code])
    return f"{settings.CTKZ_PUBLIC_URL}{path}"


def act_lines(act: Act) -> list[dict[str, Any]]:
    """The lines of the signed record, refused ones included."""
    return json.loads(bytes(act.record))["lines"]
