"""The rules of a day: a pack and the readings of its disputed rows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .conditions import Condition, Words
from .packs import RulePack


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a disputed row."""

    code: str
    words: Words
    condition: Condition


@dataclass(frozen=True, slots=True)
class Dispute:
    """A row that can be read in more than one way; `holding` is the reading that holds that day.

    With nothing holding, whoever evaluates a line must pick a reading and say why.
    """

    id: str
    row_id: str
    question: Words
    readings: tuple[Reading, ...]
    holding: str = ""

    def reading(self, code: str) -> Reading | None:
        return next((reading for reading in self.readings if reading.code == code), None)


@dataclass(frozen=True, slots=True)
class RuleBook:
    pack: RulePack
    # By the id of the row.
    disputes: Mapping[str, Dispute] = field(default_factory=dict, hash=False)
