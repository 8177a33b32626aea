import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from accounts.errors import DomainError
from documents.rendering import render_pdf
from documents.storing import read
from documents.uploads import KINDS, accept_upload, check_upload

from .records import certificate

ALL = tuple(KINDS)


def a_pdf() -> bytes:
    return render_pdf("certificate", certificate())


def an_image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#00748a").save(out, format=kind)
    return out.getvalue()


def a_workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def an_archive(*names: str, content: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


GOOD = {
    "act.pdf": a_pdf,
    "photo.JPG": lambda: an_image("JPEG"),
    "photo.jpeg": lambda: an_image("JPEG"),
    "scan.png": lambda: an_image("PNG"),
    "goods.xlsx": a_workbook,
    "letter.docx": lambda: an_archive("[Content_Types].xml", "word/document.xml"),
    "goods.csv": lambda: "№;Атауы\n1;Сүзгі\n".encode("utf-8-sig"),
    "old.csv": lambda: "№;Наименование\n1;Фильтр\n".encode("cp1251"),
}

BAD = {
    "an executable": ("tool.exe", lambda: b"MZ\x90", "upload_kind"),
    "no ending": ("noname", lambda: b"data", "upload_kind"),
    "an old workbook": ("goods.xls", lambda: b"\xd0\xcf\x11\xe0", "upload_kind"),
    "nothing": ("act.pdf", lambda: b"", "upload_empty"),
    "a page called PDF": (
        "act.pdf",
        lambda: b"<html><body>%PDF-1.7</body></html>",
        "upload_content",
    ),
    "only the head of a PDF": ("act.pdf", lambda: b"%PDF-1.7\n", "upload_content"),
    "half a PDF": ("act.pdf", lambda: a_pdf()[:5000], "upload_content"),
    "text called JPG": ("photo.jpg", lambda: b"not a picture", "upload_content"),
    "PNG called JPG": ("photo.jpg", lambda: an_image("PNG"), "upload_content"),
    "half a PNG": ("scan.png", lambda: an_image("PNG")[:40], "upload_content"),
    "CSV called XLSX": ("goods.xlsx", lambda: b"a;b\n1;2\n", "upload_content"),
    "DOCX called XLSX": (
        "goods.xlsx",
        lambda: an_archive("[Content_Types].xml", "word/document.xml"),
        "upload_content",
    ),
    "macros": (
        "goods.xlsx",
        lambda: an_archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        "upload_content",
    ),
    "an archive bomb": (
        "goods.xlsx",
        lambda: an_archive("[Content_Types].xml", "xl/workbook.xml", content=bytes(30_000_000)),
        "upload_content",
    ),
    "binary called CSV": ("goods.csv", lambda: b"\x00\x01\x02", "upload_content"),
    "a page called CSV": ("goods.csv", lambda: b"<html></html>", "upload_content"),
    "blank CSV": ("goods.csv", lambda: b" \n\n", "upload_content"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", GOOD)
def test_real_files_are_stored_as_they_came(name):
    content = GOOD[name]()
    stored = accept_upload(SimpleUploadedFile(name, content, "text/html"), kinds=ALL)
    assert read(stored) == content
    assert stored.name == name
    assert stored.content_type != "text/html"


@pytest.mark.parametrize("case", BAD)
def test_files_that_are_not_what_they_say_are_refused(case):
    name, make, code = BAD[case]
    with pytest.raises(DomainError) as refusal:
        check_upload(SimpleUploadedFile(name, make()), kinds=ALL)
    assert refusal.value.code == code
    assert refusal.value.field == "file"
    assert str(refusal.value.message).endswith(".")


@pytest.mark.parametrize("claimed", [None, 10])
def test_a_file_over_the_limit_is_refused_whatever_size_it_claims(settings, claimed):
    settings.CTKZ_UPLOAD_MAX_BYTES = 1024
    upload = SimpleUploadedFile("goods.csv", b"a;b\n" * 1000)
    upload.size = claimed or upload.size
    with pytest.raises(DomainError) as refusal:
        check_upload(upload, kinds=ALL)
    assert refusal.value.code == "upload_too_large"


def test_only_the_kinds_asked_for_are_taken():
    with pytest.raises(DomainError) as refusal:
        check_upload(SimpleUploadedFile("scan.png", an_image("PNG")), kinds=("pdf",))
    assert refusal.value.code == "upload_kind"
    assert "pdf" in str(refusal.value.message)
