"""The proof that something stands in the log, in one text (C2SP tlog-proof@v1).

Checked against keys known beforehand; nothing in the proof itself is believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ctkz_verify.merkle import ProofError, leaf_hash, verify_inclusion
from ctkz_verify.notes import (
    BadNoteError,
    Checkpoint,
    Key,
    Note,
    cosigned_at,
    decoded,
    logged_at,
    whole_number,
)
from ctkz_verify.trust import Trust

FIRST_LINE = "c2sp.org/tlog-proof@v1"
LONGEST_PROOF = 256 * 1024
DEEPEST = 63


class TlogProofError(ValueError):
    """The text is no proof, or it proves something else."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof as read. `extra` is signed by nobody: the portal puts the entry itself there."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint
    extra: bytes | None = None


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof that holds says: where the entry stands, since when, and who watched.

    `logged_at` is when the log signed a tree that holds the entry, as the log itself says (POSIX
    time); `witnesses` are names with the times of their cosignatures.
    """

    index: int
    size: int
    origin: str
    logged_at: int | None
    witnesses: tuple[tuple[str, int], ...]


def parse(text: str) -> TlogProof:
    """Read the text; TlogProofError when it is not of this form."""
    if len(text) > LONGEST_PROOF:
        raise TlogProofError("the proof is too long")
    head, separator, tail = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != FIRST_LINE:
        raise TlogProofError(f"a proof begins with the line {FIRST_LINE}")
    try:
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise TlogProofError("the line of the index is missing")
        index = whole_number(lines.pop(0).removeprefix("index "))
        hashes = tuple(decoded(line) for line in lines)
        note = Note.parse(tail)
        checkpoint = Checkpoint.parse(note.text)
    except BadNoteError as error:
        raise TlogProofError(str(error)) from error
    if len(hashes) > DEEPEST or any(len(value) != 32 for value in hashes):
        raise TlogProofError("every hash is exactly 32 bytes")
    return TlogProof(index, hashes, note, checkpoint, extra)


def verify(proof: TlogProof, trust: Trust) -> Proved:
    """Prove the entry that the proof carries with it; TlogProofError when it carries none."""
    if trust.log_key is None:
        raise TlogProofError("the key of the log is not known")
    if proof.extra is None:
        raise TlogProofError("the proof does not carry the entry")
    return verify_leaf(proof, leaf=proof.extra, log_key=trust.log_key, witnesses=trust.witnesses)


def verify_leaf(
    proof: TlogProof, *, leaf: bytes, log_key: Key, witnesses: Iterable[Key] = ()
) -> Proved:
    """Prove that the bytes `leaf` are the entry; TlogProofError at the first thing that fails.

    A known witness whose line does not hold is a fault; one without a line is not counted.
    """
    checkpoint = proof.checkpoint
    if checkpoint.origin != log_key.name:
        raise TlogProofError(f"the proof is of the log {checkpoint.origin!r}")
    try:
        at = logged_at(proof.note, log_key)
        verify_inclusion(
            leaf=leaf_hash(leaf),
            index=proof.index,
            size=checkpoint.size,
            proof=proof.hashes,
            root=checkpoint.root,
        )
        seen = [(key.name, cosigned_at(proof.note, key)) for key in witnesses]
    except (BadNoteError, ProofError) as error:
        raise TlogProofError(str(error)) from error
    return Proved(
        index=proof.index,
        size=checkpoint.size,
        origin=checkpoint.origin,
        logged_at=at,
        witnesses=tuple((name, time) for name, time in seen if time is not None),
    )
