"""The public calculator: answers in three languages, stores nothing, and loses nothing typed."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from origin.forms.calculator import MOST_MATERIALS
from origin.pack_files import shipped_packs
from origin.pasted_materials import PastedRow, read_pasted
from tests.scenarios import reference_data

Ask = Callable[..., str]
ADDRESS = "/rules/calculator/"
# Electric motors: foreign materials at most 50 %, those of 8503 at most 10 %.
MOTOR: dict[str, Any] = {"hs_code": "8501 10 990 0", "price_kzt": "1 000", "category": "serial"}


@pytest.fixture(autouse=True)
def rules(db: None) -> None:
    reference_data()


@pytest.fixture
def ask(client: Client) -> Ask:
    """Sends the form as a browser does; what the page says comes back as one text."""

    def send(
        *rows: dict[str, str], button: str = "calculate", language: str = "en", **values: Any
    ) -> str:
        data = {**MOTOR, button: "1", "materials-TOTAL_FORMS": len(rows), **values}
        data["materials-INITIAL_FORMS"] = 0
        for index, row in enumerate(rows):
            data |= {f"materials-{index}-{name}": text for name, text in row.items()}
        answer = client.post(ADDRESS, data, headers={"accept-language": language})
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    return send


def row(name: str, value: str, hs_code: str = "7318", **more: str) -> dict[str, str]:
    return {"name": name, "value_kzt": value, "hs_code": hs_code, **more}


def seen(page: str) -> str:
    """The words of the page without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_goods_within_every_limit_would_originate(ask: Ask) -> None:
    text = seen(ask(row("Copper", "400", "7408"), row("Stator", "100", "8503")))
    assert "The goods would originate in Kazakhstan: criterion Д8501" in text
    assert "100 % − 500 ₸ / 1 000 ₸ × 100 % = 50 %" in text.replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    assert "12 months an act on such goods holds" in text
    assert "points from its limit" in text


def test_goods_beyond_a_limit_are_advised(ask: Ask) -> None:
    text = seen(ask(row("Copper", "300", "7408"), row("Stator", "150", "8503")))
    assert "The goods would not originate in Kazakhstan" in text
    assert "Material 2 (Stator) decides" in text
    assert "Replace material 2 (Stator) by a Kazakhstani one" in text
    assert "if material 2 (Stator) cost at most 100 ₸" in text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_answers_in_every_language(ask: Ask, client: Client, language: str) -> None:
    page = ask(row("X", "300", "8503"), language=language)
    assert f'<html lang="{language}">' in page
    assert 'class="verdict bad"' in page
    empty = client.get(ADDRESS, headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}">' in empty


