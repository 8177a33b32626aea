"""The share of local content of a product, calculated exactly from its materials.

Pure and exact: rational numbers throughout, one rounding at the end, half up, to hundredths.
The formula is named and versioned, so that an act says for ever how its figure was obtained.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, localcontext
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

WHOLLY_PRODUCED_PERCENT = Decimal("100.00")
HUNDRED = Decimal(100)
# Sums and products of decimals are exact here, or there is an error instead of a figure.
_EXACT = Context(prec=100, traps=[Inexact])


class Denominator(StrEnum):
    EXW = "exw"
    COST = "cost"


class Treatment(StrEnum):
    """How a local material with a CT-KZ share of its own is counted."""

    FOREIGN_REMAINDER = "foreign_remainder"
    WHOLLY_LOCAL = "wholly_local"
    WHOLLY_FOREIGN = "wholly_foreign"


@dataclass(frozen=True, slots=True)
class Formula:
    """share = 100 % − foreign materials / denominator × 100 %."""

    name: str
    denominator: Denominator
    rule: str


FORMULAS: Mapping[str, Formula] = {
    formula.name: formula
    for formula in (
        # The price of the finished product ex works, without VAT.
        Formula("exw/1", Denominator.EXW, "Decree 22.10.2009 № 1647, Annex 10"),
        # Production cost without VAT and profit, as the register of producers counts it.
        Formula("cost/1", Denominator.COST, "Order 27.08.2025 № 327, Annex 3"),
    )
}
CURRENT_VERSION = {Denominator.EXW: "exw/1", Denominator.COST: "cost/1"}


class LocalContentError(DomainError):
    """The figures cannot be those of real goods; `material` is the number of the wrong row."""

    def __init__(
        self,
        code: str,
        message: str | Promise,
        *,
        field: str | None = None,
        material: int | None = None,
    ) -> None:
        super().__init__(f"local_content.{code}", message, field=field)
        self.material = material


@dataclass(frozen=True, slots=True)
class MaterialInput:
    """A material in one unit of the product; one of unknown origin is not local."""

    number: int
    value_kzt: Decimal
    is_local: bool
    # The share on the material's own CT-KZ certificate; None for П and other proofs of origin.
    local_share_percent: Decimal | None = None
    hs_code: str = ""


@dataclass(frozen=True, slots=True)
class MaterialStep:
    """What one material added to the foreign value, and how much of it was taken as foreign."""

    number: int
    value_kzt: Decimal
    foreign_percent: Decimal
    counted_foreign_kzt: Decimal


@dataclass(frozen=True, slots=True)
class LocalContentResult:
    formula: str
    price_kzt: Decimal
    foreign_kzt: Decimal
    share_percent: Decimal
    steps: tuple[MaterialStep, ...] = field(default=())


def formula_of(setting: Mapping[str, Any]) -> Formula:
    """The formula that the dated parameter `local_content.formula` names."""
    try:
        name = setting.get("version") or CURRENT_VERSION[Denominator(setting["denominator"])]
        return FORMULAS[name]
    except (KeyError, ValueError) as error:
        raise LocalContentError(
            "formula", _("The local-content formula of the settings is not known.")
        ) from error


def calculate(
    *,
    formula: Formula,
    price_kzt: Decimal,
    materials: Iterable[MaterialInput],
    treatment: Treatment | str = Treatment.FOREIGN_REMAINDER,
    wholly_produced: bool = False,
) -> LocalContentResult:
    """The share of local content with a worked trace.

    `price_kzt` is the denominator of the formula: price ex works or production cost of one unit.
    Goods wholly produced in the country (criterion П) have 100 % by definition, and therefore
    no foreign material.
    """
    if _exact(price_kzt) <= 0:
        raise LocalContentError(
            "price_not_positive", _("The price must be more than zero."), field="price_kzt"
        )
    with localcontext(_EXACT):
        steps = tuple(_step(material, Treatment(treatment)) for material in materials)
        foreign_kzt = sum((step.counted_foreign_kzt for step in steps), Decimal(0))
        materials_kzt = sum((step.value_kzt for step in steps), Decimal(0))
    foreign = Fraction(foreign_kzt)
    if wholly_produced and foreign > 0:
        raise LocalContentError(
            "wholly_produced_with_foreign",
            _("Goods with the criterion П cannot contain foreign materials."),
            field="criterion",
        )
    if foreign > _exact(price_kzt):
        raise LocalContentError(
            "foreign_over_price",
            _("The foreign materials cost more than the goods themselves."),
            field="price_kzt",
        )
    if materials_kzt > price_kzt:
        raise LocalContentError(
            "materials_over_price",
            _("All materials together cost more than the goods themselves."),
            field="price_kzt",
        )
    share = 100 - foreign / Fraction(price_kzt) * 100
    return LocalContentResult(
        formula=formula.name,
        price_kzt=price_kzt,
        foreign_kzt=foreign_kzt,
        share_percent=round_half_up(share),
        steps=steps,
    )


def round_half_up(share: Fraction) -> Decimal:
    """The one rounding: to hundredths of a percent, halves up."""
    return Decimal(floor(share * 100 + Fraction(1, 2))).scaleb(-2)


def _step(material: MaterialInput, treatment: Treatment) -> MaterialStep:
    if _exact(material.value_kzt) < 0:
        raise LocalContentError(
            "negative_value",
            _("The value of material %(number)s is negative.") % {"number": material.number},
            field="value_kzt",
            material=material.number,
        )
    percent = _foreign_percent(material, treatment)
    counted = (material.value_kzt * percent).scaleb(-2)
    return MaterialStep(material.number, material.value_kzt, percent, counted)


def _foreign_percent(material: MaterialInput, treatment: Treatment) -> Decimal:
    share = material.local_share_percent
    if share is not None and not 0 <= _exact(share) <= 100:
        raise LocalContentError(
            "share_out_of_bounds",
            _("The local content of material %(number)s must be between 0 and 100.")
            % {"number": material.number},
            field="local_percent",
            material=material.number,
        )
    if not material.is_local:
        return HUNDRED
    if share is None or treatment is Treatment.WHOLLY_LOCAL:
        return Decimal(0)
    if treatment is Treatment.WHOLLY_FOREIGN:
        return HUNDRED
    return HUNDRED - share


def _exact(value: Decimal) -> Fraction:
    """A figure as an exact fraction; binary floating point and infinities are refused."""
    if not isinstance(value, Decimal):
        raise TypeError(f"a Decimal is needed, not {type(value).__name__}")
    if not value.is_finite():
        raise LocalContentError("not_a_number", _("The figures must be numbers."))
    return Fraction(value)
