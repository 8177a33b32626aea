"""Conditions, verdicts on parts and reasons in words, in any of the three languages. Pure.

The sentences come from the catalogue of translations; names of operations, grounds and rows are the
pack's own. The language is an argument, so that an act reads the same whoever asks for it.
"""

import re
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from .codes import printed
from .condition_data import plain
from .conditions import (
    AllOf,
    AnyHeadingExcept,
    AnyOf,
    ChangeOfHeading,
    Condition,
    ForeignArticlesShareAtMost,
    ForeignShareAtMost,
    MadeFrom,
    OperationsOtherThan,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareOfHeadingsAtMost,
    Words,
)
from .explaining import part_reason
from .facts import Reason
from .judging import PartVerdict
from .packs import GENERAL, RulePack

# A sentence with more numbers than these is not read by anyone.
MOST_NAMED = 20
_SPACE = "\u00a0"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[%₸])")
_FIGURES = ("percent", "limit", "foreign_kzt", "price_kzt")
_CODES = ("codes", "allowing")
_MATERIALS = ("materials", "unknown")
_OPERATIONS = ("operations", "any", "barred")

# Each sentence of a reason, and the figure without which it is left out.
_SENTENCES: Mapping[str, tuple[tuple[str, Promise], ...]] = {
    "rule.general": (
        ("", gettext_lazy("The general rule holds: change of the four-digit heading.")),
    ),
    "rule.row": (("", gettext_lazy("This row of the list of conditions holds: %(row_name)s.")),),
    "rule.reading": (("", gettext_lazy("The row is read as the reading “%(reading)s” says.")),),
    "choice.row": (
        ("", gettext_lazy("Several rules are open for these goods; one must be chosen: %(rows)s.")),
    ),
    "choice.reading": (
        (
            "",
            gettext_lazy("The row can be read in several ways; one must be chosen: %(row_name)s."),
        ),
    ),
    "wholly_produced.met": (("", gettext_lazy("The goods are wholly produced: %(ground)s.")),),
    "wholly_produced.not_met": (
        (
            "",
            gettext_lazy(
                "Goods with foreign materials are not wholly produced: No. %(materials)s."
            ),
        ),
    ),
    "sufficient_operations.not_met": (
        ("", gettext_lazy("Only operations that never suffice were performed: %(operations)s.")),
    ),
    "change_of_heading.met": (
        ("", gettext_lazy("No foreign material stands in the way of the heading %(heading)s.")),
        ("allowing", gettext_lazy("Allowed: %(allowing)s.")),
    ),
    "change_of_heading.not_met": (
        (
            "",
            gettext_lazy(
                "Foreign materials have the heading %(heading)s of the goods: No. %(materials)s."
            ),
        ),
        ("allowing", gettext_lazy("Allowed: %(allowing)s.")),
    ),
    "any_heading_except.met": (("", gettext_lazy("No foreign material belongs to %(codes)s.")),),
    "any_heading_except.not_met": (
        ("", gettext_lazy("Foreign materials belong to %(codes)s: No. %(materials)s.")),
    ),
    "foreign_share_at_most": (
        (
            "",
            gettext_lazy(
                "All foreign materials: %(foreign_kzt)s of %(price_kzt)s tenge, "
                "which is %(percent)s %%."
            ),
        ),
    ),
    "same_heading_share_at_most": (
        (
            "",
            gettext_lazy(
                "Foreign materials of the heading %(heading)s: %(foreign_kzt)s of "
                "%(price_kzt)s tenge, which is %(percent)s %%."
            ),
        ),
    ),
    "share_of_headings_at_most": (
        (
            "",
            gettext_lazy(
                "Foreign materials of %(codes)s: %(foreign_kzt)s of %(price_kzt)s tenge, "
                "which is %(percent)s %%."
            ),
        ),
    ),
    "foreign_articles_share_at_most": (
        (
            "",
            gettext_lazy(
                "Articles that do not originate: %(foreign_kzt)s of %(price_kzt)s tenge, "
                "which is %(percent)s %%."
            ),
        ),
    ),
    "made_from.met": (("", gettext_lazy("The goods are made from %(codes)s: No. %(materials)s.")),),
    "made_from.not_met": (
        ("missing", gettext_lazy("No material belongs to %(codes)s.")),
        (
            "materials",
            gettext_lazy("Foreign materials go beyond %(codes)s already: No. %(materials)s."),
        ),
    ),
    "operations_required.met": (
        ("", gettext_lazy("The required operations were performed: %(operations)s.")),
    ),
    "operations_required.not_met": (
        ("operations", gettext_lazy("Required operations are missing: %(operations)s.")),
        ("any", gettext_lazy("At least one of these operations is required: %(any)s.")),
    ),
    "operations_other_than.met": (
        ("", gettext_lazy("Sufficient operations were performed: %(operations)s.")),
    ),
    "operations_other_than.not_met": (
        ("", gettext_lazy("Nothing sufficient was done besides these operations: %(barred)s.")),
    ),
    "pack_not_in_force": (
        ("", gettext_lazy("These rules are in force only from %(valid_from)s.")),
    ),
    "heading_unknown": (
        (
            "",
            gettext_lazy(
                "The heading of foreign materials is not known, so they count against the "
                "goods everywhere: No. %(materials)s."
            ),
        ),
    ),
    "no_operations": (
        (
            "",
            gettext_lazy(
                "No operation is named, so it was not checked whether the goods only "
                "underwent operations that never suffice."
            ),
        ),
    ),
    "no_foreign_materials": (
        (
            "",
            gettext_lazy(
                "No material is foreign: the goods may be wholly produced (criterion П), "
                "if the list has a ground for them."
            ),
        ),
    ),
    "choice_not_open": (
        ("", gettext_lazy("The chosen rule “%(choice)s” is not open for this HS code.")),
    ),
    "share_like_fraction": (
        (
            "",
            gettext_lazy(
                "The local content of material No. %(material)s is less than one percent: "
                "%(percent)s %%. If it is meant as a fraction, write it in percent."
            ),
        ),
    ),
    "reading_not_open": (
        ("", gettext_lazy("The chosen reading “%(reading)s” is not open for this row.")),
    ),
}
_WITHIN = gettext_lazy("That is within the limit of %(limit)s %%.")
_ABOVE = gettext_lazy("That is above the limit of %(limit)s %%.")
_UNKNOWN = gettext_lazy("Without a known heading, and therefore counted: No. %(unknown)s.")


