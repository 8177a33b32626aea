"""What the check of the rules finds: a fault of the rules and goods that show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from origin.conditions import Condition
from origin.evaluation import LineFacts, Verdict


class Severity(StrEnum):
    """An error gives wrong or contradictory answers; a warning wants a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine answers about the example when this row is chosen; "" leaves it open."""

    row: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A finding by its code; `parts` are the parts of conditions that it speaks of."""

    severity: Severity
    code: str
    rows: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    parts: tuple[Condition, ...] = ()
    example: LineFacts | None = None
    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR
