"""The shipped pack CIS-2023: every row of the section is there, and is found as the list says."""

import pytest

from origin.codes import ends_of, is_within
from origin.conditions import LANGUAGES
from origin.errors import OriginError
from origin.lookup import lookup
from origin.pack_files import SHIPPED, read_pack, shipped_packs
from origin.packs import pack_data, pack_from_data

PACK = shipped_packs()[0]

# The rows of the list of conditions as it was handed over: a code or a range, `*` where the row
# covers only a part of it. 8702–8704 stands twice.
SECTION_TEXT = """
0201-0202 0206 0207 0209 0210 0402 0408
071040000 0901* 0902 110610000 1507-1515* 1602
1701 1806 1905 2009 21011100* 2106* 220299* 2204-2205 220600 2208* 2309 2403
250100* 2516 2518 2522 2523 2710-2715*
281820000 283322000 3003 3005 3301 3403 3822
3901-3915* 3916-3919* 392010* 3926 4005 4012*
4104-4106 4107-4113 4407 4409 4418* 4817-4819* 481159000
5701-5705 5704* 6802 700600 7009
7218-7222* 7224-7227* 7322* 7403* 7607* 8208
8403-8404 8407-8408 8414* 8415 8418 8425-8428 8429-8430 8431 8444-8447 8452 8456-8466 8470 8472
8480 8484 8487
8501 8502 8507 8508 851650000 8517* 8518* 8519* 8525* 8526* 8527 8528 8537 8542 8544* 8545
8601-8607 860800 860900 8702-8704* 8702-8704* 8803 8805 8807
9401 9403 9405 9406 950300* 9603* 960500 9606 9608
"""
SECTION = SECTION_TEXT.split()

# What the words of the section add to its codes: a second part, a carve-out, a second row.
SECOND_PARTS = {"392010*", "401211-401219", "8528*", "854470"}

INSUFFICIENT = [f"N{number:02}" for number in range(1, 18)]
GROUNDS = [f"W{number:02}" for number in range(1, 13)]


def found(hs_code):
    return [row.id for row in lookup(PACK, hs_code).rows]


def test_the_pack_loads_without_a_problem():
    pack = read_pack(SHIPPED / "cis-2023")
    assert pack.code == "CIS-2023"
    assert pack.valid_from.isoformat() == "2023-06-08"
    assert "CIS Agreement 20.11.2009" in pack.source.act
    assert pack.general_source.act


def test_the_pack_is_the_same_bytes_whenever_it_is_read():
    again = read_pack(SHIPPED / "cis-2023")
    assert again.sha256 == PACK.sha256
    assert pack_from_data(pack_data(PACK)) == PACK
    assert pack_from_data(pack_data(PACK)).sha256 == PACK.sha256


def test_the_pack_holds_the_rows_of_the_section_and_no_others():
    named = [f"{code}{'*' if row.is_partial else ''}" for row in PACK.rows for code in row.codes]
    assert sorted(named) == sorted([*SECTION, *SECOND_PARTS])


@pytest.mark.parametrize("entry", sorted(set(SECTION)))
def test_every_row_is_found_by_the_codes_of_its_section(entry):
    code = entry.rstrip("*")
    for end in ends_of(code):
        rows = lookup(PACK, end.ljust(10, "0")).rows or lookup(PACK, end).rows
        if code == "8803":
            assert rows == ()
        else:
            assert any(
                code in row.codes and row.is_partial == entry.endswith("*") for row in rows
            ), end


def test_every_heading_inside_a_range_is_found():
    for entry in SECTION:
        first, last = ends_of(entry.rstrip("*"))
        for heading in range(int(first[:4]), int(last[:4]) + 1):
            code = f"{heading:04}"
            if first != last:
                rows = lookup(PACK, code).rows
                assert any(entry.rstrip("*") in row.codes for row in rows), code


def test_only_8803_is_excluded():
    assert [row.id for row in PACK.rows if row.excluded] == ["8803"]
    assert all(row.condition for row in PACK.rows if not row.excluded)


def test_every_name_is_there_in_three_languages():
    words = [PACK.title]
    words += [operation.name for operation in PACK.operations.values()]
    words += [ground.name for ground in PACK.grounds.values()]
    for row in PACK.rows:
        words += [text for text in (row.name, row.part, row.note) if text is not None]
    for text in words:
        for language in LANGUAGES:
            assert text.in_language(language).strip(), text
        assert len({text.kk, text.ru, text.en}) == 3, text


def test_kazakh_is_written_with_kazakh_letters_only():
    """A Latin letter among Cyrillic ones is a slip of the keyboard that no eye sees."""
    cyrillic_twins = set("aceopxyABCEHKMOPTX")
    for row in PACK.rows:
        for text in (row.name, row.part, row.note):
            for word in (f"{text.kk} {text.ru}" if text else "").split():
                mixed = any("а" <= c.lower() <= "я" for c in word)
                assert not (mixed and cyrillic_twins & set(word) and "SMD" not in word), word


