"""How the house is built: who imports whom, who may change a status, how long a thing may be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [
    *("audit", "outbox", "accounts", "workflow", "reference", "documents", "origin", "auditors"),
    *("expertise", "issuance", "registry", "oversight", "notices", "workplace", "ctkz_portal"),
]
# The verifier is beside the rooms: the same taste, no layer.
READ = [*ROOMS, "verify"]
LONGEST_FILE = 450
LONGEST_FUNCTION = 60


def sources(*rooms: str) -> list[Path]:
    return [
        path
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def where(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_rooms_import_only_rooms_below_them() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_only_workflow_assigns_a_status() -> None:
    """`workflow.moving` locks, guards and records; an assignment elsewhere would skip all three."""
    found = [
        where(path, node)
        for path in sources(*(room for room in ROOMS if room != "workflow"))
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "status"
    ]
    assert found == []


def test_only_workflow_updates_a_status() -> None:
    found = [
        where(path, node)
        for path in sources(*(room for room in ROOMS if room != "workflow"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(keyword.arg == "status" for keyword in node.keywords)
    ]
    assert found == []


def is_about_spreadsheets(path: Path) -> bool:
    """Cells come out of a spreadsheet as floats; these modules turn them into exact decimals."""
    return path.stem == "examples" or path.stem.startswith("spreadsheet")


def test_shares_and_money_never_become_floats() -> None:
    found = [
        where(path, node)
        for path in sources("origin", "expertise")
        if not is_about_spreadsheets(path)
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "float"
        )
    ]
    assert found == []


def test_files_are_short_enough_to_be_read_in_one_sitting() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in sources(*READ)}
    assert [str(path) for path, length in lengths.items() if length >= LONGEST_FILE] == []


def test_functions_are_short_enough_to_be_read_in_one_sitting() -> None:
    found = [
        where(path, function)
        for path in sources(*READ)
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 >= LONGEST_FUNCTION
    ]
    assert found == []


def test_imports_stand_at_the_top_of_a_module() -> None:
    """`ready()` of an application is the one exception: it imports what registers itself."""
    found = {
        where(path, node)
        for path in sources(*READ)
        if path.name != "apps.py"
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert found == set()


def test_texts_are_marked_in_the_ways_that_their_collector_reads() -> None:
    """It knows `_` and the functions' own names, and does not look into f-strings."""
    renamed = [
        where(path, node)
        for path in sources(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name.startswith(("gettext", "ngettext", "pgettext"))
        and name.asname not in (None, "_")
    ]
    hidden = [
        where(path, call)
        for path in sources(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "gettext", "ngettext")
    ]
    assert renamed + hidden == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "core", "managers"])
def test_no_drawer_for_things_without_a_name(name: str) -> None:
    assert [path for path in sources(*ROOMS) if path.stem == name or name in path.parts] == []
