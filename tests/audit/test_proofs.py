"""Proofs that people keep: accepted by the verifier, which shares no code with the portal."""

from collections.abc import Callable

import pytest

from audit.keys import verifying_key
from audit.models import AuditEvent
from audit.proofs import last_checkpoint, tlog_proof
from audit.sequencing import sequence_all
from audit.witnesses import accept_cosignature, add_witness, served_note
from ctkz_verify import tlog_proof as verifier
from ctkz_verify.notes import Key, Note, WitnessKey
from ctkz_verify.trust import Trust
from tests.audit.conftest import publish_all, record_filed
from tests.audit.test_views import record_shown

pytestmark = pytest.mark.django_db

WITNESS = WitnessKey(name="witness.example/w", seed=bytes(32))


def log_key() -> Key:
    return Key.parse(verifying_key().encoded())


def cosign() -> None:
    checkpoint = last_checkpoint()
    text = Note.parse(checkpoint.note).text
    at = int(checkpoint.at.timestamp())
    accept_cosignature(text + "\n" + WITNESS.cosign(text, at=at).line())


def test_every_entry_has_a_proof_that_the_verifier_accepts(
    events: Callable[[int], list[AuditEvent]],
) -> None:
    recorded = events(300)
    publish_all()

    for index, event in enumerate(recorded[::37]):
        proof = verifier.parse(tlog_proof(event))
        proved = verifier.verify_leaf(proof, leaf=bytes(event.body), log_key=log_key())
        assert (proved.index, proved.size) == (index * 37, 300)
        assert proof.extra is None


def test_a_public_entry_travels_with_its_proof() -> None:
    shown = record_shown(1)
    record_filed(2)
    publish_all()

    proof = verifier.parse(tlog_proof(shown))

    assert proof.extra == bytes(shown.body)
    assert verifier.verify(proof, Trust(log_key=log_key())).index == 0


def test_the_only_entry_has_a_proof() -> None:
    shown = record_shown(1)
    publish_all()

    proof = verifier.parse(tlog_proof(shown))

    assert proof.hashes == ()
    assert verifier.verify(proof, Trust(log_key=log_key())).size == 1


def test_there_is_no_proof_before_publication() -> None:
    shown = record_shown(1)
    assert tlog_proof(shown) is None
    sequence_all()
    assert tlog_proof(shown) is None
    publish_all()
    assert tlog_proof(shown) is not None


def test_a_proof_stands_on_what_witnesses_saw() -> None:
    add_witness(key=WITNESS.public().encoded(), label="Committee")
    shown = record_shown(1)
    publish_all()
    cosign()
    seen = served_note(last_checkpoint())
    later = record_shown(2)
    publish_all()
    trust = Trust(log_key=log_key(), witnesses=(WITNESS.public(),))

    proved = verifier.verify(verifier.parse(tlog_proof(shown)), trust)
    assert proved.size < last_checkpoint().size
    assert [name for name, _at in proved.witnesses] == [WITNESS.name]
    assert tlog_proof(shown).endswith(seen)

    unseen = verifier.verify(verifier.parse(tlog_proof(later)), trust)
    assert (unseen.size, unseen.witnesses) == (last_checkpoint().size, ())
