"""ctkz.control-draw/1: which certificates of a frame are checked, so that anyone can draw again.

An entry of the frame is a certificate: number, stratum, score. All digests are SHA-256, written
in lower-case hexadecimal; "a || b" joins bytes, text is UTF-8. JCS is RFC 8785: one spelling of
a JSON value, keys in order, no blanks. Numbers and strata are compared by their code points.

    frame_sha256 = SHA-256(JCS(frame)), the frame as published: its entries by number, the sizes
                   by_risk and by_lottery, the period, the strata, the versions of the risk
                   weights, and a salt = SHA-256("salt" || nonce) that keeps anyone from guessing
                   scores from the digest
    seed         = SHA-256(JCS({"frame_sha256", "nonce", "plan", "root"})): digest of the frame,
                   the secret of the commitment, the number of the plan, and the root of the first
                   checkpoint of the log that holds the commitment, all as text
    rank(a, b)   = SHA-256(seed || a || ":" || b), where seed is its 32 bytes

By risk: the by_risk entries of the highest scores; among equal scores the smaller
rank("risk", number) goes first.

By lottery: from the entries that are left, R of them, K = by_lottery places, in two steps.

1. Places of each stratum that is left. A stratum of n entries has the share K n / R.
   a) Not fewer places than strata: every stratum whose share is below one gets one place and
      leaves together with its entries, K and R are counted anew, until no share is below one.
      Every other stratum gets the whole part of its share; the places left over go one each to
      the largest remainders, among equal ones the smaller rank("stratum", stratum) first.
   b) Fewer places than strata: every stratum gets the whole part of its share. The remainders
      K n mod R are laid in a row, the strata in the order of rank("stratum", stratum). A point
      u = rank("start", "") read as a number of 256 bits, mod R, and every point u + R, u + 2 R …
      gives one place to the stratum on whose remainder it falls: from the sum of the remainders
      before it, included, up to the sum with it, not included. So no small stratum knows
      beforehand that nobody looks at it.
2. Within a stratum the entries of the smallest rank("lottery", number) take its places.

The list: first those by risk as they were ranked, then the strata in order, each by rank.
"""

import hashlib
import inspect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from documents.canonical import canonical_bytes, sha256_hex

SCHEMA = "ctkz.control-draw/1"
RULES = inspect.cleandoc(__doc__ or "") + "\n"
RULES_SHA256 = sha256_hex(RULES.encode())

RISK, LOTTERY = "risk", "lottery"


class DrawError(ValueError):
    """The frame does not allow this draw."""


@dataclass(frozen=True)
class Entry:
    """A certificate that takes part."""

    number: str
    stratum: str
    score: int


@dataclass(frozen=True)
class Selected:
    """A certificate that is checked, and which way it came."""

    entry: Entry
    way: str


@dataclass(frozen=True)
class Draw:
    """What the rules give: the places of each stratum and the list."""

    places: Mapping[str, int]
    selected: tuple[Selected, ...]


def seed_of(*, plan: str, frame_sha256: str, root: str, nonce: str) -> bytes:
    bound = {"plan": plan, "frame_sha256": frame_sha256, "root": root, "nonce": nonce}
    return hashlib.sha256(canonical_bytes(bound)).digest()


def rank(seed: bytes, kind: str, of: str) -> bytes:
    """A place in a row that nobody could choose; kinds have rows of their own.

    With one row for all, whoever lost a tie by risk would stand behind in the lottery too.
    """
    return hashlib.sha256(seed + f"{kind}:{of}".encode()).digest()


def draw(entries: Iterable[Entry], *, seed: bytes, by_risk: int, by_lottery: int) -> Draw:
    """Draws from the frame; the order in which the entries are given does not matter."""
    frame = list(entries)
    check_sizes(len(frame), by_risk=by_risk, by_lottery=by_lottery)
    if len({entry.number for entry in frame}) != len(frame):
        raise DrawError("one certificate takes part twice")
    by_score = sorted(frame, key=lambda entry: (-entry.score, rank(seed, RISK, entry.number)))
    left: dict[str, list[Entry]] = defaultdict(list)
    for entry in by_score[by_risk:]:
        left[entry.stratum].append(entry)
    places = places_of({name: len(rows) for name, rows in left.items()}, by_lottery, seed=seed)
    selected = [Selected(entry, RISK) for entry in by_score[:by_risk]]
    for stratum in sorted(left):
        drawn = sorted(left[stratum], key=lambda entry: rank(seed, LOTTERY, entry.number))
        selected += [Selected(entry, LOTTERY) for entry in drawn[: places[stratum]]]
    return Draw(places=places, selected=tuple(selected))


def check_sizes(frame_size: int, *, by_risk: int, by_lottery: int) -> None:
    if min(by_risk, by_lottery) < 0 or not by_risk + by_lottery:
        raise DrawError("nothing is to be drawn")
    if by_risk + by_lottery > frame_size:
        raise DrawError(f"{by_risk + by_lottery} cannot be drawn from {frame_size}")


def places_of(sizes: Mapping[str, int], places: int, *, seed: bytes) -> dict[str, int]:
    """How many of each stratum the lottery takes."""
    if places > sum(sizes.values()):
        raise DrawError("more places than certificates")
    ordered = sorted(sizes, key=lambda name: rank(seed, "stratum", name))
    if not places:
        return dict.fromkeys(sizes, 0)
    if places < len(sizes):
        return _by_points(sizes, ordered, places, seed=seed)
    return _by_largest_remainder(sizes, ordered, places)


def _by_largest_remainder(
    sizes: Mapping[str, int], ordered: Sequence[str], places: int
) -> dict[str, int]:
    given: dict[str, int] = {}
    shared, total = list(ordered), sum(sizes.values())
    while small := [name for name in shared if places * sizes[name] < total]:
        given |= dict.fromkeys(small, 1)
        places -= len(small)
        total -= sum(sizes[name] for name in small)
        shared = [name for name in shared if name not in given]
    given |= {name: places * sizes[name] // total for name in shared}
    over = places - sum(given[name] for name in shared)
    # Sorting is stable: equal remainders stay in the order of their ranks.
    for name in sorted(shared, key=lambda name: -(places * sizes[name] % total))[:over]:
        given[name] += 1
    return given


def _by_points(
    sizes: Mapping[str, int], ordered: Sequence[str], places: int, *, seed: bytes
) -> dict[str, int]:
    total = sum(sizes.values())
    start = int.from_bytes(rank(seed, "start", ""), "big") % total
    given = {name: places * sizes[name] // total for name in ordered}
    sums = list(accumulate((places * sizes[name] % total for name in ordered), initial=0))
    for name, before, after in zip(ordered, sums, sums[1:], strict=False):
        given[name] += _points_below(after, start, total) - _points_below(before, start, total)
    return given


def _points_below(limit: int, start: int, step: int) -> int:
    """How many of start, start + step, start + 2 step … lie below `limit`."""
    return max(0, -(-(limit - start) // step))
