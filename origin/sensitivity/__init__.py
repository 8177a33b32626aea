"""How far a verdict is from its limits, what decides it, and what would change it. Pure.

Every piece of advice is a changed line that was evaluated again: it carries the verdict that the
engine gave. The work is bounded: at most twenty materials are tried.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from origin.condition_data import plain
from origin.evaluation import Evaluation, LineFacts, Verdict, evaluate
from origin.rulebook import RuleBook

from .attempts import Advice, Attempt, changed
from .distances import (
    TIYN,
    Decisive,
    LimitDistance,
    decisive,
    limits,
    lowest_price,
    material,
    weight,
)
from .remedies import by_choice, remedies
from .shares import Raised, ShareDistance, local_share, share_distance
from .wording import advice_text, decisive_text, distance_text, near_text, share_texts

__all__ = [
    "Advice",
    "Decisive",
    "LimitDistance",
    "Raised",
    "Sensitivity",
    "ShareDistance",
    "advice_text",
    "decisive_text",
    "distance_text",
    "local_share",
    "near_text",
    "sensitivity",
    "share_distance",
    "share_texts",
]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    evaluation: Evaluation
    limits: tuple[LimitDistance, ...]
    decisive: Decisive | None
    # What would make refused goods originate; for goods that originate, what would undo it.
    advice: tuple[Advice, ...]
    # The limit that goods that originate would break first; None where no limit decides.
    closest: LimitDistance | None = None
    # The closest limit is nearer than the margin that calls for a second look.
    is_near: bool = False


def sensitivity(
    line: LineFacts, book: RuleBook, *, on: date, margin_points: Decimal | None = None
) -> Sensitivity:
    """The distances of a line and what would change its verdict.

    `margin_points` is the dated parameter `control.threshold_margin_points`; without it nothing
    is called near.
    """
    evaluation = evaluate(line, book, on=on)
    attempt = Attempt(line, book, on)
    distances = tuple(limits(evaluation.root, line)) if evaluation.root else ()
    if evaluation.verdict is Verdict.CHOICE_NEEDED:
        return Sensitivity(evaluation, (), None, tuple(by_choice(attempt, evaluation)))
    if evaluation.verdict is Verdict.NOT_ORIGINATING:
        weighty = decisive(evaluation.root, distances, line)
        return Sensitivity(evaluation, distances, weighty, tuple(remedies(attempt, evaluation)))
    return _standing(attempt, evaluation, distances, margin_points)


def _standing(
    attempt: Attempt,
    evaluation: Evaluation,
    limits: tuple[LimitDistance, ...],
    margin_points: Decimal | None,
) -> Sensitivity:
    """Only a limit that would overturn the verdict when broken is close to anything."""
    deciding: list[tuple[LimitDistance, Advice]] = []
    for limit in limits:
        for number in limit.materials[:1]:
            dearer = material(attempt.line, number).value_kzt + limit.kzt + TIYN
            line = changed(attempt.line, [number], value_kzt=dearer)
            by = plain(limit.kzt + TIYN)
            for advice in attempt.undoing(
                "dearer_material", line, materials=str(number), by_kzt=by, limit=limit.limit
            ):
                deciding.append((limit, advice))
    if not deciding:
        return Sensitivity(evaluation, limits, None, ())
    closest, advice = min(deciding, key=lambda pair: pair[0].points)
    number = closest.materials[0]
    return Sensitivity(
        evaluation=evaluation,
        limits=limits,
        decisive=Decisive(number, False, weight(attempt.line, number)),
        advice=(advice, *_cheaper_goods(attempt, closest)),
        closest=closest,
        # Exactly, for the printed points are rounded.
        is_near=margin_points is not None
        and closest.kzt * 100 <= margin_points * attempt.line.price_kzt,
    )


def _cheaper_goods(attempt: Attempt, closest: LimitDistance) -> Iterator[Advice]:
    """The price below which the closest limit breaks."""
    if Decimal(closest.limit) == 0:
        return
    lowest = lowest_price(closest.figures)
    line = replace(attempt.line, price_kzt=lowest - TIYN)
    yield from attempt.undoing("lower_price", line, price_kzt=plain(lowest), limit=closest.limit)
