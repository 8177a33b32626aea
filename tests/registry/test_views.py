"""Verification by number and by code, as a stranger sees it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.storing import path_of
from issuance.models import Certificate
from registry.models import UnknownLookup, VerificationCount, Way
from registry.questions import certificates_numbered, number_of_slug
from tests.scenarios import a_certificate, reference_data

Look = Callable[..., Any]
UNKNOWN = "/c/KZ-6-120-99999/"


def address(certificate: Certificate) -> str:
    return f"/c/{certificate.number.replace(' ', '-')}/"


def test_a_certificate_in_force_is_told_in_the_first_words(
    look: Look, certificate: Certificate
) -> None:
    page = look("/verify/", number=certificate.number.replace(" ", "").lower())
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == address(certificate)
    assert f"<h1>Certificate {certificate.number} is in force</h1>" in text
    assert 'data-verdict="valid"' in text
    assert "Фильтр воздушный ДВС PF-0001A" in text
    assert "8421 31 000 0" in text
    assert "68.23" in text
    assert certificate.application.act.number in text


def test_the_address_of_the_qr_gives_the_same_answer(look: Look, certificate: Certificate) -> None:
    page = look(reverse("registry:verify-code", args=[certificate.verify_code.lower()]))
    assert page.status_code == 200
    assert 'data-verdict="valid"' in page.content.decode()


def test_every_public_page_speaks_every_language(client: Client, certificate: Certificate) -> None:
    pages = (
        ("/", 200),
        ("/verify/", 200),
        ("/verify/?number=12", 400),
        (address(certificate), 200),
        (UNKNOWN, 404),
        ("/c/KZ-6-199-00001/", 404),
    )
    for language, (path, status) in product(("kk", "ru", "en"), pages):
        page = client.get(path, headers={"accept-language": language})
        assert page.status_code == status, path
        assert f'<html lang="{language}">' in page.content.decode()


def test_the_first_page_of_a_stranger_is_verification(look: Look, db: None) -> None:
    text = look("/").content.decode()
    assert 'name="number"' in text
    assert 'name="pdf"' in text


def test_the_answer_is_as_of_the_day_asked(look: Look, certificate: Certificate) -> None:
    for days, verdict in ((-1, "not_yet"), (0, "valid"), (30, "valid"), (4000, "expired")):
        on = timezone.localdate() + timedelta(days=days)
        text = look(address(certificate), on=on.isoformat()).content.decode()
        assert f'data-verdict="{verdict}"' in text, on


def test_a_day_that_is_none_gives_today_and_says_so(look: Look, certificate: Certificate) -> None:
    text = look(address(certificate), on="31.02.2026").content.decode()
    assert 'data-verdict="valid"' in text
    assert "This is not a date" in text


@pytest.mark.parametrize("status", ["issuing", "issue_failed"])
def test_a_number_that_is_only_reserved_is_unknown_to_the_public(
    look: Look, db: None, status: str
) -> None:
    certificate = a_certificate(status)
    assert look(address(certificate)).status_code == 404
    assert look(f"/v/{certificate.verify_code}/").status_code == 404


def test_an_unknown_number_says_so_and_is_counted(look: Look, db: None) -> None:
    reference_data()
    for _time in range(3):
        page = look("/verify/", number="kz6 120 99999")
        assert page.status_code == 404
        assert "No certificate KZ 6 120 99999 has been issued" in page.content.decode()
    counted = UnknownLookup.objects.get()
    assert (counted.number, counted.way, counted.count) == ("KZ 6 120 99999", Way.NUMBER, 3)
    assert counted.day == timezone.localdate()


def test_an_unknown_code_is_counted_without_the_code(look: Look, db: None) -> None:
    assert look("/v/22222222222222222222222222/").status_code == 404
    counted = UnknownLookup.objects.get()
    assert (counted.number, counted.way) == ("", Way.CODE)


def test_a_chamber_that_does_not_exist_is_named(look: Look, db: None) -> None:
    reference_data()
    text = look("/c/KZ-6-199-00001/").content.decode()
    assert "There is no regional chamber with the code 199." in text


def test_a_wrong_number_says_how_it_looks_and_keeps_what_was_typed(look: Look, db: None) -> None:
    page = look("/verify/", number="<KZ 6>")
    text = page.content.decode()
    assert page.status_code == 400
    assert "A certificate number looks like KZ 6 120 00318." in text
    assert 'value="&lt;KZ 6&gt;"' in text
    assert not UnknownLookup.objects.exists()


def test_verifications_are_counted_by_day_and_way(look: Look, certificate: Certificate) -> None:
    look(address(certificate))
    look(address(certificate))
    look(f"/v/{certificate.verify_code}/")
    counted = VerificationCount.objects.filter(certificate=certificate)
    assert dict(counted.values_list("way", "count")) == {Way.NUMBER: 2, Way.CODE: 1}


@pytest.mark.django_db(transaction=True)
def test_unknown_numbers_asked_at_once_are_all_counted() -> None:
    def ask(_turn: int) -> None:
        try:
            UnknownLookup.add_one(Way.NUMBER, on=timezone.localdate(), number="KZ 6 120 99999")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40)))
    assert UnknownLookup.objects.get().count == 40


def test_two_certificates_of_one_number_are_told_apart_by_the_year(
    look: Look, certificate: Certificate
) -> None:
    """The number shows the last digit of the year; ten years later it comes again."""
    later = a_certificate("valid")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE issuance_certificate SET number = %s, year = year + 10 WHERE id = %s",
            [certificate.number, later.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    text = look(address(certificate)).content.decode()
    assert f"Number {certificate.number} was given in several years" in text
    page = look(f"{address(certificate)}{certificate.year}/")
    assert 'data-verdict="valid"' in page.content.decode()


def test_a_slug_in_another_spelling_leads_to_the_one_address(
    client: Client, certificate: Certificate
) -> None:
    page = client.get(f"/c/{certificate.number.replace(' ', '').lower()}/")
    assert page.status_code == 301
    assert page["Location"] == address(certificate)


def test_a_changed_stored_file_turns_the_answer_into_a_warning(
    look: Look, certificate: Certificate
) -> None:
    path = path_of(certificate.document.sealed_sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    text = look(address(certificate)).content.decode()
    assert 'data-verdict="doubtful"' in text
    assert f"Do not rely on certificate {certificate.number}" in text


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [
        ("documents_sealeddocument", "record", "document_id"),
        ("expertise_act", "record", "act_id"),
    ],
)
def test_a_record_changed_by_sql_turns_the_answer_into_a_warning(
    look: Look, certificate: Certificate, table: str, column: str, row: str
) -> None:
    key = certificate.document_id if row == "document_id" else certificate.application.act_id
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE {table} SET {column} = overlay({column} placing %s from 30) WHERE id = %s",
            [b"X", key],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert 'data-verdict="doubtful"' in look(address(certificate)).content.decode()


def test_a_log_entry_that_was_deleted_turns_the_answer_into_a_warning(
    look: Look, certificate: Certificate
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "WITH gone AS (DELETE FROM audit_event WHERE event = 'certificate.issued' RETURNING id)"
            " DELETE FROM audit_pending USING gone WHERE event_id = gone.id"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    text = look(address(certificate)).content.decode()
    assert 'data-verdict="doubtful"' in text
    assert "The issue is not in the log" in text


def test_the_page_costs_as_many_queries_for_many_lines_as_for_one(
    client: Client, certificate: Certificate, django_assert_num_queries: Any
) -> None:
    longer = a_certificate("valid", lines=12)
    client.get(address(certificate))
    client.get(address(longer))
    with django_assert_num_queries(13, exact=False):
        client.get(address(certificate))
    with django_assert_num_queries(13, exact=False) as asked:
        text = client.get(address(longer)).content.decode()
    assert len(asked) > 3
    assert text.count("PF-0001A") == 12
    assert "<details" in text


def test_a_repeated_number_is_found_latest_first(certificate: Certificate) -> None:
    number = number_of_slug(certificate.number.replace(" ", "-"))
    assert number is not None
    assert certificates_numbered(number) == [certificate]
