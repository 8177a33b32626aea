"""Papers of the auditor, what they prove, and what stops an act that proves nothing."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Role
from expertise.blockers import signing_blockers
from expertise.document_types import IDENTIFICATION_PHOTO
from expertise.evidence_blockers import proved_materials
from expertise.models import ExpertiseRequest, FindingEvidence, Material, RequestDocument
from expertise.records import request_digest
from expertise.services import evidence, signing
from expertise.services.evidence import Proof
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def refused(command, **arguments) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        command(**arguments)
    return refusal.value.code


def a_photo(name: str = "photo.jpg", size: tuple[int, int] = (900, 600)) -> SimpleUploadedFile:
    out = io.BytesIO()
    image = Image.new("RGB", size, "#00748a")
    image.save(out, "JPEG", exif=_exif())
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def _exif() -> Image.Exif:
    """As a camera held upright writes it: turned by a quarter, with the maker's name."""
    exif = Image.Exif()
    exif[274], exif[271] = 6, "Пример-Камера"
    return exif


def under_expertise(lines: int = 1) -> tuple[ExpertiseRequest, Membership]:
    request = scenarios.a_request("in_expertise", lines=lines)
    return request, scenarios.actor_of(request, Role.AUDITOR)


def added(request: ExpertiseRequest, actor, **values) -> RequestDocument:
    return evidence.add_evidence(
        request=request,
        actor=actor,
        upload=values.pop("upload", None) or scenarios.a_pdf(),
        **{"type": "site_visit_record", "title": "Запись осмотра", **values},
    )


def open_codes(request: ExpertiseRequest) -> set[str]:
    fresh = ExpertiseRequest.objects.get(pk=request.pk)
    return {blocker.code for blocker in signing_blockers(fresh) if not blocker.is_clear}


def test_the_auditor_adds_a_document_and_the_log_says_so():
    request, auditor = under_expertise(lines=3)
    line = request.lines.get(number=2)
    document = added(request, auditor, number="О-1", lines=[line])
    assert (document.title, document.added_by) == ("Запись осмотра", auditor.user)
    assert list(document.lines.all()) == [line]
    event = audit.timeline(request.case_id).first()
    assert (event.event, event.facts["type"]) == ("request.document_added", "site_visit_record")


@pytest.mark.parametrize("status", ["accepted", "awaiting_applicant", "concluded"])
def test_documents_are_added_only_under_expertise(status):
    request = scenarios.a_request(status)
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    with pytest.raises(DomainError), transaction.atomic():
        added(request, auditor)
    assert request.documents.count() == 1


def test_nobody_but_the_assigned_auditor_adds_documents():
    request, _auditor = under_expertise()
    colleague = scenarios.a_person(Role.AUDITOR, request.expert_organisation)
    for stranger in (scenarios.actor_of(request, Role.APPLICANT), colleague):
        with pytest.raises(DomainError), transaction.atomic():
            added(request, stranger)


def test_a_photograph_must_be_a_picture():
    request, auditor = under_expertise()
    assert refused(added, request=request, actor=auditor, type=IDENTIFICATION_PHOTO) == (
        "upload_kind"
    )
    photo = added(request, auditor, type=IDENTIFICATION_PHOTO, upload=a_photo())
    assert photo.is_picture


def test_only_the_auditors_own_documents_are_removed_and_only_when_they_prove_nothing():
    request, auditor = under_expertise()
    applicants = request.documents.get()
    own = added(request, auditor)
    remove = evidence.remove_evidence
    assert refused(remove, document=applicants, actor=auditor) == "not_your_document"
    material = Material.objects.filter(line__request=request).first()
    tie = {"request": request, "actor": auditor, "material_ids": [material.pk]}
    evidence.tie_materials(**tie, document=own, page="4")
    assert refused(remove, document=own, actor=auditor) == "document_proves"
    evidence.tie_materials(**tie, document=None)
    remove(document=own, actor=auditor)
    assert list(request.documents.all()) == [applicants]
    assert audit.timeline(request.case_id).first().event == "request.evidence_removed"


def test_nothing_is_removed_after_the_signature():
    request, auditor = under_expertise()
    own = added(request, auditor)
    scenarios.conclude(request)
    assert refused(evidence.remove_evidence, document=own, actor=auditor) == "not_in_expertise"


