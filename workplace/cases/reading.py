"""Canonical records read as forms that can be compared, with the words for each of their fields.

A record of a request and a record of an act speak of the same facts under the same names; what
only one of them knows is not compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from expertise.models import OriginDocument
from origin.codes import printed

from .comparing import Changes, Form, Row, compare, only

Label = str | Promise

_PARTY: tuple[tuple[str, Label], ...] = (
    ("name.ru", _("name in Russian")),
    ("name.kk", _("name in Kazakh")),
    ("bin", _("BIN / IIN")),
    ("address.ru", _("address in Russian")),
    ("address.kk", _("address in Kazakh")),
)
_PARTIES: tuple[tuple[str, Label], ...] = (
    ("applicant", _("Applicant")),
    ("producer", _("Producer")),
    ("recipient", _("Recipient")),
    ("expert_organisation", _("Expert organisation")),
)
FACTS: dict[str, tuple[Label, Label]] = {
    "category": (_("Category"), ""),
    "purpose": (_("Purpose"), ""),
    **{f"{who}.{part}": (label, words) for who, label in _PARTIES for part, words in _PARTY},
    "contract.number": (_("Contract"), _("number")),
    "contract.date": (_("Contract"), _("date")),
    "contract.invoice_number": (_("Invoice"), _("number")),
    "contract.invoice_date": (_("Invoice"), _("date")),
    "chamber": (_("Chamber"), ""),
    "goes_to_chamber_by_itself": (_("Goes to the chamber by itself"), ""),
    "operations": (_("How the goods are made"), ""),
}
CELLS: dict[str, dict[str, Label]] = {
    "line": {
        "number": _("Number"), "name": _("Goods"), "hs_code": _("HS code"),
        "kp_ved": _("KP VED"), "quantity": _("Quantity"), "unit": _("Unit"),
        "price_kzt": _("Price, tenge"), "criterion": _("Criterion"),
        "local_content_percent": _("Local content, %"),
    },
    "material": {
        "number": _("Number"), "name": _("Material"), "hs_code": _("HS code"),
        "country": _("Country"), "supplier": _("Supplier"),
        "origin_document": _("Kind of proof of origin"), "document": _("Proof of origin"),
        "local_percent": _("Local part, %"), "value_kzt": _("Value, tenge"),
        "currency": _("Currency"), "amount": _("Amount"), "rate": _("Rate"),
        "rate_on": _("Date of the rate"), "rate_source": _("Source of the rate"),
    },
    "paper": {
        "title": _("Title"), "type": _("Kind"), "number": _("Number"), "dated_on": _("Date"),
        "sha256": _("SHA-256"),
    },
}  # fmt: skip
# An act states what was found, not what was asked; its papers include the auditor's own.
NOT_IN_ACT = frozenset({"chamber", "goes_to_chamber_by_itself", "operations"})
LINE_NOT_IN_ACT = frozenset({"price_kzt"})
_DATES = frozenset({"contract.date", "contract.invoice_date", "rate_on", "dated_on"})
_FIGURES = frozenset(
    {"quantity", "price_kzt", "local_content_percent", "local_percent", "value_kzt", "amount",
     "rate"}
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A form and which kind of record it was read from: request or act."""

    form: Form
    kind: str


def read_record(record: Mapping[str, Any]) -> Reading:
    kind = "act" if record["schema"].startswith("ctkz.act/") else "request"
    missing = NOT_IN_ACT if kind == "act" else frozenset()
    facts = {key: _fact(record, key) for key in FACTS if key not in missing}
    return Reading(
        Form(
            facts=facts,
            lines=tuple(_line(line, kind) for line in record["lines"]),
            papers=tuple(_paper(paper) for paper in record["documents"]),
        ),
        kind,
    )


def differences(before: Reading, after: Reading) -> Changes:
    """Between two records of one kind everything; between two kinds what both speak of."""
    if before.kind == after.kind:
        return compare(before.form, after.form)
    facts = FACTS.keys() - NOT_IN_ACT
    cells = {**CELLS, "line": {k: v for k, v in CELLS["line"].items() if k not in LINE_NOT_IN_ACT}}
    found = compare(
        only(before.form, facts=facts, cells=cells), only(after.form, facts=facts, cells=cells)
    )
    return Changes(found.facts, found.lines, found.papers, NOT_IN_ACT | LINE_NOT_IN_ACT)


def _fact(record: Mapping[str, Any], key: str) -> str:
    value: Any = record
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return _text(value)


def _text(value: Any) -> str:
    """One value as text; a coded one by its name in the reader's language."""
    match value:
        case None:
            return ""
        case bool():
            return str(_("yes") if value else _("no"))
        case Mapping():
            named = value.get("name") or value.get("symbol") or {}
            return str(named.get(_language()) or named.get("ru") or value.get("code") or "")
    return str(value)


def _row(kind: str, source: Mapping[str, Any], keys: Iterable[str], parts: Any = ()) -> Row:
    return Row(kind, {key: _text(source.get(key)) for key in keys}, tuple(parts))


def _line(line: Mapping[str, Any], kind: str) -> Row:
    missing = LINE_NOT_IN_ACT if kind == "act" else frozenset()
    keys = [key for key in CELLS["line"] if key not in missing]
    materials = (_row("material", one, CELLS["material"]) for one in line["materials"])
    return _row("line", line, keys, materials)


def _paper(paper: Mapping[str, Any]) -> Row:
    return _row("paper", paper, CELLS["paper"])


def _language() -> str:
    return "kk" if get_language() == "kk" else "ru"


def fact_label(key: str) -> str:
    whose, what = FACTS[key]
    return f"{whose}: {what}" if what else str(whose)


def shown(key: str, value: str | None) -> str:
    """A value as pages print it: days, codes and figures of records are written for machines."""
    if not value:
        return "—"
    if key in _DATES:
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    if key == "hs_code":
        return printed(value)
    if key == "origin_document":
        return str(dict(OriginDocument.choices).get(value, value))
    if key in _FIGURES:
        whole, _sign, fraction = value.partition(".")
        text = number_format(whole, use_l10n=True, force_grouping=True)
        separator = "." if (get_language() or "").startswith("en") else ","
        return f"{text}{separator}{fraction}" if fraction else str(text)
    return value
