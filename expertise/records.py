"""The canonical records of stage one: what is hashed, signed and printed.

Decimals are strings, dates ISO, names in both official languages: the bytes of a record say
the same thing wherever and whenever they are read.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils import timezone

from accounts.models import Organisation
from auditors.models import Attestation
from documents.canonical import canonical_bytes, sha256_hex
from origin.conditions import GENERAL_RULE
from origin.evaluation import Reason, condition_in_force
from origin.packs import GENERAL
from origin.rulebook import RuleBook
from origin.wording import condition_text, reason_text
from reference.code_lists import code_names
from reference.models import Scheme, Unit

from .evaluating import Rules, plain
from .examination_records import (
    EVIDENCE,
    assignment_record,
    corrected_record,
    evidence_record,
    examination_record,
    iso,
)
from .models import ExpertiseRequest, Finding, GoodsLine, Material, RequestDocument

T = TypeVar("T")


# What the applicant answers for by signing, in both official languages.
DECLARATION = {
    "kk": "Өтінімдегі және оған қоса берілген құжаттардағы мәліметтердің шынайы екенін растаймыз.",
    "ru": "Подтверждаем, что сведения в заявке и приложенных к ней документах достоверны.",
}


def request_record(request: ExpertiseRequest) -> dict[str, Any]:
    """Everything that the applicant declares by submitting; these bytes are what is signed.

    Whether the act goes to a chamber by itself, and to which, is part of it: the application
    that follows then rests on this signature.
    """
    experts = request.expert_organisation
    return {
        "schema": "ctkz.request/3",
        "request": str(request.pk),
        "declaration": DECLARATION,
        "applicant": party(request.applicant),
        "expert_organisation": experts and {"code": experts.code, **party(experts)},
        "chamber": request.chamber and chamber_record(request.chamber),
        "goes_to_chamber_by_itself": request.goes_to_chamber_by_itself,
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


def request_digest(request: ExpertiseRequest) -> str:
    """SHA-256 of everything that the applicant declared by submitting."""
    return sha256_hex(canonical_bytes(request_record(request)))


def lines_of(request: ExpertiseRequest) -> Iterable[GoodsLine]:
    return request.lines.select_related("unit", "finding").prefetch_related("materials")


def act_record(
    *,
    request: ExpertiseRequest,
    number: str,
    attestation: Attestation,
    signed_at: datetime,
    valid_until: date,
    rules: Rules,
) -> dict[str, Any]:
    """The act of expertise as data (fields: `Rules`, act of expertise; layout is ours)."""
    local_moment = timezone.localtime(signed_at)
    documents = list(request.documents.select_related("file"))
    refs = {item.pk: ref for ref, item in enumerate(documents, start=1)}
    lines = [
        finding_record(line, refs, rules) for line in lines_of(request).prefetch_related(EVIDENCE)
    ]
    return {
        "schema": "ctkz.act/2",
        "scheme": scheme_record(request.scheme),
        "number": number,
        "signed_at": local_moment.isoformat(timespec="seconds"),
        "signed_on": local_moment.date().isoformat(),
        "valid_until": valid_until.isoformat(),
        "request": {
            "number": request.number,
            "submitted_on": timezone.localtime(request.submitted_at).date().isoformat(),
        },
        "corrects": corrected_record(request),
        "rules": {
            "pack": rules.book.pack.code,
            "sha256": rules.book.pack.sha256,
            "valid_from": rules.book.pack.valid_from.isoformat(),
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
                "kinds": list(attestation.kinds),
                "chapters": list(attestation.chapters),
            },
        },
        "assignment": assignment_record(request),
        "applicant": party(request.applicant),
        **parties(request),
        "examination": examination_record(request, refs, rules.book.pack),
        "documents": [{"ref": refs[item.pk], **document_record(item)} for item in documents],
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


def chamber_record(chamber: Organisation) -> dict[str, Any]:
    return {"code": chamber.code, "name": chamber.names(), "bin": chamber.bin}


def scheme_record(scheme: Scheme) -> dict[str, Any]:
    return {"code": scheme.pk, "name": {"kk": scheme.name_kk, "ru": scheme.name_ru}}


def unit_record(unit: Unit) -> dict[str, Any]:
    return {"code": unit.pk, "symbol": {"kk": unit.symbol_kk, "ru": unit.symbol_ru}}


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
        "currency": material.currency,
        "amount": plain(material.amount),
        "rate": plain(material.rate),
        "rate_on": iso(material.rate_on),
        "rate_source": material.rate_source,
    }


def finding_record(line: GoodsLine, refs: dict[Any, int], rules: Rules) -> dict[str, Any]:
    """One line of the act: the verdict, the rule it rests on, and everything it was made from.

    `refs` numbers the documents of the case. The words are for readers; a replay compares
    `evaluation` alone.
    """
    finding = line.finding
    pack = rules.book.pack
    reasons = []
    if finding.reason:
        names = code_names("line_negative_reason", finding.reason)
        reasons.append({"code": finding.reason, "name": names})
    ground = pack.grounds.get(finding.ground)
    return {
        **goods_record(line),
        "originating": finding.is_originating,
        "criterion": finding.criterion,
        "local_content_percent": plain(finding.share_percent),
        "justification": finding.justification,
        "reasons": reasons,
        "ground": ground
        and {"code": ground.code, "name": {"kk": ground.name.kk, "ru": ground.name.ru}},
        "condition": condition_record(finding, rules),
        "evidence": [
            {"ref": refs[item.document_id], "page": item.page, "note": item.note}
            for item in finding.evidence.all()
        ],
        "evaluation": finding.evaluation,
        "reasoning": reasoning(finding.evaluation, rules.book),
        "materials": [
            {
                **material_record(material),
                "evidence": evidence_record(material.evidence_id, material.evidence_page, refs),
            }
            for material in line.materials.all()
        ],
    }


def condition_record(finding: Finding, rules: Rules) -> dict[str, Any] | None:
    """The condition that decided, in both languages, with the auditor's reasons for choosing it."""
    result = (finding.evaluation or {}).get("result")
    if not result or not result["row"]:
        return None
    reading = None
    if result["reading"]:
        words = rules.book.disputes[result["row"]].reading(result["reading"]).words
        reading = {
            "code": result["reading"],
            "words": {"kk": words.kk, "ru": words.ru},
            "reason": finding.reading_reason,
        }
    return {
        "row": result["row"],
        "text": in_both_languages(
            lambda language: condition_words(rules.book, result["row"], result["reading"], language)
        ),
        "reason": finding.choice_reason,
        "reading": reading,
    }


def reasoning(evaluation: dict[str, Any] | None, book: RuleBook) -> dict[str, list[str]]:
    """The reasons of the rules as sentences, in both languages of the act."""
    result = (evaluation or {}).get("result")
    if not result:
        return {"kk": [], "ru": []}
    reasons = [Reason(item["code"], item["params"]) for item in result["reasons"]]
    return in_both_languages(
        lambda language: [reason_text(reason, book.pack, language) for reason in reasons]
    )


def condition_words(book: RuleBook, row: str, reading: str, language: str) -> str:
    """The condition of a row in words; empty while a disputed one has no reading."""
    if row == GENERAL:
        return condition_text(GENERAL_RULE, book.pack, language)
    condition = condition_in_force(book.pack.row(row), book.disputes.get(row), reading)
    return condition_text(condition, book.pack, language) if condition else ""


def in_both_languages(say: Callable[[str], T]) -> dict[str, T]:
    return {"kk": say("kk"), "ru": say("ru")}
