"""Signed notes: what the portal signs is accepted, and nothing else in any other spelling."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.notes import Checkpoint as PortalCheckpoint
from audit.notes import Note as PortalNote
from audit.notes import NoteSigner, WitnessVerifier
from ctkz_verify.notes import (
    COSIGNATURE,
    PLAIN,
    BadNoteError,
    Checkpoint,
    Key,
    Note,
    WitnessKey,
    cosigned_at,
    logged_at,
    make_witness_key,
)

SIGNER = NoteSigner(name="portal.example/log", seed=bytes(range(32)))
KEY = Key.parse(SIGNER.verifier().encoded())
WITNESS = WitnessKey(name="witness.example/w", seed=bytes(32))
TEXT = PortalCheckpoint("portal.example/log", 7, bytes(32)).text()
SIGNED = SIGNER.sign(TEXT, at=1_795_000_000).encoded()
COSIGNED = SIGNED + WITNESS.cosign(TEXT, at=1_795_000_060).line()


def test_a_checkpoint_of_the_portal_is_accepted() -> None:
    note = Note.parse(SIGNED)

    assert logged_at(note, KEY) == 1_795_000_000
    assert Checkpoint.parse(note.text) == Checkpoint("portal.example/log", 7, bytes(32))
    assert note.encoded() == SIGNED


def test_a_cosignature_is_accepted_here_and_by_the_portal() -> None:
    assert cosigned_at(Note.parse(COSIGNED), WITNESS.public()) == 1_795_000_060

    portal_note = PortalNote.parse(COSIGNED)
    verifier = WitnessVerifier.parse(WITNESS.public().encoded())
    (line,) = verifier.lines(portal_note)
    assert verifier.verify(portal_note.text, line) == 1_795_000_060
    assert verifier.encoded() == WITNESS.public().encoded()


def test_without_its_line_a_witness_said_nothing() -> None:
    assert cosigned_at(Note.parse(SIGNED), WITNESS.public()) is None


def test_the_last_cosignature_of_a_witness_counts() -> None:
    again = COSIGNED + WITNESS.cosign(TEXT, at=1_795_000_090).line()

    assert cosigned_at(Note.parse(again), WITNESS.public()) == 1_795_000_090


@given(st.integers(0, len(COSIGNED.encode()) - 1), st.integers(0, 7))
def test_one_turned_bit_anywhere_is_found(at: int, bit: int) -> None:
    changed = bytearray(COSIGNED.encode())
    changed[at] ^= 1 << bit
    try:
        note = Note.parse(changed.decode())
        logged = logged_at(note, KEY)
        cosigned = cosigned_at(note, WITNESS.public())
        Checkpoint.parse(note.text)
    except (BadNoteError, UnicodeDecodeError):
        return
    # A changed name or identifier makes a line a stranger's: it no longer counts.
    assert (logged, cosigned) in {(1_795_000_000, None), (None, 1_795_000_060)}


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "\n\n",
        TEXT,
        TEXT + "\n",
        SIGNED.rstrip("\n"),
        SIGNED.replace("\n", "\r\n"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("— portal.example/log ", "— portal.example/log  "),
        SIGNED + "— portal.example/log AAAA\n",
        SIGNED + "— w !!!!!!!!\n",
        SIGNED + "— w AAAAAAAAAAB=\n",
        TEXT + "\n" + "— w AAAAAAAAAAA=\n" * 65,
        "x" * 70_000 + SIGNED,
    ],
)
def test_what_is_no_note_is_refused(encoded: str) -> None:
    with pytest.raises(BadNoteError):
        Note.parse(encoded)


@pytest.mark.parametrize("size", ["", "07", "-1", "+7", "7.0", "٧", "1" * 19, "seven"])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(BadNoteError):
        Checkpoint.parse(TEXT.replace("\n7\n", f"\n{size}\n"))


def test_another_key_of_the_same_name_proves_nothing() -> None:
    other = NoteSigner(name="portal.example/log", seed=bytes(32))
    forged = Note.parse(other.sign(TEXT, at=1).encoded())

    with pytest.raises(BadNoteError, match="0 signatures"):
        logged_at(forged, KEY)


def test_the_log_cannot_sign_twice() -> None:
    lines = SIGNED.split("\n")
    twice = "\n".join([*lines[:-1], lines[4], ""])

    with pytest.raises(BadNoteError, match="2 signatures"):
        logged_at(Note.parse(twice), KEY)


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace("portal.example", "other.example"),
        lambda line: line[:-2] + "A=",
        lambda line: line.replace("+", " "),
        lambda line: "",
        lambda line: line + "x",
    ],
)
def test_a_key_that_does_not_fit_its_identifier_is_refused(change: object) -> None:
    with pytest.raises(BadNoteError):
        Key.parse(change(KEY.encoded()))


def test_a_made_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "witness.key"
    public = make_witness_key("witness.example/w", path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert WitnessKey.parse(path.read_text()).public() == public
    assert (public.kind, KEY.kind) == (COSIGNATURE, PLAIN)
    with pytest.raises(FileExistsError):
        make_witness_key("witness.example/w", path)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "cosignature/v1", "a\nb", "куә"])
def test_names_that_cannot_stand_on_a_line_are_refused(name: str) -> None:
    with pytest.raises(BadNoteError):
        WitnessKey.generate(name)
