"""The act beside what the application rests on today: what a reviewer would compare by eye."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.canonical import sha256_hex
from expertise.models import ExpertiseRequest
from expertise.records import goods_record, parties, party
from origin.codes import printed

from .decisions import CORRECTABLE
from .models import Application

NOTHING = "—"


@dataclass(frozen=True)
class Compared:
    """One fact as the signed act states it and as the application has it today.

    `is_corrected`: a replacement states it anew on purpose.
    """

    label: str
    act: str
    today: str
    agrees: bool
    is_corrected: bool = False


@dataclass(frozen=True)
class ComparedLine:
    """One goods line on both sides, cell by cell."""

    number: int
    cells: tuple[Compared, ...]

    @property
    def agrees(self) -> bool:
        return all(cell.agrees for cell in self.cells)


@dataclass(frozen=True)
class Comparison:
    rows: list[Compared]
    lines: list[ComparedLine]

    @property
    def differing(self) -> list[ComparedLine]:
        return [line for line in self.lines if not line.agrees]

    @property
    def agreeing(self) -> list[ComparedLine]:
        return [line for line in self.lines if line.agrees]

    @property
    def differences(self) -> int:
        return sum(not row.agrees for row in self.rows) + len(self.differing)


def compare(application: Application) -> Comparison:
    act = application.act
    record = bytes(act.record)
    signed = json.loads(record)
    corrected = application.corrections
    current = {
        "applicant": party(application.applicant),
        **parties(act.request),
        **{part: corrected[part] for part in CORRECTABLE if part in corrected},
    }
    digest = sha256_hex(record)

    def row(label: str, part: str) -> Compared:
        return Compared(
            label,
            in_words(signed[part]),
            in_words(current[part]),
            signed[part] == current[part],
            part in corrected,
        )

    rows = [row(_("Applicant"), "applicant"), row(_("Producer"), "producer")]
    if signed["recipient"] or current["recipient"]:
        rows += [row(_("Recipient"), "recipient"), row(_("Contract"), "contract")]
    rows += [
        row(_("Category"), "category"),
        row(_("Purpose"), "purpose"),
        Compared(
            _("Digest of the act"),
            act.record_sha256[:16],
            digest[:16],
            digest == act.record_sha256,
        ),
    ]
    return Comparison(rows, _lines(signed["lines"], act.request))


def _lines(signed: list[dict[str, Any]], request: ExpertiseRequest) -> list[ComparedLine]:
    """Every line of the act and of the request, by number; one that is missing has no cells."""
    by_act = {line["number"]: line for line in signed}
    today = {line.number: goods_record(line) for line in request.lines.select_related("unit")}
    return [
        ComparedLine(number, _cells(by_act.get(number), today.get(number)))
        for number in sorted(by_act.keys() | today.keys())
    ]


def _cells(act: dict[str, Any] | None, today: dict[str, Any] | None) -> tuple[Compared, ...]:
    return tuple(
        Compared(
            label,
            shown(act) if act else NOTHING,
            shown(today) if today else NOTHING,
            bool(act and today and all(act[name] == today[name] for name in names)),
        )
        for label, names, shown in (
            (_("Goods"), ("name",), lambda line: line["name"]),
            (_("HS code"), ("hs_code",), lambda line: printed(line["hs_code"])),
            (_("KP VED"), ("kp_ved",), lambda line: line["kp_ved"] or NOTHING),
            (_("Quantity"), ("quantity", "unit"), _amount),
        )
    )


def _amount(line: dict[str, Any]) -> str:
    return f"{line['quantity']} {line['unit']['symbol'][_language()]}"


def _language() -> str:
    return "kk" if get_language() == "kk" else "ru"


def in_words(named: dict[str, Any] | None) -> str:
    """The name in the active language, with the identifier where there is one."""
    if not named:
        return NOTHING
    if "name" not in named:
        told = (
            _("contract %(number)s of %(day)s")
            % {"number": named.get("number") or NOTHING, "day": named.get("date") or NOTHING},
            _("invoice %(number)s of %(day)s")
            % {"number": named["invoice_number"], "day": named.get("invoice_date") or NOTHING}
            if named.get("invoice_number")
            else "",
        )
        return ", ".join(part for part in told if part)
    name = named["name"][_language()] or named["name"]["ru"]
    return f"{name}, {named['bin']}" if named.get("bin") else str(name)
