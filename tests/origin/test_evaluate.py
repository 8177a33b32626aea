"""`manage.py evaluate`: every example, every fault of a file, and where the rules come from."""

import json
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import override

from origin.books import rulebook_in_force
from origin.models import RulePack
from origin.pack_files import SHIPPED

PACK = SHIPPED / "cis-2023"
EXAMPLES = sorted((SHIPPED.parent / "examples").glob("*.json"))
MOTOR = {
    "schema": "ctkz.evaluation/1",
    "on": "2025-03-28",
    "line": {"hs_code": "8501100000", "price_kzt": "100"},
    "materials": [{"hs_code": "8503", "value_kzt": "5"}],
}


def answer(file: Path | str, *options: str) -> dict:
    out = StringIO()
    call_command("evaluate", str(file), *options, stdout=out)
    return json.loads(out.getvalue())


def refusal(file: Path, *options: str) -> list[str]:
    errors = StringIO()
    with override("en"), pytest.raises(SystemExit) as stop:
        call_command("evaluate", str(file), "--pack", str(PACK), *options, stderr=errors)
    assert stop.value.code == 2
    return errors.getvalue().splitlines()


@pytest.fixture
def write(tmp_path: Path):
    def as_file(content: object, **changes: object) -> Path:
        path = tmp_path / "line.json"
        if isinstance(content, dict):
            content = json.dumps({**content, **changes})
        path.write_text(str(content))
        return path

    return as_file


