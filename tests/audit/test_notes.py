import pytest

from audit.notes import BadNoteError, Checkpoint, Note, NoteSigner, NoteVerifier

# Keys and note published with the reference implementation (golang.org/x/mod/sumdb/note).
REFERENCE_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
REFERENCE_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
REFERENCE_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
REFERENCE_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
AT = 1_795_000_000


@pytest.fixture
def signer() -> NoteSigner:
    return NoteSigner.generate("portal.example/log")


def checkpoint_text() -> str:
    return Checkpoint("portal.example/log", 12, bytes(range(32))).text()


def test_plain_signature_is_that_of_the_reference_implementation() -> None:
    signer = NoteSigner.parse(REFERENCE_KEY)

    note = signer.sign(REFERENCE_TEXT, at=AT)

    assert signer.verifier().encoded() == REFERENCE_PUBLIC
    assert signer.encoded() == REFERENCE_KEY
    assert note.signatures[0].text() == REFERENCE_LINE


def test_signed_note_verifies_and_tells_its_time(signer: NoteSigner) -> None:
    encoded = signer.sign(checkpoint_text(), at=AT).encoded()

    note = Note.parse(encoded)

    assert NoteVerifier.parse(signer.verifier().encoded()).verify(note) == AT
    assert note.encoded() == encoded
    assert Checkpoint.parse(note.text) == Checkpoint("portal.example/log", 12, bytes(range(32)))


def test_signatures_of_others_are_passed_over(signer: NoteSigner) -> None:
    witness = NoteSigner.generate("witness.example/w1")
    note = signer.sign(checkpoint_text(), at=AT)
    both = Note(note.text, note.signatures + witness.sign(note.text, at=AT + 1).signatures)

    parsed = Note.parse(both.encoded())

    assert signer.verifier().verify(parsed) == AT
    assert witness.verifier().verify(parsed) == AT + 1


def test_any_changed_character_is_refused(signer: NoteSigner) -> None:
    encoded = signer.sign(checkpoint_text(), at=AT).encoded()
    accepted = []
    for place, char in enumerate(encoded):
        changed = encoded[:place] + ("A" if char != "A" else "B") + encoded[place + 1 :]
        try:
            signer.verifier().verify(Note.parse(changed))
        except BadNoteError:
            continue
        accepted.append(place)

    assert accepted == []


def test_note_signed_by_another_key_of_the_same_name_is_refused(signer: NoteSigner) -> None:
    impostor = NoteSigner.generate(signer.name)

    with pytest.raises(BadNoteError):
        signer.verifier().verify(impostor.sign(checkpoint_text(), at=AT))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n5\n",
        "origin\n05\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n٣\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n5\nAAAA\n",
        "origin\n5\nnot base64\n",
        "\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAA\n",
        "te\txt\n\n— name AAAAAAA=\n",
        "text\n\n" + "— name AAAAAAA=\n" * 65,
    ],
)
def test_what_is_not_a_note_is_refused(encoded: str) -> None:
    with pytest.raises(BadNoteError):
        Note.parse(encoded)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "cosignature/v1"])
def test_some_names_cannot_name_a_key(name: str) -> None:
    with pytest.raises(BadNoteError):
        NoteSigner.generate(name)


def test_key_whose_identifier_does_not_fit_is_refused() -> None:
    with pytest.raises(BadNoteError):
        NoteVerifier.parse(REFERENCE_PUBLIC.replace("c74f20a3", "c74f20a4"))
    with pytest.raises(BadNoteError):
        NoteSigner.parse(REFERENCE_KEY.replace("c74f20a3", "c74f20a4"))
