from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import InternalError, NotSupportedError, connection, transaction

from documents import checks
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SealedDocument
from documents.rendering import TEMPLATE_VERSION, render_pdf
from documents.sealed import check_sealed, keep_sealed_document, make_sealed_document
from documents.sealing import SealFaulty, SealingUnavailable, seal, verify_seal
from documents.storing import path_of, read, store

from .records import act, certificate

RECORD = canonical_bytes(certificate(2))
PDF = "application/pdf"


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def make(subject: str = "1", record: bytes = RECORD) -> SealedDocument:
    return make_sealed_document(
        kind="certificate",
        subject_type="certificate",
        subject_id=subject,
        number="KZ 6 120 00318",
        record_bytes=record,
        at=now(),
    )


@pytest.mark.django_db
def test_a_record_becomes_one_sealed_document(seal_folder):
    document = make()
    pdf = read(document.file)
    assert verify_seal(pdf).ok
    assert document.record_bytes == RECORD
    assert document.record_sha256 == sha256_hex(RECORD)
    assert document.sealed_sha256 == sha256_hex(pdf)
    assert document.unsigned_sha256 == sha256_hex(render_pdf("certificate", certificate(2)))
    assert document.template_version == TEMPLATE_VERSION
    assert document.sealed_at == verify_seal(pdf).sealed_at
    document.refresh_from_db()
    assert document.record_bytes == RECORD


@pytest.mark.django_db
def test_asking_again_gives_the_same_document_even_for_another_record(seal_folder):
    first = make()
    assert make(record=canonical_bytes(certificate(3))) == first
    assert SealedDocument.objects.count() == 1


@pytest.mark.django_db
def test_acts_are_sealed_too(seal_folder):
    document = make_sealed_document(
        kind="act",
        subject_type="act",
        subject_id="9",
        number="A-2026-00412",
        record_bytes=canonical_bytes(act()),
        at=now(),
    )
    assert verify_seal(read(document.file)).ok


@pytest.mark.django_db
def test_without_a_key_nothing_is_kept(seal_folder):
    (seal_folder / "seal.key").unlink()
    with pytest.raises(SealingUnavailable):
        make()
    assert SealedDocument.objects.count() == 0


@pytest.mark.django_db
def test_a_seal_on_another_document_is_not_kept(seal_folder):
    unsigned, other = render_pdf("certificate", certificate(1)), render_pdf("act", act())
    with pytest.raises(SealFaulty) as refusal:
        check_sealed(seal(other, reason="x", at=now()), unsigned)
    assert refusal.value.code == "seal_other_document"


@pytest.mark.django_db
def test_a_stored_file_that_was_changed_before_keeping_is_not_kept(seal_folder):
    unsigned = render_pdf("certificate", certificate(2))
    sealed = bytearray(seal(unsigned, reason="x", at=now()))
    sealed[-30] ^= 1
    rendered = store(unsigned, name="a.pdf", content_type=PDF)
    spoiled = store(bytes(sealed), name="b.pdf", content_type=PDF)
    with pytest.raises(SealFaulty):
        keep_sealed_document(
            kind="certificate",
            subject_type="certificate",
            subject_id="1",
            number="KZ 6 120 00318",
            record=RECORD,
            template_version=TEMPLATE_VERSION,
            rendered=rendered,
            sealed=spoiled,
        )
    assert SealedDocument.objects.count() == 0


@pytest.mark.django_db
def test_a_record_that_is_not_canonical_is_not_kept(seal_folder):
    with pytest.raises(ValueError, match="canonical"):
        make(record=RECORD.replace(b",", b", ", 1))


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_rows_of_sealed_documents_are_never_changed(seal_folder, change):
    rows = SealedDocument.objects.filter(pk=make().pk)
    with pytest.raises((InternalError, NotSupportedError)), transaction.atomic():
        rows.update(number="KZ 6 120 00319") if change == "update" else rows.delete()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_with_one_document(seal_folder):
    barrier, made = Barrier(2), []

    def work() -> None:
        try:
            barrier.wait(timeout=30)
            made.append(make().pk)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert len(made) == 2
    assert len(set(made)) == 1
    assert SealedDocument.objects.count() == 1


@pytest.mark.django_db
def test_rendering_again_after_a_crash_gives_the_stored_bytes(seal_folder):
    document = make()
    assert path_of(document.unsigned_sha256).read_bytes() == render_pdf(
        "certificate", certificate(2)
    )


def test_deployment_is_refused_with_a_demonstration_seal(settings, seal_folder):
    assert [found.id for found in checks.seal_is_usable()] == ["documents.E001"]
    settings.CTKZ_DEMO_SEAL_ALLOWED = False
    assert [found.id for found in checks.seal_is_usable()] == ["documents.E002"]


def test_commands_make_the_seal_and_the_fonts(settings, tmp_path, capsys):
    settings.VAR_DIR, fonts = tmp_path, settings.VAR_DIR / "fonts"
    (tmp_path / "fonts").symlink_to(fonts)
    settings.CTKZ_WEB_FONTS_DIR = tmp_path / "static-fonts"
    call_command("make_demo_seal")
    call_command("build_fonts")
    assert (tmp_path / "seal" / "seal.key").exists()
    assert (tmp_path / "static-fonts" / "fonts" / "noto-sans-400.woff2").exists()
    assert "noto-sans-700.woff2" in capsys.readouterr().out