def test_there_is_an_example_of_every_way_of_the_rules():
    assert len(EXAMPLES) >= 12
    kinds, options = set(), set()
    for path in EXAMPLES:
        told = json.loads((path.parent / "expected" / path.name).read_text())
        kinds |= {reason["code"].rpartition(".")[0] for reason in told["reasons"]}
        options.add((bool(told["lookup"]["narrower_rows"]), told["lookup"]["needs_choice"]))
    assert kinds >= {
        "any_heading_except",
        "change_of_heading",
        "foreign_articles_share_at_most",
        "foreign_share_at_most",
        "made_from",
        "operations_other_than",
        "operations_required",
        "same_heading_share_at_most",
        "share_of_headings_at_most",
        "sufficient_operations",
        "wholly_produced",
    }
    assert options == {(False, False), (False, True), (True, True)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_gives_what_stands_beside_it(path):
    told = answer(path, "--pack", str(PACK), "--language", "en")
    expected = json.loads((path.parent / "expected" / path.name).read_text())
    # The digest covers every word of the pack; the example is about what the rules say.
    assert told["pack"].pop("sha256") != ""
    del expected["pack"]["sha256"]
    assert told == expected


def test_words_come_in_three_languages(write):
    told = answer(write(MOTOR), "--pack", str(PACK))
    texts = [reason["text"] for reason in told["reasons"] + told["warnings"]]
    texts += [told["parts"]["text"], told["lookup"]["rows"][0]["condition_text"]]
    for text in texts:
        assert list(text) == ["kk", "ru", "en"]
        assert all(text.values())
    names = told["lookup"]["rows"][0]["name"]
    assert len(set(names.values())) == 3


def test_one_language_may_be_asked_for(write):
    told = answer(write(MOTOR), "--pack", str(PACK), "--language", "ru")
    assert list(told["reasons"][0]["text"]) == ["ru"]


def test_the_same_file_gives_the_same_bytes(write):
    one, two = StringIO(), StringIO()
    for out in (one, two):
        call_command("evaluate", str(write(MOTOR)), "--pack", str(PACK), stdout=out)
    assert one.getvalue() == two.getvalue()


def material(**values):
    return {"materials": [{"hs_code": "7408", "value_kzt": "5", **values}]}


IN_DOLLARS = {
    "hs_code": "7408",
    "amount": "2.50",
    "currency": "USD",
    "rate": "502.35",
    "rate_on": "2025-03-27",
    "rate_source": "Bank",
}


def test_an_amount_in_another_currency_is_converted_exactly(write):
    told = answer(
        write(MOTOR, line={"hs_code": "8501", "price_kzt": "10000"}, materials=[IN_DOLLARS]),
        "--pack",
        str(PACK),
    )
    assert told["local_content"]["foreign_kzt"] == "1255.875"
    assert told["conversions"][0]["rate_source"] == "Bank"


def test_numbers_of_json_never_become_binary(write):
    text = json.dumps(MOTOR).replace('"100"', "0.3").replace('"5"', "0.15")
    told = answer(write(text), "--pack", str(PACK))
    limit = next(p for p in told["parts"]["parts"] if p["kind"] == "foreign_share_at_most")
    assert (limit["figures"]["percent"], limit["met"]) == ("50.00", True)


def test_a_share_that_looks_like_a_fraction_is_pointed_out(write):
    bill = material(origin="KZ", local_share_percent=0.35)
    told = answer(write(MOTOR, **bill), "--pack", str(PACK), "--language", "en")
    assert "share_like_fraction" in [warning["code"] for warning in told["warnings"]]
    told = answer(
        write(MOTOR, **material(origin="KZ", local_share_percent=35)), "--pack", str(PACK)
    )
    assert told["local_content"]["foreign_kzt"] == "3.25"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"schema": "x"}, "schema: The schema of this file must be ctkz.evaluation/1."),
        ({"on": "28.03.2025"}, "on: A date is written 2025-03-28."),
        ({"color": 1}, "color: This key is not known."),
        ({"line": {"hs_code": "8501"}}, "line.price_kzt: This is missing."),
        ({"line": {"hs_code": "85", "price_kzt": 1}}, "line.hs_code: A commodity group is not"),
        ({"line": {"hs_code": "8501", "price_kzt": 0}}, "line.price_kzt: The price must be more"),
        ({"line": {"hs_code": "8501", "price_kzt": -5}}, "line.price_kzt: The price must be more"),
        ({"line": {"hs_code": "8501", "price_kzt": "x"}}, "line.price_kzt: A number is expected"),
        ({"line": {"hs_code": "8501", "price_kzt": True}}, "line.price_kzt: A number is expected"),
        ({"line": {"hs_code": "8501", "price_kzt": "1e30"}}, "line.price_kzt: A figure has too"),
        (material(value_kzt="-1"), "materials[0].value_kzt: The value of material 1 is negative."),
        (material(value_kzt="101"), "line.price_kzt: All materials together cost more than"),
        (material(number=0), "materials[0].number: A number of a row is a whole number from 1."),
        (material(hs_code="74O8"), "materials[0].hs_code: An HS code has up to 10 digits"),
        (material(origin="Kazakhstan"), "materials[0].origin: A country of origin has two"),
        (material(origin="CN", is_local=True), "materials[0].is_local: A material of another"),
        (material(is_local="yes"), "materials[0].is_local: Write true or false here."),
        (material(amount=1), "materials[0]: Give either “value_kzt” or an amount, not both."),
        (
            material(origin="KZ", local_share_percent=120),
            "materials[0].local_share_percent: The local content of material 1 must be between",
        ),
        (
            {"materials": [{k: v for k, v in IN_DOLLARS.items() if k != "rate"}]},
            "materials[0].rate: An amount in another currency needs its rate.",
        ),
        ({"materials": [{**IN_DOLLARS, "rate": 0}]}, "materials[0].rate: A rate must be more"),
        ({"materials": [{**IN_DOLLARS, "currency": "$"}]}, "materials[0].currency: A currency"),
        ({"materials": [{}]}, "materials[0]: Give “value_kzt”, or an amount"),
        ({"materials": {}}, "materials: A list is expected here."),
        ({"operations": ["sewing by hand"]}, "operations: The operation “sewing by hand” is not"),
        ({"ground": "W99"}, "ground: The rules have no ground “W99”"),
        ({"local_content": {"formula": "fob/1"}}, "local_content.formula: Known here: exw/1"),
        (
            {"local_content": {"formula": "cost/1"}},
            "line.cost_kzt: This formula needs the production cost.",
        ),
    ],
)
def test_a_fault_is_one_line_with_its_path(write, changes, fault):
    lines = refusal(write(MOTOR, **changes))
    assert any(line.startswith(fault) for line in lines), lines
    assert len(lines) == 1


