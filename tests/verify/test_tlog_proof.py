"""A `.tlog-proof` proves its entry, and no other text or entry does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from audit.proofs import in_base64
from ctkz_verify import tlog_proof
from ctkz_verify.notes import WitnessKey
from ctkz_verify.tlog_proof import TlogProofError
from ctkz_verify.trust import Trust
from tests.verify.logs import AT, ORIGIN, LyingLog

WITNESSES = [WitnessKey(name=f"witness.example/{n}", seed=bytes([n]) * 32) for n in range(3)]
LOG = LyingLog(70)
INDEX = 41
ENTRY = LOG.entries[INDEX]
TRUST = Trust(log_key=LOG.key, witnesses=tuple(key.public() for key in WITNESSES))


def proof_of(index: int = INDEX, *, extra: bytes | None = ENTRY) -> str:
    hashes = merkle.inclusion_proof(index, len(LOG.entries), merkle.nodes_of(LOG.leaves()))
    lines = ["c2sp.org/tlog-proof@v1"]
    lines += [f"extra {base64.b64encode(extra).decode()}"] if extra is not None else []
    lines += [f"index {index}", *in_base64(hashes)]
    note = LOG.note()
    text = note.partition("\n\n")[0] + "\n"
    note += "".join(key.cosign(text, at=AT + 60).line() for key in WITNESSES[:2])
    return "\n".join(lines) + "\n\n" + note


PROOF = proof_of()


def test_a_proof_tells_place_time_and_witnesses() -> None:
    proved = tlog_proof.verify(tlog_proof.parse(PROOF), TRUST)

    assert (proved.index, proved.size, proved.origin) == (INDEX, 70, ORIGIN)
    assert proved.logged_at == AT
    assert proved.witnesses == (("witness.example/0", AT + 60), ("witness.example/1", AT + 60))


def test_the_entry_may_come_from_elsewhere() -> None:
    proof = tlog_proof.parse(proof_of(extra=None))

    assert tlog_proof.verify_leaf(proof, leaf=ENTRY, log_key=LOG.key).index == INDEX
    with pytest.raises(TlogProofError, match="does not carry"):
        tlog_proof.verify(proof, TRUST)


def test_the_only_entry_of_a_log_has_an_empty_path() -> None:
    single = LyingLog(1)
    text = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{single.note()}"

    proof = tlog_proof.parse(text)

    assert tlog_proof.verify_leaf(proof, leaf=single.entries[0], log_key=single.key).size == 1


@given(st.integers(0, len(PROOF.encode()) - 1), st.integers(0, 7))
def test_one_turned_bit_anywhere_is_found(at: int, bit: int) -> None:
    changed = bytearray(PROOF.encode())
    changed[at] ^= 1 << bit
    try:
        proved = tlog_proof.verify(tlog_proof.parse(changed.decode()), TRUST)
    except (TlogProofError, UnicodeDecodeError):
        return
    # Only a line that became a stranger's can change without a fault, and then it counts no more.
    assert proved.logged_at is None or len(proved.witnesses) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("@v1", "@v2"), "begins with the line"),
        (lambda text: text.replace("index 41", "index 041"), "whole number"),
        (lambda text: text.replace("index 41", "index 42"), "another root"),
        (lambda text: text.replace("index 41", "index 70"), "no entry"),
        (lambda text: text.replace("index 41\n", ""), "index is missing"),
        (lambda text: text.replace("extra ", "extra  "), "base64"),
        (lambda text: text.replace("\n\n", "\n", 1), "begins with the line|base64|index"),
        (lambda text: text.rstrip("\n"), "signature lines"),
        (lambda text: text.replace("\n", "\r\n"), "begins with the line"),
        (lambda text: "x" * 300_000, "too long"),
    ],
)
def test_what_is_not_of_the_form_is_refused(change: object, problem: str) -> None:
    with pytest.raises(TlogProofError, match=problem):
        tlog_proof.verify(tlog_proof.parse(change(PROOF)), TRUST)


@pytest.mark.parametrize(
    "trust",
    [
        Trust(),
        Trust(log_key=LyingLog().key),
        Trust(log_key=LyingLog(origin="other.example/log").key),
    ],
)
def test_a_proof_of_another_log_proves_nothing(trust: Trust) -> None:
    with pytest.raises(TlogProofError):
        tlog_proof.verify(tlog_proof.parse(PROOF), trust)


@pytest.mark.parametrize("entry", [b"", ENTRY + b" ", LOG.entries[INDEX - 1]])
def test_another_entry_is_not_proved(entry: bytes) -> None:
    with pytest.raises(TlogProofError, match="another root"):
        tlog_proof.verify_leaf(tlog_proof.parse(PROOF), leaf=entry, log_key=LOG.key)
