"""Rule packs from files: loaded once, never changed, and a bad file changes nothing."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from accounts.errors import DomainError
from origin.books import pack_in_force, parsed
from origin.exporting import condition_yaml, pack_files, pack_zip
from origin.models import RulePack
from origin.pack_files import SHIPPED, parse_condition, read_pack, shipped_packs
from origin.services import packs
from tests import scenarios
from tests.origin.desk import a_head, a_pack, an_inspector, measured, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files with a code of its own."""
    source = next(SHIPPED.glob("*/pack.yaml")).parent
    copy = shutil.copytree(source, tmp_path / "own")
    change(copy / "pack.yaml", "code: CIS-2023", "code: OWN-2026")
    return copy


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def load(*args: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        with translation.override("en"):
            call_command("load_rule_packs", *args, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


def test_shipped_rules_are_in_force_from_the_day_in_their_file() -> None:
    scenarios.reference_data()
    pack = RulePack.objects.get(code=shipped_packs()[0].code)
    assert (pack.status, pack.is_shipped, pack.approved_by) == ("approved", True, None)
    assert pack.valid_from == shipped_packs()[0].valid_from
    assert parsed(pack.body_sha256) == shipped_packs()[0]


def test_loading_twice_changes_nothing() -> None:
    scenarios.reference_data()
    before = list(RulePack.objects.values_list("pk", "version"))
    code, out, _err = load()
    assert (code, "unchanged" in out) == (0, True)
    assert list(RulePack.objects.values_list("pk", "version")) == before


def test_a_loaded_version_with_another_text_is_refused(folder: Path) -> None:
    scenarios.reference_data()
    change(folder / "pack.yaml", "code: OWN-2026", "code: CIS-2023")
    change(folder / "chapter-85.yaml", "foreign_share_at_most: 50", "foreign_share_at_most: 49")
    with pytest.raises(DomainError) as refusal:
        packs.load_shipped(pack=read_pack(folder))
    assert refusal.value.code == "shipped_pack_changed"


def test_own_files_become_a_draft_that_two_people_bring_into_force(folder: Path) -> None:
    scenarios.reference_data()
    change(folder / "chapter-85.yaml", "foreign_share_at_most: 50", "foreign_share_at_most: 49")
    code, out, err = load("--folder", str(folder))
    assert (code, err) == (0, ""), out
    pack = RulePack.objects.get(code="OWN-2026")
    assert (pack.status, pack.is_shipped, pack.author) == ("draft", False, None)
    assert pack_in_force(on=today()) != pack
    assert load("--folder", str(folder))[0] == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("condition:", "condition", "chapter-85.yaml:"),
        ("foreign_share_at_most: 50", "foreign_share_at_most: 150", "150 % is not between"),
        ('codes: ["8501"]', 'codes: ["8502 - 8501"]', "wrong way round"),
        ("foreign_share_at_most: 50", "operations_required: {all: [magic]}", "magic"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_the_rules_in_force_stay(
    folder: Path, old: str, new: str, said: str
) -> None:
    scenarios.reference_data()
    before = pack_in_force(on=today())
    file = folder / "chapter-85.yaml"
    change(file, old, new)
    line = next(n for n, text in enumerate(file.read_text().split("\n"), 1) if new in text)
    code, _out, err = load("--folder", str(folder))
    assert code == 1
    assert said in err
    assert "chapter-85.yaml:" in err
    found = int(err.split("chapter-85.yaml:")[1].split(":")[0])
    assert abs(found - line) <= 1
    assert pack_in_force(on=today()) == before
    assert not RulePack.objects.filter(code="OWN-2026").exists()


def test_an_exported_version_is_read_back_the_same(tmp_path: Path) -> None:
    text = parsed(a_pack().body_sha256)
    with zipfile.ZipFile(io.BytesIO(pack_zip(text))) as archive:
        archive.extractall(tmp_path)
    again = read_pack(tmp_path / text.code.replace("/", "-"))
    assert again == text
    assert again.sha256 == text.sha256


def test_every_condition_of_the_list_is_typed_back_the_same() -> None:
    pack = shipped_packs()[0]
    for row in pack.rows:
        if row.condition is not None:
            assert parse_condition(condition_yaml(row.condition)) == row.condition


def test_the_files_of_a_version_are_named_like_the_shipped_ones() -> None:
    names = set(pack_files(shipped_packs()[0]))
    assert {"pack.yaml", "operations.yaml", "wholly_produced.yaml", "chapter-85.yaml"} <= names


def test_the_committee_counts_on_after_the_shipped_version() -> None:
    first = a_pack("approved")
    assert (first.version_number, first.code) == (2, "CIS-2023/2")
    second = a_pack()
    assert (second.version_number, second.code) == (3, "CIS-2023/3")
    assert second.base.is_shipped


def test_a_kept_text_that_was_altered_is_not_used() -> None:
    """Only a superuser can go round the triggers; the digest still tells."""
    pack = a_pack()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE origin_rulepack SET body = body || ' '::bytea WHERE id=%s", [pack.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    parsed.cache_clear()
    with pytest.raises(DomainError) as refusal:
        parsed(pack.body_sha256)
    assert refusal.value.code == "altered_rules"


def test_a_draft_from_files_is_approved_like_any_other(folder: Path) -> None:
    scenarios.reference_data()
    change(folder / "chapter-85.yaml", "foreign_share_at_most: 50", "foreign_share_at_most: 49")
    load("--folder", str(folder))
    pack = RulePack.objects.get(code="OWN-2026")
    inspector = an_inspector()
    text = parsed(pack.body_sha256)
    title = {code: getattr(text.title, code) for code in ("kk", "ru", "en")}
    pack = packs.save_head(
        pack=pack,
        actor=inspector,
        title=title,
        valid_from=today().replace(year=today().year + 1),
        note="Свои файлы",
    )
    pack = packs.check_pack(pack=pack, actor=inspector)
    measured(pack, inspector)
    assert packs.approve_pack(pack=pack, actor=a_head()).status == "approved"