def test_all_faults_are_named_at_once(write):
    lines = refusal(write(MOTOR, on="x", ground=5, materials=[{"value_kzt": "a"}, {}]))
    assert [line.partition(":")[0] for line in lines] == [
        "on",
        "materials[0].value_kzt",
        "materials[1]",
        "ground",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "This is not JSON: "),
        ("{", "in line 1, column 2."),
        ("[]", "$: An object is expected here."),
        ('{"on": 1, "on": 2}', "The key “on” stands twice in one object."),
        ("[" * 100000, "This is not JSON that can be read"),
        ('{"line": NaN}', "line: An object is expected here."),
    ],
)
def test_a_file_that_is_no_json_is_refused(write, text, says):
    assert any(says in line for line in refusal(write(text)))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert len(refusal(tmp_path / "none.json")) == 1


def test_a_broken_pack_is_named_by_file_and_line(write, tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    for file in PACK.glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "chapter-85.yaml").write_text("rows:\n- id: [\n")
    errors = StringIO()
    with pytest.raises(SystemExit):
        call_command("evaluate", str(write(MOTOR)), "--pack", str(folder), stderr=errors)
    assert errors.getvalue().startswith("chapter-85.yaml:")


def test_goods_that_do_not_originate_are_an_answer_and_no_error(write):
    told = answer(write(MOTOR, **material(value_kzt="60")), "--pack", str(PACK))
    assert (told["verdict"], told["criterion"]) == ("not_originating", "")


def from_database(file: Path) -> tuple[dict, str]:
    errors, out = StringIO(), StringIO()
    call_command("evaluate", str(file), stdout=out, stderr=errors)
    return json.loads(out.getvalue()), errors.getvalue()


def empty_of_rules() -> None:
    """The versions of the rules refuse DELETE; only a superuser may go around their triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"DELETE FROM {RulePack._meta.db_table}")


@pytest.mark.django_db
def test_without_rules_in_the_database_the_shipped_ones_are_used(write):
    empty_of_rules()
    told, said = from_database(write(MOTOR))
    assert told["pack"]["code"] == "CIS-2023"
    assert said == "The database holds no rules: the shipped ones are used.\n"


@pytest.mark.django_db
def test_the_rules_in_force_on_the_day_come_from_the_database(write):
    empty_of_rules()
    call_command("load_rule_packs", verbosity=0)
    told, said = from_database(write(MOTOR))
    assert told["pack"]["sha256"] == rulebook_in_force(on=date(2025, 3, 28)).pack.sha256
    assert said == ""


@pytest.mark.django_db
def test_a_day_without_rules_in_force_is_refused(write):
    empty_of_rules()
    call_command("load_rule_packs", verbosity=0)
    errors = StringIO()
    with override("en"), pytest.raises(SystemExit):
        call_command("evaluate", str(write(MOTOR, on="1990-01-01")), stderr=errors)
    assert errors.getvalue() == "No version of the rules of origin is in force on 01.01.1990.\n"


def without_database(*arguments: str, given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "evaluate", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": "", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_a_pack_no_database_is_needed(write):
    done = without_database("-", "--pack", str(PACK), given=write(MOTOR).read_text())
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["verdict"] == "originating"


def test_a_database_that_does_not_answer_is_said(write):
    done = without_database("-", given=write(MOTOR).read_text())
    assert done.returncode == 0
    assert done.stderr == "The database cannot be read: the shipped rules are used.\n"
