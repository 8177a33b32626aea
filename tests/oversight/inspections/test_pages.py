"""The pages: who sees them, what the department rule says there, and how they answer in bulk."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Membership, Role
from oversight.inspections.approving import lines_of, list_digest
from oversight.models import HalfYearList, Inspection, Posting
from tests import scenarios

from . import scenes

LANGUAGE = "en"
LISTS = ("inspection-list", "half-year-list", "department-list")


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenes.an_inspector(posted_to=scenes.HERE)


@pytest.fixture
def head(inspector: Membership) -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)


def signed_in(member: Membership) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(member.user)
    return client


def page(name: str, *args: Any) -> str:
    return reverse(f"oversight:{name}", args=args)


@pytest.mark.parametrize("name", [*LISTS, "inspection-plan", "half-year-line", "half-year-import"])
def test_only_the_committee_knows_these_pages(name: str, inspector: Membership) -> None:
    assert signed_in(inspector).get(page(name)).status_code == 200
    for role in (Role.AUDITOR, Role.CHAMBER_OFFICER, Role.APPLICANT):
        assert signed_in(scenarios.a_person(role)).get(page(name)).status_code == 404


def test_a_list_shows_the_own_department_and_the_centre_sees_all(
    inspector: Membership, head: Membership
) -> None:
    other = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    own, foreign = scenes.unscheduled(inspector), scenes.unscheduled(other, scenes.ELSEWHERE)
    listed = signed_in(inspector).get(page("inspection-list"), {"tab": "all"}).content.decode()
    assert own.number in listed
    assert foreign.number not in listed
    every = signed_in(head).get(page("inspection-list"), {"tab": "all"}).content.decode()
    assert own.number in every
    assert foreign.number in every


def test_another_departments_inspection_is_refused_in_words(inspector: Membership) -> None:
    other = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    foreign = scenes.unscheduled(other, scenes.ELSEWHERE)
    client = signed_in(inspector)
    for answer in (
        client.get(page("inspection-detail", foreign.number)),
        client.post(page("inspection-command", foreign.number, "take")),
    ):
        assert answer.status_code == 403
        assert "another department" in answer.content.decode()
    foreign.refresh_from_db()
    assert foreign.inspector is None


def test_planning_for_another_department_keeps_what_was_typed(inspector: Membership) -> None:
    answer = signed_in(inspector).post(
        page("inspection-plan"),
        {
            "department": scenes.ELSEWHERE,
            "name": "Рынок «Пример»",
            "kind": "unscheduled_inspection",
            "object_kind": "goods_on_sale",
            "planned_on": scenes.today().isoformat(),
            "grounds": "Обращение",
        },
    )
    told = answer.content.decode()
    assert "another department" in told
    assert "Рынок «Пример»" in told
    assert not Inspection.objects.exists()


def test_an_inspection_from_its_plan_to_its_result(inspector: Membership) -> None:
    client = signed_in(inspector)

    def give(command: str, **values: Any) -> str:
        data = {f"{command}-{name}": value for name, value in values.items()}
        answer = client.post(page("inspection-command", number, command), data, follow=True)
        return str(answer.content.decode())

    answer = client.post(
        page("inspection-plan"),
        {
            "department": scenes.HERE,
            "name": "Рынок «Пример»",
            "kind": "sample_purchase",
            "object_kind": "goods_on_sale",
            "planned_on": scenes.today().isoformat(),
            "grounds": "Обращение",
        },
        follow=True,
    )
    number = Inspection.objects.get().number
    assert "Take it" in answer.content.decode()
    assert "Begin the inspection" not in answer.content.decode()
    assert "Begin the inspection" in give("take")
    assert "Complete the inspection" not in give("start")
    day = scenes.today().isoformat()
    give("sample", product="Кабель", bought_on=day)
    sample = Inspection.objects.get().samples.get()
    client.post(
        page("sample-result", number, sample.pk),
        {"result": "violates", "tested_on": day, "protocol_number": "П-7"},
    )
    shown = client.get(page("inspection-detail", number)).content.decode()
    assert "Violations were found, as recorded here" in shown
    assert "No violations; none is recorded" not in shown
    shown = give("complete", has_violations="true", summary="Кабель не соответствует")
    assert "Violations were found" in shown
    assert "Record a sample" not in shown
    assert Inspection.objects.get().status == "completed"


def test_a_refused_command_shows_its_reason_on_the_page(inspector: Membership) -> None:
    inspection = scenes.under_way(inspector)
    answer = signed_in(inspector).post(
        page("inspection-command", inspection.number, "outcome"),
        {
            "outcome-kind": "goods_seized",
            "outcome-quantity": "3",
            "outcome-decided_on": "2999-01-01",
        },
    )
    assert answer.status_code == 409
    assert "This day has not come yet" in answer.content.decode()


def test_what_was_recorded_by_mistake_is_taken_back_on_the_page(inspector: Membership) -> None:
    inspection = scenes.under_way(inspector)
    client, day = signed_in(inspector), scenes.today().isoformat()
    client.post(
        page("inspection-command", inspection.number, "outcome"),
        {"outcome-kind": "goods_seized", "outcome-quantity": "3", "outcome-decided_on": day},
    )
    client.post(
        page("inspection-command", inspection.number, "violation"),
        {
            "violation-code": "goods_do_not_conform",
            "violation-fault": "other",
            "violation-text": "Нет знака",
        },
    )
    outcome, violation = inspection.outcomes.get(), inspection.violations.get()
    client.post(page("inspection-take-back", inspection.number, "outcome", outcome.pk))
    client.post(
        page("inspection-take-back", inspection.number, "violation", violation.pk),
        {f"drop-{violation.pk}-note": "Знак нашли"},
    )
    violation.refresh_from_db()
    assert not inspection.outcomes.exists()
    assert violation.set_aside_note == "Знак нашли"


def test_a_head_approves_the_list_that_is_on_the_page(
    inspector: Membership, head: Membership
) -> None:
    scenes.listed(inspector)
    asked = {"department": scenes.HERE, "half_year": str(scenes.this_half())}
    shown = signed_in(head).get(page("half-year-list"), asked).content.decode()
    digest = list_digest(lines_of(scenes.department(), asked["half_year"]))
    assert "Approve the list" in shown
    assert digest in shown
    assert "Approve the list" not in (
        signed_in(inspector).get(page("half-year-list"), asked).content.decode()
    )
    refused = signed_in(head).post(page("half-year-approve"), {**asked, "digest": "0" * 64})
    assert refused.status_code == 409
    answer = signed_in(head).post(
        page("half-year-approve"), {**asked, "digest": digest}, follow=True
    )
    assert "being made" in answer.content.decode()
    assert HalfYearList.objects.get().approved_by == head.user
    assert "Add a subject" not in answer.content.decode()


def test_a_file_with_mistakes_shows_rows_columns_and_reasons(inspector: Membership) -> None:
    content = (
        "БИН/ИИН;Субъект контроля;Адрес;Вид контроля;Объект контроля;Дата\n"
        f"{scenarios.a_bin()};ТОО «Пример»;;Рейд;Goods on sale;{scenes.today():%d.%m.%Y}\n"
    )
    upload = SimpleUploadedFile("list.csv", content.encode(), "text/csv")
    asked = {"department": scenes.HERE, "half_year": str(scenes.this_half())}
    answer = signed_in(inspector).post(page("half-year-import"), {**asked, "file": upload})
    told = answer.content.decode()
    assert "1 mistake in the file" in told
    assert "Вид контроля" in told
    assert "“Рейд” is not in the list." in told
    upload.seek(0)
    refused = signed_in(inspector).post(
        page("half-year-import"), {**asked, "department": scenes.ELSEWHERE, "file": upload}
    )
    assert "another department" in refused.content.decode()
    assert not Inspection.objects.exists()


def test_a_recommendation_that_is_no_ground_says_so(inspector: Membership) -> None:
    assert (
        signed_in(inspector)
        .get(page("inspection-plan"), {"recommendation": "RC-2026-00001"})
        .status_code
        == 404
    )


def test_a_head_posts_a_person_and_ends_the_posting(head: Membership) -> None:
    free = scenes.an_inspector(organisation=head.organisation)
    client, day = signed_in(head), scenes.today().isoformat()
    client.post(
        page("posting-create"),
        {"user": str(free.user_id), "department": scenes.HERE, "since": day},
    )
    posting = Posting.objects.get(user=free.user)
    shown = client.get(page("department-list")).content.decode()
    assert free.user.full_name in shown
    client.post(page("posting-end", posting.pk), {f"end-{posting.pk}-until": day})
    posting.refresh_from_db()
    assert posting.until == scenes.today()
    assert free.user.full_name in client.get(page("department-list")).content.decode()
    told = signed_in(free).get(page("department-list")).content.decode()
    assert "Post a person" not in told


def test_the_export_holds_what_the_filters_leave(inspector: Membership) -> None:
    left, out = scenes.unscheduled(inspector), scenes.under_way(inspector)
    client = signed_in(inspector)
    answer = client.get(page("inspection-list"), {"tab": "planned", "format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    numbers = {row[0].value for row in sheet.iter_rows(min_row=2)}
    assert left.number in numbers
    assert out.number not in numbers


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_as_often_for_many_rows_as_for_a_few(
    name: str, head: Membership, inspector: Membership
) -> None:
    client = signed_in(head)
    asked = {"tab": "all", "department": scenes.HERE}

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(name), asked).status_code == 200
        return len(seen)

    def more() -> None:
        scenes.listed(inspector)
        scenes.under_way(scenes.an_inspector(scenes.HERE, inspector.organisation))

    more()
    queries()
    few = queries()
    for _number in range(4):
        more()
    assert queries() == few


FILTERS: list[tuple[dict[str, str], bool]] = [
    ({"kind": "unscheduled_inspection"}, True),
    ({"kind": "supervision_raid"}, False),
    ({"object_kind": "goods_on_sale"}, True),
    ({"has_violations": "true"}, False),
    ({"half_year": "2001-1"}, False),
    ({"q": "рынок"}, True),
    ({"since": "2999-01-01"}, False),
]


@pytest.mark.parametrize(("asked", "is_found"), FILTERS)
def test_filters_narrow_the_list(
    asked: dict[str, str], is_found: bool, inspector: Membership
) -> None:
    one = scenes.unscheduled(inspector)
    client = signed_in(inspector)
    shown = client.get(page("inspection-list"), {"tab": "all", **asked}).content.decode()
    assert (one.number in shown) == is_found
