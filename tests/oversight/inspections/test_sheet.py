"""A half-yearly list from a file: all rows or none, each bad one with row, column and reason."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from accounts.models import Membership
from oversight.departments import OutsideDepartment
from oversight.inspections.importing import FaultyList, import_list
from oversight.inspections.sheet import example_workbook, read_list
from oversight.models import Inspection
from tests import scenarios

from . import scenes

LANGUAGE = "en"
TITLES = ["БИН/ИИН", "Субъект контроля", "Адрес", "Вид контроля", "Объект контроля", "Дата"]


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenes.an_inspector(posted_to=scenes.HERE)


def a_file(*rows: list[object]) -> bytes:
    book = Workbook()
    book.active.append(TITLES)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_row(**values: object) -> list[object]:
    row = {
        "bin": scenarios.a_bin(),
        "name": "ТОО «Пример»",
        "address": "ул. Примерная, 1",
        "kind": "Плановая проверка",
        "object": "Goods on sale",
        "day": f"{scenes.today():%d.%m.%Y}",
    } | values
    return list(row.values())


def taken(inspector: Membership, data: bytes, code: str = scenes.HERE) -> list[Inspection]:
    return import_list(
        actor=inspector,
        department=scenes.department(code),
        half_year=str(scenes.this_half()),
        data=data,
        filename="list.xlsx",
    )


def test_rows_in_any_official_language_become_lines(inspector: Membership) -> None:
    made = taken(inspector, a_file(a_row(), a_row(kind="Бару арқылы профилактикалық бақылау")))
    assert [one.kind for one in made] == ["scheduled_inspection", "preventive_visit"]
    assert {one.object_kind for one in made} == {"goods_on_sale"}


def test_an_organisation_of_the_portal_is_known_by_its_identifier(inspector: Membership) -> None:
    known = scenarios.an_organisation("expert")
    made = taken(inspector, a_file(a_row(bin=known.bin, name="как-то иначе")))
    assert made[0].organisation == known
    assert made[0].subject_name == known.name_ru


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"bin": "123"}, "БИН/ИИН", "digits"),
        ({"bin": ""}, "БИН/ИИН", "empty"),
        ({"name": ""}, "Субъект контроля", "empty"),
        ({"kind": "Внеплановая проверка"}, "Вид контроля", "not in the list"),
        ({"object": "Звёзды"}, "Объект контроля", "not in the list"),
        ({"day": "31.02.2026"}, "Дата", "looks like"),
        ({"day": "01.01.2001"}, "Дата", "outside of the half-year"),
    ],
)
def test_a_bad_row_is_told_and_nothing_is_planned(
    values: dict[str, object], column: str, reason: str, inspector: Membership
) -> None:
    with pytest.raises(FaultyList) as refusal:
        taken(inspector, a_file(a_row(), a_row(**values)))
    (error,) = refusal.value.errors
    assert (error.row, error.column) == (3, column)
    assert reason in error.reason
    assert not Inspection.objects.exists()


def test_every_bad_row_is_told_at_once(inspector: Membership) -> None:
    with pytest.raises(FaultyList) as refusal:
        taken(inspector, a_file(a_row(bin="1"), a_row(), a_row(kind="?", day="?")))
    assert [(error.row, error.column) for error in refusal.value.errors] == [
        (2, "БИН/ИИН"),
        (4, "Вид контроля"),
        (4, "Дата"),
    ]


def test_a_subject_twice_in_the_file_or_in_a_list_is_told_with_its_place(
    inspector: Membership,
) -> None:
    known = scenes.listed(inspector)
    twice = scenarios.a_bin()
    rows = [a_row(bin=known.subject_bin), a_row(bin=twice), a_row(bin=twice)]
    with pytest.raises(FaultyList) as refusal:
        taken(inspector, a_file(*rows))
    first, second = refusal.value.errors
    assert (first.row, second.row) == (2, 4)
    assert known.number in first.reason
    assert "row 3" in second.reason
    assert Inspection.objects.count() == 1


def test_a_file_for_another_department_is_refused_before_it_is_read(
    inspector: Membership,
) -> None:
    with pytest.raises(OutsideDepartment, match="another department"):
        taken(inspector, b"not even a file", scenes.ELSEWHERE)
    assert not Inspection.objects.exists()


def test_what_is_no_spreadsheet_is_told_as_such(inspector: Membership) -> None:
    with pytest.raises(FaultyList) as refusal:
        taken(inspector, b"%PDF-1.7 nonsense")
    assert "not a spreadsheet" in refusal.value.errors[0].reason


def test_the_example_can_be_read_by_the_reader(db: None) -> None:
    scenarios.reference_data()
    half = scenes.this_half().following
    content = example_workbook(half, on=scenes.today())
    assert load_workbook(io.BytesIO(content)).active.max_row >= 3
    sheet = read_list(content, "example.xlsx", half=half, on=scenes.today())
    assert not sheet.errors
    assert len(sheet.entries) == 2
