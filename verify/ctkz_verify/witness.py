"""A witness: cosigns a state of the log only when it continues the one cosigned before.

What was seen is on disk before it is cosigned. A witness killed in between has seen more than it
said, never said more than it remembers, so it can never be led to cosign two histories.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ctkz_verify.log import continue_from, moment, told
from ctkz_verify.notes import BadNoteError, Key, Note, WitnessKey, make_witness_key
from ctkz_verify.report import CannotCheck, Refuted, Report
from ctkz_verify.source import Source
from ctkz_verify.state import Seen, State, authentic

ACCEPTED = (200, 201)


def read_key(path: Path) -> WitnessKey:
    try:
        return WitnessKey.parse(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError, BadNoteError) as error:
        raise CannotCheck("key_unreadable", f"{path}: {error}") from error


def make_key(name: str, path: Path) -> Key:
    try:
        return make_witness_key(name, path)
    except FileExistsError as error:
        raise CannotCheck("key_exists", str(path)) from error
    except OSError as error:
        raise CannotCheck("file_unreadable", f"{path}: {error.strerror}") from error


def rounds(
    source: Source, path: Path, *, key: WitnessKey, log_key: Key, every: int | None
) -> Iterator[Report]:
    """One round, or one after another; a contradiction ends them, a silent log does not."""
    while True:
        report = one_round(source, State(path), key=key, log_key=log_key)
        yield report
        contradicted = any(one.code == "evidence_kept" for one in report.findings)
        if every is None or contradicted:
            return
        time.sleep(every)


def one_round(source: Source, state: State, *, key: WitnessKey, log_key: Key) -> Report:
    """See, compare, remember, cosign, send."""
    report = Report()
    with state.locked():
        try:
            known = state.read(log_key)
            seen = authentic(source.checkpoint(), log_key)
        except Refuted as error:
            report.refused("checkpoint", error)
            return report
        report.proved("checkpoint", told(seen))
        try:
            continue_from(source, known, seen)
        except Refuted as error:
            report.refused("log", error)
            if known and not isinstance(error, CannotCheck):
                kept = state.keep_evidence(known.note, seen.note)
                report.failed("evidence", "evidence_kept", str(kept))
            return report
        report.proved("extends" if known else "first_seen", told(known or seen))
        state.write(seen)
        _cosign(report, source, seen, key)
    return report


def _cosign(report: Report, source: Source, seen: Seen, key: WitnessKey) -> None:
    at = int(time.time())
    line = key.cosign(seen.note.text, at=at)
    try:
        status, answer = source.post_cosignature(Note(seen.note.text, (line,)).encoded())
    except CannotCheck as error:
        report.refused("cosigned", error)
        return
    if status in ACCEPTED:
        report.proved("cosigned", f"{seen.checkpoint.size}, {moment(at)}")
    else:
        report.not_checked("cosigned", "cosignature_refused", f"{status} {answer}"[:300])
