"""Beside the certificate: the sealed file, the record and the proof of its entry, by its code."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit import merkle
from audit.keys import verifying_key
from audit.notes import Checkpoint, Note
from documents.canonical import sha256_hex
from issuance.models import Certificate
from registry.evidence import log_entry

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


def get(client: Client, name: str, code: str) -> bytes:
    answer = client.get(reverse(f"registry:{name}", args=[code]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    return answer.content


def test_the_file_and_the_record_are_the_bytes_that_were_logged(
    client: Client, certificate: Certificate
) -> None:
    logged = log_entry(certificate).facts
    assert sha256_hex(get(client, "document", certificate.verify_code)) == logged["pdf_sha256"]
    assert sha256_hex(get(client, "record", certificate.verify_code)) == logged["record_sha256"]


def test_the_proof_leads_from_the_entry_to_a_signed_checkpoint(
    client: Client, certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    publish_log()
    proof = get(client, "proof", certificate.verify_code).decode()
    assert proof.startswith("c2sp.org/tlog-proof@v1\n")
    head, note_text = proof.split("\n\n", 1)
    note = Note.parse(note_text)
    verifying_key().verify(note)
    signed = Checkpoint.parse(note.text)
    entry = log_entry(certificate)
    assert f"index {entry.leaf.index}" in head
    assert entry.leaf.index < signed.size
    assert merkle.leaf_hash(bytes(entry.body)) == bytes(entry.leaf.hash)


def test_before_the_checkpoint_there_is_no_proof_and_no_link_to_it(
    client: Client, certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    address = reverse("registry:proof", args=[certificate.verify_code])
    page = reverse("registry:verify-code", args=[certificate.verify_code])
    assert client.get(address).status_code == 404
    assert address not in client.get(page).content.decode()
    publish_log()
    assert address in client.get(page).content.decode()


@pytest.mark.parametrize("name", ["document", "record", "proof"])
def test_nothing_lies_beside_an_unknown_code(client: Client, name: str, db: None) -> None:
    assert client.get(reverse(f"registry:{name}", args=["2" * 26])).status_code == 404
