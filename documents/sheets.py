"""What each document shows: the template contexts, computed from the record alone."""

from decimal import Decimal
from typing import Any

from . import presentation as show
from .canonical import canonical_bytes, sha256_hex
from .fonts import rows_of
from .frame import mark_paths
from .qr import qr_png_data

CT_KZ_TITLE = (
    "Тауардың шығу тегі туралы сертификат",
    "Сертификат о происхождении товара",
)


# How each formula is explained above the worked lines, by its code in the record.
FORMULAS = {
    "exw": {
        "text": "ҚҚҮ = 100 % − (Қ шетел.мат. / Қ дайын өнім) × 100 %",
        "kk": "Қ шетел.мат. – шетелдік шикізат пен материалдардың құны; "
        "Қ дайын өнім – дайын өнімнің «франко-зауыт» бағасы",
        "ru": "стоимость сырья и материалов иностранного происхождения, делённая на цену "
        "готового товара «франко-завод»",
    },
    "cost": {
        "text": "ЕІҚ = 100 % − (Қ шетел.мат. / Өзіндік құн) × 100 %",
        "kk": "Қ шетел.мат. – шетелдік шикізат пен материалдардың құны; "
        "Өзіндік құн – тауардың ҚҚС пен пайдасыз өндірістік өзіндік құны",
        "ru": "стоимость сырья и материалов иностранного происхождения, делённая на "
        "производственную себестоимость товара без НДС и прибыли",
    },
}


# Boxes 11 and 12: the column's width in points, the rows that every certificate has, and the
# height of what stands around the rows; from `certificate.css`.
FOOT_COLUMN, FOOT_SIZE = 224.0, 8.6
CERTIFIED_ROWS, DECLARED_ROWS = 5, 4
FOOT_BASE_MM, FOOT_ROW_MM = 44.2, 4.13


def certificate(record: dict[str, Any]) -> dict[str, Any]:
    lines = [_goods_line(line) for line in record["lines"]]
    total = len(lines)
    for index, line in enumerate(lines):
        line["notice"] = _notice(index + 2, total)
    contract = record.get("contract")
    return {
        "number": show.certificate_number(record["number"]),
        "code": record["scheme"]["code"],
        "title_kk": CT_KZ_TITLE[0],
        "title_ru": CT_KZ_TITLE[1],
        "chamber": record["chamber"]["name"],
        "issued_on": show.day(record["issued_on"]),
        "valid_until": show.day(record["valid_until"]),
        "category": show.both(record["category"]["name"]),
        "purpose": show.both(record["purpose"]["name"]),
        "producer": _party(record["producer"]),
        "recipient": _party(record.get("recipient")),
        "contract": _contract(contract) if contract else None,
        "service_notes": [show.both(note) for note in record.get("service_notes") or []],
        "act_number": record["act"]["number"],
        "act_signed_on": show.day(record["act"]["signed_on"]),
        "act_digest": show.short_digest(record["act"]["sha256"]),
        "lines": lines,
        "verify_address": show.bare_address(record["verify_url"]),
        "verify_code": record.get("verify_code", ""),
        "qr": qr_png_data(record["verify_url"]),
        "applicant": show.both(record["applicant"]["name"]),
        "declared_by": record["declared_by"]["name"],
        "declared_at": show.moment(record["declared_by"]["at"]),
        "certified_by": record["certified_by"]["name"],
        "certified_at": show.moment(record["certified_at"]),
        "notice_without_lines": _notice(1, total),
        "mark": mark_paths(10, 9.5, 44),
        "first_foot_mm": _first_foot_mm(record),
    }


def act(record: dict[str, Any]) -> dict[str, Any]:
    lines = [_act_line(line) for line in record["lines"]]
    contract = record.get("contract")
    examination = record["examination"]
    attestation, scheme = record["auditor"]["attestation"], record["scheme"]
    return {
        "number": record["number"],
        "signed_on": show.day(record["signed_on"]),
        "signed_at": show.moment(record["signed_at"]),
        "valid_until": show.day(record.get("valid_until")),
        "scheme": scheme["code"] if isinstance(scheme, dict) else scheme,
        "request_number": record["request"]["number"],
        "request_submitted_on": show.day(record["request"]["submitted_on"][:10]),
        "expert_organisation": _party(record["expert_organisation"]),
        "expert_code": record["expert_organisation"].get("code", ""),
        "auditor": record["auditor"]["name"],
        "attestation_number": attestation["number"],
        "attestation_from": show.day(attestation["valid_from"]),
        "attestation_until": show.day(attestation["valid_until"]),
        "applicant": _party(record["applicant"]),
        "producer": _party(record["producer"]),
        "recipient": _party(record.get("recipient")),
        "contract": _contract(contract) if contract else None,
        "category": show.both(record["category"]["name"]),
        "purpose": show.both(record["purpose"]["name"]),
        "examination": examination,
        "began_on": show.day(examination["began_on"]),
        "visited_on": show.day(examination.get("visited_on")),
        "papers": [_paper(index, paper) for index, paper in enumerate(record["documents"], 1)],
        "lines": lines,
        "calculated": [line for line in lines if line["calculation"]],
        "described": [line for line in lines if line["materials"]],
        "total": len(lines),
        "originating": sum(1 for line in lines if line["originating"]),
        "positive": record["positive"],
        "formulas": _formulas(lines),
        "digest": sha256_hex(canonical_bytes(record)),
        "mark": mark_paths(10, 9.5, 44),
    }


