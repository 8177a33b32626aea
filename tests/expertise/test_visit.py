"""The visit to the site with its checklist, and results of laboratories."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Role
from expertise.document_types import VISIT_PHOTO
from expertise.services import process
from expertise.services.process import Answer
from tests import scenarios
from tests.expertise.test_evidence import a_photo, open_codes, refused, under_expertise
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db

ITEMS = ("premises", "address", "equipment", "operations", "capacity")
ALL = {item: Answer("yes", f"о {item}") for item in ITEMS}


def visited(**changes) -> dict:
    return {
        "place": "г. Жезказган",
        "site_visit": True,
        "visited_on": timezone.localdate(),
        "attended": "Директор",
        **changes,
    }


def test_the_checklist_has_the_five_items_of_the_assessment_of_production():
    scenarios.reference_data()
    assert tuple(process.visit_items(on=timezone.localdate())) == ITEMS


def test_a_visit_keeps_its_answers_and_its_people():
    request, auditor = under_expertise()
    given = {"request": request, "actor": auditor}
    process.save_visit(**given, values=visited(), answers={**ALL, "capacity": Answer("no", "Мало")})
    examination = process.save_visit(
        **given, values=visited(attended="Мастер"), answers=dict(reversed(ALL.items()))
    )
    assert (examination.attended, examination.visited_on) == ("Мастер", timezone.localdate())
    answers = [(row.item, row.answer) for row in examination.visit_answers.order_by("pk")]
    assert answers == [(item, "yes") for item in ITEMS]


def test_without_a_visit_nothing_was_seen():
    request, auditor = under_expertise()
    given = {"request": request, "actor": auditor}
    process.save_visit(**given, values=visited(), answers=ALL)
    examination = process.save_visit(**given, values=visited(site_visit=False), answers=ALL)
    assert (examination.visited_on, examination.attended) == (None, "")
    assert not examination.visit_answers.exists()


@pytest.mark.parametrize(
    ("values", "answers", "code"),
    [
        ({"visited_on": dt.date(2999, 1, 1)}, {}, "visit_in_future"),
        ({"visited_on": dt.date(2020, 1, 1)}, {}, "visit_before_submission"),
        ({}, {"weather": Answer("yes")}, "unknown_item"),
        ({}, {"premises": Answer("perhaps")}, "unknown_answer"),
    ],
)
def test_an_impossible_visit_is_refused(values, answers, code):
    request, auditor = under_expertise()
    given = {"request": request, "actor": auditor}
    assert refused(
        process.save_visit, **given, values=visited(**values), answers=answers
    ) == code  # fmt: skip
    request.examination.refresh_from_db()
    assert not request.examination.site_visit


def test_the_day_of_the_visit_lies_between_the_submission_and_today():
    """The page names the field; the day of the submission itself is possible."""
    request, auditor = under_expertise()
    request.submitted_at -= dt.timedelta(days=5)
    request.save(update_fields=["submitted_at"])
    submitted, client = timezone.localdate(request.submitted_at), signed_in(auditor)
    typed = {"version": request.version, "site_visit": "yes", "attended": "Мастер"}
    day = dt.timedelta(days=1)
    for wrong in (submitted - day, timezone.localdate() + day):
        response = client.post(page("request-visit", request.pk), typed | {"visited_on": wrong})
        assert list(response.context["form"].errors) == ["visited_on"]
    response = client.post(page("request-visit", request.pk), typed | {"visited_on": submitted})
    assert response.status_code == 302
    request.examination.refresh_from_db()
    assert request.examination.visited_on == submitted


def test_every_item_is_answered_before_the_signature():
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    given = {"request": request, "actor": scenarios.actor_of(request, Role.AUDITOR)}
    process.save_visit(**given, values=visited(), answers={"premises": Answer("yes")})
    assert open_codes(request) == {"visit_answers"}
    process.save_visit(**given, values=visited(attended=""), answers=ALL)
    assert open_codes(request) == {"visit"}
    # An answer may be “no” or “does not apply”: it is an answer.
    answers = {**ALL, "capacity": Answer("no", "Ниже заявленной"), "address": Answer("na")}
    process.save_visit(**given, values=visited(), answers=answers)
    assert open_codes(request) == set()


def test_the_page_takes_the_answers_and_keeps_what_was_typed():
    request, auditor = under_expertise()
    client, today = signed_in(auditor), timezone.localdate().isoformat()
    typed = {
        "version": request.version, "place": "Жезказган", "site_visit": "yes",
        "visited_on": "2999-01-01", "attended": "Мастер цеха", "answer_premises": "yes",
        "note_premises": "Цех 1200 м²",
    }  # fmt: skip
    response = client.post(page("request-visit", request.pk), typed)
    assert "cannot be later than today" in text(response)
    assert "Цех 1200 м²" in text(response)
    response = client.post(page("request-visit", request.pk), {**typed, "visited_on": today})
    assert response["Location"] == page("request-findings", request.pk)
    request.examination.refresh_from_db()
    answer = request.examination.visit_answers.get()
    assert (answer.item, answer.note) == ("premises", "Цех 1200 м²")
    shown = text(client.get(page("request-visit", request.pk)))
    assert "Мастер цеха" in shown
    assert "Warehouse, office and production premises exist" in shown


def test_photographs_of_the_visit_stand_on_its_page():
    request, auditor = under_expertise()
    client = signed_in(auditor)
    client.post(
        page("request-photos-add", request.pk, VISIT_PHOTO),
        {"version": request.version, "files": a_photo(), "title": "Линия за работой"},
    )
    assert "Линия за работой" in text(client.get(page("request-visit", request.pk)))
    refused_file = client.post(
        page("request-photos-add", request.pk, VISIT_PHOTO),
        {"version": request.version, "files": scenarios.a_pdf()},
        follow=True,
    )
    assert "Files of this type are not taken here" in text(refused_file)
    strange = page("request-photos-add", request.pk, "legal_status")
    assert client.post(strange, {"version": request.version}).status_code == 404


def a_result(**changes) -> dict:
    return {
        "laboratory": "ТОО «Пример-Лаб»",
        "protocol_number": "П-77",
        "dated_on": timezone.localdate(),
        "conclusion": "Целлюлоза 100 %",
        **changes,
    }


def test_a_laboratory_result_is_added_changed_and_removed():
    request, auditor = under_expertise(lines=2)
    given = {"request": request, "actor": auditor}
    line, paper = request.lines.get(number=2), request.documents.get()
    result = process.save_lab_result(
        **given, values=a_result(line=line, evidence=paper, evidence_page="3")
    )
    assert (result.line, result.evidence, result.evidence_page) == (line, paper, "3")
    process.save_lab_result(**given, values=a_result(conclusion="Полиэстер"), result=result)
    assert [(each.conclusion, each.line) for each in request.lab_results.all()] == [
        ("Полиэстер", None)
    ]
    process.remove_lab_result(result=result, actor=auditor)
    assert not request.lab_results.exists()


def test_a_result_of_another_case_or_of_tomorrow_is_refused():
    request, auditor = under_expertise()
    other, _auditor = under_expertise()
    given = {"request": request, "actor": auditor}
    save = process.save_lab_result
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert refused(save, **given, values=a_result(dated_on=tomorrow)) == "protocol_in_future"
    assert refused(save, **given, values=a_result(line=other.lines.get())) == "strange_line"
    paper = other.documents.get()
    assert refused(save, **given, values=a_result(evidence=paper)) == "strange_document"


def test_the_page_of_the_laboratory_shows_adds_and_changes():
    request, auditor = under_expertise()
    client, paper = signed_in(auditor), request.documents.get()
    values = {
        "version": request.version, "laboratory": "ТОО «Пример-Лаб»", "protocol_number": "П-1",
        "dated_on": timezone.localdate().isoformat(), "conclusion": "Сталь 08пс",
        "evidence": paper.pk, "evidence_page": "2",
    }  # fmt: skip
    client.post(page("request-laboratory", request.pk), values)
    result = request.lab_results.get()
    assert (result.evidence, result.conclusion) == (paper, "Сталь 08пс")
    address = page("request-laboratory", request.pk, result.pk)
    assert "Сталь 08пс" in text(client.get(address))
    client.post(address, {**values, "conclusion": "Сталь 10"})
    result.refresh_from_db()
    assert result.conclusion == "Сталь 10"
    missing = client.post(page("request-laboratory", request.pk), {"version": request.version})
    assert set(missing.context["form"].errors) == {
        "laboratory", "protocol_number", "dated_on", "conclusion",
    }  # fmt: skip
    client.post(page("request-laboratory-remove", request.pk, result.pk), {})
    assert not request.lab_results.exists()
