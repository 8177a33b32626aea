"""How far the share of local content is from a wanted one, and which material moves it. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from origin.evaluation import LineFacts
from origin.facts import EXACT
from origin.local_content import (
    Denominator,
    Formula,
    LocalContentResult,
    MaterialInput,
    Treatment,
    calculate,
)

from .attempts import localised

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Raised:
    """What the share would be with this material replaced by a wholly Kazakhstani one."""

    number: int
    share_percent: Decimal


@dataclass(frozen=True, slots=True)
class ShareDistance:
    """The share, and how far it is from a wanted one: positive above it, negative below."""

    result: LocalContentResult
    raised: tuple[Raised, ...]
    wanted_percent: Decimal | None = None
    points: Decimal | None = None
    # Foreign value that may still be added, or must go, to stand exactly at the wanted share.
    kzt: Decimal | None = None

    @property
    def share_percent(self) -> Decimal:
        return self.result.share_percent


def local_share(
    line: LineFacts,
    *,
    formula: Formula,
    treatment: Treatment | str = Treatment.FOREIGN_REMAINDER,
    wholly_produced: bool = False,
) -> LocalContentResult:
    """The share of local content of a line, by the formula in force."""
    by_cost = formula.denominator is Denominator.COST and line.cost_kzt is not None
    return calculate(
        formula=formula,
        price_kzt=line.cost_kzt if by_cost and line.cost_kzt else line.price_kzt,
        materials=[
            MaterialInput(
                number=material.number,
                value_kzt=material.value_kzt,
                is_local=material.is_local,
                local_share_percent=material.local_share_percent,
                hs_code=material.hs_code,
            )
            for material in line.materials
        ],
        treatment=treatment,
        wholly_produced=wholly_produced,
    )


def share_distance(
    line: LineFacts,
    *,
    formula: Formula,
    treatment: Treatment | str = Treatment.FOREIGN_REMAINDER,
    wanted_percent: Decimal | None = None,
    wholly_produced: bool = False,
) -> ShareDistance:
    """The share, its distance from the wanted one, and the replacements that raise it most."""
    result = local_share(
        line, formula=formula, treatment=treatment, wholly_produced=wholly_produced
    )
    heaviest = sorted(
        (step for step in result.steps if step.counted_foreign_kzt > 0),
        key=lambda step: (-step.counted_foreign_kzt, step.number),
    )
    raised = tuple(
        Raised(
            step.number,
            local_share(
                localised(line, [step.number]), formula=formula, treatment=treatment
            ).share_percent,
        )
        for step in heaviest[:MOST_NAMED]
    )
    found = ShareDistance(result, raised)
    if wanted_percent is None:
        return found
    with localcontext(EXACT):
        allowed = (100 - wanted_percent) * result.price_kzt / 100
        return replace(
            found,
            wanted_percent=wanted_percent,
            points=result.share_percent - wanted_percent,
            kzt=allowed - result.foreign_kzt,
        )