def condition_text(condition: Condition, pack: RulePack, language: str) -> str:
    """The condition as one sentence of the language."""
    with override(language):
        return kept_together(_sentence(_condition(condition, pack, language)))


def part_text(part: PartVerdict, pack: RulePack, language: str) -> str:
    """What became of one part on the goods; for "and" and "or" a line for the whole."""
    with override(language):
        if not part.parts:
            return _reason(part_reason(part), pack, language)
        if part.kind == "any":
            return _("One of the conditions is met.") if part.met else _("No condition is met.")
        return _("All conditions are met.") if part.met else _("Not all conditions are met.")


def reason_text(reason: Reason, pack: RulePack, language: str) -> str:
    with override(language):
        return _reason(reason, pack, language)


def rule_text(rule: str, pack: RulePack, language: str) -> str:
    """What is behind the id of a rule: the row's name and the part of the codes it is for."""
    with override(language):
        return _rule(rule, pack, language)


def _condition(condition: Condition, pack: RulePack, language: str) -> str:
    match condition:
        case AllOf(conditions) | AnyOf(conditions):
            return _joined(condition, conditions, pack, language)
        case ChangeOfHeading(allowing):
            text = _("every foreign material has another four-digit heading than the goods")
            if not allowing:
                return text
            return _("%(text)s; of their own heading %(codes)s are allowed") % {
                "text": text,
                "codes": _codes(allowing),
            }
        case AnyHeadingExcept(codes):
            return _("foreign materials of any heading except %(codes)s") % {"codes": _codes(codes)}
        case ForeignShareAtMost(percent):
            return _("all foreign materials cost at most %(percent)s %% of the price") % {
                "percent": number_text(plain(percent))
            }
        case SameHeadingShareAtMost(percent):
            return _(
                "foreign materials of the goods' own heading cost at most %(percent)s %% "
                "of the price"
            ) % {"percent": number_text(plain(percent))}
        case ShareOfHeadingsAtMost(headings, percent):
            return _("foreign materials of %(codes)s cost at most %(percent)s %% of the price") % {
                "codes": _codes(headings),
                "percent": number_text(plain(percent)),
            }
        case ForeignArticlesShareAtMost(percent):
            return _(
                "articles of the set that do not originate cost at most %(percent)s %% of its price"
            ) % {"percent": number_text(plain(percent))}
        case MadeFrom(codes):
            return _("made from materials of %(codes)s") % {"codes": _codes(codes)}
        case OperationsRequired(every, some):
            return _required(every, some, pack, language)
        case OperationsOtherThan(codes):
            return _("sufficient operations other than these: %(operations)s") % {
                "operations": _operations(codes, pack, language)
            }


