"""Changes to a line, each put to the engine: no advice is given that was not tried. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from origin.errors import OriginError
from origin.evaluation import LineFacts, Verdict, evaluate
from origin.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Advice:
    """A change and the verdict after it; `line` is the changed line that was evaluated."""

    code: str
    params: Mapping[str, str] = field(hash=False)
    line: LineFacts
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Attempt:
    """Changes to one line, each put to the engine."""

    line: LineFacts
    book: RuleBook
    on: date

    def verdict(self, line: LineFacts) -> Verdict | None:
        """None where no such goods can be."""
        try:
            return evaluate(line, self.book, on=self.on).verdict
        except OriginError:
            return None

    def advice(
        self, code: str, line: LineFacts, wanted: Verdict, **params: str
    ) -> Iterator[Advice]:
        """The advice, if the engine gives the verdict that it promises."""
        if line != self.line and self.verdict(line) is wanted:
            yield Advice(code, params, line, wanted)

    def remedy(self, code: str, line: LineFacts, **params: str) -> Iterator[Advice]:
        return self.advice(code, line, Verdict.ORIGINATING, **params)

    def undoing(self, code: str, line: LineFacts, **params: str) -> Iterator[Advice]:
        return self.advice(code, line, Verdict.NOT_ORIGINATING, **params)


def localised(line: LineFacts, numbers: list[int]) -> LineFacts:
    return changed(line, numbers, is_local=True, local_share_percent=None)


def changed(line: LineFacts, numbers: list[int], **values: Any) -> LineFacts:
    chosen = set(numbers)
    return replace(
        line,
        materials=tuple(
            replace(material, **values) if material.number in chosen else material
            for material in line.materials
        ),
    )


def listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
