"""The canonical records of stage one: what is hashed, signed and printed.

Decimals are strings, dates ISO, names in both official languages: the bytes of a record say
the same thing wherever and whenever they are read.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from auditors.models import Attestation
from documents.canonical import canonical_bytes, sha256_hex
from reference.code_lists import code_names
from reference.models import Scheme, Unit

from .models import Examination, ExpertiseRequest, GoodsLine, Material, RequestDocument


def request_digest(request: ExpertiseRequest) -> str:
    """SHA-256 of everything that the applicant declared by submitting."""
    record = {
        "schema": "ctkz.request/1",
        "applicant": str(request.applicant_id),
        "expert_organisation": str(request.expert_organisation_id),
        **parties(request),
        "operations": request.operations,
        "documents": [document_record(item) for item in request.documents.select_related("file")],
        "lines": [
            {
                **goods_record(line),
                "price_kzt": plain(line.price_kzt),
                "criterion": line.claimed_criterion,
                "local_content_percent": plain(line.claimed_percent),
                "materials": [material_record(material) for material in line.materials.all()],
            }
            for line in lines_of(request)
        ],
    }
    return sha256_hex(canonical_bytes(record))


def lines_of(request: ExpertiseRequest) -> Iterable[GoodsLine]:
    return request.lines.select_related("unit", "finding").prefetch_related("materials")


def act_record(
    *,
    request: ExpertiseRequest,
    number: str,
    attestation: Attestation,
    signed_at: datetime,
    valid_until: date,
    counted_foreign: dict[int, Decimal],
) -> dict[str, Any]:
    """The act of expertise as data (fields: `Rules`, act of expertise; layout is ours).

    `counted_foreign` gives, per material's primary key, how much of its value the calculation
    counted as foreign.
    """
    local_moment = timezone.localtime(signed_at)
    examination = request.examination
    lines = [line_record(line, counted_foreign) for line in lines_of(request)]
    return {
        "schema": "ctkz.act/1",
        "scheme": scheme_record(request.scheme),
        "number": number,
        "signed_at": local_moment.isoformat(timespec="seconds"),
        "signed_on": local_moment.date().isoformat(),
        "valid_until": valid_until.isoformat(),
        "request": {
            "number": request.number,
            "submitted_on": timezone.localtime(request.submitted_at).date().isoformat(),
        },
        "expert_organisation": {
            "code": request.expert_organisation.code,
            **party(request.experts),
        },
        "auditor": {
            "name": request.auditor.full_name,
            "attestation": {
                "number": attestation.number,
                "valid_from": attestation.valid_from.isoformat(),
                "valid_until": attestation.valid_until.isoformat(),
            },
        },
        "applicant": party(request.applicant),
        **parties(request),
        "examination": examination_record(examination),
        "documents": [document_record(item) for item in request.documents.select_related("file")],
        "lines": lines,
        "positive": any(line["originating"] for line in lines),
    }


def parties(request: ExpertiseRequest) -> dict[str, Any]:
    """Producer, recipient, contract, category and purpose: the same on act and certificate."""
    recipient = None
    contract = None
    if request.is_batch:
        recipient = {
            "name": {"kk": request.recipient_name, "ru": request.recipient_name},
            "bin": request.recipient_bin,
            "address": {"kk": request.recipient_address, "ru": request.recipient_address},
        }
        contract = {
            "number": request.contract_number,
            "date": iso(request.contract_on),
            "invoice_number": request.invoice_number,
            "invoice_date": iso(request.invoice_on),
        }
    return {
        "producer": {
            "name": {
                "kk": request.producer_name_kk or request.producer_name_ru,
                "ru": request.producer_name_ru,
            },
            "bin": request.producer_bin,
            "address": {
                "kk": request.producer_address_kk or request.producer_address_ru,
                "ru": request.producer_address_ru,
            },
        },
        "recipient": recipient,
        "contract": contract,
        "category": {"code": request.category, "name": code_names("category", request.category)},
        "purpose": {"code": request.purpose, "name": code_names("purpose", request.purpose)},
    }


def party(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.names(),
        "bin": organisation.bin,
        "address": organisation.addresses(),
    }


def scheme_record(scheme: Scheme) -> dict[str, Any]:
    return {"code": scheme.pk, "name": {"kk": scheme.name_kk, "ru": scheme.name_ru}}


def unit_record(unit: Unit) -> dict[str, Any]:
    return {"code": unit.pk, "symbol": {"kk": unit.symbol_kk, "ru": unit.symbol_ru}}


def examination_record(examination: Examination) -> dict[str, Any]:
    return {
        "began_on": examination.began_on.isoformat(),
        "place": examination.place,
        "site_visit": examination.site_visit,
        "visited_on": iso(examination.visited_on),
        "attended": examination.attended,
        "identification": examination.identification,
        "process": examination.process,
    }


def document_record(item: RequestDocument) -> dict[str, Any]:
    return {
        "type": {"code": item.type, "name": code_names("document_type", item.type)},
        "title": item.title,
        "number": item.number,
        "dated_on": iso(item.dated_on),
        "sha256": item.file.sha256,
    }


def goods_record(line: GoodsLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "name": line.name,
        "hs_code": line.hs_code,
        "kp_ved": line.kp_ved,
        "quantity": plain(line.quantity),
        "unit": unit_record(line.unit),
    }


def line_record(line: GoodsLine, counted_foreign: dict[int, Decimal]) -> dict[str, Any]:
    finding = line.finding
    reasons = []
    if finding.reason:
        names = code_names("line_negative_reason", finding.reason)
        reasons.append({"code": finding.reason, "name": names})
    return {
        **goods_record(line),
        "originating": finding.is_originating,
        "criterion": finding.criterion,
        "local_content_percent": plain(finding.share_percent),
        "justification": finding.justification,
        "reasons": reasons,
        "calculation": {
            "formula": finding.formula,
            "price_kzt": plain(finding.price_kzt),
            "foreign_kzt": plain(finding.foreign_kzt),
            "share_percent": plain(finding.share_percent),
        },
        "materials": [
            {
                **material_record(material),
                "counted_foreign_kzt": plain(counted_foreign.get(material.pk)),
            }
            for material in line.materials.all()
        ],
    }


def material_record(material: Material) -> dict[str, Any]:
    return {
        "number": material.number,
        "name": material.name,
        "hs_code": material.hs_code,
        "country": material.country,
        "supplier": material.supplier,
        "origin_document": material.origin_document,
        "document": material.document,
        "local_percent": plain(material.local_percent),
        "value_kzt": plain(material.value_kzt),
    }


def plain(value: Decimal | None) -> str | None:
    """A decimal without an exponent and without trailing zeros: "20", "68.23"."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
