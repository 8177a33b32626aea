"""Dropped files: only the issued one, byte for byte, is the issued one."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings
from pypdf import PdfReader, PdfWriter

from documents.demo_seal import make_demo_seal
from documents.models import StoredFile
from documents.sealing import seal
from documents.storing import read
from issuance.models import Certificate
from registry.claims import claim_of
from registry.models import UnknownLookup, VerificationCount, Way
from tests.workers import forget_cached

Drop = Callable[..., HttpResponse]


def text_of(page: HttpResponse) -> str:
    return page.content.decode()


def test_the_issued_file_is_recognised_byte_for_byte(
    drop: Drop, certificate: Certificate, sealed_pdf: bytes
) -> None:
    text = text_of(drop(sealed_pdf))
    assert 'data-verdict="valid"' in text
    assert "byte for byte, the file that was issued" in text
    counted = VerificationCount.objects.get(certificate=certificate)
    assert (counted.way, counted.count) == (Way.FILE, 1)


def test_nothing_of_a_dropped_file_is_kept(drop: Drop, sealed_pdf: bytes, media: Path) -> None:
    files, rows = set(media.rglob("*")), StoredFile.objects.count()
    drop(sealed_pdf + b"\n")
    assert set(media.rglob("*")) == files
    assert StoredFile.objects.count() == rows


def with_a_flipped_byte(pdf: bytes) -> bytes:
    """Inside the first page's content, where the seal covers it."""
    place = pdf.index(b"stream") + 40
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def with_an_appended_line(pdf: bytes) -> bytes:
    return pdf + b"\n% something more\n"


def written_anew(pdf: bytes) -> bytes:
    """The same pages saved by another program: the seal does not survive that."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_changed_file_is_not_the_issued_one(
    drop: Drop, certificate: Certificate, sealed_pdf: bytes
) -> None:
    for tamper, reason in (
        (with_a_flipped_byte, "The file was changed after it was sealed."),
        (with_an_appended_line, "Something was added to the file after it was sealed."),
        (written_anew, "Its digest is not that of the issued file."),
    ):
        text = text_of(drop(tamper(sealed_pdf)))
        assert 'data-verdict="other_file"' in text, tamper
        assert "<h1>This is not the file that was issued</h1>" in text
        assert f"The file names certificate {certificate.number}" in text
        assert reason in text


def test_the_unsealed_text_is_not_the_certificate(drop: Drop, certificate: Certificate) -> None:
    text = text_of(drop(read(certificate.rendered)))
    assert 'data-verdict="other_file"' in text
    assert "the file has no seal" in text


def test_the_same_text_under_a_foreign_seal_is_not_the_certificate(
    drop: Drop, certificate: Certificate, tmp_path: Path
) -> None:
    folder = make_demo_seal(tmp_path / "foreign")
    with override_settings(
        CTKZ_SEAL_KEY_FILE=str(folder / "seal.key"),
        CTKZ_SEAL_CERT_FILE=str(folder / "seal.pem"),
        CTKZ_SEAL_TRUST_FILE=str(folder / "root.pem"),
    ):
        foreign = seal(
            read(certificate.rendered), reason=certificate.number, at=datetime.now(tz=UTC)
        )
    text = text_of(drop(foreign))
    assert 'data-verdict="other_file"' in text
    assert "The seal is not this portal" in text


def test_our_seal_on_another_file_is_told_as_such(drop: Drop, certificate: Certificate) -> None:
    again = seal(read(certificate.rendered), reason=certificate.number, at=datetime.now(tz=UTC))
    text = text_of(drop(again))
    assert 'data-verdict="other_file"' in text
    assert "set on another document" in text


def a_strange_pdf(number: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if number:
        record = f'{{"number": "{number}", "verify_code": null}}'
        writer.add_attachment("ct-kz.json", record.encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_that_names_no_certificate_says_so(drop: Drop, db: None) -> None:
    page = drop(a_strange_pdf())
    assert page.status_code == 404
    assert "This file is not a certificate of this portal" in text_of(page)
    assert UnknownLookup.objects.get().way == Way.FILE


def test_a_file_that_names_an_unknown_certificate_is_counted_under_its_number(
    drop: Drop, db: None
) -> None:
    page = drop(a_strange_pdf("KZ 6 120 99999"))
    assert page.status_code == 404
    assert "No such certificate was issued: KZ 6 120 99999" in text_of(page)
    assert UnknownLookup.objects.get().number == "KZ 6 120 99999"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 a spreadsheet", "This is not a PDF."),
        (b"<html>%PDF-1.7", "This is not a PDF."),
    ],
)
def test_a_file_that_is_no_pdf_is_refused_with_its_reason(
    drop: Drop, db: None, content: bytes, message: str
) -> None:
    page = drop(content)
    assert page.status_code == 400
    assert message in text_of(page)


def test_a_file_that_is_too_large_is_refused(drop: Drop, db: None, settings: Any) -> None:
    settings.CTKZ_UPLOAD_MAX_BYTES = 1024
    page = drop(b"%PDF-1.7" + b" " * 2000)
    assert page.status_code == 400
    assert "The file is too large" in text_of(page)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 and nothing more",
        b"%PDF-1.7\n" + b"1 0 obj\n<<" * 5000,
        b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF",
        a_strange_pdf()[:-200],
    ],
)
def test_a_broken_pdf_never_breaks_the_page(drop: Drop, db: None, content: bytes) -> None:
    assert drop(content).status_code == 404


@pytest.mark.parametrize(
    "attached",
    [b"[" * 100_000, b'{"number": 5}', b'["number"]', b"\xff\xfe", b'{"number": "' + b"9" * 99],
)
def test_a_hostile_attachment_claims_nothing(attached: bytes) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("ct-kz.json", attached)
    out = io.BytesIO()
    writer.write(out)
    assert claim_of(out.getvalue()).number is None


def test_no_file_at_all_asks_for_one(client: Any, db: None) -> None:
    forget_cached()
    page = client.post("/verify/file/", headers={"accept-language": "en"})
    assert page.status_code == 400
    assert "Choose the PDF of the certificate." in text_of(page)