def test_a_tie_leaves_what_the_applicant_declared_as_it_was_submitted():
    request, auditor = under_expertise(lines=2)
    before = list(Material.objects.order_by("pk").values("name", "value_kzt", "document"))
    digest = request_digest(request)
    paper = request.documents.get()
    count = evidence.tie_materials(
        request=request,
        actor=auditor,
        material_ids=list(Material.objects.values_list("pk", flat=True)),
        document=paper,
        page=" 12 ",
    )
    assert count == 4
    assert set(Material.objects.values_list("evidence", "evidence_page")) == {(paper.pk, "12")}
    assert list(Material.objects.order_by("pk").values("name", "value_kzt", "document")) == before
    assert request_digest(request) == digest
    assert proved_materials(request).left == 0


def test_materials_and_documents_of_another_case_are_refused():
    request, auditor = under_expertise()
    other, _other_auditor = under_expertise()
    own, strange = (
        Material.objects.filter(line__request=each).first() for each in (request, other)
    )
    tie = evidence.tie_materials
    given = {"request": request, "actor": auditor, "document": request.documents.get()}
    assert refused(tie, **given, material_ids=[own.pk, strange.pk]) == "strange_material"
    given["document"] = other.documents.get()
    assert refused(tie, **given, material_ids=[own.pk]) == "strange_document"
    assert not Material.objects.filter(evidence__isnull=False).exists()


def test_a_hundred_lines_of_thirty_materials_are_tied_in_a_few_queries(
    django_assert_max_num_queries,
):
    request, auditor = under_expertise(lines=100)
    bulk = [
        Material(line=line, number=number, name=f"Материал {number}", value_kzt=1)
        for line in request.lines.all()
        for number in range(3, 31)
    ]
    Material.objects.bulk_create(bulk)
    ids = list(Material.objects.values_list("pk", flat=True))
    assert len(ids) == 3000
    with django_assert_max_num_queries(12):
        evidence.tie_materials(
            request=request, actor=auditor, material_ids=ids, document=request.documents.get()
        )
    assert proved_materials(request).proved == 3000


def test_one_proof_for_many_findings_is_kept_once():
    request, auditor = under_expertise(lines=3)
    scenarios.examine(request)
    FindingEvidence.objects.all().delete()
    given = {
        "request": request, "actor": auditor, "proof": Proof(request.documents.get(), "5", "карта"),
    }  # fmt: skip
    assert evidence.tie_findings(**given, lines=list(request.lines.all()[:2])) == 2
    assert evidence.tie_findings(**given, lines=list(request.lines.all())) == 1
    assert FindingEvidence.objects.count() == 3
    line = request.lines.get(number=1)
    evidence.untie_finding(evidence=line.finding.evidence.get(), actor=auditor)
    assert open_codes(request) == {"finding_evidence"}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda r: FindingEvidence.objects.all().delete(), "finding_evidence"),
        (lambda r: Material.objects.filter(country="KZ").update(evidence=None), "local_materials"),
        (lambda r: r.steps.all().delete(), "process"),
    ],
)
def test_an_act_without_its_proofs_is_not_signed(spoil, code):
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    assert open_codes(request) == set()
    spoil(request)
    assert code in open_codes(request)
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    assert refused(signing.sign_act, request=request, actor=auditor) == "incomplete"


def test_a_foreign_material_counts_against_the_goods_anyway_and_needs_no_proof():
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    Material.objects.exclude(country="KZ").update(evidence=None)
    assert open_codes(request) == set()


def test_a_refused_line_needs_no_proof():
    request = scenarios.examine(scenarios.a_request("in_expertise"), positive=False)
    FindingEvidence.objects.all().delete()
    Material.objects.update(evidence=None)
    request.steps.all().delete()
    assert open_codes(request) == set()


DESK_PAGES = (
    "request-evidence", "request-proofs", "request-examination", "request-process",
    "request-visit", "request-laboratory", "request-finding-proofs",
)  # fmt: skip


