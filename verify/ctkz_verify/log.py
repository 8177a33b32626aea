"""Following the log from one checkpoint to the next: nothing published may change or vanish."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ctkz_verify.merkle import Growing, ProofError, verify_consistency
from ctkz_verify.notes import BadNoteError, Key, Note, cosigned_at
from ctkz_verify.report import CannotCheck, Refuted, Report
from ctkz_verify.source import WIDTH, Source
from ctkz_verify.state import Seen, State, authentic
from ctkz_verify.trust import Trust


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many witnesses must have confirmed the log, and how long ago at most."""

    count: int = 0
    age: int = 24 * 60 * 60


def follow(
    source: Source, path: Path, *, trust: Trust, everything: bool, witnesses: Wanted
) -> Report:
    """One look at the log. The state moves on only when all that was shown fits it."""
    report, state = Report(), State(path)
    if trust.log_key is None:
        report.not_checked("checkpoint", "no_log_key")
        return report
    with state.locked():
        try:
            known = state.read(trust.log_key)
            seen = authentic(source.checkpoint(), trust.log_key)
        except Refuted as error:
            report.refused("checkpoint", error)
            return report
        report.proved("checkpoint", told(seen))
        try:
            continue_from(source, known, seen)
            report.proved("extends" if known else "first_seen", told(known or seen))
            if everything:
                recompute(source, known, seen)
                report.proved("whole", str(seen.checkpoint.size))
        except Refuted as error:
            report.refused("log", error)
            if known and not isinstance(error, CannotCheck):
                kept = state.keep_evidence(known.note, seen.note)
                report.failed("evidence", "evidence_kept", str(kept))
            return report
        state.write(seen)
    if witnesses.count or trust.witnesses:
        _ask_witnesses(report, source, seen, trust.log_key, trust.witnesses, witnesses)
    return report


def continue_from(source: Source, known: Seen | None, seen: Seen) -> None:
    """Raise Refuted unless the tree just shown begins with the tree known before."""
    if known is None or known.checkpoint.size == 0:
        return
    old, new = known.checkpoint, seen.checkpoint
    if new.size < old.size:
        raise Refuted("shrunk", f"{old.size} → {new.size}")
    if new.size == old.size:
        if new.root != old.root:
            raise Refuted("fork", f"{old.size}: {old.root.hex()} ≠ {new.root.hex()}")
        return
    proof = source.consistency(old.size, new.size)
    try:
        verify_consistency(
            old_size=old.size,
            new_size=new.size,
            old_root=old.root,
            new_root=new.root,
            proof=proof,
        )
    except ProofError as error:
        raise Refuted("rewritten", f"{old.size} → {new.size}: {error}") from error


def recompute(source: Source, known: Seen | None, seen: Seen) -> None:
    """Raise Refuted unless the hashes of all entries lead to both roots."""
    tree, size = Growing(), seen.checkpoint.size
    for tile in range(-(-size // WIDTH)):
        for leaf in source.leaves(tile, min(WIDTH, size - tile * WIDTH)):
            tree.add(leaf)
            if known and tree.size == known.checkpoint.size:
                _compare(tree, known)
    _compare(tree, seen)


def told(seen: Seen) -> str:
    at = f", {moment(seen.at)}" if seen.at is not None else ""
    return f"{seen.checkpoint.size}{at}"


def moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _compare(tree: Growing, seen: Seen) -> None:
    if tree.root() != seen.checkpoint.root:
        raise Refuted("tiles_differ", str(tree.size))


def _ask_witnesses(
    report: Report,
    source: Source,
    seen: Seen,
    log_key: Key,
    witnesses: Iterable[Key],
    wanted: Wanted,
) -> None:
    """The last checkpoint that witnesses cosigned belongs to this tree and is recent enough."""
    try:
        encoded = source.witnessed_checkpoint()
        if encoded is None:
            report.not_checked("witnessed", "not_witnessed")
            return
        cosigned = authentic(encoded, log_key)
        # The log may have grown since it was asked for its last checkpoint.
        pair = sorted((cosigned, seen), key=lambda one: one.checkpoint.size)
        continue_from(source, *pair)
        times = _times(cosigned.note, witnesses)
    except Refuted as error:
        report.refused("witnessed", error)
        return
    detail = ", ".join(f"{name} {moment(at)}" for name, at in times)
    recent = [at for _name, at in times if time.time() - at <= wanted.age]
    if len(times) < wanted.count:
        report.not_checked("witnessed", "too_few_witnesses", f"{len(times)} < {wanted.count}")
    elif len(recent) < wanted.count:
        report.not_checked("witnessed", "witnesses_late", detail)
    else:
        report.proved("witnessed", detail)


def _times(note: Note, witnesses: Iterable[Key]) -> list[tuple[str, int]]:
    try:
        found = [(key.name, cosigned_at(note, key)) for key in witnesses]
    except BadNoteError as error:
        raise Refuted("bad_cosignature", str(error)) from error
    return [(name, at) for name, at in found if at is not None]