def test_every_row_cites_the_list_and_says_how_it_was_read_where_that_is_open():
    for row in PACK.rows:
        assert row.source.act == "CIS Agreement 20.11.2009, Annex 1, edition 08.06.2023"
        assert row.source.place
        assert row.is_confirmed or row.note, row.id


def test_the_insufficient_operations_and_the_grounds_are_complete():
    insufficient = [code for code, op in PACK.operations.items() if not op.sufficient]
    assert insufficient == INSUFFICIENT
    assert list(PACK.grounds) == GROUNDS
    assert [g.code for g in PACK.grounds.values() if not g.is_confirmed] == ["W12"]


# 3.3: the sentences of lookup, each with a row of the pack


@pytest.mark.parametrize("hs_code", ["8421", "8421 99 000 6", "0101 21 000 0", "2709", "4203"])
def test_a_code_that_is_not_listed_falls_under_the_general_rule(hs_code):
    answer = lookup(PACK, hs_code)
    assert answer.rows == answer.narrower == answer.excluded == ()
    assert answer.options == ("general",)


def test_a_broader_entry_holds_for_the_product():
    assert found("8528 72 000 0") == ["8528", "8528 lcd"]
    assert found("0402 10 190 0") == ["0402"]
    assert not lookup(PACK, "0402 10 190 0").needs_choice


@pytest.mark.parametrize(
    ("asked", "narrower", "whole"),
    [
        ("8516", ["8516 50 000"], []),
        ("8544", ["8544 70"], ["8544"]),
        ("4012", ["4012 11-19"], ["4012"]),
        ("0710", ["0710 40 000"], []),
        ("2202", ["2202 99"], []),
        ("3920", ["3920 10 printed", "3920 10 plates"], []),
        ("4811 59", ["4811 59 000"], []),
    ],
)
def test_a_narrower_entry_is_shown_apart(asked, narrower, whole):
    answer = lookup(PACK, asked)
    assert [row.id for row in answer.narrower] == narrower
    assert [row.id for row in answer.rows] == whole
    assert answer.general
    assert answer.needs_choice


@pytest.mark.parametrize("hs_code", ["0901 21 000 0", "8414 80 110 9", "9503 00 950 0"])
def test_a_row_for_a_part_leaves_the_choice_of_the_general_rule(hs_code):
    answer = lookup(PACK, hs_code)
    assert len(answer.rows) == 1
    assert answer.rows[0].part
    assert answer.general
    assert answer.needs_choice


@pytest.mark.parametrize(
    ("hs_code", "rows"),
    [
        ("0202", ["0201-0202"]),
        ("0203", []),
        ("1507", ["1507-1515"]),
        ("1511 90 110 0", ["1507-1515"]),
        ("1515", ["1507-1515"]),
        ("1516", []),
        ("2709", []),
        ("8427", ["8425-8428"]),
        ("8466", ["8456-8466"]),
        ("8467", []),
        ("8448", []),
        ("8703 23 194 0", ["8702-8704 combustion", "8702-8704 electric"]),
        ("8701", []),
        ("8705", []),
    ],
)
def test_a_range_holds_for_each_heading_inside_it(hs_code, rows):
    assert found(hs_code) == rows


@pytest.mark.parametrize("hs_code", ["84", "842", "02", "0", ""])
def test_a_group_is_not_enough_to_ask(hs_code):
    with pytest.raises(OriginError):
        lookup(PACK, hs_code)


@pytest.mark.parametrize(
    ("hs_code", "options"),
    [
        ("8528 52 100 0", ("8528", "8528 lcd")),
        ("8702 10 119 1", ("8702-8704 combustion", "8702-8704 electric", "general")),
        ("5704 90 000 0", ("5701-5705", "5704 mats")),
        ("3920 10 250 0", ("3920 10 printed", "3920 10 plates", "general")),
    ],
)
def test_of_several_rows_one_must_be_chosen(hs_code, options):
    answer = lookup(PACK, hs_code)
    assert answer.needs_choice
    assert answer.options == options


def test_an_excluded_row_returns_the_goods_to_the_general_rule():
    answer = lookup(PACK, "8803 30 000 0")
    assert answer.rows == ()
    assert [row.id for row in answer.excluded] == ["8803"]
    assert answer.general
    assert not answer.needs_choice


@pytest.mark.parametrize(
    ("hs_code", "rows"),
    [
        ("8544 70 000 0", ["8544 70"]),
        ("8544 49 910 1", ["8544"]),
        ("4012 13 000 0", ["4012 11-19"]),
        ("4012 90 200 0", ["4012"]),
    ],
)
def test_what_is_carved_out_has_its_own_row_only(hs_code, rows):
    assert found(hs_code) == rows


def test_no_code_of_a_row_lies_in_its_own_carve_out():
    for row in PACK.rows:
        for code in row.codes:
            first, _last = ends_of(code)
            assert not any(is_within(first, inner) for inner in row.but_not), row.id
