"""One address for one file: looked at there by whoever may download it, and by nobody else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image

from accounts.models import Role
from auditors.models import AttestationCase, QualificationProof
from auditors.services import applying
from documents.pictures import THUMBNAIL, VIEW
from tests import scenarios
from tests.auditors import scenarios as attesting
from tests.documents.test_previews import written
from tests.issuance.conftest import SignIn, sign_in
from tests.workplace.cases.test_notes import a_note

pytestmark = pytest.mark.django_db

LANGUAGE = "en"
WAYS = ("", "?page=1", "?small=1", "?picture=1")

__all__ = ["sign_in"]


def a_photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2400, 1200), "#b00").save(out, "PNG")
    return out.getvalue()


def a_proof(case: AttestationCase, name: str, content: bytes) -> QualificationProof:
    return applying.add_proof(
        case=case,
        actor=attesting.the_candidate(case),
        requirement="education",
        upload=SimpleUploadedFile(name, content),
    )


def address_of(proof: QualificationProof) -> str:
    return reverse("auditors:proof-file", args=[proof.pk])


def size_of(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    return max(Image.open(io.BytesIO(answer.content)).size)


def test_a_pdf_is_looked_at_page_by_page_and_downloaded_as_it_is(sign_in: SignIn) -> None:
    proof = a_proof(attesting.a_case("applied"), "diploma.pdf", content := written(2))
    client, address = sign_in(scenarios.a_person(Role.INSPECTOR)), address_of(proof)
    download = client.get(address)
    assert download["Content-Disposition"] == 'attachment; filename="diploma.pdf"'
    assert download.content == content

    first = client.get(f"{address}?page=1").content.decode()
    assert "Page 1 of 2" in first
    assert 'href="?page=2"' in first
    assert f'href="{reverse("auditors:case-detail", args=[proof.case_id])}"' in first
    assert f'href="{address}"' in first
    picture = f"?of={proof.file.sha256[:12]}&amp;picture=1"
    assert f'src="{picture}"' in first
    assert size_of(client, address + picture.replace("&amp;", "&")) == VIEW
    assert size_of(client, f"{address}?small=1") == THUMBNAIL
    assert client.get(f"{address}?picture=1").content != client.get(f"{address}?picture=2").content


def test_a_photograph_is_looked_at_too(sign_in: SignIn) -> None:
    proof = a_proof(attesting.a_case("applied"), "diploma.png", a_photograph())
    client, address = sign_in(scenarios.a_person(Role.INSPECTOR)), address_of(proof)
    assert "<img" in client.get(f"{address}?page=1").content.decode()
    assert size_of(client, f"{address}?picture=1") == VIEW
    assert size_of(client, f"{address}?small=1") == THUMBNAIL


def test_what_cannot_be_drawn_is_handed_out_whatever_is_asked(sign_in: SignIn) -> None:
    """A list in a note about a case, for one: there is no page of it, so nothing breaks."""
    request = scenarios.a_request("submitted")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    out = io.BytesIO()
    Workbook().save(out)
    table = SimpleUploadedFile("list.xlsx", out.getvalue())
    note = a_note(head, request, upload=table)
    address = reverse("workplace:case-note-file", args=[note.pk])
    for way in WAYS:
        answer = sign_in(head).get(address + way)
        assert answer["Content-Disposition"] == 'attachment; filename="list.xlsx"'


def test_who_may_not_download_may_not_look(sign_in: SignIn) -> None:
    case = attesting.a_case("applied")
    proof = a_proof(case, "diploma.pdf", written())
    stranger = sign_in(scenarios.a_person(Role.CHAMBER_OFFICER))
    own = sign_in(attesting.the_candidate(case))
    for way in WAYS:
        assert stranger.get(address_of(proof) + way).status_code == 404, way
        assert Client().get(address_of(proof) + way).status_code == 302, way
        assert own.get(address_of(proof) + way).status_code == 200, way
    page = own.get(f"{address_of(proof)}?page=1").content.decode()
    assert f'href="{reverse("auditors:mine")}"' in page


def test_the_list_leads_to_the_page_and_shows_how_the_file_looks(sign_in: SignIn) -> None:
    case = attesting.a_case("applied")
    proof = a_proof(case, "diploma.pdf", written())
    for person, page in (
        (scenarios.a_person(Role.INSPECTOR), reverse("auditors:case-detail", args=[case.pk])),
        (attesting.the_candidate(case), reverse("auditors:mine")),
    ):
        text = sign_in(person).get(page).content.decode()
        assert f'href="{address_of(proof)}?page=1"' in text
        assert f'src="{address_of(proof)}?small={proof.file.sha256[:12]}"' in text
