"""A finding in words: what is wrong, why it matters, and goods that show it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from origin.codes import printed
from origin.condition_data import plain
from origin.evaluation import LineFacts, MaterialFacts, Verdict
from origin.packs import GENERAL, RulePack
from origin.wording import condition_text, kept_together, number_text

from .findings import RuleFinding


@dataclass(frozen=True, slots=True)
class FindingWords:
    title: str
    explanation: str
    # Empty where no goods are needed to see the fault.
    example: str = ""


# By the code of the finding: what is wrong in a few words, then why it matters. The first part
# that a finding speaks of is `part`, the second one `other`.
_TEXTS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "limit_with_insufficient_operations": (
        gettext_lazy("A limit on foreign content stands beside operations that never suffice"),
        gettext_lazy(
            "The row asks for this: %(part)s — and for operations of which none is sufficient "
            "processing (%(operations)s). The two exclude each other: goods inside the limit that "
            "underwent exactly these operations are refused, because such operations never make "
            "goods originate, whatever a row says."
        ),
    ),
    "only_insufficient_operations": (
        gettext_lazy("Only operations that never suffice are required"),
        gettext_lazy(
            "The row asks for this: %(part)s. None of these operations (%(operations)s) is "
            "sufficient processing, so goods that do exactly what the row asks are refused."
        ),
    ),
    "insufficient_operation_required": (
        gettext_lazy("An operation that never suffices is among the required ones"),
        gettext_lazy(
            "The row asks for this: %(part)s. By the catalogue these operations never suffice: "
            "%(operations)s. Goods that underwent nothing else are refused."
        ),
    ),
    "required_operation_excluded": (
        gettext_lazy("A required operation is set aside by another part of the same condition"),
        gettext_lazy(
            "One part says: %(part)s. Another says: %(other)s. So these operations are required "
            "and do not count at the same time: %(operations)s."
        ),
    ),
    "limit_beside_ban": (
        gettext_lazy("A limit stands beside a ban on what it limits"),
        gettext_lazy(
            "One part says: %(part)s. Another says: %(other)s. What the limit allows up to "
            "%(limit)s %%, the ban refuses altogether. It can be read in two ways: as a ban, or as "
            "a ban that the limit eases. The engine takes both parts literally."
        ),
    ),
    "part_without_effect": (
        gettext_lazy("A part of the condition has no effect"),
        gettext_lazy(
            "One part says: %(part)s. It refuses nothing that another part does not refuse "
            "already: %(other)s."
        ),
    ),
    "part_always_met": (
        gettext_lazy("A part of the condition is always met"),
        gettext_lazy("No goods can fail this part: %(part)s. It only looks like a requirement."),
    ),
    "always_met": (
        gettext_lazy("The condition is always met"),
        gettext_lazy(
            "This is enough, and no goods can fail it: %(part)s. The row lets everything pass."
        ),
    ),
    "never_met": (
        gettext_lazy("The condition can never be met"),
        gettext_lazy("No goods can meet this part: %(part)s. The row refuses everything."),
    ),
    "branch_never_met": (
        gettext_lazy("One way to meet the condition can never be met"),
        gettext_lazy("No goods can meet this part: %(part)s. The way that needs it leads nowhere."),
    ),
    "branch_without_effect": (
        gettext_lazy("One way to meet the condition is never needed"),
        gettext_lazy(
            "One way is: %(part)s. Whatever goes this way also goes another, which is wider: "
            "%(other)s."
        ),
    ),
    "too_many_ways": (
        gettext_lazy("The condition cannot be checked"),
        gettext_lazy(
            "It can be met in too many ways for a person to read. Divide it into several rows."
        ),
    ),
    "operation_undefined": (
        gettext_lazy("An operation is named that the catalogue does not have"),
        gettext_lazy(
            "The condition names “%(operation)s”. Nobody can perform it, so nothing meets it."
        ),
    ),
    "operation_unused": (
        gettext_lazy("No row names these operations"),
        gettext_lazy(
            "They stand in the catalogue as sufficient, but no condition asks for them: "
            "%(operations)s. Only the general rule can rest on them."
        ),
    ),
    "translation_missing": (
        gettext_lazy("A translation is missing"),
        gettext_lazy("%(of)s “%(named)s” has no text in this language: %(language)s."),
    ),
    "two_verdicts_for_one_code": (
        gettext_lazy("Two rows give different verdicts for the same goods"),
        gettext_lazy(
            "Both rows hold for the code %(hs_code)s and neither is marked as covering a part of "
            "it. The same goods pass under one of them and fail under the other."
        ),
    ),
    "equal_part_words": (
        gettext_lazy("Two rows for a part of a heading single it out with the same words"),
        gettext_lazy(
            "Both hold for a part of %(hs_code)s, and the words do not tell the parts apart. "
            "The same goods pass under one of them and fail under the other."
        ),
    ),
    "row_repeated": (
        gettext_lazy("Two rows say the same"),
        gettext_lazy(
            "Both hold for the code %(hs_code)s, and no goods were found that tell them apart. "
            "One is enough."
        ),
    ),
    "narrower_row_swallowed": (
        gettext_lazy("A row swallows a narrower one"),
        gettext_lazy(
            "The first row is for %(hs_code)s, the second one covers this code as well. Both stay "
            "open for the same goods, with different verdicts. Carve the narrower code out of the "
            "wider row with “but_not”."
        ),
    ),
    "part_beside_whole": (
        gettext_lazy("A row for a part of a heading stands beside a row for the whole"),
        gettext_lazy(
            "The first row is for a part of %(hs_code)s, the second one for all of it. For the "
            "goods of the part both stay open, with different verdicts."
        ),
    ),
    "but_not_outside": (
        gettext_lazy("A code is carved out that the row does not have"),
        gettext_lazy(
            "“but_not” names %(hs_code)s, but the row does not cover it: nothing is carved out."
        ),
    ),
    "row_unreachable": (
        gettext_lazy("A row is never reached"),
        gettext_lazy(
            "Every code of the row is carved out again, or returned to the general rule by "
            "another row. Its condition is never asked, for example for %(hs_code)s."
        ),
    ),
    "excluded_inside": (
        gettext_lazy("An excluded row lies inside a row with a condition"),
        gettext_lazy(
            "For %(hs_code)s the first row returns the goods to the general rule, though the "
            "second one has a condition for it."
        ),
    ),
}

_NAMED: Mapping[str, str | Promise] = {
    "title": gettext_lazy("The title of the rules"),
    "name": gettext_lazy("The name of the row"),
    "part": gettext_lazy("The words for a part of the heading in the row"),
    "operation": gettext_lazy("The operation"),
    "ground": gettext_lazy("The ground of wholly produced goods"),
}
_LANGUAGES: Mapping[str, str | Promise] = {
    "kk": gettext_lazy("Kazakh"),
    "ru": gettext_lazy("Russian"),
    "en": gettext_lazy("English"),
}
_VERDICTS: Mapping[Verdict, str | Promise] = {
    Verdict.ORIGINATING: gettext_lazy("the goods originate"),
    Verdict.NOT_ORIGINATING: gettext_lazy("the goods do not originate"),
    Verdict.CHOICE_NEEDED: gettext_lazy("a rule has to be chosen first"),
}


def finding_words(finding: RuleFinding, pack: RulePack, language: str) -> FindingWords:
    """The finding in kk, ru or en."""
    with translation.override(language):
        title, explanation = _TEXTS[finding.code]
        return FindingWords(
            title=str(title),
            explanation=kept_together(str(explanation) % _params(finding, pack, language)),
            example=example_text(finding, pack, language),
        )


def example_text(finding: RuleFinding, pack: RulePack, language: str) -> str:
    """The goods that show the finding and what the engine says about them."""
    if finding.example is None or not finding.outcomes:
        return ""
    with translation.override(language):
        answers = [
            _("%(rule)s %(verdict)s")
            % {"rule": _rule(outcome.row), "verdict": str(_VERDICTS[outcome.verdict])}
            for outcome in finding.outcomes
        ]
        answer = _("The rules answer: %(answers)s.") % {"answers": "; ".join(answers)}
        return kept_together(f"{_goods(finding.example, pack, language)} {answer}")


def _params(finding: RuleFinding, pack: RulePack, language: str) -> dict[str, str]:
    params = dict(finding.params)
    for name, part in zip(("part", "other"), finding.parts, strict=False):
        text = condition_text(part, pack, language).rstrip(".")
        params[name] = _("“%(text)s”") % {"text": text}
    if "operations" in params:
        params["operations"] = _operations(params["operations"].split(", "), pack, language)
    if "operation" in params and params["operation"] in pack.operations:
        params["operation"] = pack.operations[params["operation"]].name.in_language(language)
    if "of" in params:
        params["of"] = str(_NAMED[params["of"]])
        params["language"] = str(_LANGUAGES[params["language"]])
    return params


def _rule(row: str) -> str:
    if row == GENERAL:
        return _("under the general rule")
    return _("under the row %(row)s") % {"row": row} if row else _("without a choice")


def _goods(line: LineFacts, pack: RulePack, language: str) -> str:
    """`Goods 8501 00 000 0 for 100000 ₸, from: foreign 7318 for 10000 ₸. Operations: …`"""
    made = ", ".join(_material(material) for material in line.materials)
    sentences = [
        _("For example, goods %(hs_code)s at %(price)s ₸ made from %(materials)s.")
        % {
            "hs_code": printed(line.hs_code),
            "price": number_text(plain(line.price_kzt)),
            "materials": made or _("no foreign material"),
        }
    ]
    if line.operations:
        done = _operations(line.operations, pack, language)
        sentences.append(_("Operations: %(operations)s.") % {"operations": done})
    return " ".join(sentences)


def _material(material: MaterialFacts) -> str:
    text = (
        _("a Kazakhstani material %(hs_code)s at %(value)s ₸")
        if material.is_local
        else _("a foreign material %(hs_code)s at %(value)s ₸")
    )
    return text % {
        "hs_code": printed(material.hs_code),
        "value": number_text(plain(material.value_kzt)),
    }


def _operations(codes: tuple[str, ...] | list[str], pack: RulePack, language: str) -> str:
    names = [
        pack.operations[code].name.in_language(language) if code in pack.operations else code
        for code in codes
    ]
    return "; ".join(names)
