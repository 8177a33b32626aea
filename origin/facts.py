"""The facts of a line of goods, checked once and arranged for judging. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, localcontext
from typing import NamedTuple

from django.utils.translation import gettext as _

from .codes import HEADING_LENGTH
from .errors import OriginError
from .lookup import plain_hs_code
from .packs import RulePack

# Sums and products of figures are exact here, or there is an error instead of a figure.
EXACT = Context(prec=100, traps=[Inexact])
# Figures beyond these are not of this world, and would make exact arithmetic slow.
MOST_DIGITS = 18
MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as a code and figures; `wording.reason_text` says it in words."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """A material in one unit of the product; one of unknown origin is not local."""

    number: int
    name: str
    hs_code: str
    value_kzt: Decimal
    is_local: bool
    # The share on the material's own CT-KZ certificate; only the local-content share uses it.
    local_share_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One unit of goods: price ex works without VAT, materials, and what was done to them."""

    number: int
    name: str
    hs_code: str
    price_kzt: Decimal
    materials: tuple[MaterialFacts, ...] = ()
    operations: tuple[str, ...] = ()
    # The ground on which the goods are claimed to be wholly produced.
    ground: str = ""
    # The rule picked where several are open: the id of a row, or `general`.
    choice: str = ""
    reading: str = ""
    # Production cost without VAT and profit, for formulas that divide by it.
    cost_kzt: Decimal | None = None


class Item(NamedTuple):
    """A material as the parts see it; `hs_code` is empty where the heading is not known."""

    number: int
    hs_code: str
    value_kzt: Decimal


@dataclass(frozen=True, slots=True)
class Goods:
    """A line that passed every check, in an order of its own."""

    hs_code: str
    heading: str
    price_kzt: Decimal
    items: tuple[Item, ...]
    foreign: tuple[Item, ...]
    operations: tuple[str, ...]
    sufficient_operations: tuple[str, ...]
    # Numbers of foreign materials whose heading is not known.
    unknown: tuple[int, ...]


def checked_goods(line: LineFacts, pack: RulePack) -> Goods:
    """The line arranged for judging; facts that no goods can have are an OriginError."""
    hs_code = plain_hs_code(line.hs_code)
    check_figure(line.price_kzt, "price_kzt")
    if line.price_kzt <= 0:
        raise OriginError(
            "price_not_positive", _("The price must be more than zero."), field="price_kzt"
        )
    _check_names(line, pack)
    total = Decimal(0)
    items: list[Item] = []
    foreign: list[Item] = []
    with localcontext(EXACT):
        for material in sorted(line.materials, key=_order):
            _check_material(material)
            total += material.value_kzt
            item = Item(material.number, _known_code(material.hs_code), material.value_kzt)
            items.append(item)
            if not material.is_local:
                foreign.append(item)
    if total > line.price_kzt:
        raise OriginError(
            "materials_over_price",
            _("All materials together cost more than the goods themselves."),
            field="price_kzt",
        )
    operations = tuple(sorted(set(line.operations)))
    return Goods(
        hs_code=hs_code,
        heading=hs_code[:HEADING_LENGTH],
        price_kzt=line.price_kzt,
        items=tuple(items),
        foreign=tuple(foreign),
        operations=operations,
        sufficient_operations=tuple(c for c in operations if pack.operations[c].sufficient),
        unknown=tuple(item.number for item in foreign if not item.hs_code),
    )


def check_figure(value: Decimal, field_name: str, material: int | None = None) -> None:
    """A finite decimal of a size that money has; binary floating point is a programmer's error."""
    if not isinstance(value, Decimal):
        raise TypeError(f"a Decimal is needed, not {type(value).__name__}")
    if not value.is_finite():
        raise OriginError(
            "not_a_number", _("The figures must be numbers."), field=field_name, material=material
        )
    if value.adjusted() >= MOST_DIGITS or int(value.as_tuple().exponent) < -MOST_DECIMALS:
        raise OriginError(
            "too_many_digits",
            _("A figure has too many digits."),
            field=field_name,
            material=material,
        )


def _order(material: MaterialFacts) -> tuple[int, str, Decimal, bool]:
    return material.number, material.hs_code, material.value_kzt, material.is_local


def _check_names(line: LineFacts, pack: RulePack) -> None:
    for code in line.operations:
        if code not in pack.operations:
            raise OriginError(
                "unknown_operation",
                _("The operation “%(code)s” is not in the catalogue of the rules.")
                % {"code": code},
                field="operations",
            )
    if line.ground and line.ground not in pack.grounds:
        raise OriginError(
            "unknown_ground",
            _("The rules have no ground “%(code)s” for goods wholly produced.")
            % {"code": line.ground},
            field="ground",
        )


def _check_material(material: MaterialFacts) -> None:
    number = material.number
    check_figure(material.value_kzt, "value_kzt", number)
    if material.value_kzt < 0:
        raise OriginError(
            "negative_value",
            _("The value of material %(number)s is negative.") % {"number": number},
            field="value_kzt",
            material=number,
        )
    share = material.local_share_percent
    if share is None:
        return
    check_figure(share, "local_share_percent", number)
    if not 0 <= share <= 100:
        raise OriginError(
            "share_out_of_bounds",
            _("The local content of material %(number)s must be between 0 and 100.")
            % {"number": number},
            field="local_share_percent",
            material=number,
        )


def _known_code(hs_code: str) -> str:
    """Digits of a code of at least a heading; empty where the heading cannot be told."""
    code = hs_code.replace(" ", "")
    return code if len(code) >= HEADING_LENGTH and code.isascii() and code.isdigit() else ""
