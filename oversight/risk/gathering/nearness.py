"""Fingerprints of the whole register, searched for nearly equal ones without comparing all pairs.

Two words of 64 bits that differ in at most k bits have, cut into four pieces, at least one piece
that differs in at most k div 4 bits. So only those are compared that share such a piece.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Self
from uuid import UUID

from expertise.models import Fingerprint
from oversight.risk.facts import NearAct
from oversight.risk.weights import Settings

PIECES, WIDTH = 4, 16
PIECE = (1 << WIDTH) - 1
WORD = (1 << PIECES * WIDTH) - 1
# More of them say nothing that these do not.
KEPT = 3
KIND_OF = {"near_text": Fingerprint.Kind.TEXT, "near_photos": Fingerprint.Kind.PHOTO}


@dataclass(frozen=True, slots=True)
class Print:
    """One fingerprint of one act."""

    request_id: UUID
    case_id: UUID
    producer_bin: str
    number: str
    bits: int


@lru_cache(maxsize=16)
def flips(radius: int) -> tuple[int, ...]:
    """Every way to differ in at most `radius` bits of a piece."""
    return tuple(
        sum(1 << bit for bit in chosen)
        for count in range(radius + 1)
        for chosen in combinations(range(WIDTH), count)
    )


@dataclass
class Index:
    """Fingerprints of one kind."""

    most_bits: int
    prints: list[Print] = field(default_factory=list)
    tables: list[dict[int, list[Print]]] = field(default_factory=list)

    @classmethod
    def of(cls, prints: Iterable[Print], most_bits: int) -> Self:
        index = cls(most_bits, list(prints), [defaultdict(list) for _piece in range(PIECES)])
        for one in index.prints:
            for place, table in enumerate(index.tables):
                table[one.bits >> place * WIDTH & PIECE].append(one)
        return index

    def near(self, bits: int) -> dict[int, tuple[Print, int]]:
        """Those within the limit, with the number of bits apart; by identity, so each once."""
        found: dict[int, tuple[Print, int]] = {}
        ways = flips(self.most_bits // PIECES)
        for place, table in enumerate(self.tables):
            piece = bits >> place * WIDTH & PIECE
            for way in ways:
                for one in table.get(piece ^ way, ()):
                    apart = (one.bits ^ bits).bit_count()
                    if apart <= self.most_bits:
                        found[id(one)] = (one, apart)
        return found


@dataclass
class Nearness:
    """Both kinds, and the fingerprints of each request."""

    kinds: dict[str, Index]
    own: dict[UUID, list[tuple[str, int]]]

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """One query: the fingerprints of all signed acts."""
        own: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
        prints: dict[str, list[Print]] = defaultdict(list)
        found = (
            Fingerprint.objects.filter(request__act__isnull=False)
            .order_by("pk")
            .values_list(
                "kind", "request_id", "request__case_id", "request__producer_bin",
                "request__act__number", "bits",
            )
        )  # fmt: skip
        for kind, request_id, case_id, producer_bin, number, signed in found:
            bits = signed & WORD
            own[request_id].append((kind, bits))
            prints[kind].append(Print(request_id, case_id, producer_bin, number, bits))
        kinds = {
            kind.value: Index.of(prints[kind.value], int(settings.threshold(code, "most_bits")))
            for code, kind in KIND_OF.items()
        }
        return cls(kinds, own)

    def prints_of(self, request_id: UUID) -> list[str]:
        return sorted(f"{kind} {bits:016x}" for kind, bits in self.own.get(request_id, ()))

    def near(self, request_id: UUID, case_id: UUID, producer_bin: str) -> tuple[NearAct, ...]:
        """The nearest acts of other producers, of each kind a few."""
        nearest: dict[tuple[str, str], int] = {}
        for kind, one, apart in self._alike(request_id):
            if one.case_id == case_id or one.producer_bin == producer_bin:
                continue
            key = kind, one.number
            nearest[key] = min(apart, nearest.get(key, apart))
        found: dict[str, list[NearAct]] = defaultdict(list)
        for (kind, number), apart in sorted(nearest.items(), key=lambda item: (item[1], item[0])):
            if len(found[kind]) < KEPT:
                found[kind].append(NearAct(kind, apart, number))
        return tuple(near for kept in found.values() for near in kept)

    def cases_near_to(self, case_ids: Collection[str]) -> set[UUID]:
        """Every case that has a fingerprint near to one of these."""
        wanted = set(case_ids)
        requests = {
            one.request_id
            for index in self.kinds.values()
            for one in index.prints
            if str(one.case_id) in wanted
        }
        return {one.case_id for request in requests for _kind, one, _apart in self._alike(request)}

    def _alike(self, request_id: UUID) -> Iterable[tuple[str, Print, int]]:
        for kind, bits in self.own.get(request_id, ()):
            for one, apart in self.kinds[kind].near(bits).values():
                if one.request_id != request_id:
                    yield kind, one, apart
