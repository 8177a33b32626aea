"""How close a line is to its limits: advice for the applicant, a warning for the inspector."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import get_language

from accounts.errors import DomainError
from expertise.evaluating import LineEvaluation, Rules, line_facts
from expertise.models import GoodsLine
from origin.evaluation import LineFacts
from origin.sensitivity import advice_text, decisive_text, distance_text, near_text, sensitivity
from reference.parameters import parameter


@dataclass(frozen=True)
class Nearness:
    """Sentences in the reader's language; `warning` when a limit is suspiciously near."""

    passes: bool
    distances: list[str]
    decisive: str
    advice: list[str]
    warning: str = ""


def nearness(line: GoodsLine, found: LineEvaluation, rules: Rules) -> Nearness | None:
    """Nothing where the figures are impossible: then there is no limit to be near to."""
    if found.evaluation is None:
        return None
    facts = with_names(line_facts(found.inputs), line)
    margin = Decimal(str(parameter("control.threshold_margin_points", on=rules.on)))
    try:
        answer = sensitivity(facts, rules.book, on=rules.on, margin_points=margin)
    except DomainError:
        return None
    language = (get_language() or "ru").split("-")[0]
    return Nearness(
        passes=found.passes,
        distances=[distance_text(limit, language) for limit in answer.limits],
        decisive=decisive_text(answer.decisive, facts, language) if answer.decisive else "",
        advice=[advice_text(advice, rules.book.pack, language) for advice in answer.advice],
        warning=near_text(answer.closest, language) if answer.is_near and answer.closest else "",
    )


def with_names(facts: LineFacts, line: GoodsLine) -> LineFacts:
    """The same facts with the names of the materials, for sentences about them."""
    names = {material.number: material.name for material in line.materials.all()}
    return replace(
        facts,
        materials=tuple(replace(m, name=names.get(m.number, "")) for m in facts.materials),
    )
