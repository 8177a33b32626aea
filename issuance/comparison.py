"""The act beside what the application rests on today: what a reviewer would compare by eye."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.canonical import sha256_hex
from expertise.blockers import shortened
from expertise.models import ExpertiseRequest
from expertise.records import goods_record, parties, party

from .models import Application

GOODS_FIELDS = ("name", "hs_code", "kp_ved", "quantity", "unit")


@dataclass(frozen=True)
class Compared:
    """One fact as the signed act states it and as the portal's tables have it today."""

    label: str
    act: str
    today: str
    agrees: bool


def compare(application: Application) -> list[Compared]:
    act = application.act
    record = bytes(act.record)
    signed = json.loads(record)
    current = {"applicant": party(application.applicant), **parties(act.request)}
    digest = sha256_hex(record)
    rows = [
        _row(_("Applicant"), signed["applicant"], current["applicant"]),
        _row(_("Producer"), signed["producer"], current["producer"]),
    ]
    if signed["recipient"] or current["recipient"]:
        rows.append(_row(_("Recipient"), signed["recipient"], current["recipient"]))
    return [
        *rows,
        _row(_("Category"), signed["category"], current["category"]),
        _row(_("Purpose"), signed["purpose"], current["purpose"]),
        _goods(signed["lines"], act.request),
        Compared(
            _("Digest of the act"),
            act.record_sha256[:16],
            digest[:16],
            digest == act.record_sha256,
        ),
    ]


def _row(label: str, signed: dict[str, Any] | None, current: dict[str, Any] | None) -> Compared:
    return Compared(label, in_words(signed), in_words(current), signed == current)


def _goods(signed: list[dict[str, Any]], request: ExpertiseRequest) -> Compared:
    """Every line of the act against the line of the request with the same number."""
    current = {line.number: goods_record(line) for line in request.lines.select_related("unit")}
    differing = [
        line["number"]
        for line in signed
        if any(current.get(line["number"], {}).get(name) != line[name] for name in GOODS_FIELDS)
    ]
    agrees = not differing and len(current) == len(signed)
    return Compared(
        _("Goods lines"),
        str(len(signed)),
        str(len(current))
        if agrees
        else _("%(count)s; lines that differ: %(lines)s")
        % {"count": len(current), "lines": shortened(differing) or "—"},
        agrees,
    )


def in_words(named: dict[str, Any] | None) -> str:
    """The name in the active language, with the identifier where there is one."""
    if not named:
        return "—"
    language = "kk" if get_language() == "kk" else "ru"
    name = named["name"][language] or named["name"]["ru"]
    return f"{name}, {named['bin']}" if named.get("bin") else str(name)
