"""One bill of materials for several goods lines, in the draft and from a sheet."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from expertise.blockers import submission_blockers
from expertise.forms.materials import LONGEST_FORM
from expertise.line_ranges import parse_lines
from expertise.models import Material
from expertise.services import bills, filing
from expertise.spreadsheet_rows import MaterialRow
from expertise.spreadsheets import SheetResult, read_materials
from reference.exchange_rates import ExchangeRate
from reference.models import Parameter
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def applicant(request):
    return scenarios.actor_of(request, Role.APPLICANT)


def a_row(lines: str, **values) -> MaterialRow:
    return MaterialRow(
        **{"row": 2, "lines": parse_lines(lines), "name": "Сталь", "value_kzt": Decimal(10),
           **values}
    )  # fmt: skip


def imported(request, *rows: MaterialRow) -> int:
    return filing.import_materials(
        request=request,
        actor=applicant(request),
        sheet=SheetResult(lines=rows),
        file_sha256="0" * 64,
    )


def counts(request) -> list[int]:
    return [line.materials.count() for line in request.lines.order_by("number")]


def test_a_row_goes_into_every_line_that_it_names_and_other_bills_stay():
    request = scenarios.a_request(lines=4)
    assert imported(request, a_row("1-2"), a_row("2", name="Клей"), a_row("1, 2")) == 5
    assert counts(request) == [2, 3, 2, 2]
    numbers = request.lines.get(number=2).materials.values_list("number", "name")
    assert list(numbers) == [(1, "Сталь"), (2, "Клей"), (3, "Сталь")]


def test_all_means_the_lines_that_the_request_has():
    request = scenarios.a_request(lines=3)
    assert imported(request, a_row("все")) == 3
    assert counts(request) == [1, 1, 1]


@pytest.mark.parametrize(
    ("rows", "code"),
    [(("1-9",), "unknown_line"), (("1-5000",) * 5, "too_many_materials")],
)
def test_lines_that_are_not_there_and_floods_are_refused_whole(rows, code):
    request = scenarios.a_request(lines=2)
    with pytest.raises(DomainError) as refusal:
        imported(request, *map(a_row, rows))
    assert refusal.value.code == code
    assert counts(request) == [2, 2]


def test_a_sheet_for_all_lines_of_a_request_without_lines_is_refused():
    with pytest.raises(DomainError) as refusal:
        imported(scenarios.a_draft(lines=0), a_row("все"))
    assert refusal.value.code == "no_lines"


def test_an_import_takes_as_many_queries_for_five_thousand_rows_as_for_one():
    request = scenarios.a_request(lines=5)

    def queries(rows: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            imported(request, *[a_row("1-5")] * rows)
        return len(captured)

    queries(1)
    assert queries(1) == queries(1000)
    assert Material.objects.filter(line__request=request).count() == 5000


def test_a_bill_is_copied_and_says_to_how_many_lines():
    request = scenarios.a_request(lines=4)
    line = request.lines.get(number=2)
    filing.save_materials(
        line=line,
        actor=applicant(request),
        rows=[{"name": "Клей", "value_kzt": Decimal(7)}],
    )
    count = bills.copy_bill(line=line, actor=applicant(request), lines=parse_lines("1-3"))
    assert count == 2
    assert counts(request) == [1, 1, 1, 2]
    assert request.lines.get(number=3).materials.get().name == "Клей"


@pytest.mark.parametrize(("lines", "code"), [("1", "no_lines"), ("1, 8", "unknown_line")])
def test_a_bill_is_copied_to_other_lines_that_exist(lines, code):
    request = scenarios.a_request(lines=2)
    with pytest.raises(DomainError) as refusal:
        bills.copy_bill(
            line=request.lines.get(number=1), actor=applicant(request), lines=parse_lines(lines)
        )
    assert refusal.value.code == code
    assert counts(request) == [2, 2]


def test_a_bill_of_a_submitted_request_or_of_strangers_is_not_copied():
    request = scenarios.a_request("submitted", lines=2)
    line = request.lines.get(number=1)
    with pytest.raises(DomainError) as refusal:
        bills.copy_bill(line=line, actor=applicant(request), lines=parse_lines("2"))
    assert refusal.value.code == "not_a_draft"
    with pytest.raises(PermissionRefused):
        bills.copy_bill(line=line, actor=scenarios.a_person(Role.APPLICANT), lines=parse_lines("2"))


def test_the_page_names_the_bills_that_would_be_lost_before_it_copies():
    request = scenarios.a_request(lines=3)
    line = request.lines.get(number=1)
    request.lines.get(number=3).materials.all().delete()
    client = signed_in(applicant(request))
    address = page("request-line-bill-copy", request.pk, line.pk)
    asked = client.post(address, {"lines": "all"})
    assert asked.status_code == 200
    assert "1 line has materials of its own, which will be replaced: 2." in text(asked)
    assert counts(request) == [2, 2, 0]
    done = client.post(address, {"lines": "all", "confirmed": "1"}, follow=True)
    assert "now used for 2 more lines" in text(done)
    assert counts(request) == [2, 2, 2]
    assert "wrong way round" in text(client.post(address, {"lines": "3-1"}))


def formset(*rows: dict) -> dict:
    data = {"materials-TOTAL_FORMS": len(rows), "materials-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"materials-{number}-{name}": value for name, value in row.items()}
    return data


def test_the_form_takes_a_stated_rate_and_a_known_one():
    request = scenarios.a_request()
    line = request.lines.get()
    ExchangeRate.objects.create(
        currency="CNY", on="2026-01-15", rate_kzt=Decimal(70), source="Example"
    )
    rows = formset(
        {"name": "Бумага", "value_kzt": "100,5"},
        {"name": "Резина", "currency": "CNY", "amount": "12,5", "rate_on": "2026-01-15"},
        {"name": "Сталь", "currency": "$", "amount": "2", "rate": "500,25",
         "rate_on": "2026-01-15", "rate_source": "Bank"},
    )  # fmt: skip
    client = signed_in(applicant(request))
    address = page("request-line-materials", request.pk, line.pk)
    assert client.post(address, rows).status_code == 302
    kept = line.materials.values_list("value_kzt", "currency", "rate_source")
    assert list(kept) == [
        (Decimal("100.5"), "KZT", ""),
        (Decimal(875), "CNY", "Example"),
        (Decimal("1000.5"), "USD", "Bank"),
    ]
    again = text(client.get(address))
    assert 'value="12,5"' in again or 'value="12.5"' in again


def test_the_form_says_which_rate_is_not_known_and_which_percentage_is_ambiguous():
    request = scenarios.a_request()
    line = request.lines.get()
    rows = formset(
        {"name": "Резина", "currency": "EUR", "amount": "12", "rate_on": "2026-01-15"},
        {"name": "Сталь", "value_kzt": "1", "local_percent": "0.35"},
    )
    client = signed_in(applicant(request))
    shown = text(client.post(page("request-line-materials", request.pk, line.pk), rows))
    assert "No rate of EUR for 15.01.2026 is known" in shown
    assert "write 35 for 35 %" in shown
    assert line.materials.count() == 2


def test_the_database_keeps_no_value_that_is_not_the_product():
    line = scenarios.a_request().lines.get()
    sound = {"line": line, "number": 9, "name": "x", "currency": "USD", "amount": Decimal(2),
             "rate": Decimal(500), "rate_on": "2026-01-15", "rate_source": "Bank"}  # fmt: skip
    Material.objects.create(**sound, value_kzt=Decimal(1000))
    with pytest.raises(DatabaseError), transaction.atomic():
        Material.objects.filter(number=9).update(value_kzt=Decimal("1000.01"))


def test_a_long_bill_is_shown_and_not_cut():
    request = scenarios.a_request()
    line = request.lines.get()
    imported(request, *[a_row("1")] * (LONGEST_FORM + 40))
    client = signed_in(applicant(request))
    shown = text(client.get(page("request-line-materials", request.pk, line.pk)))
    assert f"This bill has {LONGEST_FORM + 40} materials" in shown


def test_the_longest_bill_that_is_typed_is_a_light_page_on_the_way():
    request = scenarios.a_request()
    line = request.lines.get()
    imported(request, *[a_row("1")] * LONGEST_FORM)
    address = page("request-line-materials", request.pk, line.pk)
    sent = signed_in(applicant(request)).get(address, headers={"Accept-Encoding": "gzip"})
    assert sent.content.startswith(b"\x1f\x8b")
    assert len(sent.content) < 40_000


def test_what_is_downloaded_is_what_is_imported_again():
    request = scenarios.a_request(lines=3)
    imported(
        request,
        a_row("1-3"),
        a_row("2", name="=1+1"),
        a_row("2", name="=1+1"),
    )
    client = signed_in(applicant(request))
    response = client.get(page("request-materials-export", request.pk))
    sheet = read_materials(response.content, "materials.xlsx")
    assert sheet.errors == ()
    before = counts(request)
    imported(request, *sheet.lines)
    assert counts(request) == before == [1, 3, 1]
    stranger = signed_in(scenarios.a_person(Role.APPLICANT))
    assert stranger.get(page("request-materials-export", request.pk)).status_code == 404


def upload(request, *rows: str) -> str:
    sheet = "\n".join(("Строка товара;Материал;Стоимость", *rows))
    response = signed_in(applicant(request)).post(
        page("request-materials-import", request.pk),
        {"file": SimpleUploadedFile("materials.csv", sheet.encode())},
        follow=True,
    )
    return text(response)


def test_materials_dearer_than_the_goods_are_told_at_import_and_stop_the_submission():
    request = scenarios.a_request(lines=2)
    told = upload(request, "1;Сталь;6000", "1;Клей;5000", "2;Сталь;10000")
    assert "Line 1: its materials cost" in told
    assert "Line 2: its materials" not in told
    blockers = {blocker.code: blocker for blocker in submission_blockers(request)}
    assert not blockers["materials_over_price"].is_clear
    first = page("request-line-materials", request.pk, request.lines.get(number=1).pk)
    assert blockers["materials_over_price"].url == f"{first}#id_materials-0-value_kzt"
    with pytest.raises(DomainError) as refusal:
        scenarios.submit(request)
    assert refusal.value.code == "incomplete"


@pytest.mark.parametrize("price", [Decimal(0), Decimal(-5)])
def test_a_price_of_nothing_or_less_is_refused_and_one_by_sql_stops_the_submission(price):
    request = scenarios.a_request()
    line = request.lines.get()
    for command, arguments in (
        (filing.save_line, {"values": {"price_kzt": price}, "line": line}),
        (filing.save_prices, {"prices": {1: price}}),
    ):
        with pytest.raises(DomainError) as refusal:
            command(request=request, actor=applicant(request), **arguments)
        assert refusal.value.code == "price_not_positive"
    request.lines.update(price_kzt=price)
    blockers = {blocker.code: blocker for blocker in submission_blockers(request)}
    assert not blockers["prices"].is_clear
    assert blockers["prices"].url == f"{page('request-prices', request.pk)}?page=1#id_price_1"


def test_the_cost_is_asked_for_only_where_the_formula_counts_from_it():
    request = scenarios.a_request()
    line = request.lines.get()
    client = signed_in(applicant(request))
    address = page("request-line", request.pk, line.pk)
    assert "cost_kzt" not in text(client.get(address))
    assert "costs" not in {blocker.code for blocker in submission_blockers(request)}
    Parameter.objects.create(
        key="local_content.formula",
        scheme_id="CT-KZ",
        valid_from="2026-01-01",
        value={"denominator": "cost", "version": "cost/1"},
    )
    assert "cost_kzt" in text(client.get(address))
    blockers = {blocker.code: blocker for blocker in submission_blockers(request)}
    assert not blockers["costs"].is_clear
    filing.save_line(
        request=request, actor=applicant(request), values={"cost_kzt": Decimal(8000)}, line=line
    )
    assert "costs" in {b.code for b in submission_blockers(request) if b.is_clear}