def test_anybody_may_ask_and_nothing_is_stored(ask: Ask) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(row("Copper", "300", "7408"))
    wrote = [
        q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert wrote == []


def test_the_short_address_leads_to_it(client: Client) -> None:
    answer = client.get("/calculator/")
    assert answer.headers["location"] == reverse("origin:calculator") == ADDRESS


def test_the_code_shows_its_rule_and_the_operations_that_it_names(ask: Ask) -> None:
    page = ask(button="look", hs_code="0902")
    text = seen(page)
    assert "The rule: 0902" in text
    asked = text.split("Operations that the rule names")[1].split("Other operations")[0]
    assert "blending of tea" in asked
    assert "This field is required" not in text


def test_a_code_that_no_row_names_follows_the_general_rule(ask: Ask) -> None:
    text = seen(ask(row("Filter part", "10", "8421"), hs_code="8421 31 000 0"))
    assert "Material 1 (Filter part) stands in the way" in text


def test_where_several_rules_are_open_each_is_answered_until_one_is_chosen(ask: Ask) -> None:
    page = ask(hs_code="8528", operations=["N12"])
    assert "would not originate, whichever of the open rules fits them" in seen(page)
    values = re.findall(r'name="choice" value="([^"]*)"', page)
    assert len(values) > 2
    assert values[-1] == ""
    chosen = ask(hs_code="8528", operations=["N12"], choice=values[0])
    assert "whichever" not in seen(chosen)
    assert f'value="{values[0]}" id="id_choice_0" checked' in chosen


def test_where_the_open_rules_disagree_it_depends(ask: Ask) -> None:
    operations = shipped_packs()[-1].row("8528 lcd").condition.all
    text = seen(ask(hs_code="8528", operations=operations))
    assert "It depends on the rule" in text
    assert "The goods would originate under 8528 lcd" in text


def test_goods_wholly_produced_have_the_criterion_of_their_own(ask: Ask) -> None:
    text = seen(ask(hs_code="1001", ground="W02"))
    assert "criterion П" in text
    assert "have 100 % by definition" in text


def test_the_wanted_share_is_measured(ask: Ask) -> None:
    text = seen(ask(row("Copper", "400", "7408"), wanted_percent="70"))
    assert "below the wanted 70 % by 10 points" in text


@pytest.mark.parametrize(
    ("values", "rows", "field", "message"),
    [
        ({"hs_code": "85"}, [], "id_hs_code", "at least the four digits"),
        ({"hs_code": "cable"}, [], "id_hs_code", "An HS code has 4 to 10 digits"),
        ({"hs_code": ""}, [], "id_hs_code", "decides which rule applies"),
        ({"price_kzt": ""}, [], "id_price_kzt", "This field is required"),
        ({"price_kzt": "0"}, [], "id_price_kzt", "more than zero"),
        ({"price_kzt": "-5"}, [], "id_price_kzt", "more than zero"),
        ({"price_kzt": "ten"}, [], "id_price_kzt", "This is not a number"),
        ({"wanted_percent": "0.35"}, [], "id_wanted_percent", "write 35 for 35 %"),
        ({"wanted_percent": "135"}, [], "id_wanted_percent", "less than or equal to 100"),
        ({}, [row("A", "700"), row("B", "400")], "id_price_kzt", "cost more than the goods"),
        ({}, [row("A", "1"), row("B", "-4")], "id_materials-1-value_kzt", "or equal to 0"),
        ({}, [row("A", "")], "id_materials-0-value_kzt", "This field is required"),
        ({}, [row("A", "4", "12")], "id_materials-0-hs_code", "at least the four digits"),
        (
            {},
            [row("A", "4", local_percent="50")],
            "id_materials-0-local_percent",
            "Only a Kazakhstani material",
        ),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_lost(
    ask: Ask, values: dict[str, str], rows: list[dict[str, str]], field: str, message: str
) -> None:
    page = ask(*rows, name="Motor 5AI", **values)
    assert f'href="#{field}"' in page
    assert message in page
    assert 'class="verdict' not in page
    assert 'value="Motor 5AI"' in page
    for typed in [*values.values(), *(text for each in rows for text in each.values())]:
        assert not typed or f'value="{typed}"' in page


def test_everything_that_is_wrong_is_told_at_once(ask: Ask) -> None:
    page = ask(row("A", "-4"), row("B", "1", "12"), hs_code="85", price_kzt="-5")
    for name in ("hs_code", "price_kzt", "materials-0-value_kzt", "materials-1-hs_code"):
        assert f'href="#id_{name}"' in page


def test_more_rows_keep_what_was_typed_without_judging_it(ask: Ask) -> None:
    page = ask(row("A", "oops"), button="add", price_kzt="")
    assert 'value="oops"' in page
    assert 'name="materials-3-name"' in page
    assert "errors" not in page.split("<main")[1]


def test_a_row_can_be_taken_out(ask: Ask) -> None:
    page = ask(row("A", "1"), row("B", "2"), row("C", "3"), button="remove", remove="1")
    assert re.findall(r'name="materials-\d-name" value="(\w)"', page) == ["A", "C"]


def test_blank_rows_are_no_materials(ask: Ask) -> None:
    text = seen(ask({}, row("A", "4"), {"name": " "}))
    assert "2. A" in text
    assert "would originate" in text


def test_pasted_rows_join_the_typed_ones(ask: Ask) -> None:
    page = ask(
        row("Typed", "1"),
        button="paste_rows",
        paste="Wire;7408110000;Россия;30 000,50\nBox\tKZ\t20",
    )
    names = re.findall(r'name="materials-\d-name" value="(\w+)"', page)
    assert names == ["Typed", "Wire", "Box"]
    assert 'value="30000.5"' in page
    assert '<option value="local" selected>' in page


def test_pasted_rows_with_a_fault_are_named_and_kept(ask: Ask) -> None:
    page = ask(row("Typed", "1"), button="paste_rows", paste="Wire\t7408\tCN\t5\nBox\t7325\tCN\t")
    assert "Line 2: no value was found" in seen(page)
    assert "Wire\t7408\tCN\t5" in page
    assert re.findall(r'name="materials-\d-name" value="(\w+)"', page) == ["Typed"]


def test_too_many_materials_are_refused_with_the_limit(ask: Ask) -> None:
    many = "\n".join(f"Part {n}\t7318\tCN\t1" for n in range(5000))
    assert f"At most {MOST_MATERIALS} materials" in seen(ask(button="paste_rows", paste=many))
    rows = [row(f"Part {n}", "1") for n in range(MOST_MATERIALS + 1)]
    assert f"At most {MOST_MATERIALS} materials" in seen(ask(*rows))


def test_as_many_as_allowed_are_calculated(ask: Ask) -> None:
    rows = [row(f"Part {n}", "1") for n in range(MOST_MATERIALS)]
    assert "The goods would originate" in seen(ask(*rows))


def test_a_machine_that_asks_too_often_is_held_back(
    ask: Ask, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.callers.time.time", lambda: 1_800_000_000)
    settings.CTKZ_CALCULATIONS_PER_MINUTE = 2
    for _turn in range(2):
        ask()
    refused = client.post(ADDRESS, MOTOR, headers={"accept-language": "en"})
    assert refused.status_code == 429
    assert "Too many calculations" in refused.content.decode()
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "Wire\t7408 11 000 0\tRU\t30000,50",
        "Wire;7408110000;Россия;30 000,50",
        "Wire | 7408.11.000.0 | Ресей | 30000.50 ₸",
        "1\tWire\t7408110000\tRussia\t30 000,5",
        "RU\t7408110000\tWire\t30000.50 тг",
        "7408110000.0\tWire\tRU\t30000.50",
        "Стоимость\tНаименование\tСтрана\tКод ТН ВЭД\n30000,50\tWire\tРоссия\t7408110000",
        "\n\nName\tHS code\tSupplier\tCountry\tValue\nWire\t7408110000\tABC\tRU\t30000,50\n\n",
    ],
)
def test_pasted_rows_are_read_as_people_write_them(text: str) -> None:
    pasted = read_pasted(text)
    assert pasted.faults == ()
    assert pasted.rows == (PastedRow("Wire", "7408110000", False, Decimal("30000.50")),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Wire\t7408\tRU\t", "Line 1: no value was found."),
        ("Name\tValue\tCountry\nWire\t5\tAtlantis", "Line 2: there is no country Atlantis."),
        ("Name\tValue\nWire\tfive", "Line 2: This is not a number: five"),
        ("Name\tValue\nWire\t5 USD", "Line 2: write only the amount in tenge."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, message: str) -> None:
    with translation.override("en"):
        (fault,) = read_pasted(text).faults
        assert str(fault) == message


def test_an_empty_paste_gives_nothing() -> None:
    assert read_pasted(" \n\t\n") == read_pasted("")
