import json
from pathlib import Path

import pytest
import yaml
from django.utils.translation import override

from documents.canonical import canonical_bytes, sha256_hex
from origin.conditions import ForeignShareAtMost
from origin.errors import PackError
from origin.pack_files import read_pack, shipped_packs
from origin.packs import pack_data, pack_from_data

from .small_pack import name, pack_of, pack_with, row

ADV = {"foreign_share_at_most": 50}
HEAD = """\
code: TEST
title: {ru: Проба}
valid_from: 2023-06-08
source: {act: Act}
general_rule: {source: {act: Act, place: "1"}}
"""
OPERATIONS = """\
- {code: roasting, name: {ru: Обжарка}, sufficient: true, source: Act}
- {code: N11, name: {ru: Розлив}, sufficient: false, source: Act}
"""
GROUNDS = "- {code: W01, name: {ru: Минералы}, source: Act}\n"
ROW = """\
- id: "{id}"
  codes: [{codes}]
  name: {{ru: Товар}}
  condition: {condition}
  source: {{act: Act, place: "{id}"}}
"""


def row_text(row_id="0901", codes="0901", condition="{foreign_share_at_most: 50}"):
    return ROW.format(id=row_id, codes=codes, condition=condition)


@pytest.fixture
def folder(tmp_path: Path):
    def write(**files: str) -> Path:
        written = {
            "pack": HEAD,
            "operations": OPERATIONS,
            "wholly_produced": GROUNDS,
            "chapter-09": "rows:\n" + row_text(),
            **{name.replace("chapter_", "chapter-"): text for name, text in files.items()},
        }
        for file, text in written.items():
            if text is not None:
                (tmp_path / f"{file}.yaml").write_text(text)
        return tmp_path

    return write


def faults(path: Path) -> list[str]:
    with override("en"), pytest.raises(PackError) as refusal:
        read_pack(path)
    return [str(problem) for problem in refusal.value.problems]


def test_a_folder_is_read_as_it_is_written(folder):
    pack = read_pack(folder())
    assert (pack.code, str(pack.valid_from)) == ("TEST", "2023-06-08")
    # Without quotes a YAML reader would take 0901 for a number.
    assert pack.row("0901").codes == ("0901",)
    assert pack.row("0901").condition == ForeignShareAtMost(percent=50)
    assert pack.operations["roasting"].sufficient
    assert not pack.operations["N11"].sufficient
    assert list(pack.grounds) == ["W01"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("  - id: [", "chapter-85.yaml:3: This is not YAML: "),
        (row_text("8501", condition="{all_foreign: 50}"), "no part of a condition “all_foreign”"),
        (
            row_text("8501", condition="{operations_required: {all: [roastin]}}"),
            "chapter-85.yaml:5: The operation “roastin” is not in the catalogue.",
        ),
        (
            row_text("8501", codes='"8502 - 8501"'),
            "chapter-85.yaml:3: The range “8502 - 8501” is the wrong way round.",
        ),
        (
            row_text("8501", condition="{foreign_share_at_most: 101}"),
            "chapter-85.yaml:5: 101 % is not between 0 and 100.",
        ),
        (
            row_text("0901", codes="8501"),
            "chapter-85.yaml:2: “0901” is already in use (chapter-09.yaml:2).",
        ),
        (
            row_text("8501").replace("name:", "nmae:"),
            "chapter-85.yaml:4: The key “nmae” is not known.",
        ),
        (
            row_text("8501").replace("  condition: {foreign_share_at_most: 50}\n", ""),
            "chapter-85.yaml:2: The row “8501” has no condition.",
        ),
        (
            row_text("8501") + "  excluded: true\n",
            "chapter-85.yaml:5: An excluded row has no condition.",
        ),
        (row_text("8501", codes="85"), "chapter-85.yaml:3: “85” is too short"),
        (row_text("8501") + "  id: again\n", "chapter-85.yaml:7: The key “id” stands here twice."),
        (row_text("general", codes="8501"), "“general” stands for the general rule."),
        (row_text("8501") + "  is_confirmed: maybe\n", "chapter-85.yaml:7: Write true or false"),
        (row_text("&a b", codes="*a"), "Anchors and aliases are not used"),
    ],
)
def test_each_fault_has_its_file_its_line_and_one_sentence(folder, rows, expected):
    text = f"rows:\n{rows}" if not rows.startswith("  - id: [") else "rows:\n- id: x\n  codes: [[\n"
    found = faults(folder(**{"chapter_85": text}))
    matching = [fault for fault in found if expected in fault or fault.startswith(expected)]
    if "not YAML" in expected:
        matching = [fault for fault in found if "chapter-85.yaml:" in fault and "YAML" in fault]
    assert len(matching) == 1, found
    assert "\n" not in matching[0]


