import pytest
from django.db import InternalError, NotSupportedError, transaction

from documents.canonical import sha256_hex
from documents.models import StoredFile
from documents.storing import StoredFileDamaged, file_response, path_of, read, safe_name, store

pytestmark = pytest.mark.django_db


def test_content_is_found_by_its_digest():
    stored = store(b"content", name="a.pdf", content_type="application/pdf")
    assert stored.sha256 == sha256_hex(b"content")
    assert (stored.size, read(stored)) == (7, b"content")
    assert path_of(stored.sha256).stat().st_mode & 0o222 == 0


def test_one_content_stored_twice_is_one_file_with_two_rows():
    first = store(b"content", name="a.pdf", content_type="application/pdf")
    second = store(b"content", name="b.pdf", content_type="application/pdf")
    assert first.pk != second.pk
    assert path_of(first.sha256) == path_of(second.sha256)
    assert [path.name for path in path_of(first.sha256).parent.iterdir()] == [first.sha256]


def test_changed_content_is_noticed_on_reading():
    stored = store(b"content", name="a.pdf", content_type="application/pdf")
    path_of(stored.sha256).chmod(0o640)
    path_of(stored.sha256).write_bytes(b"Content")
    with pytest.raises(StoredFileDamaged) as refusal:
        read(stored)
    assert refusal.value.code == "file_damaged"


def test_missing_content_is_noticed_on_reading():
    stored = store(b"content", name="a.pdf", content_type="application/pdf")
    path_of(stored.sha256).unlink()
    with pytest.raises(StoredFileDamaged) as refusal:
        read(stored)
    assert refusal.value.code == "file_missing"


def test_storing_again_heals_a_damaged_file():
    stored = store(b"content", name="a.pdf", content_type="application/pdf")
    path_of(stored.sha256).chmod(0o640)
    path_of(stored.sha256).write_bytes(b"half")
    store(b"content", name="a.pdf", content_type="application/pdf")
    assert read(stored) == b"content"


@pytest.mark.parametrize("change", ["update", "delete"])
def test_rows_of_files_are_never_changed(change):
    stored = store(b"content", name="a.pdf", content_type="application/pdf")
    rows = StoredFile.objects.filter(pk=stored.pk)
    with pytest.raises((InternalError, NotSupportedError)), transaction.atomic():
        rows.update(name="b.pdf") if change == "update" else rows.delete()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\act.pdf", "act.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b__Set-Cookie_ x.pdf"),
        ("Сертификат Ұлытау.pdf", "Сертификат Ұлытау.pdf"),
        ("pdf.\u202efdp.exe", "pdf._fdp.exe"),
        ("", "file"),
        (" . ", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_of_downloads_are_safe(name, safe):
    assert safe_name(name) == safe


def test_downloads_are_attachments_of_their_stated_type():
    stored = store(b"<script>", name="Ұлытау.csv", content_type="text/csv")
    response = file_response(stored, "Ұлытау 1.csv")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/csv"
    assert "sandbox" in response["Content-Security-Policy"]