@pytest.mark.parametrize("name", DESK_PAGES)
@pytest.mark.parametrize(
    ("role", "status", "expected"),
    [
        (Role.AUDITOR, "in_expertise", 200),
        (Role.AUDITOR, "awaiting_applicant", 302),
        (Role.EXPERT_HEAD, "in_expertise", 403),
        (Role.APPLICANT, "in_expertise", 403),
        (Role.INSPECTOR, "in_expertise", 403),
        (Role.CHAMBER_OFFICER, "in_expertise", 404),
    ],
)
def test_the_desk_is_open_to_its_auditor_alone(name, role, status, expected):
    request = scenarios.a_request(status)
    client = signed_in(scenarios.actor_of(request, role))
    assert client.get(page(name, request.pk)).status_code == expected


def test_one_row_of_the_page_ties_the_same_material_of_every_line():
    request, auditor = under_expertise(lines=3)
    client, paper = signed_in(auditor), request.documents.get()
    address = page("request-proofs", request.pk)
    form = client.get(address).context["form"]
    assert len(form.ties) == 2
    steel = next(tie for tie in form.ties.values() if tie.label == "Сталь листовая")
    client.post(
        address,
        {"version": request.version, f"document_{steel.key}": paper.pk, f"page_{steel.key}": "7"},
    )
    tied = Material.objects.filter(evidence=paper)
    assert {(row.name, row.evidence_page) for row in tied} == {("Сталь листовая", "7")}
    assert tied.count() == 3
    assert "3 of 6 materials are proved" in text(client.get(address))


def test_the_rows_of_one_line_are_saved_for_the_same_materials_of_the_others():
    request, auditor = under_expertise(lines=3)
    client, paper = signed_in(auditor), request.documents.get()
    line = request.lines.get(number=2)
    first, second = line.materials.order_by("number")
    response = client.post(
        page("request-line-proofs", request.pk, line.pk),
        {
            "version": request.version,
            f"document_{first.pk}": paper.pk, f"page_{first.pk}": "1",
            f"document_{second.pk}": "", f"page_{second.pk}": "",
            "line-document": "", "line-page": "", "scope": "everywhere",
        },
    )  # fmt: skip
    assert response.status_code == 302
    assert set(Material.objects.filter(evidence=paper).values_list("name", flat=True)) == {
        first.name
    }
    assert Material.objects.filter(evidence=paper).count() == 3
    client.post(
        page("request-line-proofs", request.pk, line.pk),
        {
            "version": request.version,
            f"document_{first.pk}": paper.pk, f"page_{first.pk}": "1",
            "line-document": paper.pk, "line-page": "9", "scope": "line-left",
        },
    )  # fmt: skip
    second.refresh_from_db()
    assert (second.evidence_id, second.evidence_page) == (paper.pk, "9")


def test_a_page_left_open_while_the_case_moved_changes_nothing():
    request, auditor = under_expertise()
    client = signed_in(auditor)
    form = client.get(page("request-proofs", request.pk)).context["form"]
    key = next(iter(form.ties))
    response = client.post(
        page("request-proofs", request.pk),
        {"version": request.version - 1, f"document_{key}": request.documents.get().pk},
    )
    assert response.status_code == 409
    assert not Material.objects.filter(evidence__isnull=False).exists()


@pytest.mark.parametrize("by", ["name", "supplier", "line"])
def test_the_proofs_take_the_same_queries_for_one_line_and_for_ten(
    by, django_assert_num_queries, django_assert_max_num_queries
):
    counts = []
    for lines in (1, 10):
        request, auditor = under_expertise(lines=lines)
        client = signed_in(auditor)
        with django_assert_max_num_queries(60) as captured:
            assert client.get(page("request-proofs", request.pk), {"by": by}).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["request-evidence", "request-finding-proofs", "request-process"])
