"""Acts evaluated again: the same inputs and the same rules must give the same bytes for ever.

Three things are compared, in this order: the record with the digest that was signed; the answer
in the record with the one that the rules of its day give today; and the rows of the database
with the inputs in the record. The first difference is named.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from audit.models import AuditEvent
from documents.canonical import canonical_bytes, sha256_hex
from origin.books import rulebook_of
from origin.evaluation import LineFacts
from origin.local_content import FORMULAS, LocalContentResult, MaterialInput, calculate
from origin.rulebook import RuleBook

from .calculation import CalculationRules
from .evaluating import Chosen, evaluated_inputs, inputs_of, line_facts, plain
from .models import Act, GoodsLine
from .records import material_record

FIRST_SCHEMA = "ctkz.act/1"


@dataclass(frozen=True)
class Difference:
    """Where an act is not what it was: line and material by number, or None for the whole."""

    act: str
    what: str
    line: int | None = None
    material: int | None = None
    recorded: str = ""
    found: str = ""

    def __str__(self) -> str:
        place = [self.act]
        if self.line is not None:
            place.append(_("line %(number)s") % {"number": self.line})
        if self.material is not None:
            place.append(_("material %(number)s") % {"number": self.material})
        text = f"{', '.join(place)}: {self.what}"
        if self.recorded or self.found:
            text += " " + _("(recorded %(recorded)s, now %(found)s)") % {
                "recorded": self.recorded or "–",
                "found": self.found or "–",
            }
        return text


def line_facts_of(record_line: Mapping[str, Any]) -> LineFacts:
    """What an act recorded of a line, as the rules engine takes it."""
    return line_facts(record_line["evaluation"]["inputs"])


def differences(act: Act) -> Iterator[Difference]:
    """Everything in which the act differs from what was signed; the weightiest first."""
    yield from _of_the_record(act)
    try:
        record = json.loads(bytes(act.record))
    except ValueError:
        return
    if record.get("schema") == FIRST_SCHEMA:
        yield from _of_first_shares(act, record)
    else:
        yield from _of_the_rules(act, record)
    yield from _of_the_rows(act, record)


def _of_the_record(act: Act) -> Iterator[Difference]:
    """The bytes against their digest, and the digest against the log."""
    digest = sha256_hex(bytes(act.record))
    if digest != act.record_sha256:
        yield Difference(
            act.number,
            _("the record does not fit its digest"),
            recorded=act.record_sha256,
            found=digest,
        )
    signed = AuditEvent.objects.filter(
        event="act.signed", subject_type=Act.SUBJECT_TYPE, subject_id=str(act.pk)
    ).first()
    logged = signed.facts["record_sha256"] if signed else ""
    if logged != act.record_sha256:
        yield Difference(
            act.number,
            _("the log knows another digest"),
            recorded=logged,
            found=act.record_sha256,
        )


def _of_the_rules(act: Act, record: Mapping[str, Any]) -> Iterator[Difference]:
    """Every recorded answer against the one that its own rules give today."""
    day = date.fromisoformat(record["signed_on"])
    try:
        book = rulebook_of(record["rules"]["sha256"], day, scheme=record["scheme"]["code"])
    except DomainError as error:
        yield Difference(act.number, str(error))
        return
    for line in record["lines"]:
        yield from _of_one_answer(act, line, book, day)


def _of_one_answer(
    act: Act, line: Mapping[str, Any], book: RuleBook, day: date
) -> Iterator[Difference]:
    stored = line["evaluation"]
    again = evaluated_inputs(stored["inputs"], book, on=day).data
    if canonical_bytes(again) == canonical_bytes(stored):
        shown = (stored["local_content"] or {}).get("share_percent")
        if shown != line["local_content_percent"]:
            yield Difference(
                act.number,
                _("the share of the conclusion is not the calculated one"),
                line["number"],
                recorded=line["local_content_percent"] or "",
                found=shown or "",
            )
        return
    what, recorded, found = _first_unequal(stored, again)
    yield Difference(
        act.number,
        _("the rules give another result: %(what)s") % {"what": what},
        line["number"],
        recorded=recorded,
        found=found,
    )


def _of_first_shares(act: Act, record: Mapping[str, Any]) -> Iterator[Difference]:
    """Acts of the first form hold the share alone; it is calculated again from the materials."""
    for line in record["lines"]:
        if line["local_content_percent"] is None:
            continue
        share = plain(_first_share(line).share_percent)
        if share != line["local_content_percent"]:
            yield Difference(
                act.number,
                _("the share is calculated differently"),
                line["number"],
                recorded=line["local_content_percent"],
                found=share or "",
            )


def _first_share(line: Mapping[str, Any]) -> LocalContentResult:
    """What each material counted as foreign stands in the record, so no parameter is asked."""
    return calculate(
        formula=FORMULAS[line["calculation"]["formula"]],
        price_kzt=Decimal(line["calculation"]["price_kzt"]),
        materials=[
            MaterialInput(row["number"], Decimal(row["counted_foreign_kzt"] or 0), is_local=False)
            for row in line["materials"]
        ],
    )


def _of_the_rows(act: Act, record: Mapping[str, Any]) -> Iterator[Difference]:
    """The rows that the act was made from against what the act recorded of them."""
    rows = {
        line.number: line
        for line in act.request.lines.prefetch_related("materials", "request__steps")
    }
    if rows.keys() != {line["number"] for line in record["lines"]}:
        yield Difference(act.number, _("the goods lines are not those of the act"))
    for line in record["lines"]:
        row = rows.get(line["number"])
        if row is not None:
            yield from _of_one_row(act, line, row)


def _of_one_row(act: Act, line: Mapping[str, Any], row: GoodsLine) -> Iterator[Difference]:
    yield from _of_materials(act, line, row)
    for name in ("name", "hs_code", "kp_ved"):
        if getattr(row, name) != line[name]:
            yield Difference(
                act.number, name, line["number"], recorded=line[name], found=getattr(row, name)
            )
    if plain(row.quantity) != line["quantity"]:
        yield Difference(
            act.number,
            _("the quantity"),
            line["number"],
            recorded=line["quantity"],
            found=plain(row.quantity) or "",
        )
    if "evaluation" not in line:
        return
    stored = line["evaluation"]["inputs"]
    now = inputs_of(row, _calculation_in(stored), _chosen_in(stored), steps=row.request.steps.all())
    if canonical_bytes(now) != canonical_bytes(stored):
        what, recorded, found = _first_unequal(stored, now)
        yield Difference(act.number, what, line["number"], recorded=recorded, found=found)


def _of_materials(act: Act, line: Mapping[str, Any], row: GoodsLine) -> Iterator[Difference]:
    recorded = {material["number"]: material for material in line["materials"]}
    found = {material.number: material_record(material) for material in row.materials.all()}
    for number in sorted(recorded.keys() | found.keys()):
        before, now = recorded.get(number), found.get(number)
        if before is None or now is None:
            yield Difference(
                act.number, _("the bill of materials has other rows"), line["number"], number
            )
            continue
        for name in sorted(now.keys() & before.keys()):
            if before[name] != now[name]:
                yield Difference(
                    act.number,
                    name,
                    line["number"],
                    number,
                    recorded=str(before[name]),
                    found=str(now[name]),
                )


def _calculation_in(inputs: Mapping[str, Any]) -> CalculationRules:
    """The formula and treatment that the inputs name: a row is read as it was then."""
    return CalculationRules(FORMULAS[inputs["formula"]], inputs["treatment"])


def _chosen_in(inputs: Mapping[str, Any]) -> Chosen:
    return Chosen(ground=inputs["ground"], row=inputs["choice"], reading=inputs["reading"])


def _first_unequal(before: Any, now: Any, path: str = "") -> tuple[str, str, str]:
    """The path of the first value that differs, and both values."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            if before.get(key) != now.get(key):
                return _first_unequal(before.get(key), now.get(key), f"{path}.{key}".lstrip("."))
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (one, other) in enumerate(zip(before, now, strict=True), start=1):
            if one != other:
                return _first_unequal(one, other, f"{path}[{index}]")
    return path, str(before), str(now)
