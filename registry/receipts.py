"""A signed receipt of a verification, for the purchase file: what was asked, what was answered.

The record is signed at once; the sealed PDF is made from it by a worker.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import outbox
from accounts.errors import DomainError
from audit.body import moment
from audit.models import LogCheckpoint
from documents.canonical import canonical_bytes, sha256_hex
from documents.sealed import make_sealed_document
from documents.sealing import sign_detached
from issuance.models import Certificate
from reference.numbering import next_number

from .earlier import earlier_standing
from .evidence import Proof, evidence, has_failed
from .models import Receipt, RegisterEntry, Way
from .models.register import schemes_ended
from .models.watching import new_code
from .standing import standing_of

logger = logging.getLogger(__name__)

SCHEMA = "ctkz.receipt/1"
MAKE_RECEIPT = "registry.make_receipt"
LANGUAGES = ("kk", "ru", "en")
UNKNOWN, DOUBTFUL = "unknown", "doubtful"
# Faults of the surroundings: the work stays in the outbox and is done again later.
TRANSIENT = (OperationalError, InterfaceError, OSError)


@dataclass(frozen=True)
class Asked:
    """The question: how it was put, the number or code, and the day it was about."""

    way: Way
    text: str
    on: date


def make_receipt(
    *, asked: Asked, known: Certificate | RegisterEntry | None, at: datetime
) -> Receipt:
    """Answers the question anew, signs the answer and keeps it; the PDF is promised.

    `known` None: no such certificate was issued, which is an answer too.
    """
    answer = _answer(asked, known, at)
    checkpoint = LogCheckpoint.objects.order_by("-number").first()
    code = new_code()
    with transaction.atomic():
        year = timezone.localdate(at).year
        number = f"R-{year}-{next_number(kind='receipt', series='', year=year):06d}"
        record = canonical_bytes(
            {
                "schema": SCHEMA,
                "number": number,
                "made_at": moment(at),
                "asked": {"way": asked.way.value, "text": asked.text, "on": asked.on.isoformat()},
                "answer": answer,
                "checkpoint": checkpoint.note if checkpoint else None,
                "verify_url": settings.CTKZ_PUBLIC_URL + reverse("registry:receipt", args=[code]),
            }
        )
        receipt = Receipt.objects.create(
            number=number,
            code=code,
            certificate=known if isinstance(known, Certificate) else None,
            made_at=at,
            record=record,
            record_sha256=sha256_hex(record),
            signature=sign_detached(record, at=at),
        )
        outbox.enqueue(MAKE_RECEIPT, key=str(receipt.pk), receipt_id=str(receipt.pk))
    return receipt


def make_document(receipt_id: str) -> None:
    """The sealed PDF; safe to run any number of times. A fault is kept and told on the page."""
    receipt = Receipt.objects.get(pk=receipt_id)
    failure, document = "", receipt.document
    if document is None:
        try:
            document = make_sealed_document(
                kind="receipt",
                subject_type=Receipt.SUBJECT_TYPE,
                subject_id=str(receipt.pk),
                number=receipt.number,
                record_bytes=bytes(receipt.record),
                at=receipt.made_at,
            )
        except TRANSIENT:
            raise
        except DomainError as refusal:
            failure = str(refusal)
        except Exception as fault:
            logger.exception("the PDF of %s could not be made", receipt.number)
            failure = type(fault).__name__
    with transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(document=document, failure=failure[:300])
        outbox.done(MAKE_RECEIPT, receipt_id)


def _answer(
    asked: Asked, known: Certificate | RegisterEntry | None, at: datetime
) -> dict[str, Any]:
    if known is None:
        sentence = _in_every_language(
            lambda: _("No certificate %(number)s has been issued") % {"number": asked.text}
        )
        return {"verdict": UNKNOWN, "sentence": sentence, "certificate": None, "proofs": []}
    if isinstance(known, RegisterEntry):
        return _earlier(asked, known, at)
    return _issued(asked, known, at)


def _earlier(asked: Asked, entry: RegisterEntry, at: datetime) -> dict[str, Any]:
    """Nothing of the earlier register is proved, and the answer says so itself."""
    ended = schemes_ended(on=asked.on)

    def sentence() -> str:
        told = earlier_standing(entry, on=asked.on, now=at, ended_schemes=ended).sentence
        return _("%(sentence)s. From the earlier register, not sealed by this portal.") % {
            "sentence": told
        }

    return {
        "verdict": earlier_standing(entry, on=asked.on, now=at, ended_schemes=ended).code,
        "sentence": _in_every_language(sentence),
        "certificate": {
            "number": entry.number,
            "issued_on": entry.issued_on.isoformat(),
            "valid_until": entry.valid_until.isoformat(),
            "producer": {
                "name": {
                    "kk": entry.producer_name_kk or entry.producer_name,
                    "ru": entry.producer_name,
                },
                "bin": entry.producer_bin,
            },
            "sha256": None,
        },
        "proofs": [],
    }


def _issued(asked: Asked, certificate: Certificate, at: datetime) -> dict[str, Any]:
    periods = list(certificate.periods.select_related("successor").defer("successor__record"))
    spoken: dict[str, list[Proof]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            spoken[language] = evidence(certificate)
    code = standing_of(certificate, on=asked.on, now=at, periods=periods).code
    record = json.loads(bytes(certificate.document.record))
    producer = record["producer"]
    return {
        "verdict": DOUBTFUL if has_failed(spoken["ru"]) else code,
        "sentence": _in_every_language(
            lambda: standing_of(certificate, on=asked.on, now=at, periods=periods).sentence
        ),
        "certificate": {
            "number": certificate.number,
            "issued_on": certificate.valid_from.isoformat(),
            "valid_until": certificate.valid_until.isoformat(),
            "producer": {"name": producer["name"], "bin": producer["bin"]},
            "sha256": certificate.document.sealed_sha256,
        },
        "proofs": [
            {
                "code": proof.code,
                "ok": proof.ok,
                "text": {language: _told(spoken[language][place]) for language in LANGUAGES},
            }
            for place, proof in enumerate(spoken["ru"])
        ],
    }


def _told(proof: Proof) -> str:
    return f"{proof.label}: {proof.detail}" if proof.detail else proof.label


def _in_every_language(say: Callable[[], str]) -> dict[str, str]:
    spoken = {}
    for language in LANGUAGES:
        with translation.override(language):
            spoken[language] = str(say())
    return spoken


def receipt_of_file(content: bytes) -> Receipt | None:
    """The receipt whose record or whose sealed PDF a dropped file is, byte for byte."""
    digest = sha256_hex(content)
    found = Receipt.objects.select_related("document__file", "certificate")
    return (
        found.filter(record_sha256=digest).first()
        or found.filter(document__sealed_sha256=digest).first()
    )


def content_of(receipt: Receipt) -> dict[str, Any]:
    """What stands in the record, with the day asked as a day."""
    content: dict[str, Any] = json.loads(bytes(receipt.record))
    content["asked_on"] = date.fromisoformat(content["asked"]["on"])
    return content
