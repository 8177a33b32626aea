"""The draw of an auditor among the eligible, weighted by load, that anyone can draw again. Pure.

The seed is SHA-256 over the root of a checkpoint of the log that nobody knew when the case was
opened for assignment, the case, and the list of who takes part. Whoever has these three gets the
same auditor; whoever changes one letter of them gets another seed.

    weight   = L / (1 + open requests), L = least common multiple of all (1 + open requests)
    seed     = SHA-256(RFC 8785 of {"root": …, "case": …, "eligible": [ … ]})
    number   = first of SHA-256(seed || k), k = 0, 1, … (8 bytes, big-endian), read as a number
               of 256 bits, that lies below the largest multiple of the total weight
    ticket   = number mod total weight; counted through the list in its order
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm
from typing import Any

from documents.canonical import canonical_bytes

SPACE = 1 << 256


class LotteryError(ValueError):
    """The entries do not allow a draw."""


@dataclass(frozen=True, order=True)
class Entrant:
    """One who takes part: the number of the attestation and the open requests of that moment."""

    attestation: str
    open_requests: int


@dataclass(frozen=True)
class Ticket:
    """An entrant with its weight."""

    attestation: str
    open_requests: int
    weight: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "attestation": self.attestation,
            "open_requests": self.open_requests,
            # Text, so that no reader of JSON rounds it.
            "weight": str(self.weight),
        }


@dataclass(frozen=True)
class Draw:
    """Everything a draw is made of, and who was drawn."""

    tickets: tuple[Ticket, ...]
    seed: bytes
    winner: str


def tickets_of(entrants: Iterable[Entrant]) -> tuple[Ticket, ...]:
    """Weights as whole numbers, in the order of the attestation numbers."""
    ordered = sorted(entrants)
    if not ordered:
        raise LotteryError("nobody takes part")
    if len({entrant.attestation for entrant in ordered}) != len(ordered):
        raise LotteryError("one attestation takes part twice")
    if any(entrant.open_requests < 0 for entrant in ordered):
        raise LotteryError("nobody has fewer than no open requests")
    multiple = lcm(*(1 + entrant.open_requests for entrant in ordered))
    return tuple(
        Ticket(entrant.attestation, entrant.open_requests, multiple // (1 + entrant.open_requests))
        for entrant in ordered
    )


def seed_of(*, root: bytes, case: str, tickets: Iterable[Ticket]) -> bytes:
    bound = {
        "root": root.hex(),
        "case": case,
        "eligible": [ticket.as_dict() for ticket in tickets],
    }
    return hashlib.sha256(canonical_bytes(bound)).digest()


def number_below(limit: int, seed: bytes) -> int:
    """A number in 0..limit-1, every one equally likely: what would favour some is passed over."""
    if not 0 < limit <= SPACE:
        raise LotteryError(f"no number lies below {limit}")
    fair = SPACE - SPACE % limit
    attempt = 0
    while True:
        block = hashlib.sha256(seed + attempt.to_bytes(8, "big")).digest()
        number = int.from_bytes(block, "big")
        if number < fair:
            return number % limit
        attempt += 1


def draw(*, root: bytes, case: str, entrants: Iterable[Entrant]) -> Draw:
    """Draws one of the entrants; the order in which they are given does not matter."""
    tickets = tickets_of(entrants)
    seed = seed_of(root=root, case=case, tickets=tickets)
    left = number_below(sum(ticket.weight for ticket in tickets), seed)
    for ticket in tickets:
        if left < ticket.weight:
            return Draw(tickets, seed, ticket.attestation)
        left -= ticket.weight
    raise AssertionError("the ticket lies within the total weight")
