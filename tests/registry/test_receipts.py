"""Receipts: the answer as it was given, signed, found again by its file."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import LogCheckpoint
from documents.canonical import canonical_bytes, sha256_hex
from documents.sealing import verify_detached, verify_seal
from documents.storing import path_of, read
from issuance.models import Certificate
from outbox.models import OutboxItem
from registry.models import Receipt, RegisterEntry, Way
from registry.receipts import MAKE_RECEIPT, Asked, make_document, make_receipt
from tests.registry.exports import a_row, take
from tests.registry.lives import move
from tests.scenarios import a_seal, reference_data

LANGUAGE = "en"

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def receipt(certificate: Certificate, publish_log: Callable[[], None]) -> Receipt:
    publish_log()
    asked = Asked(Way.NUMBER, certificate.number, timezone.localdate())
    return make_receipt(asked=asked, known=certificate, at=timezone.localtime())


def press(client: Client, **fields: str) -> Any:
    return client.post(reverse("registry:receipt-make"), fields, headers=ENGLISH)


def drop(client: Client, content: bytes, name: str) -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("registry:verify-file"), {"pdf": upload}, headers=ENGLISH)


def test_a_receipt_tells_what_was_asked_what_was_answered_and_what_was_proved(
    receipt: Receipt, certificate: Certificate
) -> None:
    record = json.loads(bytes(receipt.record))
    assert canonical_bytes(record) == bytes(receipt.record)
    assert record["schema"] == "ctkz.receipt/1"
    assert record["number"] == f"R-{timezone.localdate().year}-000001"
    assert record["asked"]["text"] == certificate.number
    answer = record["answer"]
    assert answer["verdict"] == "valid"
    assert answer["sentence"]["en"] == f"Certificate {certificate.number} is in force"
    assert len(set(answer["sentence"].values())) == 3
    assert answer["certificate"]["sha256"] == certificate.document.sealed_sha256
    assert [(proof["code"], proof["ok"]) for proof in answer["proofs"]] == [
        ("seal", True), ("file", True), ("record", True), ("act", True), ("log", True),
    ]  # fmt: skip
    assert record["checkpoint"] == LogCheckpoint.objects.latest("number").note
    assert record["verify_url"].endswith(f"/r/{receipt.code}/")


def test_the_record_is_signed_at_once_and_no_byte_of_it_can_change(receipt: Receipt) -> None:
    record, signature = bytes(receipt.record), bytes(receipt.signature)
    assert verify_detached(record, signature).ok
    for place in range(0, len(record), 101):
        changed = bytearray(record)
        changed[place] ^= 1
        assert not verify_detached(bytes(changed), signature).ok


def test_the_pdf_follows_sealed_and_is_made_once(receipt: Receipt, client: Client) -> None:
    progress = reverse("registry:receipt-progress", args=[receipt.code])
    assert "progress" in client.get(progress, headers=ENGLISH).content.decode()
    assert client.get(reverse("registry:receipt-document", args=[receipt.code])).status_code == 404
    for _turn in range(2):
        make_document(str(receipt.pk))
    receipt.refresh_from_db()
    pdf = read(receipt.document.file)
    assert verify_seal(pdf).ok
    assert bytes(receipt.document.record) == bytes(receipt.record)
    assert OutboxItem.objects.get(task=MAKE_RECEIPT).done_at is not None
    got = client.get(reverse("registry:receipt-document", args=[receipt.code]))
    assert got.content == pdf
    assert "Sealed PDF" in client.get(progress, headers=ENGLISH).content.decode()


def test_a_dropped_receipt_is_known_by_its_bytes(receipt: Receipt, client: Client) -> None:
    make_document(str(receipt.pk))
    receipt.refresh_from_db()
    record, pdf = bytes(receipt.record), read(receipt.document.file)
    for content, name in ((record, "r.json"), (pdf, "r.pdf")):
        page = drop(client, content, name)
        assert page.status_code == 200
        assert 'data-verdict="receipt"' in page.content.decode()
        changed = drop(client, content[:-2] + b"\n" + content[-2:], name)
        assert 'data-verdict="receipt"' not in changed.content.decode()


def test_the_button_makes_a_receipt_of_the_answer_shown(
    client: Client, certificate: Certificate
) -> None:
    on = (timezone.localdate() + timedelta(days=4000)).isoformat()
    page = client.get(reverse("registry:verify-code", args=[certificate.verify_code]), {"on": on})
    assert f'name="on" value="{on}"' in page.content.decode()
    made = press(client, way="code", code=certificate.verify_code, on=on)
    receipt = Receipt.objects.get()
    assert made["Location"] == reverse("registry:receipt", args=[receipt.code])
    assert json.loads(bytes(receipt.record))["answer"]["verdict"] == "expired"
    shown = client.get(made["Location"], headers=ENGLISH).content.decode()
    assert receipt.number in shown
    assert "will have expired" in shown
    for name in ("record", "signature"):
        assert client.get(reverse(f"registry:receipt-{name}", args=[receipt.code])).content


def test_the_receipt_keeps_its_answer_when_the_certificate_changes(
    receipt: Receipt, certificate: Certificate, client: Client
) -> None:
    move(certificate, "revoke", reason="false_data")
    text = client.get(reverse("registry:receipt", args=[receipt.code]), headers=ENGLISH).content
    assert f"Certificate {certificate.number} is in force" in text.decode()


def test_a_number_that_nobody_issued_gives_a_receipt_of_that(client: Client) -> None:
    reference_data()
    a_seal()
    made = press(client, way="number", number="kz 6 120 99999")
    record = json.loads(bytes(Receipt.objects.get().record))
    assert made.status_code == 302
    assert record["answer"]["verdict"] == "unknown"
    assert record["asked"]["text"] == "KZ 6 120 99999"


def test_a_number_that_was_issued_is_never_signed_as_unknown(
    client: Client, certificate: Certificate
) -> None:
    press(client, way="number", number=certificate.number)
    answer = json.loads(bytes(Receipt.objects.get().record))["answer"]
    assert answer["verdict"] == "valid"


def test_a_certificate_of_the_earlier_register_is_told_as_such(
    client: Client, tmp_path: Path
) -> None:
    reference_data()
    a_seal()
    take(tmp_path, a_row())
    entry = RegisterEntry.objects.get()
    page = client.get(f"/c/{entry.slug}/", headers=ENGLISH)
    assert reverse("registry:receipt-make") in page.content.decode()
    press(client, way="number", number=entry.number, year=str(entry.year))
    receipt = Receipt.objects.get()
    answer = json.loads(bytes(receipt.record))["answer"]
    assert answer["sentence"]["en"].endswith("not sealed by this portal.")
    assert answer["certificate"]["producer"]["bin"] == entry.producer_bin
    assert (answer["certificate"]["sha256"], answer["proofs"]) == (None, [])
    make_document(str(receipt.pk))
    receipt.refresh_from_db()
    assert receipt.failure == ""


def test_a_damaged_file_is_told_in_the_receipt(certificate: Certificate) -> None:
    path = path_of(certificate.document.sealed_sha256)
    path.chmod(0o640)
    path.write_bytes(b"%PDF-1.7 not it")
    asked = Asked(Way.NUMBER, certificate.number, timezone.localdate())
    receipt = make_receipt(asked=asked, known=certificate, at=timezone.localtime())
    answer = json.loads(bytes(receipt.record))["answer"]
    assert answer["verdict"] == "doubtful"
    assert not answer["proofs"][0]["ok"]


def test_without_the_seal_no_receipt_and_no_number(
    certificate: Certificate, client: Client, settings: Any
) -> None:
    settings.CTKZ_SEAL_KEY_FILE = str(settings.VAR_DIR / "no.key")
    refused = press(client, way="code", code=certificate.verify_code)
    assert refused.status_code >= 400
    assert not Receipt.objects.exists()


def test_receipts_are_limited(client: Client, certificate: Certificate, settings: Any) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = 2
    given = {"way": "code", "code": certificate.verify_code}
    assert [press(client, **given).status_code for _turn in range(3)] == [302, 302, 429]


@pytest.mark.parametrize(
    "fields", [{}, {"way": "code", "code": "x"}, {"way": "number", "number": "none"},
               {"way": "code", "code": "2" * 26}],
)  # fmt: skip
def test_a_question_that_was_never_put_gives_no_receipt(
    client: Client, fields: dict[str, str]
) -> None:
    assert press(client, **fields).status_code == 404


def test_the_digest_is_that_of_the_record(receipt: Receipt) -> None:
    assert receipt.record_sha256 == sha256_hex(bytes(receipt.record))
