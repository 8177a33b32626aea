"""The pages of stage one as people use them, through a signed-in browser session."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Role
from expertise.examples import goods_example, materials_example
from expertise.models import Act, ExpertiseRequest
from expertise.services import examining
from tests import scenarios

pytestmark = pytest.mark.django_db


def signed_in(actor: Membership) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(actor.user)
    session = client.session
    session[SESSION_KEY] = str(actor.pk)
    session.save()
    return client


def page(name: str, *args: object) -> str:
    return reverse(f"expertise:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def a_workbook(*rows: tuple) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("goods.xlsx", out.getvalue())


DRAFT_PAGES = (
    "request-detail", "request-parties", "request-goods", "request-line", "request-prices",
    "request-goods-import", "request-materials", "request-materials-import",
    "request-documents", "request-check",
)  # fmt: skip


@pytest.mark.parametrize("name", DRAFT_PAGES)
def test_every_page_of_a_draft_opens_for_its_applicant(name):
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    assert client.get(page(name, request.pk)).status_code == 200


@pytest.mark.parametrize("name", DRAFT_PAGES)
def test_a_stranger_is_told_that_there_is_no_such_page(name):
    request = scenarios.a_request()
    other = signed_in(scenarios.a_person(Role.APPLICANT))
    assert other.get(page(name, request.pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "status", "name", "expected"),
    [
        (Role.EXPERT_HEAD, "draft", "request-detail", 404),
        (Role.EXPERT_HEAD, "submitted", "request-detail", 200),
        (Role.EXPERT_HEAD, "submitted", "request-parties", 403),
        (Role.EXPERT_HEAD, "submitted", "request-reject", 200),
        (Role.EXPERT_HEAD, "accepted", "request-assign", 200),
        (Role.EXPERT_HEAD, "in_expertise", "request-findings", 403),
        (Role.EXPERT_HEAD, "in_expertise", "request-sign", 403),
        (Role.AUDITOR, "accepted", "request-detail", 404),
        (Role.AUDITOR, "in_expertise", "request-detail", 200),
        (Role.AUDITOR, "in_expertise", "request-examination", 200),
        (Role.AUDITOR, "in_expertise", "request-findings", 200),
        (Role.AUDITOR, "in_expertise", "request-ask", 200),
        (Role.AUDITOR, "in_expertise", "request-sign", 200),
        (Role.AUDITOR, "in_expertise", "request-parties", 403),
        (Role.AUDITOR, "awaiting_applicant", "request-findings", 302),
        (Role.APPLICANT, "submitted", "request-parties", 302),
        (Role.APPLICANT, "in_expertise", "request-findings", 403),
        (Role.APPLICANT, "awaiting_applicant", "request-answer", 200),
        (Role.APPLICANT, "awaiting_applicant", "request-documents", 200),
        (Role.INSPECTOR, "draft", "request-detail", 404),
        (Role.INSPECTOR, "in_expertise", "request-detail", 200),
        (Role.INSPECTOR, "in_expertise", "request-findings", 403),
        (Role.CHAMBER_OFFICER, "in_expertise", "request-detail", 404),
    ],
)
def test_who_may_open_what_and_when(role, status, name, expected):
    request = scenarios.a_request(status)
    client = signed_in(scenarios.actor_of(request, role))
    assert client.get(page(name, request.pk)).status_code == expected


@pytest.mark.parametrize("show", ["overview", "goods", "documents", "questions", "examination"])
def test_an_inspector_reads_every_part_of_a_case_and_gets_no_button(show):
    request = scenarios.a_request("awaiting_applicant")
    client = signed_in(scenarios.a_person(Role.INSPECTOR))
    response = client.get(page("request-detail", request.pk), {"show": show})
    assert response.status_code == 200
    assert response.context["actions"] == []
    line = request.lines.first()
    finding = client.get(page("request-line-finding", request.pk, line.pk))
    assert finding.status_code == 200
    assert finding.context["form"] is None


def test_the_start_page_sent_twice_makes_one_request():
    client = signed_in(scenarios.a_person(Role.APPLICANT))
    token = client.get(page("request-create")).context["form_token"]
    first = client.post(page("request-create"), {"form_token": token})
    second = client.post(page("request-create"), {"form_token": token})
    assert first["Location"] == second["Location"]
    assert ExpertiseRequest.objects.count() == 1


def test_a_wrong_bin_is_named_and_nothing_typed_is_lost():
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.post(
        page("request-parties", request.pk),
        {
            "category": "serial",
            "producer_bin": "990140000018",
            "producer_name_ru": "ТОО «Пример-Новый»",
            "operations": "Сварка",
        },
    )
    assert response.status_code == 200
    assert "check digit" in text(response)
    assert "ТОО «Пример-Новый»" in text(response)
    request.refresh_from_db()
    assert request.producer_name_ru != "ТОО «Пример-Новый»"


def test_a_draft_is_saved_as_far_as_it_is_filled():
    actor = scenarios.a_person(Role.APPLICANT)
    client = signed_in(actor)
    client.post(page("request-create"), {"form_token": uuid.uuid4()})
    request = ExpertiseRequest.objects.get()
    response = client.post(
        page("request-parties", request.pk), {"category": "batch", "operations": "Сварка"}
    )
    assert response["Location"] == page("request-goods", request.pk)
    request.refresh_from_db()
    assert (request.category, request.operations) == ("batch", "Сварка")
    check = client.get(page("request-check", request.pk))
    assert not check.context["is_ready"]
    assert "disabled" in text(check)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hs_code", "842131000", "this one has 9"),
        ("quantity", "two", "not a number"),
        ("quantity", "0", "more than zero"),
        ("price_kzt", "-5", "greater than or equal to 0"),
        ("claimed_percent", "100,01", "less than or equal to 100"),
        ("claimed_percent", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_figure_in_a_line_is_refused_with_its_reason(field, value, said):
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    values = {
        "name": "Фильтр", "hs_code": "8421310000", "quantity": "1 200,5", "unit": "796",
        "price_kzt": "10 000", "claimed_criterion": "Д", "claimed_percent": "68,23",
    }  # fmt: skip
    response = client.post(page("request-line", request.pk), {**values, field: value})
    assert response.status_code == 200
    assert said in text(response)
    assert request.lines.count() == 1


def test_a_line_is_read_the_way_people_write_figures():
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.post(
        page("request-line", request.pk),
        {
            "name": "Фильтр",
            "hs_code": "8421 31 000 0",
            "kp_ved": "28.29.82",
            "quantity": "1 200,5",
            "unit": "796",
            "price_kzt": "10 000,50 ₸",
            "claimed_criterion": "Д",
            "claimed_percent": "68,23 %",
        },
    )
    assert response.status_code == 302
    line = request.lines.get(number=2)
    assert str(line.quantity) == "1200.500000"
    assert str(line.price_kzt) == "10000.50"
    assert (line.hs_code, line.claimed_criterion) == ("8421310000", "Д8421")


def test_an_example_of_ours_is_imported_whole():
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.post(
        page("request-goods-import", request.pk),
        {"file": SimpleUploadedFile("goods.xlsx", goods_example())},
    )
    assert response.status_code == 302
    assert request.lines.count() == 2
    response = client.post(
        page("request-materials-import", request.pk),
        {"file": SimpleUploadedFile("materials.xlsx", materials_example())},
    )
    assert response.status_code == 302
    assert [line.materials.count() for line in request.lines.all()] == [3, 2]


def test_every_bad_cell_of_a_sheet_is_listed_and_nothing_is_imported():
    request = scenarios.a_request(lines=3)
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    sheet = a_workbook(
        ("Наименование товара", "Код ТН ВЭД", "Количество", "Единица измерения"),
        ("Фильтр А", "8421310000", 5, "шт"),
        ("Фильтр Б", "842131", 5, "шт"),
        ("Фильтр В", "8421310000", -1, "шт"),
        ("", "8421310000", 5, "шт"),
    )
    response = client.post(page("request-goods-import", request.pk), {"file": sheet})
    assert response.status_code == 200
    assert [error.row for error in response.context["sheet"].errors] == [3, 4, 5]
    assert "3 mistakes in the file" in text(response)
    assert request.lines.count() == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("goods.xlsx", b"", "empty"),
        ("goods.pdf", b"%PDF-1.4", "Files of this type"),
        ("goods.xlsx", b"not a workbook", "not a readable"),
        ("goods.csv", b"one;two\n1;2\n", "Columns are missing"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused(name, content, said):
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.post(
        page("request-goods-import", request.pk), {"file": SimpleUploadedFile(name, content)}
    )
    assert response.status_code == 200
    assert said in text(response)
    assert request.lines.count() == 1


def test_lines_without_a_price_are_counted_and_priced_on_one_page():
    request = scenarios.a_draft(lines=0)
    for _line in range(3):
        scenarios.a_line(request, price_kzt=None)
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    assert client.get(page("request-goods", request.pk)).context["unpriced"] == 3
    prices = {"price_1": "4 000", "price_2": "5000,50", "price_3": ""}
    client.post(page("request-prices", request.pk), prices)
    assert [str(line.price_kzt) for line in request.lines.all()] == ["4000.00", "5000.50", "None"]


def material_rows(*rows: dict, stored: int = 0) -> dict:
    posted = {"materials-TOTAL_FORMS": len(rows), "materials-INITIAL_FORMS": stored}
    for index, row in enumerate(rows):
        posted |= {f"materials-{index}-{name}": value for name, value in row.items()}
    return posted


def test_a_bill_of_materials_is_replaced_and_shows_its_share_while_typed():
    request = scenarios.a_request()
    line = request.lines.get()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    rows = material_rows(
        {"name": "Бумага", "country": "Китай", "value_kzt": "2 500", "origin_document": "customs"},
        {"name": "Сталь", "country": "KZ", "value_kzt": "1000", "origin_document": "ct_kz"},
        {},
    )
    preview = client.post(page("request-line-share", request.pk, line.pk), rows)
    assert "75 %" in text(preview)
    assert line.materials.count() == 2
    saved = client.post(page("request-line-materials", request.pk, line.pk), rows)
    assert saved.status_code == 302
    assert [m.country for m in line.materials.all()] == ["CN", "KZ"]


def test_more_rows_keep_what_was_typed_and_save_nothing():
    request = scenarios.a_request()
    line = request.lines.get()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    rows = material_rows({"name": "Новый материал", "value_kzt": "1"})
    response = client.post(
        page("request-line-materials", request.pk, line.pk), {**rows, "add": "1"}
    )
    assert response.status_code == 200
    assert "Новый материал" in text(response)
    assert len(response.context["rows"].forms) == 4
    assert not line.materials.filter(name="Новый материал").exists()


def test_good_documents_are_kept_when_one_beside_them_is_refused():
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.post(
        page("request-documents", request.pk),
        {
            "type": "cost_calculation",
            "files": [scenarios.a_pdf("good.pdf"), SimpleUploadedFile("bad.pdf", b"<html>")],
        },
    )
    assert response.status_code == 200
    assert "bad.pdf" in text(response)
    assert request.documents.filter(title="good.pdf").count() == 1
    assert not request.documents.filter(title="bad.pdf").exists()


def test_a_document_is_downloaded_only_by_who_sees_the_case():
    request = scenarios.a_request("submitted")
    address = page("document-download", request.documents.get().pk)
    head = signed_in(scenarios.actor_of(request, Role.EXPERT_HEAD))
    response = head.get(address)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert signed_in(scenarios.a_person(Role.EXPERT_HEAD)).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_complete_request_is_submitted_from_the_check_page():
    request = scenarios.a_request()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    check = client.get(page("request-check", request.pk))
    assert check.context["is_ready"]
    client.post(page("request-submit", request.pk), {"version": request.version})
    request.refresh_from_db()
    assert request.status == "submitted"


def test_a_page_left_open_is_refused_and_keeps_what_was_typed():
    request = scenarios.a_request("in_expertise")
    old_version = request.version
    scenarios.ask(request)
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    response = auditor.post(
        page("request-ask", request.pk), {"text": "Ещё один вопрос", "version": old_version}
    )
    assert response.status_code == 409
    assert "Ещё один вопрос" in text(response)
    response = auditor.post(
        page("request-findings", request.pk),
        {"version": old_version, "scope": "all", "is_originating": "yes", "criterion": "Д",
         "justification": "Обоснование, которое жаль потерять"},
    )  # fmt: skip
    assert response.status_code == 409
    assert "Обоснование, которое жаль потерять" in text(response)


def test_an_editing_page_left_open_by_the_applicant_is_refused_after_submitting():
    request = scenarios.a_request("submitted")
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.post(
        page("request-parties", request.pk), {"category": "batch", "operations": "Новый текст"}
    )
    assert response.status_code == 409
    assert "Новый текст" in text(response)
    request.refresh_from_db()
    assert request.category == "serial"


def test_the_expert_organisation_accepts_and_assigns_from_its_pages():
    request = scenarios.a_request("submitted")
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    head = signed_in(scenarios.actor_of(request, Role.EXPERT_HEAD))
    head.post(page("request-accept", request.pk), {"version": request.version})
    request.refresh_from_db()
    assert auditor.user.full_name in text(head.get(page("request-assign", request.pk)))
    head.post(
        page("request-assign", request.pk),
        {"version": request.version, "auditor": auditor.pk},
    )
    request.refresh_from_db()
    assert (request.status, request.auditor) == ("in_expertise", auditor.user)


def test_a_rejection_without_a_reason_is_an_error_of_the_field():
    request = scenarios.a_request("submitted")
    head = signed_in(scenarios.actor_of(request, Role.EXPERT_HEAD))
    response = head.post(page("request-reject", request.pk), {"note": "Неполный пакет"})
    assert response.status_code == 200
    assert "Неполный пакет" in text(response)
    assert response.context["form"].errors["reason"]


def test_the_auditor_goes_from_examination_to_a_signed_act():
    request = scenarios.a_request("in_expertise", lines=3)
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    auditor.post(
        page("request-examination", request.pk),
        {"version": request.version, "place": "Жезказган", "identification": "Маркировка"},
    )  # fmt: skip
    verdict = {
        "version": request.version, "is_originating": "yes", "criterion": "Д",
        "justification": "Код меняется",
    }  # fmt: skip
    examining.save_examination(
        request=request,
        actor=scenarios.actor_of(request, Role.AUDITOR),
        values={"process": "Гофрирование, склейка, сборка."},
    )
    scenarios.describe_process(request)
    auditor.post(
        page("request-findings", request.pk), {**verdict, "scope": "chosen", "lines": ["1", "2"]}
    )
    assert request.lines.filter(finding__isnull=False).count() == 2
    assert not auditor.get(page("request-sign", request.pk)).context["is_ready"]
    last = request.lines.get(number=3)
    refused = {
        "version": request.version, "is_originating": "no", "reason": "simple_operations",
        "then": "next",
    }  # fmt: skip
    auditor.post(page("request-line-finding", request.pk, last.pk), refused)
    assert not auditor.get(page("request-sign", request.pk)).context["is_ready"]
    scenarios.prove(request)
    blockers = auditor.get(page("request-sign", request.pk)).context["blockers"]
    assert [blocker.text for blocker in blockers if not blocker.is_clear] == []
    response = auditor.post(page("request-sign", request.pk), {"version": request.version})
    act = Act.objects.get()
    assert response["Location"] == page("act-detail", act.pk)
    detail = auditor.get(response["Location"])
    assert detail.status_code == 200
    assert act.record_sha256 in text(detail)
    assert auditor.get(page("act-record", act.pk)).content == bytes(act.record)


@pytest.mark.parametrize("name", ["request-findings", "request-judge"])
def test_without_a_button_that_says_more_no_line_is_judged(name):
    request = scenarios.a_request("in_expertise", lines=2)
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    fields = {"version": request.version, "is_originating": "yes", "criterion": "Д"}
    auditor.post(page(name, request.pk), fields)
    assert not request.lines.filter(finding__isnull=False).exists()


def test_a_verdict_for_no_line_says_so():
    request = scenarios.a_request("in_expertise")
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    response = auditor.post(
        page("request-findings", request.pk),
        {"scope": "chosen", "is_originating": "yes", "criterion": "Д"},
    )
    assert "Choose the lines" in text(response)


def test_findings_are_hidden_from_the_applicant_until_the_act_is_signed():
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    line = request.lines.get()
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    address = page("request-line-finding", request.pk, line.pk)
    assert client.get(address).context["finding"] is None
    assert "examination" not in text(client.get(page("request-detail", request.pk)))
    scenarios.conclude(request)
    assert client.get(address).context["finding"] is not None


def test_a_foreign_material_with_the_heading_of_the_product_is_pointed_out():
    request = scenarios.a_draft(lines=0)
    line = scenarios.a_line(request, hs_code="4805910000", claimed_criterion="Д4805")
    request = scenarios.assign(scenarios.accept(scenarios.submit(request)))
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    response = auditor.get(page("request-line-finding", request.pk, line.pk))
    assert not response.context["ruling"].passes
    assert [part.materials for part in response.context["ruling"].parts] == [(1,)]
    assert "Does not meet the rules" in text(response)
    refused = auditor.post(
        page("request-line-finding", request.pk, line.pk),
        {"version": request.version, "is_originating": "yes", "criterion": "Д"},
    )
    assert refused.context["form"].errors["is_originating"]


def test_an_act_is_seen_by_its_chamber_and_by_nobody_elses():
    act = scenarios.an_act(chamber=scenarios.an_organisation("chamber"))
    address = page("act-detail", act.pk)
    officer = scenarios.actor_of(act.request, Role.CHAMBER_OFFICER)
    assert signed_in(officer).get(address).status_code == 200
    elsewhere = scenarios.a_person(
        Role.CHAMBER_OFFICER, scenarios.an_organisation("chamber", code="110")
    )
    assert signed_in(elsewhere).get(address).status_code == 404
    assert signed_in(officer).get(page("act-pdf", act.pk)).status_code == 404


@pytest.mark.parametrize("name", ["request-list", "act-list"])
def test_a_list_costs_the_same_for_one_row_and_for_ten(name):
    applicant = scenarios.a_person(Role.APPLICANT)
    experts = scenarios.an_organisation("expert")
    client = signed_in(applicant)
    scenarios.an_act(applicant=applicant, experts=experts)
    client.get(page(name))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(page(name))
    for _case in range(9):
        scenarios.an_act(applicant=applicant, experts=experts)
    with CaptureQueriesContext(connection) as ten:
        response = client.get(page(name))
    assert response.context["page"].paginator.count == 10
    assert len(ten) == len(one)


def test_pages_with_many_lines_cost_the_same_as_with_one():
    costs: dict[str, list[int]] = {}
    for count in (1, 10):
        request = scenarios.a_request("in_expertise", lines=count)
        auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
        for name, query in (("request-findings", {}), ("request-detail", {"show": "goods"})):
            auditor.get(page(name, request.pk), query)
            with CaptureQueriesContext(connection) as queries:
                auditor.get(page(name, request.pk), query)
            costs.setdefault(name, []).append(len(queries))
    assert all(one == ten for one, ten in costs.values()), costs


@pytest.mark.parametrize(
    "query", ["number", "bin", "product", "hs_code", "company", "nothing of the kind"]
)
def test_the_list_finds_a_request_by_whatever_is_known_of_it(query):
    request = scenarios.a_request("submitted")
    known = {
        "number": request.number,
        "bin": request.applicant.bin,
        "product": "PF-0001A",
        "hs_code": "8421 31",
        "company": request.applicant.name_ru,
    }
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    response = client.get(page("request-list"), {"q": known.get(query, query)})
    assert response.context["page"].paginator.count == (1 if query in known else 0)
