"""The check of the rules: it names every kind of fault, and its examples really show it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from origin.checking import RuleFinding, check, finding_words
from origin.checking.logic import implies, own_headings
from origin.checking.spans import contains, shared, spans_of, without
from origin.conditions import (
    LANGUAGES,
    Condition,
    ForeignShareAtMost,
    OperationsRequired,
    Words,
)
from origin.evaluation import LineFacts, Verdict, evaluate
from origin.pack_files import read_pack, shipped_packs
from origin.packs import RulePack
from origin.rulebook import RuleBook
from tests.origin.rules import (
    CONDITIONS,
    LINES,
    PACKS,
    PARTS,
    SETS,
    SOUND,
    a_row,
    with_rows,
)

FAULTS = {file.stem: file for file in sorted((PACKS / "faults").glob("*.yaml"))}
ERRORS = {
    "always_met",
    "branch_never_met",
    "but_not_outside",
    "equal_part_words",
    "limit_with_insufficient_operations",
    "never_met",
    "only_insufficient_operations",
    "required_operation_excluded",
    "row_unreachable",
    "translation_missing",
    "two_verdicts_for_one_code",
}


@pytest.fixture
def faulty(tmp_path: Path) -> Callable[[str], RulePack]:
    """The sound rules with one faulty chapter more."""

    def read(code: str) -> RulePack:
        folder = tmp_path / "pack"
        shutil.copytree(PACKS / "sound", folder)
        shutil.copy(FAULTS[code], folder / "chapter-99.yaml")
        return read_pack(folder)

    return read


def shown_by_the_engine(pack: RulePack, finding: RuleFinding) -> bool:
    """Every answer that the finding tells is the answer of the engine."""
    book = RuleBook(pack)
    return all(
        evaluate(replace(finding.example, choice=told.row), book, on=pack.valid_from).verdict
        is told.verdict
        for told in finding.outcomes
    )


def test_sound_rules_have_no_findings() -> None:
    assert check(SOUND) == ()


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_found_and_nothing_else(code: str, faulty: Callable[[str], RulePack]) -> None:
    pack = faulty(code)
    findings = check(pack)
    assert [finding.code for finding in findings] == [code]
    assert findings[0].is_error is (code in ERRORS)
    assert shown_by_the_engine(pack, findings[0])
    assert all(row in {each.id for each in pack.rows} for row in findings[0].rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_told_in_words(
    code: str, language: str, faulty: Callable[[str], RulePack]
) -> None:
    pack = faulty(code)
    (finding,) = check(pack)
    words = finding_words(finding, pack, language)
    assert words.title
    assert words.explanation
    assert "%(" not in words.explanation + words.example
    assert bool(words.example) is bool(finding.outcomes)


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        ("limit_with_insufficient_operations", {Verdict.NOT_ORIGINATING}),
        ("only_insufficient_operations", {Verdict.NOT_ORIGINATING}),
        ("required_operation_excluded", {Verdict.NOT_ORIGINATING}),
        ("limit_beside_ban", {Verdict.NOT_ORIGINATING}),
        ("part_without_effect", {Verdict.NOT_ORIGINATING}),
        ("never_met", {Verdict.NOT_ORIGINATING}),
        ("branch_never_met", {Verdict.NOT_ORIGINATING}),
        ("always_met", {Verdict.ORIGINATING}),
        ("branch_without_effect", {Verdict.ORIGINATING}),
        ("two_verdicts_for_one_code", set(Verdict) - {Verdict.CHOICE_NEEDED}),
        ("equal_part_words", set(Verdict) - {Verdict.CHOICE_NEEDED}),
        ("narrower_row_swallowed", set(Verdict) - {Verdict.CHOICE_NEEDED}),
        ("part_beside_whole", set(Verdict) - {Verdict.CHOICE_NEEDED}),
    ],
)
def test_the_example_shows_what_the_finding_says(
    code: str, verdicts: set[Verdict], faulty: Callable[[str], RulePack]
) -> None:
    (finding,) = check(faulty(code))
    assert {outcome.verdict for outcome in finding.outcomes} == verdicts


def test_the_contradiction_of_the_complaint_is_shown_by_goods_inside_the_limit() -> None:
    """Foreign content far below the limit, exactly the operation that is asked for: refused."""
    pack = read_pack(PACKS / "contradiction")
    (finding,) = (f for f in check(pack) if f.is_error)
    assert finding.code == "limit_with_insufficient_operations"
    assert finding.rows == ("8516",)
    foreign = sum(m.value_kzt for m in finding.example.materials if not m.is_local)
    assert 0 < foreign < finding.example.price_kzt / 2
    assert finding.example.operations == ("N12",)
    assert [told.verdict for told in finding.outcomes] == [Verdict.NOT_ORIGINATING]


def test_an_operation_that_the_catalogue_lacks_is_an_error_even_in_a_draft() -> None:
    pack = with_rows(a_row(OperationsRequired(all=("gilding",))))
    (finding,) = check(pack)
    assert (finding.code, finding.is_error) == ("operation_undefined", True)
    assert "gilding" in finding_words(finding, pack, "en").explanation


def test_operations_that_no_row_names_are_listed_once() -> None:
    pack = replace(SOUND, rows=tuple(row for row in SOUND.rows if not row.id.startswith("09")))
    (finding,) = check(pack)
    assert finding.code == "operation_unused"
    assert finding.params["operations"] == "roasting, blending, salting"


def test_an_english_translation_may_wait_but_those_of_acts_may_not() -> None:
    name = Words(ru="Товар")
    pack = with_rows(replace(a_row(ForeignShareAtMost(Decimal(50))), name=name))
    found = {f.params["language"]: f.is_error for f in check(pack)}
    assert found == {"kk": True, "en": False}


def test_a_row_that_an_excluded_one_takes_away_is_never_reached() -> None:
    pack = with_rows(
        a_row(ForeignShareAtMost(Decimal(50))), a_row(None, "gone", codes=("8516",), excluded=True)
    )
    (finding,) = check(pack)
    assert finding.code == "row_unreachable"
    assert finding.rows == ("8516", "gone")


def test_the_shipped_rules_hold_no_errors_and_their_warnings_are_true() -> None:
    for pack in shipped_packs():
        findings = check(pack)
        assert [f for f in findings if f.is_error] == []
        assert all(shown_by_the_engine(pack, f) for f in findings if f.example)


def test_the_command_names_the_contradiction_with_its_place() -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_rules", pack=PACKS / "contradiction", stdout=out)
    assert ended.value.code == 1
    text = out.getvalue()
    assert "ERROR limit_with_insufficient_operations  8516 (chapter-85.yaml:4)" in text
    assert "simple assembly" in text
    assert "under the row 8516 the goods do not originate" in text


def test_the_command_is_content_with_sound_rules() -> None:
    out = StringIO()
    call_command("check_rules", pack=PACKS / "sound", stdout=out)
    assert out.getvalue() == "SOUND (2021-01-01): 0 errors, 0 warnings, 5 rows.\n"


def test_the_command_says_where_rules_cannot_be_read(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "sound", tmp_path / "pack")
    (tmp_path / "pack" / "chapter-99.yaml").write_text("rows:\n  - id: [\n")
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_rules", pack=tmp_path / "pack", stderr=err)
    assert ended.value.code == 2
    assert err.getvalue().startswith("chapter-99.yaml:")


@pytest.mark.django_db
def test_the_rules_in_force_hold_no_errors() -> None:
    out = StringIO()
    call_command("check_rules", stdout=out)
    assert ": 0 errors," in out.getvalue()


@given(CONDITIONS)
def test_whatever_the_condition_the_examples_are_true(condition: Condition) -> None:
    pack = with_rows(a_row(condition))
    for finding in check(pack):
        assert finding_words(finding, pack, "ru").explanation
        if finding.example:
            assert shown_by_the_engine(pack, finding)


@given(CONDITIONS, CONDITIONS, st.sampled_from(["8516", "8516 50", "8515 - 8517"]))
def test_rows_said_to_differ_do_and_overlaps_are_never_missed(
    one: Condition, other: Condition, codes: str
) -> None:
    pack = with_rows(a_row(one), a_row(other, "second", codes=(codes.replace(" ", ""),)))
    about_both = [f for f in check(pack) if set(f.rows) == {"8516", "second"}]
    assert all(shown_by_the_engine(pack, f) for f in about_both)
    if codes == "8516":
        assert {f.code for f in about_both} & {"two_verdicts_for_one_code", "row_repeated"}


@given(PARTS, PARTS, LINES, st.sampled_from([("8516",), ("8516-8518",)]))
def test_what_follows_from_a_part_holds_for_all_goods(
    one: Condition, other: Condition, line: LineFacts, codes: tuple[str, ...]
) -> None:
    row = a_row(one, codes=codes)
    if not implies(one, other, own_headings(row), SOUND):
        return
    verdicts = [
        evaluate(line, RuleBook(with_rows(replace(row, condition=part))), on=SOUND.valid_from)
        for part in (one, other)
    ]
    if all(verdict.row == row.id for verdict in verdicts):
        met = [verdict.verdict is Verdict.ORIGINATING for verdict in verdicts]
        assert met != [True, False]


@given(SETS, SETS)
def test_sets_of_codes_follow_the_laws_of_sets(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    a, b = spans_of(one), spans_of(other)
    assert contains(a, shared(a, b))
    assert shared(without(a, b), b) == ()
    assert contains(b, a) is (shared(a, b) == a)
    assert spans_of((*one, *other)) == spans_of((*other, *one))
