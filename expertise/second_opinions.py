"""The blind second expertise, as calculations: who is drawn, what differs, how well they agree.

A share of the requests is silently examined twice. Whether a request is drawn follows from the
first checkpoint of the log after its acceptance, which nobody knew and nobody can choose.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auditors.kappa import Agreement, cohens_kappa
from auditors.lottery import number_below

from .models import Act, SecondOpinion

# A share is compared in ten-thousandths: two digits after the comma of a percentage.
STEPS = 10_000
COMPARED = ("agreed", "differs", "resolved")


def seed_of(*, root: bytes, request_id: str) -> bytes:
    return hashlib.sha256(root + b"\nsecond expertise\n" + request_id.encode()).digest()


def is_drawn(*, root: bytes, request_id: str, share_percent: Decimal) -> bool:
    """Whether this request is examined twice; about `share_percent` of all are."""
    threshold = int(share_percent * STEPS / 100)
    return number_below(STEPS, seed_of(root=root, request_id=request_id)) < threshold


def chosen_among(count: int, *, root: bytes, request_id: str) -> int:
    """Which of the organisations that could do it: from the same seed, counted on."""
    seed = hashlib.sha256(seed_of(root=root, request_id=request_id)).digest()
    return number_below(count, seed)


@dataclass(frozen=True)
class LineOutcome:
    """What the two auditors said of one line."""

    line: int
    name: str
    hs_code: str
    first: Mapping[str, Any]
    second: Mapping[str, Any]

    @property
    def agrees(self) -> bool:
        return self.first == self.second

    def as_dict(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "name": self.name,
            "hs_code": self.hs_code,
            "first": dict(self.first),
            "second": dict(self.second),
            "agrees": self.agrees,
        }


def compare(first: Act, second: Act) -> list[LineOutcome]:
    """The two acts line by line, as signed: does it originate, and by which criterion."""
    ours, theirs = _lines(first), _lines(second)
    if ours.keys() != theirs.keys():
        raise ValueError(f"{first.number} and {second.number} are not about the same lines")
    return [
        LineOutcome(
            line=number,
            name=line["name"],
            hs_code=line["hs_code"],
            first=_said(line),
            second=_said(theirs[number]),
        )
        for number, line in sorted(ours.items())
    ]


def _lines(act: Act) -> dict[int, dict[str, Any]]:
    return {line["number"]: line for line in json.loads(bytes(act.record))["lines"]}


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"originating": line["originating"], "criterion": line["criterion"]}


@dataclass(frozen=True)
class GroupAgreement:
    """Agreement on the goods of one product group: a chapter of the HS, or all of them."""

    chapter: str
    agreement: Agreement


def agreement_by_group(opinions: Sequence[SecondOpinion]) -> list[GroupAgreement]:
    """Kappa over the lines of every finished comparison: all groups first, then each."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for opinion in opinions:
        for entry in opinion.outcome:
            pair = (_category(entry["first"]), _category(entry["second"]))
            pairs.setdefault(entry["hs_code"][:2], []).append(pair)
    everything = [pair for chapter in sorted(pairs) for pair in pairs[chapter]]
    return [
        GroupAgreement("", cohens_kappa(everything)),
        *(GroupAgreement(chapter, cohens_kappa(pairs[chapter])) for chapter in sorted(pairs)),
    ]


def _category(said: Mapping[str, Any]) -> str:
    """Refused, wholly produced, or sufficiently processed: headings are not verdicts."""
    return f"yes {said['criterion'][:1]}" if said["originating"] else "no"