def test_all_faults_are_named_at_once_and_a_syntax_error_ends_only_its_file(folder):
    found = faults(
        folder(
            chapter_02="rows:\n- id: [\n",
            chapter_85="rows:\n"
            + row_text("8501", condition="{foreign_share_at_most: 500}")
            + row_text("8502", codes="8503-8502"),
        )
    )
    files = [fault.partition(":")[0] for fault in found]
    assert files == ["chapter-02.yaml", "chapter-85.yaml", "chapter-85.yaml"]


def test_rows_do_not_suffer_from_a_catalogue_that_cannot_be_read(folder):
    condition = "{operations_required: {all: [roasting]}}"
    found = faults(
        folder(operations="- {code: [", chapter_85="rows:\n" + row_text("8501", "8501", condition))
    )
    assert len(found) == 1
    assert found[0].startswith("operations.yaml:")


def test_the_head_of_a_pack_is_checked(folder):
    found = faults(folder(pack="code: TEST\nvalid_from: 08.06.2023\nrows: []\nsource: Act\n"))
    assert found == [
        "pack.yaml:1: The key “title” is missing.",
        "pack.yaml:1: The key “general_rule” is missing.",
        "pack.yaml:2: A date is written 2023-06-08, not “08.06.2023”.",
        "pack.yaml:3: “rows” does not belong here.",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pack": None}, "There is no rule pack in"),
        ({"pack": "[:"}, "pack.yaml:"),
        ({"operations": None}, "operations.yaml: The file cannot be read."),
        ({"operations": "code: x"}, "operations.yaml:1: A list is expected here."),
        ({"wholly_produced": ""}, "wholly_produced.yaml:1: The file is empty."),
        ({"motors": "rows: []"}, "motors.yaml: A file of rows is called chapter-NN.yaml"),
        ({"chapter_85": "- id: x"}, "chapter-85.yaml:1: The file holds one list, “rows”"),
        ({"chapter_85": "rows: []\nmore: 1"}, "chapter-85.yaml:1: The file holds one list"),
        ({"chapter_85": "rows: \x07"}, "chapter-85.yaml:1: This is not YAML: "),
        ({"chapter_85": "rows: " + "[" * 5000}, "chapter-85.yaml: The file is nested too deeply."),
    ],
)
def test_a_folder_that_is_no_pack_is_refused_with_a_reason(folder, files, expected):
    found = faults(folder(**files))
    assert len(found) == 1
    assert expected in found[0]


def test_bytes_that_are_no_text_are_named(folder):
    path = folder()
    (path / "chapter-09.yaml").write_bytes(b"rows:\n- id: \xff\n")
    assert faults(path) == ["chapter-09.yaml:2: The file is not written in UTF-8."]


def test_a_missing_translation_is_not_a_fault_of_the_file(folder):
    assert read_pack(folder()).row("0901").name.missing == ("kk", "en")


def test_a_pack_is_the_same_after_it_was_kept_as_data():
    pack = pack_of(
        row("8501", ADV, codes=["8501", "8503 - 8504"], but_not=["8501 10"], part=name("small")),
        row("8803", excluded=True, is_confirmed=True),
    )
    kept = json.loads(canonical_bytes(pack_data(pack)))
    assert pack_from_data(kept) == pack
    assert pack_from_data(kept).sha256 == pack.sha256 == sha256_hex(canonical_bytes(kept))


def test_every_shipped_pack_is_the_same_after_it_was_kept_as_data():
    for pack in shipped_packs():
        assert pack_from_data(json.loads(canonical_bytes(pack_data(pack)))) == pack


def test_one_changed_limit_changes_the_digest():
    one, other = (pack_of(row("8501", {"foreign_share_at_most": n})) for n in ("50", "50.01"))
    assert one.sha256 != other.sha256
    assert one.sha256 == pack_of(row("8501", {"foreign_share_at_most": "50.00"})).sha256


def test_data_of_another_schema_is_refused():
    with pytest.raises(PackError):
        pack_from_data({**pack_with(), "schema": "ctkz.rule-pack/99"})


def test_files_never_pass_through_the_numbers_of_yaml(folder):
    assert yaml.safe_load("0201") == 129
    pack = read_pack(folder(chapter_02="rows:\n" + row_text("0201", "0201")))
    assert pack.row("0201").codes == ("0201",)
