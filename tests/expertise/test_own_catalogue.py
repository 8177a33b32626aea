"""The catalogue that an applicant keeps: filled by requests, by hand, by a file; used in drafts."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from expertise.models import (
    CatalogueBillRow,
    CatalogueMaterial,
    CatalogueProduct,
    CatalogueSupplier,
    ExpertiseRequest,
)
from expertise.own_catalogue import entries, remembering, sheets, using
from expertise.records import request_digest
from outbox.models import OutboxItem
from tests import scenarios
from tests.expertise.test_pages import material_rows, page, signed_in, text

pytestmark = pytest.mark.django_db

LANGUAGE = "en"
KINDS = ("products", "materials", "suppliers")


def applicant_of(request: ExpertiseRequest) -> Membership:
    return scenarios.actor_of(request, Role.APPLICANT)


def a_filled_catalogue() -> tuple[ExpertiseRequest, Membership]:
    request = scenarios.a_request("submitted")
    remembering.remember_request(str(request.pk))
    return request, applicant_of(request)


def test_a_submission_leaves_the_learning_to_a_worker_and_it_learns_once():
    request = scenarios.a_request("submitted")
    waiting = OutboxItem.objects.filter(task=remembering.REMEMBER, done_at__isnull=True)
    assert waiting.count() == 1
    first = remembering.remember_request(str(request.pk))
    assert (first.products, first.materials, first.suppliers) == (1, 2, 2)
    assert not waiting.exists()
    assert remembering.remember_request(str(request.pk)).total == 0
    product = CatalogueProduct.objects.get(organisation=request.applicant)
    line = request.lines.get()
    assert (product.name_ru, product.hs_code, product.price_kzt) == (
        line.name, line.hs_code, line.price_kzt,
    )  # fmt: skip
    assert [row.material.name_ru for row in product.bill.all()] == [
        row.name for row in line.materials.all()
    ]
    # It stands in no case: the expert side has nothing to do with it.
    assert "catalogue.filled" not in {event.event for event in audit.timeline(request.case_id)}


def test_what_people_wrote_or_put_aside_is_not_touched_by_learning():
    request, actor = a_filled_catalogue()
    product = CatalogueProduct.objects.get()
    entries.save_entry(entry=product, actor=actor, values={"price_kzt": Decimal(7)})
    supplier = CatalogueSupplier.objects.get(name="Пример Трейд")
    entries.retire_entry(entry=supplier, actor=actor)
    remembering.remember_request(str(request.pk))
    product.refresh_from_db()
    supplier.refresh_from_db()
    assert product.price_kzt == 7
    assert supplier.retired_at is not None


def test_one_press_fills_a_line_with_its_materials_and_nothing_stays_tied():
    request, actor = a_filled_catalogue()
    draft = scenarios.a_draft(applicant=actor, lines=0)
    product = CatalogueProduct.objects.get()
    client = signed_in(actor)
    address = page("request-take-product", draft.pk)
    assert product.name_ru[:40] in text(client.get(address, {"q": "PF-0001A 8421"}))
    assert client.post(address, {"product": product.pk, "quantity": "3,5"}).status_code == 302
    line = draft.lines.get()
    assert (line.name, str(line.quantity)) == (product.name_ru, "3.500000")
    assert [(row.name, row.value_kzt) for row in line.materials.all()] == [
        (row.name, row.value_kzt) for row in request.lines.get().materials.all()
    ]
    scenarios.submit(draft)
    before = request_digest(draft)
    entries.save_entry(entry=product, actor=actor, values={"name_ru": "Другое"})
    product.bill.all().delete()
    assert request_digest(ExpertiseRequest.objects.get(pk=draft.pk)) == before


@pytest.mark.parametrize("quantity", ["", "0", "много"])
def test_a_wrong_quantity_is_said_and_takes_nothing(quantity):
    _request, actor = a_filled_catalogue()
    draft = scenarios.a_draft(applicant=actor, lines=0)
    product = CatalogueProduct.objects.get()
    answer = signed_in(actor).post(
        page("request-take-product", draft.pk), {"product": product.pk, "quantity": quantity}
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["quantity"]
    assert not draft.lines.exists()


def test_a_new_line_may_begin_with_a_product_and_gets_its_materials():
    _request, actor = a_filled_catalogue()
    draft = scenarios.a_draft(applicant=actor, lines=0)
    product = CatalogueProduct.objects.get()
    client = signed_in(actor)
    address = f"{page('request-line', draft.pk)}?product={product.pk}"
    shown = client.get(address)
    assert shown.context["form"]["hs_code"].value() == product.hs_code
    typed = {
        "page": str(shown.context["open_step"].page.pk), "product": str(product.pk),
        "name": "Фильтр", "hs_code": product.hs_code, "quantity": "2", "unit": "796",
    }  # fmt: skip
    client.post(page("request-line", draft.pk), typed)
    assert draft.lines.get().materials.count() == 2


def test_materials_are_put_on_the_page_of_a_bill_and_wait_for_their_values():
    _request, actor = a_filled_catalogue()
    draft = scenarios.a_draft(applicant=actor)
    line = draft.lines.get()
    client = signed_in(actor)
    steel = CatalogueMaterial.objects.get(name_ru="Сталь листовая")
    answer = client.post(
        page("request-take-materials", draft.pk, line.pk), {"material": [str(steel.pk)]}
    )
    bill = client.get(answer["Location"])
    rows = bill.context["rows"].forms
    assert [row["name"].value() for row in rows] == [
        "Бумага фильтровальная", "Сталь листовая", "Сталь листовая",
    ]  # fmt: skip
    assert rows[2]["supplier"].value() == "ТОО «Пример-Сталь»"
    assert not rows[2]["value_kzt"].value()
    assert line.materials.count() == 2
    typed = material_rows({"name": "Сталь", "value_kzt": "1"})
    client.post(answer["Location"], {**typed, "page": str(bill.context["open_step"].page.pk)})
    assert line.materials.count() == 1


def test_the_usual_materials_are_offered_for_a_bare_line_only():
    _request, actor = a_filled_catalogue()
    draft = scenarios.a_draft(applicant=actor)
    line = draft.lines.get()
    product = CatalogueProduct.objects.get()
    client = signed_in(actor)
    bill = page("request-line-materials", draft.pk, line.pk)
    take = page("request-take-bill", draft.pk, line.pk)
    assert take not in text(client.get(bill))
    with pytest.raises(DomainError) as refusal:
        using.take_bill(product=product, line=line, actor=actor)
    assert refusal.value.code == "has_materials"
    line.materials.all().delete()
    assert take in text(client.get(bill))
    client.post(take, {"product": product.pk})
    assert line.materials.count() == 2


def test_a_line_of_a_draft_is_remembered_when_the_person_says_so():
    draft = scenarios.a_draft()
    line = draft.lines.get()
    client = signed_in(applicant_of(draft))
    client.post(page("request-remember-line", draft.pk, line.pk))
    assert CatalogueProduct.objects.filter(organisation=draft.applicant).count() == 1
    said = client.post(page("request-remember-line", draft.pk, line.pk), follow=True)
    assert "knows all of this already" in text(said)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_or_takes_from_the_catalogue_of_another_company(kind):
    _request, actor = a_filled_catalogue()
    entry = entries.KINDS[kind].objects.filter(organisation=actor.organisation).first()
    stranger = scenarios.a_person(Role.APPLICANT)
    client = signed_in(stranger)
    assert str(entry) not in text(client.get(page("catalogue-list", kind)))
    assert client.get(page("catalogue-entry", kind, entry.pk)).status_code == 404
    assert client.post(page("catalogue-retire", kind, entry.pk)).status_code == 404
    with pytest.raises(PermissionRefused):
        entries.retire_entry(entry=entry, actor=stranger)
    draft = scenarios.a_draft(applicant=stranger)
    taken = client.post(
        page("request-take-product", draft.pk), {"product": entry.pk, "quantity": "1"}
    )
    assert taken.status_code == 404
    colleague = signed_in(scenarios.a_person(Role.APPLICANT, actor.organisation))
    assert client.get(page("catalogue-list", kind)).status_code == 200
    assert colleague.get(page("catalogue-entry", kind, entry.pk)).status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CHAMBER_OFFICER, Role.INSPECTOR])
@pytest.mark.parametrize("kind", KINDS)
def test_other_roles_have_no_such_page(role, kind):
    client = signed_in(scenarios.a_person(role))
    assert client.get(page("catalogue-list", kind)).status_code == 404
    assert client.get(page("catalogue-entry", kind)).status_code == 404


def test_an_entry_is_added_changed_retired_and_offered_again():
    actor = scenarios.a_person(Role.APPLICANT)
    client = signed_in(actor)
    values = {"name_ru": "Насос", "hs_code": "8413 50 000 0", "unit": "796", "standard": "ГОСТ 1"}
    new = page("catalogue-entry", "products")
    assert client.post(new, {**values, "hs_code": "84"}).status_code == 200
    assert client.post(new, values).status_code == 302
    product = CatalogueProduct.objects.get()
    assert (product.hs_code, product.organisation) == ("8413500000", actor.organisation)
    twice = client.post(new, values)
    assert "has this entry already" in text(twice)
    own = page("catalogue-entry", "products", product.pk)
    client.post(own, {**values, "name_kk": "Сорғы"})
    client.post(page("catalogue-retire", "products", product.pk))
    product.refresh_from_db()
    assert (product.name_kk, bool(product.retired_at)) == ("Сорғы", True)
    find = page("catalogue-find", "products")
    assert client.get(find, {"q": "насос"}).json()["entries"] == []
    client.post(page("catalogue-restore", "products", product.pk))
    found = client.get(find, {"q": "насос гост"}).json()["entries"]
    assert found[0]["values"]["name"] == "Насос, ГОСТ 1"


def test_the_usual_bill_keeps_the_currency_of_rows_that_were_left_as_they_were():
    _request, actor = a_filled_catalogue()
    product = CatalogueProduct.objects.get()
    row = product.bill.first()
    CatalogueBillRow.objects.filter(pk=row.pk).update(
        currency="USD", amount=Decimal("7.06"), rate=Decimal(450), rate_on="2026-01-15",
        value_kzt=Decimal(3177),
    )  # fmt: skip
    steel = CatalogueMaterial.objects.get(name_ru="Сталь листовая")
    posted = {
        "bill-TOTAL_FORMS": 3, "bill-INITIAL_FORMS": 2,
        "bill-0-material": str(row.material_id), "bill-0-value_kzt": "3177",
        "bill-1-material": str(steel.pk), "bill-1-value_kzt": "2600",
        "bill-2-material": "", "bill-2-value_kzt": "",
    }  # fmt: skip
    client = signed_in(actor)
    assert client.post(page("catalogue-bill", product.pk), posted).status_code == 302
    assert list(product.bill.values_list("currency", "value_kzt")) == [
        ("USD", Decimal(3177)), ("KZT", Decimal(2600)),
    ]  # fmt: skip
    half = {**posted, "bill-2-value_kzt": "5"}
    assert "Choose the material" in text(client.post(page("catalogue-bill", product.pk), half))


def a_file(*rows: tuple) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("catalogue.xlsx", out.getvalue())


def test_products_come_from_a_file_all_or_none_and_a_second_one_changes_them():
    actor = scenarios.a_person(Role.APPLICANT)
    client = signed_in(actor)
    address = page("catalogue-import", "products")
    heads = ("Наименование товара", "Код ТН ВЭД", "Единица измерения", "Стандарт", "Цена")
    bad = a_file(heads, ("Насос", "8413500000", "шт", "", 100), ("Кран", "84", "шт", "", 5))
    assert [error.row for error in client.post(address, {"file": bad}).context["sheet"].errors] == [
        3
    ]
    assert not CatalogueProduct.objects.exists()
    client.post(address, {"file": a_file(heads, ("Насос", "8413500000", "шт", "ГОСТ 1", 100))})
    client.post(
        address,
        {
            "file": a_file(
                heads,
                ("Насос", "8413500000", "шт", "", 120),
                ("Кран", "8481805990", "шт", "", None),
            )
        },
    )
    found = CatalogueProduct.objects.values_list("name_ru", "standard", "price_kzt")
    assert list(found) == [("Кран", "", None), ("Насос", "ГОСТ 1", Decimal(120))]


@pytest.mark.parametrize("kind", ["products", "materials"])
def test_our_own_example_is_imported(kind):
    actor = scenarios.a_person(Role.APPLICANT)
    upload = SimpleUploadedFile("example.xlsx", sheets.example(kind))
    answer = signed_in(actor).post(page("catalogue-import", kind), {"file": upload})
    assert answer.status_code == 302
    assert entries.KINDS[kind].objects.filter(organisation=actor.organisation).exists()
    assert CatalogueSupplier.objects.count() == (2 if kind == "materials" else 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_costs_the_same_for_one_entry_and_for_ten(kind):
    actor = scenarios.a_person(Role.APPLICANT)
    client = signed_in(actor)
    costs = []
    for count in (1, 9):
        for number in range(count):
            draft = scenarios.a_draft(applicant=actor, lines=0)
            line = scenarios.a_line(draft, name=f"Изделие {count} {number}")
            line.materials.update(supplier=f"ТОО «Пример-{count}-{number}»")
            remembering.remember_line(line=line, actor=actor)
        client.get(page("catalogue-list", kind))
        with CaptureQueriesContext(connection) as queries:
            client.get(page("catalogue-list", kind))
        costs.append(len(queries))
    assert costs[0] == costs[1]
