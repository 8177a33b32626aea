"""A goods line under the rules of a day: its rows given to `origin`, the answer kept as data.

Everything goes through *inputs*, plain data that a record can hold. A line is evaluated from
its inputs when the auditor judges it, when the act is signed, and for ever after when the act
is replayed, so all three give the same bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from django.utils import timezone

from accounts.errors import DomainError
from documents.canonical import canonical_bytes
from origin.books import rulebook_in_force
from origin.criteria import WHOLLY_PRODUCED
from origin.evaluation import (
    Evaluation,
    LineFacts,
    MaterialFacts,
    Verdict,
    evaluate,
    evaluation_data,
)
from origin.local_content import FORMULAS, LocalContentResult, MaterialInput, calculate
from origin.rulebook import RuleBook

from .calculation import CalculationRules, denominator_of
from .models import ExpertiseRequest, GoodsLine, Material, ProcessStep


@dataclass(frozen=True)
class Rules:
    """The rules of origin and of the local-content share on one day; read once for all lines."""

    on: date
    calculation: CalculationRules
    book: RuleBook

    @classmethod
    def in_force(cls, *, on: date, scheme: str) -> Self:
        return cls(
            on=on,
            calculation=CalculationRules.in_force(on=on, scheme=scheme),
            book=rulebook_in_force(on=on, scheme=scheme),
        )

    @classmethod
    def of_request(cls, request: ExpertiseRequest, *, today: date) -> Self:
        """The rules of today, or those of the act's own day once it is signed."""
        if request.status != "concluded":
            return cls.in_force(on=today, scheme=request.scheme_id)
        on = timezone.localdate(request.act.signed_at)
        return cls.in_force(on=on, scheme=request.scheme_id)


@dataclass(frozen=True)
class Chosen:
    """What a person adds to the facts: a ground, a condition out of several, a reading."""

    ground: str = ""
    row: str = ""
    reading: str = ""


@dataclass(frozen=True)
class LineEvaluation:
    """What the rules say of one line; `refusal` says why there is no answer."""

    inputs: dict[str, Any]
    evaluation: Evaluation | None
    local_content: LocalContentResult | None
    refusal: DomainError | None = None

    @property
    def passes(self) -> bool:
        return (
            self.evaluation is not None
            and self.evaluation.verdict is Verdict.ORIGINATING
            and self.local_content is not None
        )

    @property
    def needs_choice(self) -> bool:
        return self.evaluation is not None and self.evaluation.verdict is Verdict.CHOICE_NEEDED

    @cached_property
    def data(self) -> dict[str, Any]:
        """Inputs and results as a record keeps them."""
        return {
            "inputs": self.inputs,
            "result": evaluation_data(self.evaluation) if self.evaluation else None,
            "local_content": local_content_data(self.local_content),
        }

    def says_the_same(self, stored: Mapping[str, Any] | None) -> bool:
        """Whether the stored answer is this one, whatever the day and the version of the rules."""
        return canonical_bytes(_timeless(stored)) == canonical_bytes(_timeless(self.data))


_OF_THE_DAY = {"on", "pack", "pack_sha256"}


def _timeless(data: Mapping[str, Any] | None) -> dict[str, Any]:
    if not data:
        return {}
    result = data["result"] or {}
    return {**data, "result": {k: v for k, v in result.items() if k not in _OF_THE_DAY}}


def evaluated(
    line: GoodsLine,
    rules: Rules,
    chosen: Chosen | None = None,
    *,
    steps: Iterable[ProcessStep] | None = None,
    materials: Iterable[Material] | None = None,
) -> LineEvaluation:
    """The line under `rules`; `steps` and `materials` save queries when a list gives them."""
    return evaluated_inputs(
        inputs_of(line, rules.calculation, chosen or Chosen(), steps=steps, materials=materials),
        rules.book,
        on=rules.on,
    )


def evaluated_inputs(inputs: dict[str, Any], book: RuleBook, *, on: date) -> LineEvaluation:
    """The answer of `book` to inputs as `inputs_of` makes them and records keep them."""
    try:
        evaluation = evaluate(line_facts(inputs), book, on=on)
    except DomainError as error:
        return LineEvaluation(inputs, None, None, error)
    try:
        local_content = _local_content(inputs, evaluation.criterion)
    except DomainError as error:
        return LineEvaluation(inputs, evaluation, None, error)
    return LineEvaluation(inputs, evaluation, local_content)


