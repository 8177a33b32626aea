"""Files of a case: who has which, how they are shown, and the archive of all of them."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Role
from documents.canonical import sha256_hex
from documents.storing import path_of, store
from expertise.models import ExpertiseRequest, RequestDocument
from expertise.services import correcting, evidence, filing
from issuance.letters import make_refusal_letter
from issuance.models import Application
from issuance.services import consulting
from tests.scenarios import (
    a_certificate,
    a_draft,
    a_pdf,
    a_person,
    a_request,
    a_seal,
    actor_of,
    an_act,
    an_application,
    staff_of,
    submit,
)
from workplace.cases import archive
from workplace.cases.files import files_of
from workplace.cases.whole import find_case

from .pages import get, main, page, people_of

LANGUAGE = "en"


def a_picture(name: str = "shop.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def kinds(actor: Any, case_id: Any) -> dict[str, list[str]]:
    case = find_case(actor, case_id)
    assert case is not None
    found: dict[str, list[str]] = {}
    for file in files_of(case):
        found.setdefault(file.group, []).append(file.kind)
    return found


def test_files_are_grouped_by_who_put_them(db: None) -> None:
    certificate = a_certificate("valid")
    for role, actor in people_of(certificate.application).items():
        found = kinds(actor, certificate.case_id)
        assert list(found) == ["applicant", "chamber"], role
        assert found["chamber"] == ["Certificate"]


def test_a_letter_of_refusal_is_no_file_of_the_expert_side(db: None) -> None:
    a_seal()
    application = an_application("refused")
    make_refusal_letter(str(application.pk))
    expected = {role: role not in (Role.EXPERT_HEAD, Role.AUDITOR)
                for role in people_of(application)}  # fmt: skip
    for role, actor in people_of(application).items():
        letters = kinds(actor, application.case_id).get("chamber", [])
        assert ("Letter of refusal" in letters) is expected[role], role


def test_a_reply_of_another_body_is_part_of_the_review(db: None) -> None:
    application = an_application("in_consultation")
    consulting.close_consultation(
        application=application,
        actor=staff_of(application, Role.CHAMBER_OFFICER),
        reply="Подтверждаем.",
        replied_on=timezone.localdate(),
        upload=a_pdf("reply.pdf"),
    )
    application = Application.objects.get(pk=application.pk)
    for role, actor in people_of(application).items():
        sees = role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY, Role.INSPECTOR,
                        Role.COMMITTEE_HEAD)  # fmt: skip
        assert ("others" in kinds(actor, application.case_id)) is sees, role


def examined_with_a_photograph() -> tuple[ExpertiseRequest, RequestDocument]:
    request = a_request("in_expertise")
    document = evidence.add_evidence(
        request=request,
        actor=actor_of(request, Role.AUDITOR),
        upload=a_picture(),
        type="photo_process",
    )
    return request, document


def test_what_the_auditor_added_is_not_the_applicants_before_the_act(db: None) -> None:
    request, document = examined_with_a_photograph()
    auditor, applicant = actor_of(request, Role.AUDITOR), actor_of(request, Role.APPLICANT)
    key = f"document-{document.pk}"
    assert key in main(get(auditor, page("files", request.case_id)))
    assert key not in main(get(applicant, page("files", request.case_id)))
    assert get(applicant, page("file", request.case_id, key)).status_code == 404
    names = zipfile.ZipFile(io.BytesIO(archived(applicant, request.case_id))).namelist()
    assert not [name for name in names if "shop" in name]


def archived(actor: Any, case_id: Any) -> bytes:
    answer = get(actor, page("archive", case_id))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_a_picture_is_shown_as_a_copy_of_our_own_making(db: None) -> None:
    request, document = examined_with_a_photograph()
    auditor = actor_of(request, Role.AUDITOR)
    address = page("file", request.case_id, f"document-{document.pk}")
    shown = main(get(auditor, address))
    assert f"/expertise/documents/{document.pk}/image/" in shown
    assert document.file.sha256 in shown
    assert "<iframe" not in shown


def test_of_an_uploaded_pdf_pictures_of_its_pages_are_shown_and_never_its_bytes(
    db: None,
) -> None:
    request = a_request("submitted")
    applicant = actor_of(request, Role.APPLICANT)
    document = request.documents.get()
    key = f"document-{document.pk}"
    address = page("file-shown", request.case_id, key)
    shown = main(get(applicant, page("file", request.case_id, key)))
    assert "<iframe" not in shown
    assert f'src="{address}?page=1"' in shown
    for asked in ("", "?page=1", "?small=1", "?page=400"):
        answer = get(applicant, address + asked)
        assert answer["Content-Type"] == "image/jpeg", asked
        assert not answer.content.startswith(b"%PDF")
    listed = main(get(applicant, page("files", request.case_id)))
    assert f"/expertise/documents/{document.pk}/thumbnail/" in listed
    stranger = a_person(Role.APPLICANT)
    assert get(stranger, address).status_code == 404


def test_a_pdf_that_cannot_be_drawn_says_so_and_stays_to_be_downloaded(db: None) -> None:
    request = a_request("submitted")
    applicant = actor_of(request, Role.APPLICANT)
    document = request.documents.get()
    path_of(document.file.sha256).unlink()
    broken = b"%PDF-1.7 broken"
    RequestDocument.objects.filter(pk=document.pk).update(
        file=store(broken, name="broken.pdf", content_type="application/pdf")
    )
    shown = main(get(applicant, page("file", request.case_id, f"document-{document.pk}")))
    assert "the file is damaged or written unusually" in shown
    download = reverse("expertise:document-download", args=[document.pk])
    assert download in shown
    assert get(applicant, download).content == broken


def test_a_table_is_downloaded_and_never_shown(db: None) -> None:
    draft = a_draft()
    applicant = actor_of(draft, Role.APPLICANT)
    table = SimpleUploadedFile("prices.csv", b"name;price\nnut;1\n", "text/csv")
    document = filing.add_document(request=draft, actor=applicant, upload=table, type="other")
    key = f"document-{document.pk}"
    shown = main(get(applicant, page("file", draft.case_id, key)))
    assert "are not shown inside the portal" in shown
    assert get(applicant, page("file-shown", draft.case_id, key)).status_code == 404


def test_a_sealed_document_is_shown_in_a_frame_of_our_own_pages_only(db: None) -> None:
    certificate = a_certificate("valid")
    key = f"certificate-{certificate.pk}"
    for role, actor in people_of(certificate.application).items():
        shown = main(get(actor, page("file", certificate.case_id, key)))
        assert f'src="{page("file-shown", certificate.case_id, key)}"' in shown, role
    answer = get(actor, page("file-shown", certificate.case_id, key))
    assert sha256_hex(answer.content) == certificate.document.sealed_sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_archive_holds_every_listed_file_with_its_digest(db: None) -> None:
    certificate = a_certificate("valid")
    for role, actor in people_of(certificate.application).items():
        case = find_case(actor, certificate.case_id)
        assert case is not None
        listed = files_of(case)
        opened = zipfile.ZipFile(io.BytesIO(archived(actor, certificate.case_id)))
        assert opened.testzip() is None
        rows = [row.split("  ", 1) for row in opened.read("SHA256SUMS").decode().splitlines()]
        digests = {name: digest for digest, name in rows}
        assert sorted(digests.values()) == sorted(file.sha256 for file in listed), role
        for name, digest in digests.items():
            assert sha256_hex(opened.read(name)) == digest


def test_names_in_the_archive_neither_meet_nor_leave_it(db: None) -> None:
    draft = a_draft()
    applicant = actor_of(draft, Role.APPLICANT)
    for name in ("../../etc/passwd.pdf", "a/../b.pdf", "C:\\x\\y.pdf", "same.pdf", "same.pdf"):
        filing.add_document(request=draft, actor=applicant, upload=a_pdf(name), type="other")
    submit(draft)
    names = zipfile.ZipFile(io.BytesIO(archived(applicant, draft.case_id))).namelist()
    assert len(names) == len(set(names)) == draft.documents.count() + 1
    for name in names:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert "\\" not in name
        assert name.count("/") <= 1


def test_an_archive_that_would_be_too_large_is_not_begun(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = a_request("submitted")
    applicant = actor_of(request, Role.APPLICANT)
    monkeypatch.setattr(archive, "ARCHIVE_MAX_BYTES", 10)
    answer = get(applicant, page("archive", request.case_id))
    assert answer.status_code == 409
    assert "too large for one archive" in answer.content.decode()


def test_a_correction_does_not_double_the_papers(db: None) -> None:
    act = an_act()
    auditor = actor_of(act.request, Role.AUDITOR)
    before = kinds(auditor, act.case_id)
    correcting.open_correction(act=act, actor=auditor, reason="slip")
    assert kinds(auditor, act.case_id) == before


def test_many_files_cost_the_queries_of_one(db: None, django_assert_max_num_queries: Any) -> None:
    draft = a_draft()
    applicant = actor_of(draft, Role.APPLICANT)
    costs = []
    for more in (0, 8):
        for number in range(more):
            filing.add_document(
                request=draft, actor=applicant, upload=a_pdf(f"{number}.pdf"), type="other"
            )
        with django_assert_max_num_queries(60) as counted:
            get(applicant, page("files", draft.case_id))
        costs.append(len(counted))
    assert costs[0] == costs[1]