def _first_foot_mm(record: dict[str, Any]) -> int:
    """Room for boxes 11 and 12 at the bottom of the first sheet.

    They stand outside the flow of the goods, so their height must be known before the lines
    are laid out; it is reckoned from the widths of the letters.
    """

    def rows(who: str, person: str) -> int:
        name = " / ".join(text for _, text in show.both(record[who]["name"]))
        return rows_of(name, width=FOOT_COLUMN, size=FOOT_SIZE) + rows_of(
            person, width=FOOT_COLUMN, size=FOOT_SIZE, weight=700
        )

    certified = CERTIFIED_ROWS + rows("chamber", record["certified_by"]["name"])
    declared = DECLARED_ROWS + rows("applicant", record["declared_by"]["name"])
    return round(FOOT_BASE_MM + FOOT_ROW_MM * max(certified, declared))


def _goods_line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": line["number"],
        "name": show.unbroken(line["name"]),
        "hs_code": show.hs_code(line["hs_code"]),
        "kp_ved": line.get("kp_ved") or "",
        "quantity": show.number(line["quantity"]),
        "unit": " / ".join(text for _, text in show.both((line.get("unit") or {}).get("symbol"))),
        "criterion": line.get("criterion") or show.DASH,
        "share": show.number(line.get("local_content_percent")),
    }


def _notice(following: int, total: int) -> str:
    """Said under the table of a sheet: which lines follow, or that none do."""
    if following > total:
        return f"Барлық жолдар саны: {total} / Всего строк: {total}"
    if following == total:
        return (
            f"Жалғасы қосымша парақта, {total}-жол / "
            f"Продолжение на дополнительном листе, строка {total}"
        )
    return (
        f"Жалғасы қосымша парақтарда, {following}–{total}-жолдар / "
        f"Продолжение на дополнительных листах, строки {following}–{total}"
    )


def _act_line(line: dict[str, Any]) -> dict[str, Any]:
    shown = _goods_line(line)
    materials = [_material(material) for material in line.get("materials") or []]
    shown |= {
        "originating": line["originating"],
        "justification": line.get("justification") or "",
        "reasons": [show.both(reason["name"]) for reason in line.get("reasons") or []],
        "calculation": _calculation(line.get("calculation")),
        "materials": materials,
        "materials_total": show.amount(_total(line, "value_kzt")) if materials else "",
        "foreign_total": show.amount(_total(line, "counted_foreign_kzt")) if materials else "",
    }
    return shown


def _formulas(lines: list[dict[str, Any]]) -> list[dict[str, str]]:
    codes = dict.fromkeys(
        line["calculation"]["formula"].partition("/")[0] for line in lines if line["calculation"]
    )
    return [FORMULAS.get(code, {"text": code, "kk": code, "ru": code}) for code in codes]


def _total(line: dict[str, Any], key: str) -> str:
    return str(sum((Decimal(m[key] or "0") for m in line["materials"]), Decimal(0)))


def _calculation(calculation: dict[str, Any] | None) -> dict[str, str] | None:
    if not calculation:
        return None
    return {
        "formula": calculation["formula"],
        "price": show.amount(calculation["price_kzt"]),
        "foreign": show.amount(calculation["foreign_kzt"]),
        "share": show.number(calculation["share_percent"]),
    }


def _material(material: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": material["number"],
        "name": material["name"],
        "hs_code": material.get("hs_code") or show.DASH,
        "country": material.get("country") or show.DASH,
        "source": ", ".join(
            part for part in (material.get("supplier"), material.get("document")) if part
        ),
        "value": show.amount(material["value_kzt"]),
        "foreign": show.amount(material["counted_foreign_kzt"]),
    }


def _party(party: dict[str, Any] | None) -> dict[str, Any] | None:
    if not party:
        return None
    return {
        "name": show.both(party["name"]),
        "bin": party.get("bin") or "",
        "address": show.both(party.get("address")),
    }


def _contract(contract: dict[str, Any]) -> dict[str, str]:
    return {
        "number": contract.get("number") or show.DASH,
        "date": show.day(contract.get("date")),
        "invoice_number": contract.get("invoice_number") or "",
        "invoice_date": show.day(contract.get("invoice_date")),
    }


def _paper(index: int, paper: dict[str, Any]) -> dict[str, Any]:
    return {
        "index": index,
        "type": show.both(paper["type"]["name"]),
        "title": paper.get("title") or "",
        "number": paper.get("number") or show.DASH,
        "dated_on": show.day(paper.get("dated_on")),
        "digest": show.short_digest(paper.get("sha256") or ""),
    }