def inputs_of(
    line: GoodsLine,
    calculation: CalculationRules,
    chosen: Chosen,
    *,
    steps: Iterable[ProcessStep] | None = None,
    materials: Iterable[Material] | None = None,
) -> dict[str, Any]:
    """The facts of a line as data: decimals are text, nothing depends on the day."""
    rows = line.materials.all() if materials is None else materials
    return {
        "hs_code": line.hs_code,
        "price_kzt": plain(line.price_kzt),
        "denominator_kzt": plain(denominator_of(line, calculation.formula)),
        "formula": calculation.formula.name,
        "treatment": str(calculation.treatment),
        "materials": [
            {
                "number": row.number,
                "hs_code": row.hs_code,
                "value_kzt": plain(row.value_kzt),
                "is_local": row.is_local,
                "local_share_percent": plain(row.local_percent),
            }
            for row in sorted(rows, key=lambda row: row.number)
        ],
        "operations": operations_of(line, line.request.steps.all() if steps is None else steps),
        "ground": chosen.ground,
        "choice": chosen.row,
        "reading": chosen.reading,
    }


def operations_of(line: GoodsLine, steps: Iterable[ProcessStep]) -> list[str]:
    """The line's operations in their order, each once: those of all goods and its own."""
    own = sorted(
        (step for step in steps if step.line_id in (None, line.pk)), key=lambda step: step.number
    )
    return list(dict.fromkeys(step.operation for step in own))


def line_facts(inputs: Mapping[str, Any]) -> LineFacts:
    """The inputs of a record as the rules engine takes them."""
    return LineFacts(
        number=0,
        name="",
        hs_code=inputs["hs_code"],
        price_kzt=Decimal(inputs["price_kzt"] or 0),
        materials=tuple(
            MaterialFacts(
                number=row["number"],
                name="",
                hs_code=row["hs_code"],
                value_kzt=Decimal(row["value_kzt"]),
                is_local=row["is_local"],
                local_share_percent=_decimal(row["local_share_percent"]),
            )
            for row in inputs["materials"]
        ),
        operations=tuple(inputs["operations"]),
        ground=inputs["ground"],
        choice=inputs["choice"],
        reading=inputs["reading"],
    )


def _local_content(inputs: Mapping[str, Any], criterion: str) -> LocalContentResult:
    return calculate(
        formula=FORMULAS[inputs["formula"]],
        price_kzt=Decimal(inputs["denominator_kzt"] or 0),
        materials=[
            MaterialInput(
                number=row["number"],
                value_kzt=Decimal(row["value_kzt"]),
                is_local=row["is_local"],
                local_share_percent=_decimal(row["local_share_percent"]),
                hs_code=row["hs_code"],
            )
            for row in inputs["materials"]
        ],
        treatment=inputs["treatment"],
        wholly_produced=criterion == WHOLLY_PRODUCED,
    )


def local_content_data(result: LocalContentResult | None) -> dict[str, Any] | None:
    """The worked share as data; `None` where no share could be calculated."""
    if result is None:
        return None
    return {
        "formula": result.formula,
        "denominator_kzt": plain(result.price_kzt),
        "foreign_kzt": plain(result.foreign_kzt),
        "share_percent": plain(result.share_percent),
        "steps": [
            {
                "number": step.number,
                "value_kzt": plain(step.value_kzt),
                "foreign_percent": plain(step.foreign_percent),
                "counted_foreign_kzt": plain(step.counted_foreign_kzt),
            }
            for step in result.steps
        ],
    }


def with_everything(request: ExpertiseRequest) -> list[GoodsLine]:
    """The request's lines with all that an evaluation reads, in a fixed number of queries."""
    lines = list(
        request.lines.select_related("unit", "finding")
        .prefetch_related("materials")
        .order_by("number")
    )
    for line in lines:
        line.request = request
    return lines


def plain(value: Decimal | None) -> str | None:
    """A decimal without an exponent and without trailing zeros: "20", "68.23"."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
