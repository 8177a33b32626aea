"""Pages of what happens to a certificate after issue, as each side walks through them."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from issuance.duplicates import make_duplicate
from issuance.models import Certificate, CertificateChange, Duplicate, PaperOriginal, QuantityDraw
from issuance.orders import make_order
from tests import scenarios
from tests.issuance.after_issue import (
    Kind,
    a_paper,
    again,
    applicant,
    changed,
    decide,
    of_the_committee,
    officer,
    propose,
    replaced,
    signatory,
)
from tests.issuance.conftest import SignIn

LANGUAGE = "en"

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def certificate(db: None) -> Certificate:
    return scenarios.a_certificate("valid")


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(f"issuance:{name}", args=args), headers=ENGLISH)
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def send(client: Client, name: str, *args: object, **values: Any) -> Any:
    return client.post(reverse(f"issuance:{name}", args=args), values, headers=ENGLISH, follow=True)


def test_a_suspension_from_the_page_of_the_certificate_to_the_order(
    certificate: Certificate, sign_in: SignIn
) -> None:
    desk, decider = sign_in(officer(certificate)), sign_in(signatory(certificate))
    text = page(desk, "certificate-detail", certificate.pk)
    assert reverse("issuance:change-propose", args=[certificate.pk, "suspend"]) in text
    assert "change/lift" not in text
    text = page(desk, "change-propose", certificate.pk, "suspend")
    token = re.search(r'name="form_token" value="([^"]+)"', text)[1]
    empty = send(desk, "change-propose", certificate.pk, "suspend", form_token=token)
    assert "This field is required" in empty.content.decode()
    for _time in range(2):
        answer = send(
            desk, "change-propose", certificate.pk, "suspend",
            form_token=token, reason="under_inspection", grounds="Письмо № 5.", upload=a_paper(),
        )  # fmt: skip
        assert "Waits for the decision of another person" in answer.content.decode()
    change = CertificateChange.objects.get()
    assert "Decide</" not in page(desk, "change-detail", change.pk)
    assert desk.get(reverse("issuance:change-file", args=[change.pk])).status_code == 200
    basket = decider.get("/", headers=ENGLISH).content.decode()
    assert reverse("issuance:change-detail", args=[change.pk]) in basket
    assert "Expected from you" in page(decider, "certificate-detail", certificate.pk)
    assert "Expected from you: decide" in page(decider, "change-detail", change.pk)
    for _time in range(2):
        send(decider, "change-decide", change.pk, **{"decide-note": "", "version": change.version})
    assert again(certificate).status == "suspended"
    assert certificate.periods.count() == 2
    make_order(str(change.pk))
    change.refresh_from_db()
    text = page(desk, "certificate-detail", certificate.pk)
    assert "Идёт проверка" in text or "is inspecting" in text
    assert change.order_number in text
    order = desk.get(reverse("issuance:change-order", args=[change.pk]))
    assert order["Content-Type"] == "application/pdf"


def test_a_decision_is_signed_where_signatures_are_required(
    certificate: Certificate, sign_in: SignIn, settings: Any
) -> None:
    change = propose(certificate, Kind.SUSPEND)
    decider = sign_in(signatory(certificate))
    settings.CTKZ_EDS_REQUIRED = True
    answer = send(decider, "change-decide", change.pk, **{"decide-note": "Проверка."})
    assert answer.redirect_chain[0][0].startswith("/documents/signing/")
    assert answer.status_code == 200
    assert again(certificate).status == "valid"


def test_a_rejection_needs_a_note_and_a_withdrawal_its_author(
    certificate: Certificate, sign_in: SignIn
) -> None:
    change = propose(certificate, Kind.REVOKE)
    desk, decider = sign_in(officer(certificate)), sign_in(signatory(certificate))
    assert send(decider, "change-reject", change.pk).status_code == 409
    assert send(decider, "change-withdraw", change.pk).status_code == 403
    assert "withdrawn" in send(desk, "change-withdraw", change.pk).content.decode()
    change = propose(certificate, Kind.REVOKE)
    send(decider, "change-reject", change.pk, **{"reject-note": "Нет оснований."})
    change.refresh_from_db()
    assert (change.status, again(certificate).status) == ("rejected", "valid")


def test_strangers_find_nothing(certificate: Certificate, sign_in: SignIn) -> None:
    change = propose(certificate, Kind.REVOKE)
    other = sign_in(scenarios.a_person(Role.APPLICANT))
    for name, args in [
        ("change-detail", [change.pk]),
        ("change-order", [change.pk]),
        ("change-propose", [certificate.pk, "revoke"]),
        ("certificate-replace", [certificate.pk]),
        ("certificate-originals", [certificate.pk]),
        ("certificate-ledger", [certificate.pk]),
        ("over-use-list", []),
    ]:
        page(other, name, *args, status=404)
    assert send(other, "change-decide", change.pk).status_code == 404
    assert certificate.number not in page(other, "change-list")


def test_an_applicant_asks_for_a_duplicate_and_downloads_it(
    certificate: Certificate, sign_in: SignIn
) -> None:
    client = sign_in(applicant(certificate))
    send(
        client, "change-propose", certificate.pk, "duplicate",
        form_token=uuid.uuid4(), reason="lost", grounds="Утерян при переезде.",
    )  # fmt: skip
    decide(CertificateChange.objects.get())
    duplicate = Duplicate.objects.get()
    page(client, "duplicate-pdf", duplicate.pk, status=404)
    make_duplicate(str(duplicate.pk))
    assert "Duplicate 1" in page(client, "certificate-detail", certificate.pk)
    paper = client.get(reverse("issuance:duplicate-pdf", args=[duplicate.pk]))
    assert paper["Content-Type"] == "application/pdf"


def test_a_replacement_from_the_form_to_the_link_on_both_certificates(
    certificate: Certificate, sign_in: SignIn, client: Client
) -> None:
    person = sign_in(applicant(certificate))
    assert "Goods are those of the act" in page(person, "certificate-replace", certificate.pk)
    answer = send(
        person, "certificate-replace", certificate.pk, reason="technical_error", note="Опечатка."
    )
    assert "submit it to the chamber" in answer.content.decode()
    draft = certificate.replacement_applications.get()
    assert "under way" in page(person, "certificate-detail", certificate.pk)
    again_ = person.get(reverse("issuance:certificate-replace", args=[certificate.pk]))
    assert again_["Location"] == reverse("issuance:application-detail", args=[draft.pk])


def test_a_replaced_certificate_leads_to_its_successor_everywhere(
    certificate: Certificate, sign_in: SignIn, client: Client
) -> None:
    new = replaced(certificate)
    text = page(sign_in(applicant(certificate)), "certificate-detail", certificate.pk)
    assert reverse("issuance:certificate-detail", args=[new.pk]) in text
    assert "change/" not in text
    public = client.get(f"/c/{certificate.number.replace(' ', '-')}/", headers=ENGLISH)
    text = public.content.decode()
    assert 'data-verdict="replaced"' in text
    assert f"has been replaced by {new.number}" in text
    assert f"/c/{new.number.replace(' ', '-')}/{new.year}/" in text
    text = client.get(f"/c/{new.number.replace(' ', '-')}/", headers=ENGLISH).content.decode()
    assert 'data-verdict="valid"' in text


def test_a_revocation_is_told_to_the_public_with_its_reason_and_its_past(
    certificate: Certificate, client: Client
) -> None:
    changed(certificate, Kind.SUSPEND, Kind.LIFT, Kind.REVOKE)
    address = f"/c/{certificate.number.replace(' ', '-')}/"
    text = client.get(address, headers=ENGLISH).content.decode()
    assert 'data-verdict="revoked"' in text
    assert "False data or documents were supplied" in text
    assert 'id="statuses"' in text
    assert "Письмо" not in text


def test_blanks_are_handed_out_and_entered_as_returned(
    certificate: Certificate, sign_in: SignIn
) -> None:
    desk = sign_in(officer(certificate))
    today = timezone.localdate().isoformat()
    values = {"handed_out_on": today, "received_by": "Примеров П."}
    page(desk, "certificate-originals", certificate.pk)
    wrong = send(desk, "certificate-originals", certificate.pk, blank_number="12", **values)
    assert "seven digits" in wrong.content.decode()
    send(desk, "certificate-originals", certificate.pk, blank_number="0000123", **values)
    original = PaperOriginal.objects.get()
    changed(certificate, Kind.REVOKE)
    assert "0000123" in page(desk, "original-list")
    assert "Hand out" not in page(desk, "certificate-originals", certificate.pk)
    send(desk, "original-return", original.pk, **{f"{original.pk}-returned_on": today})
    assert "0000123" not in page(desk, "original-list")
    page(sign_in(applicant(certificate)), "certificate-originals", certificate.pk, status=403)


def test_the_ledger_is_drawn_from_given_back_and_watched(sign_in: SignIn, db: None) -> None:
    batch = scenarios.a_certificate("valid", category="batch")
    person = sign_in(applicant(batch))
    values = {
        "line": 1,
        "document": "contract",
        "document_number": "17-К",
        "document_on": timezone.localdate().isoformat(),
        "buyer_bin": "",
    }
    page(person, "certificate-ledger", batch.pk)
    token = uuid.uuid4()
    for _time in range(2):
        send(person, "certificate-ledger", batch.pk, form_token=token, quantity="15", **values)
    entry = QuantityDraw.objects.get()
    refused = send(
        person, "certificate-ledger", batch.pk, form_token=uuid.uuid4(), quantity="6", **values
    )
    assert "Only 5 is left" in refused.content.decode()
    committee = sign_in(of_the_committee(Role.INSPECTOR))
    assert batch.number in page(committee, "over-use-list")
    assert "more than a certificate covers" in committee.get("/", headers=ENGLISH).content.decode()
    send(
        person, "draw-give-back", entry.pk,
        **{f"{entry.pk}-form_token": str(uuid.uuid4()), f"{entry.pk}-note": "Ошибка."},
    )  # fmt: skip
    assert QuantityDraw.objects.filter(reverses=entry).count() == 1
    page(committee, "certificate-ledger", batch.pk)
    page(sign_in(officer(batch)), "certificate-ledger", batch.pk)


def test_lists_cost_as_many_queries_for_many_rows_as_for_one(
    certificate: Certificate, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    decide(propose(certificate, Kind.SUSPEND))
    desk = sign_in(officer(certificate))
    page(desk, "change-list")
    with django_assert_max_num_queries(30) as one:
        page(desk, "change-list")
        page(desk, "certificate-detail", certificate.pk)
    for kind in (Kind.LIFT, Kind.SUSPEND, Kind.LIFT):
        decide(propose(certificate, kind))
    with django_assert_max_num_queries(len(one) + 1):
        page(desk, "change-list")
        page(desk, "certificate-detail", certificate.pk)


def test_changes_through_the_api(certificate: Certificate, sign_in: SignIn) -> None:
    desk, decider = sign_in(officer(certificate)), sign_in(signatory(certificate))
    body = {
        "kind": "suspend",
        "reason": "under_inspection",
        "grounds": "Письмо № 5.",
        "form_token": str(uuid.uuid4()),
    }
    url = reverse("api:change-propose", args=[certificate.pk])
    first, second = (desk.post(url, body, content_type="application/json") for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    pk = first.json()["id"]
    refused = desk.post(reverse("api:change-decide", args=[pk]), {}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    done = decider.post(reverse("api:change-decide", args=[pk]), {}, "application/json")
    assert (done.status_code, done.json()["certificate_status"]) == (200, "suspended")
    repeated = decider.post(reverse("api:change-decide", args=[pk]), {}, "application/json")
    assert (repeated.status_code, repeated.json()["code"]) == (409, "wrong_status")
    listed = decider.get(reverse("api:change-list")).json()
    assert [row["id"] for row in listed["results"]] == [pk]
    stranger = sign_in(scenarios.a_person(Role.APPLICANT))
    assert stranger.post(url, body, content_type="application/json").status_code == 404
