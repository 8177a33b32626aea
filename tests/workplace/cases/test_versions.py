"""Versions of the form: kept with each deed, never rewritten, compared side by side."""

import json
from typing import Any

import pytest
from django.db import InternalError, connection, transaction

from accounts.models import Role
from audit.models import AuditEvent
from documents.canonical import canonical_bytes, sha256_hex
from expertise.models import ExpertiseRequest, FormVersion
from expertise.services import correcting, evidence
from expertise.services.second_opinions import _file_again
from tests.scenarios import (
    a_pdf,
    a_request,
    actor_of,
    an_act,
    an_organisation,
    ask,
)
from workplace.cases.reading import differences, read_record, shown
from workplace.cases.versions import versions_of
from workplace.cases.whole import find_case

from .pages import answer_auditor, get, main, page

LANGUAGE = "en"


def kept(request: ExpertiseRequest) -> list[tuple[int, str]]:
    return list(request.versions.order_by("number").values_list("number", "reason"))


def test_each_deed_of_the_applicant_keeps_a_version(db: None) -> None:
    request = a_request("awaiting_applicant")
    assert kept(request) == [(1, "submitted")]
    answer_auditor(request)
    assert kept(request) == [(1, "submitted"), (2, "answered")]
    first, second = request.versions.order_by("number")
    submitted = AuditEvent.objects.get(event="request.submitted", subject_id=str(request.pk))
    assert first.record_sha256 == submitted.facts["content_sha256"]
    assert second.question == request.questions.get()
    for version in (first, second):
        assert sha256_hex(version.record_bytes) == version.record_sha256
        assert canonical_bytes(json.loads(version.record_bytes)) == version.record_bytes
    added = len(json.loads(second.record_bytes)["documents"])
    assert added == len(json.loads(first.record_bytes)["documents"]) + 1


def test_what_the_auditor_added_is_not_in_the_form(db: None) -> None:
    request = a_request("in_expertise")
    evidence.add_evidence(
        request=request, actor=actor_of(request, Role.AUDITOR), upload=a_pdf(), type="other"
    )
    answer_auditor(ask(request), papers=0)
    first, second = request.versions.order_by("number")
    assert first.record_sha256 == second.record_sha256


def test_a_draft_has_no_version_and_a_correction_has_its_own(db: None) -> None:
    assert kept(a_request("draft")) == []
    act = an_act()
    correction = correcting.open_correction(
        act=act, actor=actor_of(act.request, Role.AUDITOR), reason="slip"
    )
    assert kept(correction) == [(1, "corrected")]


def test_a_second_expertise_has_the_version_that_every_request_has(db: None) -> None:
    """Without it the blind one could be told from the others."""
    opinion = _file_again(a_request("accepted"), an_organisation("expert"))
    assert kept(opinion.second) == [(1, "submitted")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE expertise_formversion SET record = '\\x00'",
        "UPDATE expertise_formversion SET at = at - interval '1 day'",
        "DELETE FROM expertise_formversion",
    ],
)
def test_sql_cannot_rewrite_a_version(db: None, statement: str) -> None:
    a_request("submitted")
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert FormVersion.objects.count() == 1


def keys(case_id: Any, actor: Any) -> list[str]:
    case = find_case(actor, case_id)
    assert case is not None
    return [version.key for version in versions_of(case)]


def test_the_answer_is_compared_with_what_was_submitted(db: None) -> None:
    request = a_request("awaiting_applicant")
    answer_auditor(request)
    applicant = actor_of(request, Role.APPLICANT)
    questions = main(get(applicant, page("questions", request.case_id)))
    compare = page("compare", request.case_id)
    before, after = keys(request.case_id, applicant)
    address = f"{compare}?a={before}&b={after}"
    assert address.replace("&", "&amp;") in questions
    compared = main(get(applicant, address))
    assert "1 difference" in compared
    assert "answer.pdf" in compared
    assert "Added" in compared
    assert "PF-0001A" not in compared
    assert "PF-0001A" in main(get(applicant, f"{address}&show=all"))


def test_the_act_is_compared_in_what_both_state(db: None) -> None:
    act = an_act()
    auditor = actor_of(act.request, Role.AUDITOR)
    first, last = keys(act.case_id, auditor)
    assert last == f"act-{act.pk}"
    compared = main(get(auditor, f"{page('compare', act.case_id)}?a={first}&b={last}&show=all"))
    assert "compared in what both of them state" in compared
    assert "Criterion" in compared
    assert "Price, tenge" not in compared


def test_a_version_of_another_case_is_not_compared(db: None) -> None:
    request, other = a_request("submitted"), a_request("submitted")
    applicant = actor_of(request, Role.APPLICANT)
    own = keys(request.case_id, applicant)[0]
    strange = f"form-{other.pk}-1"
    for a, b in ((own, strange), (strange, own), (own, ""), ("", "")):
        address = f"{page('compare', request.case_id)}?a={a}&b={b}"
        assert get(applicant, address).status_code == 404


def test_the_record_of_the_same_request_does_not_differ_from_itself(db: None) -> None:
    version = a_request("submitted").versions.get()
    reading = read_record(json.loads(version.record_bytes))
    assert differences(reading, reading).is_empty
    assert reading.form.lines[0].cells["quantity"] == "20"
    assert len(reading.form.lines[0].parts) == 2


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("hs_code", "8421310000", "8421 31 000 0"),
        ("contract.date", "2026-11-18", "18.11.2026"),
        ("price_kzt", "1234567.50", "1,234,567.50"),
        ("local_percent", "100", "100"),
        ("name", "", "—"),
        ("name", None, "—"),
        ("origin_document", "ct_kz", "CT-KZ certificate"),
    ],
)
def test_values_are_shown_as_pages_print_them(key: str, value: str | None, expected: str) -> None:
    assert shown(key, value) == expected
