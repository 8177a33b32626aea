"""The share of local content of a goods line: its rows and today's rules, given to `origin`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.utils import timezone

from origin.criteria import WHOLLY_PRODUCED
from origin.local_content import (
    Denominator,
    Formula,
    LocalContentResult,
    MaterialInput,
    calculate,
    formula_of,
)
from reference.parameters import DEFAULT_SCHEME, parameter

from .models import GoodsLine, Material


@dataclass(frozen=True)
class CalculationRules:
    """What the dated parameters say; read once for all lines of a request."""

    formula: Formula
    treatment: str

    @classmethod
    def in_force(cls, *, on: date, scheme: str = DEFAULT_SCHEME) -> Self:
        return cls(
            formula=formula_of(parameter("local_content.formula", on=on, scheme=scheme)),
            treatment=parameter("local_content.own_ct_kz_treatment", on=on, scheme=scheme),
        )


def cost_is_asked(*, on: date, scheme: str = DEFAULT_SCHEME) -> bool:
    """Whether the formula of the day counts from the production cost."""
    return CalculationRules.in_force(on=on, scheme=scheme).formula.denominator is Denominator.COST


def denominator_of(line: GoodsLine, formula: Formula) -> Decimal | None:
    """What the formula divides by: the price ex works, or the production cost of one unit."""
    return line.cost_kzt if formula.denominator is Denominator.COST else line.price_kzt


def calculated(
    line: GoodsLine,
    *,
    criterion: str = "",
    materials: Iterable[Material] | None = None,
    rules: CalculationRules | None = None,
) -> LocalContentResult:
    """The share of one line; `materials` other than the stored ones serve a preview."""
    rules = rules or CalculationRules.in_force(on=timezone.localdate())
    rows = line.materials.all() if materials is None else materials
    return calculate(
        formula=rules.formula,
        price_kzt=denominator_of(line, rules.formula) or Decimal(0),
        materials=[
            MaterialInput(
                number=material.number,
                value_kzt=material.value_kzt,
                is_local=material.is_local,
                local_share_percent=material.local_percent,
                hs_code=material.hs_code,
            )
            for material in rows
        ],
        treatment=rules.treatment,
        wholly_produced=criterion == WHOLLY_PRODUCED,
    )
