"""What is proved, line by line."""

from collections.abc import Callable

import pytest
from django.utils import translation

from audit.models import LogCheckpoint
from issuance.models import Certificate
from registry.evidence import Proof, evidence, has_failed

pytestmark = pytest.mark.django_db(transaction=True)


def proofs_of(certificate: Certificate) -> list[Proof]:
    with translation.override("en"):
        return evidence(certificate)


def test_a_fresh_certificate_waits_only_for_its_place_in_the_log(certificate: Certificate) -> None:
    proofs = proofs_of(certificate)
    assert [proof.ok for proof in proofs] == [True, True, True, True, None]
    assert "waits for its place" in proofs[-1].label
    assert not has_failed(proofs)


def test_after_publication_every_line_is_proved(
    certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    publish_log()
    proofs = proofs_of(certificate)
    assert [proof.ok for proof in proofs] == [True] * 5
    assert "the checkpoint is signed" in proofs[-1].detail


def test_a_checkpoint_with_a_forged_signature_proves_nothing(
    certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    publish_log()
    last = LogCheckpoint.objects.order_by("-number").first()
    assert last is not None
    forged = last.note.replace("\n1", "\n2", 1) if "\n1" in last.note else "x" + last.note
    last.note = forged
    certificate_proofs = _with_note(last, certificate)
    assert certificate_proofs[-1].ok is False


def _with_note(last: LogCheckpoint, certificate: Certificate) -> list[Proof]:
    """A later checkpoint row with the forged note: rows that are there cannot be changed."""
    LogCheckpoint.objects.create(
        number=last.number + 1, size=last.size + 1, root=last.root, note=last.note, at=last.at
    )
    return proofs_of(certificate)
