"""The calculation of one line as a page shows it: every material, the formula, the share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from accounts.errors import DomainError
from expertise.calculation import CalculationRules, calculated, denominator_of
from expertise.models import GoodsLine, Material
from origin.criteria import change_of_heading
from origin.local_content import Denominator, LocalContentResult


@dataclass(frozen=True)
class WorkedMaterial:
    material: Material
    counted_foreign_kzt: Decimal | None
    has_same_heading: bool


@dataclass(frozen=True)
class Worked:
    """`refusal` says why there is no share: no price, or figures that cannot be.

    `price_kzt` is what the formula divides by: the price, or the cost when `is_of_cost`.
    """

    price_kzt: Decimal | None
    result: LocalContentResult | None
    refusal: str = ""
    materials: list[WorkedMaterial] = field(default_factory=list)
    same_heading: list[Material] = field(default_factory=list)
    is_of_cost: bool = False

    @property
    def share_percent(self) -> Decimal | None:
        return self.result.share_percent if self.result else None

    def differs_from(self, claimed: Decimal | None) -> bool:
        return claimed is not None and self.result is not None and claimed != self.share_percent


def worked_out(
    line: GoodsLine,
    *,
    criterion: str = "",
    materials: Iterable[Material] | None = None,
    rules: CalculationRules | None = None,
) -> Worked:
    rows = list(line.materials.all() if materials is None else materials)
    rules = rules or CalculationRules.in_force(on=timezone.localdate())
    same_heading = change_of_heading(line.hs_code, rows)
    result, refusal = None, ""
    try:
        result = calculated(line, criterion=criterion, materials=rows, rules=rules)
    except DomainError as error:
        refusal = str(error)
    counted = {step.number: step.counted_foreign_kzt for step in result.steps} if result else {}
    return Worked(
        price_kzt=denominator_of(line, rules.formula),
        result=result,
        refusal=refusal,
        materials=[
            WorkedMaterial(row, counted.get(row.number), row in same_heading) for row in rows
        ],
        same_heading=same_heading,
        is_of_cost=rules.formula.denominator is Denominator.COST,
    )
