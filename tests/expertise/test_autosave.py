"""Saving as one goes: what is whole is saved, the rest waits as it was typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import DomainError
from accounts.models import Role
from expertise.models import DraftPage
from tests import scenarios
from tests.expertise.test_pages import material_rows, page, signed_in, text
from tests.expertise.test_two_editors import opened

pytestmark = pytest.mark.django_db

LANGUAGE = "en"


@pytest.fixture
def draft():
    return scenarios.a_draft()


@pytest.fixture
def client(draft):
    return signed_in(scenarios.actor_of(draft, Role.APPLICANT))


def test_a_step_is_saved_in_passing_and_says_when(draft, client):
    address = page("request-parties", draft.pk)
    answer = client.post(
        address, {**opened(client, address), "operations": "Литьё", "autosave": "1"}
    )
    assert answer.json()["state"] == "saved"
    assert answer.json()["says"].startswith("Saved ")
    draft.refresh_from_db()
    assert draft.operations == "Литьё"
    assert not DraftPage.objects.filter(typed__isnull=False).exists()


def test_an_incomplete_step_is_saved_as_far_as_it_is_filled(draft, client):
    address = page("request-parties", draft.pk)
    typed = {**opened(client, address), "operations": "", "autosave": "1"}
    assert client.post(address, typed).json()["state"] == "saved"
    draft.refresh_from_db()
    assert draft.operations == ""


def test_a_wrong_value_waits_as_typed_and_is_shown_with_its_reason(draft, client):
    address = page("request-parties", draft.pk)
    typed = {**opened(client, address), "producer_bin": "990140000018", "operations": "Литьё"}
    answer = client.post(address, {**typed, "autosave": "1"}).json()
    assert answer["state"] == "kept"
    assert "check digit" in answer["errors"]["id_producer_bin"]
    draft.refresh_from_db()
    assert draft.operations != "Литьё"
    back = client.get(address)
    assert back.context["form"]["producer_bin"].value() == "990140000018"
    assert back.context["form"]["operations"].value() == "Литьё"
    assert "check digit" in text(back)
    # Beside the form stands what is stored.
    assert back.context["case"].operations == draft.operations
    right = {**typed, "page": str(back.context["open_step"].page.pk),
             "producer_bin": draft.producer_bin, "autosave": "1"}  # fmt: skip
    assert client.post(address, right).json()["state"] == "saved"
    assert not DraftPage.objects.filter(typed__isnull=False).exists()
    assert "990140000018" not in text(client.get(address))


def test_a_new_line_waits_until_it_is_one_and_is_made_once(draft, client):
    address = page("request-line", draft.pk)
    typed = {**opened(client, address), "name": "Насос", "autosave": "1"}
    answer = client.post(address, typed).json()
    assert (answer["state"], answer["errors"]) == ("kept", {})
    back = client.get(address)
    assert back.context["form"]["name"].value() == "Насос"
    # Nobody is told off for what is not typed yet.
    assert "This field is required" not in text(back)
    whole = {**typed, "hs_code": "8413500000", "quantity": "2", "unit": "796"}
    first = client.post(address, whole).json()
    line = draft.lines.get(name="Насос")
    assert first["state"] == "saved"
    assert str(line.pk) in first["address"]
    again = client.post(address, {**whole, "quantity": "25"}).json()
    assert again["state"] == "saved"
    assert draft.lines.count() == 2
    line.refresh_from_db()
    assert line.quantity == 25


def test_a_half_typed_bill_comes_back_and_the_stored_one_stays(draft, client):
    line = draft.lines.get()
    address = page("request-line-materials", draft.pk, line.pk)
    key = str(client.get(address).context["open_step"].page.pk)
    rows = material_rows({"name": "Клей", "value_kzt": ""}, {"name": "Болт", "value_kzt": "два"})
    answer = client.post(address, {**rows, "page": key, "autosave": "1"}).json()
    assert answer["state"] == "kept"
    assert list(answer["errors"]) == ["id_materials-1-value_kzt"]
    assert line.materials.count() == 2
    back = client.get(address)
    assert [form["name"].value() for form in back.context["rows"].forms] == ["Клей", "Болт"]
    assert "not a number" in text(back)


def test_prices_are_saved_one_by_one(draft, client):
    scenarios.a_line(draft)
    address = page("request-prices", draft.pk)
    typed = {**opened(client, address), "price_2": "11 000", "autosave": "1"}
    assert client.post(address, typed).json()["state"] == "saved"
    assert [int(line.price_kzt) for line in draft.lines.all()] == [10_000, 11_000]


def test_what_is_said_of_a_document_waits_for_its_file(draft, client):
    address = page("request-documents", draft.pk)
    key = str(client.get(address).context["open_step"].page.pk)
    typed = {"type": "cost_calculation", "number": "17", "page": key, "autosave": "1"}
    assert client.post(address, typed).json()["state"] == "kept"
    assert client.get(address).context["form"]["number"].value() == "17"
    client.post(
        address, {"type": "cost_calculation", "page": key, "files": [scenarios.a_pdf("c.pdf")]}
    )
    assert not client.get(address).context["form"]["number"].value()


def test_what_is_typed_and_not_saved_stops_the_submission_until_it_is_settled(draft, client):
    address = page("request-parties", draft.pk)
    typed = {**opened(client, address), "producer_bin": "12", "autosave": "1"}
    client.post(address, typed)
    with pytest.raises(DomainError) as refusal:
        scenarios.submit(draft)
    assert "is not saved yet" in str(refusal.value.message)
    assert client.get(page("request-go-on", draft.pk)).url.startswith(address)
    client.post(page("request-throw-away", draft.pk), {"page": typed["page"]})
    assert scenarios.submit(draft).status == "submitted"
    assert not DraftPage.objects.exists()


def test_a_colleague_sees_neither_what_is_typed_nor_is_stopped_by_it(draft, client):
    address = page("request-parties", draft.pk)
    client.post(address, {**opened(client, address), "producer_bin": "12", "autosave": "1"})
    colleague = signed_in(scenarios.a_person(Role.APPLICANT, draft.applicant))
    assert colleague.get(address).context["form"]["producer_bin"].value() == draft.producer_bin
    assert colleague.get(page("request-check", draft.pk)).context["is_ready"]


def test_a_page_of_somebody_else_is_no_key(draft, client):
    address = page("request-parties", draft.pk)
    typed = opened(client, address)
    colleague = signed_in(scenarios.a_person(Role.APPLICANT, draft.applicant))
    colleague.post(address, {**typed, "producer_bin": "12", "autosave": "1"})
    assert client.get(address).context["form"]["producer_bin"].value() == draft.producer_bin
    assert colleague.post(
        page("request-throw-away", draft.pk), {"page": typed["page"]}
    ).status_code == 404  # fmt: skip


def test_after_the_submission_a_save_is_refused_and_says_so(draft, client):
    address = page("request-parties", draft.pk)
    typed = {**opened(client, address), "operations": "Литьё", "autosave": "1"}
    scenarios.submit(draft)
    answer = client.post(address, typed)
    assert (answer.status_code, answer.json()["state"]) == (409, "refused")
    assert "submitted" in answer.json()["says"]


def test_the_cost_of_a_bill_does_not_grow_with_the_pages_that_are_open(draft, client):
    address = page("request-parties", draft.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _person in range(5):
        signed_in(scenarios.a_person(Role.APPLICANT, draft.applicant)).get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one)
