"""Distances and advice in plain sentences, in any of the three languages."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from origin.condition_data import plain
from origin.evaluation import LineFacts
from origin.packs import RulePack
from origin.wording import kept_together, number_text, rule_text

from .attempts import Advice
from .distances import TIYN, Decisive, LimitDistance
from .shares import ShareDistance

Params = Mapping[str, str]


def advice_text(advice: Advice, pack: RulePack, language: str) -> str:
    """One piece of advice, or one warning, as a sentence."""
    with override(language):
        return kept_together(_ADVICE[advice.code](_shown(advice, pack, language)))


def distance_text(distance: LimitDistance, language: str) -> str:
    """`43.2 % of at most 50 %: 6.8 points or 68 000 ₸ are left.`"""
    with override(language):
        params = {
            "percent": number_text(distance.percent),
            "limit": number_text(distance.limit),
            "points": number_text(plain(abs(distance.points))),
            "kzt": _money(abs(distance.kzt)),
        }
        if distance.met:
            text = _("%(percent)s %% of at most %(limit)s %%: %(points)s points or %(kzt)s left.")
        else:
            text = _(
                "%(percent)s %% of at most %(limit)s %%: %(points)s points or %(kzt)s too much."
            )
        return kept_together(text % params)


def decisive_text(decisive: Decisive, line: LineFacts, language: str) -> str:
    with override(language):
        params = {
            "material": _material(decisive.number, line),
            "percent": number_text(decisive.percent),
        }
        if decisive.blocks:
            return _("%(material)s stands in the way.") % params
        return kept_together(_("%(material)s decides: it is %(percent)s %% of the price.") % params)


def near_text(closest: LimitDistance, language: str) -> str:
    """The warning of the inspector and the auditor."""
    with override(language):
        text = _("The verdict is %(points)s points from its limit of %(limit)s %%.") % {
            "points": number_text(plain(closest.points)),
            "limit": number_text(closest.limit),
        }
        return kept_together(text)


def share_texts(distance: ShareDistance, line: LineFacts, language: str) -> list[str]:
    """How far the share is from the wanted one, and what would raise it."""
    with override(language):
        texts = [] if distance.wanted_percent is None else [_wanted(distance)]
        texts += [
            _("With material %(material)s from Kazakhstan the share would be %(share)s %%.")
            % {
                "material": _material(raised.number, line, begins=False),
                "share": number_text(plain(raised.share_percent)),
            }
            for raised in distance.raised
        ]
        return [kept_together(text) for text in texts]


def _wanted(distance: ShareDistance) -> str:
    params = {
        "wanted": number_text(plain(distance.wanted_percent or Decimal(0))),
        "points": number_text(plain(abs(distance.points or Decimal(0)))),
        "kzt": _money(abs(distance.kzt or Decimal(0))),
    }
    if (distance.kzt or 0) >= 0:
        return (
            _(
                "The share is above the wanted %(wanted)s %% by %(points)s points: foreign "
                "materials for %(kzt)s more would still do."
            )
            % params
        )
    return (
        _(
            "The share is below the wanted %(wanted)s %% by %(points)s points: foreign materials "
            "for %(kzt)s would have to go."
        )
        % params
    )


def _shown(advice: Advice, pack: RulePack, language: str) -> dict[str, str]:
    params = dict(advice.params)
    if "materials" in params:
        numbers = [int(number) for number in params["materials"].split(", ")]
        params["count"] = str(len(numbers))
        params["materials"] = "; ".join(
            _material(number, advice.line, begins=False) for number in numbers
        )
    if "operations" in params:
        params["operations"] = "; ".join(
            pack.operations[code].name.in_language(language)
            for code in params["operations"].split(", ")
        )
    for key in ("price_kzt", "by_kzt", "value_kzt"):
        if key in params:
            params[key] = _money(Decimal(params[key]))
    if "limit" in params:
        params["limit"] = number_text(params["limit"])
    if "row" in params:
        params["rule"] = rule_text(params["row"], pack, language)
    return params


def _replace(params: Params) -> str:
    text = ngettext(
        "Replace material %(materials)s by a Kazakhstani one with proof of its origin.",
        "Replace these materials by Kazakhstani ones with proof of their origin: %(materials)s.",
        int(params["count"]),
    )
    if "operations" in params:
        text += " " + _("Also carry out: %(operations)s.")
    return text % params


def _base(params: Params) -> str:
    text = _("Make the goods from a material of the code %(codes)s.")
    if "operations" in params:
        text += " " + _("Also carry out: %(operations)s.")
    return text % params


def _heading(params: Params) -> str:
    return (
        ngettext(
            "Find out the HS code of material %(materials)s: as long as it is not known it counts "
            "against the goods.",
            "Find out the HS codes of these materials: as long as they are not known they count "
            "against the goods: %(materials)s.",
            int(params["count"]),
        )
        % params
    )


def _choose(params: Params) -> str:
    if params["reading"]:
        text = _("The goods would originate under %(rule)s, in the reading %(reading)s.")
    else:
        text = _("The goods would originate under %(rule)s.")
    return text % params


_ADVICE: Mapping[str, Callable[[Params], str]] = {
    "replace_materials": _replace,
    "use_base_material": _base,
    "name_heading": _heading,
    "choose": _choose,
    "add_operations": lambda p: _("Carry out what is missing: %(operations)s.") % p,
    "sufficient_operation": lambda p: _(
        "Name an operation that is more than simple: none of those named is sufficient processing."
    ),
    "claim_processing": lambda p: _(
        "Claim sufficient processing instead of goods wholly produced in the country."
    ),
    "raise_price": lambda p: (
        _(
            "The limit would hold at a price of at least %(price_kzt)s, %(by_kzt)s more than now. "
            "The price must be the real one."
        )
        % p
    ),
    "cheaper_material": lambda p: (
        _("The limit would hold if material %(materials)s cost at most %(value_kzt)s.") % p
    ),
    "dearer_material": lambda p: (
        _("If material %(materials)s were dearer by %(by_kzt)s, the limit of %(limit)s %% breaks.")
        % p
    ),
    "lower_price": lambda p: (
        _("If the price fell below %(price_kzt)s, the limit of %(limit)s %% breaks.") % p
    ),
}


def _material(number: int, line: LineFacts, *, begins: bool = True) -> str:
    name = next((m.name for m in line.materials if m.number == number), "")
    named = f"{number} ({name})" if name else str(number)
    return _("Material %(number)s") % {"number": named} if begins else named


def _money(value: Decimal) -> str:
    """Whole tiyn; idle ones are not shown."""
    rounded = value.quantize(TIYN, rounding=ROUND_HALF_UP)
    return f"{number_text(plain(rounded))} ₸"
