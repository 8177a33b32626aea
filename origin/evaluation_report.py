"""The answer of `manage.py evaluate` as data: what was looked up, judged and calculated. Pure."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from .codes import printed
from .condition_data import condition_data, plain
from .criteria import WHOLLY_PRODUCED
from .evaluation import Evaluation, evaluation_data, reason_data
from .evaluation_files import Conversion, EvaluationFile
from .facts import LineFacts, Reason
from .judging import PartVerdict
from .local_content import (
    FORMULAS,
    Denominator,
    LocalContentResult,
    MaterialInput,
    Treatment,
    calculate,
)
from .lookup import Lookup, lookup
from .packs import Row, RulePack
from .rulebook import RuleBook
from .sensitivity import Sensitivity, sensitivity
from .sensitivity.wording import advice_text, decisive_text, distance_text
from .wording import condition_text, part_text, reason_text

SCHEMA = "ctkz.evaluation-result/1"
DEFAULT_FORMULA = "exw/1"


def report(
    file: EvaluationFile,
    book: RuleBook,
    *,
    languages: Collection[str],
    formula: str = DEFAULT_FORMULA,
    treatment: str = Treatment.FOREIGN_REMAINDER,
    margin_points: Decimal | None = None,
) -> dict[str, Any]:
    """The whole answer; `formula` and `treatment` serve where the file names none."""
    pack = book.pack
    measured = sensitivity(file.line, book, on=file.on, margin_points=margin_points)
    evaluation = measured.evaluation
    data = evaluation_data(evaluation)
    found = lookup(book, file.line.hs_code)
    share = local_content(
        file.line, evaluation, file.formula or formula, file.treatment or treatment
    )
    return {
        "schema": SCHEMA,
        "on": data["on"],
        "pack": {
            "code": pack.code,
            "valid_from": pack.valid_from.isoformat(),
            "sha256": pack.sha256,
        },
        "lookup": _lookup(found, pack, languages),
        "verdict": data["verdict"],
        "criterion": data["criterion"],
        "row": data["row"],
        "reading": data["reading"],
        "choices": [
            {
                "row": choice.row,
                "reading": choice.reading,
                "verdict": choice.verdict.value,
                "parts": _part(choice.root, pack, languages) if choice.root else None,
            }
            for choice in evaluation.choices
        ],
        "parts": _part(evaluation.root, pack, languages) if evaluation.root else None,
        "reasons": [_reason(reason, pack, languages) for reason in evaluation.reasons],
        "local_content": _local_content(share, file.treatment or treatment),
        "sensitivity": _sensitivity(measured, file.line, pack, languages),
        "conversions": [_conversion(conversion) for conversion in file.conversions],
        "warnings": [
            _reason(reason, pack, languages) for reason in (*evaluation.warnings, *file.warnings)
        ],
    }


def local_content(
    line: LineFacts, evaluation: Evaluation, formula: str, treatment: str
) -> LocalContentResult | None:
    """The share by the formula; None where the formula divides by a cost that is not given."""
    chosen = FORMULAS[formula]
    denominator = line.cost_kzt if chosen.denominator is Denominator.COST else line.price_kzt
    if denominator is None:
        return None
    return calculate(
        formula=chosen,
        price_kzt=denominator,
        materials=[
            MaterialInput(
                number=material.number,
                value_kzt=material.value_kzt,
                is_local=material.is_local,
                local_share_percent=material.local_share_percent,
                hs_code=material.hs_code,
            )
            for material in sorted(line.materials, key=lambda m: m.number)
        ],
        treatment=treatment,
        wholly_produced=evaluation.criterion == WHOLLY_PRODUCED,
    )


def _lookup(found: Lookup, pack: RulePack, languages: Collection[str]) -> dict[str, Any]:
    return {
        "hs_code": found.hs_code,
        "general_rule": found.general,
        "rows": [_row(row, pack, languages) for row in found.rows],
        "narrower_rows": [_row(row, pack, languages) for row in found.narrower],
        "excluded_rows": [_row(row, pack, languages) for row in found.excluded],
        "options": list(found.options),
        "needs_choice": found.needs_choice,
    }


def _row(row: Row, pack: RulePack, languages: Collection[str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": row.id,
        "codes": [printed(code) for code in row.codes],
        "name": {code: row.name.in_language(code) for code in languages},
        "source": f"{row.source.act}, {row.source.place}".rstrip(", "),
    }
    if row.but_not:
        data["but_not"] = [printed(code) for code in row.but_not]
    if row.part:
        data["part"] = {code: row.part.in_language(code) for code in languages}
    if row.condition is not None:
        data["condition"] = condition_data(row.condition)
        data["condition_text"] = {
            code: condition_text(row.condition, pack, code) for code in languages
        }
    if row.note:
        data["note"] = {code: row.note.in_language(code) for code in languages}
    data["is_confirmed"] = row.is_confirmed
    return data


def _part(part: PartVerdict, pack: RulePack, languages: Collection[str]) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": part.kind, "met": part.met}
    if part.figures:
        data["figures"] = dict(part.figures)
    if part.materials:
        data["materials"] = list(part.materials)
    if part.operations:
        data["operations"] = list(part.operations)
    data["text"] = {code: part_text(part, pack, code) for code in languages}
    if part.parts:
        data["parts"] = [_part(inner, pack, languages) for inner in part.parts]
    return data


def _reason(reason: Reason, pack: RulePack, languages: Collection[str]) -> dict[str, Any]:
    texts = {code: reason_text(reason, pack, code) for code in languages}
    return {**reason_data(reason), "text": texts}


def _local_content(share: LocalContentResult | None, treatment: str) -> dict[str, Any] | None:
    if share is None:
        return None
    figures = (plain(share.foreign_kzt), plain(share.price_kzt), format(share.share_percent, "f"))
    return {
        "formula": share.formula,
        "rule": FORMULAS[share.formula].rule,
        "treatment": str(treatment),
        "denominator_kzt": figures[1],
        "foreign_kzt": figures[0],
        "percent": figures[2],
        "working": f"100 − {figures[0]} / {figures[1]} × 100 = {figures[2]}",
        "steps": [
            {
                "material": step.number,
                "value_kzt": plain(step.value_kzt),
                "foreign_percent": plain(step.foreign_percent),
                "counted_foreign_kzt": plain(step.counted_foreign_kzt),
            }
            for step in share.steps
        ],
    }


def _conversion(conversion: Conversion) -> dict[str, Any]:
    return {
        "material": conversion.material,
        "amount": plain(conversion.amount),
        "currency": conversion.currency,
        "rate": plain(conversion.rate),
        "rate_on": conversion.rate_on.isoformat(),
        "rate_source": conversion.rate_source,
        "value_kzt": plain(conversion.value_kzt),
    }


def _sensitivity(
    found: Sensitivity, line: LineFacts, pack: RulePack, languages: Collection[str]
) -> dict[str, Any]:
    """Distances from the limits, the material that decides, and changes that were tried."""
    decisive = found.decisive
    return {
        "is_near": found.is_near,
        "limits": [
            {
                "kind": limit.kind,
                "percent": limit.percent,
                "limit": limit.limit,
                "met": limit.met,
                "points": plain(limit.points),
                "kzt": plain(limit.kzt),
                "materials": list(limit.materials),
                "text": {code: distance_text(limit, code) for code in languages},
            }
            for limit in found.limits
        ],
        "decisive_material": (
            {
                "number": decisive.number,
                "blocks": decisive.blocks,
                "percent": decisive.percent,
                "text": {code: decisive_text(decisive, line, code) for code in languages},
            }
            if decisive
            else None
        ),
        "advice": [
            {
                "code": advice.code,
                "params": dict(advice.params),
                "verdict": advice.verdict.value,
                "text": {code: advice_text(advice, pack, code) for code in languages},
            }
            for advice in found.advice
        ],
    }