def test_lists_of_the_desk_take_the_same_queries_for_one_row_and_for_ten(
    name, django_assert_max_num_queries
):
    counts = []
    for lines in (1, 10):
        request, auditor = under_expertise(lines=lines)
        scenarios.examine(request)
        for _number in range(lines):
            added(request, auditor, lines=list(request.lines.all()))
        client = signed_in(auditor)
        with django_assert_max_num_queries(60) as captured:
            assert client.get(page(name, request.pk)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_document_with_lines_is_added_from_the_page():
    request, auditor = under_expertise(lines=5)
    client = signed_in(auditor)
    values = {
        "version": request.version, "type": "lab_protocol", "title": "Протокол", "number": "П-7",
        "lines": "2-4", "files": scenarios.a_pdf(),
    }  # fmt: skip
    client.post(page("request-evidence", request.pk), values)
    document = request.documents.get(type="lab_protocol")
    assert [line.number for line in document.lines.order_by("number")] == [2, 3, 4]
    shown = text(client.get(page("request-evidence", request.pk)))
    assert "2–4" in shown
    assert auditor.user.full_name in shown
    values |= {"lines": "2-9", "files": scenarios.a_pdf()}
    assert "no lines 6–9" in text(client.post(page("request-evidence", request.pk), values))


def test_the_applicant_is_not_offered_the_auditors_kinds_and_does_not_see_a_draft():
    request, auditor = under_expertise()
    own = added(request, auditor)
    applicant = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    listed = page("request-detail", request.pk) + "?show=documents"
    assert "Запись осмотра" not in text(applicant.get(listed))
    assert applicant.get(page("document-download", own.pk)).status_code == 404
    scenarios.conclude(request)
    assert "Запись осмотра" in text(applicant.get(listed))
    assert applicant.get(page("document-download", own.pk)).status_code == 200
    draft = scenarios.a_request()
    offered = signed_in(scenarios.actor_of(draft, Role.APPLICANT)).get(
        page("request-documents", draft.pk)
    )
    assert "Record of the site visit" not in text(offered)
    assert "Customs declaration of materials" in text(offered)


def test_photographs_are_shown_small_upright_and_without_the_cameras_notes():
    request, auditor = under_expertise(lines=2)
    client = signed_in(auditor)
    response = client.post(
        page("request-photos-add", request.pk, IDENTIFICATION_PHOTO),
        {"version": request.version, "files": a_photo(), "title": "Маркировка", "lines": "2"},
    )
    assert response["Location"].startswith(page("request-examination", request.pk))
    photo = request.documents.get(type=IDENTIFICATION_PHOTO)
    assert [line.number for line in photo.lines.all()] == [2]
    shown = text(client.get(page("request-examination", request.pk)))
    assert page("document-thumbnail", photo.pk) in shown
    assert "Маркировка" in shown
    answer = client.get(page("document-thumbnail", photo.pk))
    assert answer["Content-Type"] == "image/jpeg"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    small = Image.open(io.BytesIO(answer.content))
    assert small.height > small.width
    assert max(small.size) == 320
    assert not small.getexif()
    assert client.get(page("document-picture", photo.pk)).status_code == 200
    large = Image.open(io.BytesIO(client.get(page("document-image", photo.pk)).content))
    assert max(large.size) == 900


def test_pages_of_a_paper_are_pictures_too_and_a_stranger_sees_none():
    request, auditor = under_expertise()
    photo = added(request, auditor, type=IDENTIFICATION_PHOTO, upload=a_photo())
    paper = request.documents.exclude(pk=photo.pk).get()
    client = signed_in(auditor)
    for name in ("document-image", "document-thumbnail"):
        assert client.get(page(name, paper.pk))["Content-Type"] == "image/jpeg"
    shown = text(client.get(page("document-picture", paper.pk)))
    assert f'src="{page("document-image", paper.pk)}?page=1"' in shown
    stranger = signed_in(scenarios.a_person(Role.APPLICANT))
    for name in ("document-picture", "document-image", "document-thumbnail"):
        assert stranger.get(page(name, photo.pk)).status_code == 404
        assert stranger.get(page(name, paper.pk)).status_code == 404


def test_caption_and_lines_of_a_photograph_can_be_changed():
    request, auditor = under_expertise(lines=2)
    photo = added(request, auditor, type=IDENTIFICATION_PHOTO, upload=a_photo())
    client = signed_in(auditor)
    address = page("request-evidence-edit", request.pk, photo.pk)
    client.post(address, {"version": request.version, "title": "Корпус", "lines": "1"})
    photo.refresh_from_db()
    assert (photo.title, photo.lines.get().number) == ("Корпус", 1)
    applicants = request.documents.exclude(pk=photo.pk).get()
    refused_page = client.post(
        page("request-evidence-edit", request.pk, applicants.pk),
        {"version": request.version, "title": "Другое"},
    )
    assert "Only what you added yourself" in text(refused_page)
