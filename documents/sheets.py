"""What a certificate shows, and the parts it shares with an act: from the record alone."""

from typing import Any

from . import presentation as show
from .fonts import rows_of
from .frame import mark_paths
from .qr import qr_png_data

CT_KZ_TITLE = (
    "Тауардың шығу тегі туралы сертификат",
    "Сертификат о происхождении товара",
)


# Boxes 11 and 12: the column's width in points, the rows that every certificate has, and the
# height of what stands around the rows; from `certificate.css`.
FOOT_COLUMN, FOOT_SIZE = 224.0, 8.6
CERTIFIED_ROWS, DECLARED_ROWS = 5, 4
FOOT_BASE_MM, FOOT_ROW_MM = 44.2, 4.13
# Position, mandate and signature stand in smaller letters; a second digest takes a row below.
NOTE_SIZE, NOTE_ROW_MM = 7.4, 3.56
DIGEST_ROW_MM = 3.2


def certificate(record: dict[str, Any]) -> dict[str, Any]:
    lines = [goods_line(line) for line in record["lines"]]
    total = len(lines)
    for index, line in enumerate(lines):
        line["notice"] = _notice(index + 2, total)
    contract, decision = record.get("contract"), record.get("decision") or {}
    certifier, applicant = _certifier_notes(record), _signed_note(record["declared_by"])
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
        "producer": party(record["producer"]),
        "recipient": party(record.get("recipient")),
        "contract": contract_of(contract) if contract else None,
        "service_notes": [show.both(note) for note in _service_notes(record)],
        "duplicate": _duplicate(record.get("duplicate")),
        "act_number": record["act"]["number"],
        "act_signed_on": show.day(record["act"]["signed_on"]),
        "act_digest": show.short_digest(record["act"]["sha256"]),
        "decision_digest": show.short_digest(decision.get("sha256") or ""),
        "lines": lines,
        "verify_address": show.bare_address(record["verify_url"]),
        "verify_code": record.get("verify_code", ""),
        "qr": qr_png_data(record["verify_url"]),
        "applicant": show.both(record["applicant"]["name"]),
        "declared_by": record["declared_by"]["name"],
        "declared_at": show.moment(record["declared_by"]["at"]),
        "declared_notes": applicant,
        "certified_by": record["certified_by"]["name"],
        "certified_at": show.moment(record["certified_at"]),
        "certified_notes": certifier,
        "notice_without_lines": _notice(1, total),
        "mark": mark_paths(10, 9.5, 44),
        "first_foot_mm": _first_foot_mm(record, certifier, applicant),
    }


def given_at(record: dict[str, Any]) -> str:
    """A duplicate is dated by the day it was given, never before what it is a duplicate of."""
    given_on: str = record["duplicate"]["given_on"]
    certified_at: str = record["certified_at"]
    return max(certified_at, f"{given_on}T00:00:00{certified_at[19:]}")


def _duplicate(duplicate: dict[str, Any] | None) -> dict[str, str] | None:
    if not duplicate:
        return None
    return {
        "ordinal": str(duplicate["ordinal"]),
        "given_on": show.day(duplicate["given_on"]),
        "blank_number": duplicate.get("blank_number") or "",
    }


def _service_notes(record: dict[str, Any]) -> list[dict[str, str]]:
    """Box 5: the record's own notes, and what the certificate replaces where none says so."""
    notes = list(record.get("service_notes") or [])
    replaced = record.get("replaces")
    if replaced and not any(replaced["number"] in note.get("ru", "") for note in notes):
        number = show.certificate_number(replaced["number"])
        issued_on = show.day(replaced["issued_on"])
        notes.insert(
            0,
            {
                "kk": f"{issued_on} берілген №\u00a0{number} сертификатының орнына берілді",
                "ru": f"Выдан взамен сертификата №\u00a0{number} от {issued_on}",
            },
        )
    return notes


def _certifier_notes(record: dict[str, Any]) -> list[str]:
    """Box 11 below the name: position, mandate and how the decision was signed."""
    certifier = record["certified_by"]
    mandate = certifier.get("mandate")
    notes = [" / ".join(text for _, text in show.both(certifier.get("position")))]
    if mandate:
        until = mandate.get("valid_until")
        term = show.day(mandate.get("valid_from")) + (f" – {show.day(until)}" if until else "")
        notes.append(f"Өкілеттік / Полномочия: {mandate['basis']}, {term}")
    return [note for note in notes if note] + _signed_note(record.get("decision") or {})


def _signed_note(holder: dict[str, Any]) -> list[str]:
    signature = holder.get("signature")
    if not signature:
        return []
    certificate = show.short_digest(signature["certificate_sha256"])
    return [
        f"электрондық қолтаңба / электронная подпись: сертификат {certificate}, "
        + show.moment(signature["at"]).replace(" ", "\u00a0")
    ]


def _first_foot_mm(record: dict[str, Any], certifier: list[str], applicant: list[str]) -> int:
    """Room for boxes 11 and 12 at the bottom of the first sheet.

    They stand outside the flow of the goods, so their height must be known before the lines
    are laid out; it is reckoned from the widths of the letters.
    """

    def height(base: int, who: str, person: str, notes: list[str]) -> float:
        name = " / ".join(text for _, text in show.both(record[who]["name"]))
        rows = base + rows_of(name, width=FOOT_COLUMN, size=FOOT_SIZE)
        rows += rows_of(person, width=FOOT_COLUMN, size=FOOT_SIZE, weight=700)
        small = sum(rows_of(note, width=FOOT_COLUMN, size=NOTE_SIZE) for note in notes)
        return rows * FOOT_ROW_MM + small * NOTE_ROW_MM

    certified = height(CERTIFIED_ROWS, "chamber", record["certified_by"]["name"], certifier)
    declared = height(DECLARED_ROWS, "applicant", record["declared_by"]["name"], applicant)
    below = DIGEST_ROW_MM if (record.get("decision") or {}).get("sha256") else 0
    return round(FOOT_BASE_MM + max(certified, declared) + below)


def goods_line(line: dict[str, Any]) -> dict[str, Any]:
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


def party(data: dict[str, Any] | None) -> dict[str, Any] | None:
    if not data:
        return None
    return {
        "name": show.both(data["name"]),
        "bin": data.get("bin") or "",
        "address": show.both(data.get("address")),
    }


def contract_of(contract: dict[str, Any]) -> dict[str, str]:
    return {
        "number": contract.get("number") or show.DASH,
        "date": show.day(contract.get("date")),
        "invoice_number": contract.get("invoice_number") or "",
        "invoice_date": show.day(contract.get("invoice_date")),
    }
