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


def certificate(record: dict[str, Any]) -> dict[str, Any]:
    lines = [goods_line(line) for line in record["lines"]]
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
        "producer": party(record["producer"]),
        "recipient": party(record.get("recipient")),
        "contract": contract_of(contract) if contract else None,
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