def _joined(
    group: AllOf | AnyOf, conditions: Iterable[Condition], pack: RulePack, language: str
) -> str:
    texts = []
    for inner in conditions:
        text = _condition(inner, pack, language)
        texts.append(f"({text})" if isinstance(inner, AllOf | AnyOf) else text)
    return (_("; and ") if isinstance(group, AllOf) else _("; or ")).join(texts)


def _required(every: Iterable[str], some: Iterable[str], pack: RulePack, language: str) -> str:
    every_text = _operations(every, pack, language)
    some_text = _operations(some, pack, language)
    if not some_text:
        return _("all of these operations: %(operations)s") % {"operations": every_text}
    if not every_text:
        return _("at least one of these operations: %(operations)s") % {"operations": some_text}
    return _("all of these operations: %(all)s; and at least one of these: %(any)s") % {
        "all": every_text,
        "any": some_text,
    }


def _reason(reason: Reason, pack: RulePack, language: str) -> str:
    kind, _dot, outcome = reason.code.rpartition(".")
    sentences = list(_SENTENCES.get(reason.code, ()) or _SENTENCES.get(kind, ()))
    if "limit" in reason.params:
        sentences.append(("", _WITHIN if outcome == "met" else _ABOVE))
    sentences.append(("unknown", _UNKNOWN))
    shown = _shown(reason.params, pack, language)
    texts = [str(text) % shown for figure, text in sentences if not figure or figure in shown]
    return kept_together(" ".join(texts)) or reason.code


def _shown(params: Mapping[str, str], pack: RulePack, language: str) -> dict[str, str]:
    """Codes of a reason as a person reads them; a sentence takes what it needs."""
    shown = dict(params)
    for key, value in params.items():
        if key in _FIGURES:
            shown[key] = number_text(value)
        elif key in _CODES:
            shown[key] = _codes(value.split(", "))
        elif key in _MATERIALS:
            shown[key] = _first(value.split(", "))
        elif key in _OPERATIONS:
            shown[key] = _operations(value.split(", "), pack, language)
        elif key == "rows":
            shown[key] = "; ".join(_rule(row, pack, language) for row in value.split(", "))
    if "row" in params:
        shown["row_name"] = _rule(params["row"], pack, language)
    if "ground" in params:
        ground = pack.grounds.get(params["ground"])
        shown["ground"] = _named(params["ground"], ground.name if ground else None, language)
    return shown


def _rule(rule: str, pack: RulePack, language: str) -> str:
    if rule == GENERAL:
        return _("the general rule")
    try:
        row = pack.row(rule)
    except KeyError:
        return rule
    name = _named(rule, row.name, language)
    if row.part is None:
        return name
    return _("%(name)s (only: %(part)s)") % {"name": name, "part": row.part.in_language(language)}


def _named(code: str, name: Words | None, language: str) -> str:
    text = name.in_language(language) if name else ""
    return f"{code} {text}" if text else code


def _operations(codes: Iterable[str], pack: RulePack, language: str) -> str:
    names = []
    for code in codes:
        operation = pack.operations.get(code)
        name = operation.name.in_language(language) if operation else ""
        names.append(name or code)
    return "; ".join(names)


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(printed(code).replace(" ", _SPACE) for code in codes)


def _first(numbers: list[str]) -> str:
    if len(numbers) <= MOST_NAMED:
        return ", ".join(numbers)
    return _("%(numbers)s and %(count)s more") % {
        "numbers": ", ".join(numbers[:MOST_NAMED]),
        "count": len(numbers) - MOST_NAMED,
    }


def number_text(text: str) -> str:
    """`1234.5` → `1 234.5` in English, `1 234,5` in Russian and Kazakh."""
    whole, point, decimals = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", _SPACE)
    return grouped + (("." if get_language() == "en" else ",") + decimals if point else "")


def kept_together(text: str) -> str:
    """No line ends between a figure and the sign of its unit: `10 %`, `68 000 ₸`."""
    return _BEFORE_UNIT.sub(_SPACE, text)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
