"""What the README promises is there: files, functions, commands, targets, settings."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.portal.production import ROOT, manage, production_env

README = (ROOT / "README.md").read_text()
LINK = re.compile(r"\[([^\]]+)\]\(([^)#]+)\)")
NAME = re.compile(r"`([\w.-]+)`")
SETTING = re.compile(r"\b(?:CTKZ_[A-Z0-9_]+|DATABASE_URL|REDIS_URL)\b")
READMES = sorted(
    path
    for path in [*ROOT.glob("*/README.md"), ROOT / "README.md", ROOT / "docs" / "api.md"]
    if path.exists()
)


def defined_in(path: Path) -> set[str]:
    """Functions, classes and names of a module, methods too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {name.id for name in node.targets if isinstance(name, ast.Name)}
    return found


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(readme):
    targets = [target for _text, target in LINK.findall(readme.read_text())]
    assert [
        target
        for target in targets
        if "://" not in target and not (readme.parent / target).exists()
    ] == []


def test_every_function_that_a_link_names_is_in_the_file():
    named = [
        (name.split(".")[-1], ROOT / target)
        for text, target in LINK.findall(README)
        if target.endswith(".py")
        for name in NAME.findall(text)
    ]
    assert len(named) > 30
    assert [(name, str(path)) for name, path in named if name not in defined_in(path)] == []


def test_every_step_of_the_cycle_names_its_function():
    cycle = README.split("## The cycle")[1].split("\n## ")[0]
    steps = re.findall(r"^\d+\. .*$", cycle, re.MULTILINE)
    assert len(steps) == 10
    assert [step for step in steps if not LINK.search(step)] == []


def test_every_command_and_target_exists():
    commands = {name for name in re.findall(r"manage\.py (\w+)", README) if name != "make"}
    assert len(commands) > 15
    assert commands - get_commands().keys() == set()
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE)) - targets == set()
    table = README.split("| `make` |")[1].split("\n\n")[0]
    named = [
        cell for row in re.findall(r"^\|(.+?)\|", table, re.MULTILINE) for cell in NAME.findall(row)
    ]
    assert set(named) - targets == set()


def test_every_setting_of_the_environment_is_documented():
    code = "".join(path.read_text() for path in (ROOT / "ctkz_portal" / "settings").glob("*.py"))
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', code))
    documented = set(
        re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    assert read - documented == set()
    compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert documented - read - compose == {"DJANGO_SETTINGS_MODULE"}
    assert set(SETTING.findall(README)) - documented == set()


def test_the_image_is_built_with_every_value_that_production_demands(tmp_path):
    recipe = (ROOT / "Dockerfile").read_text()
    exported = recipe.split("export ")[1].split(";")[0].replace("\\\n", " ")
    values = dict(pair.split("=", 1) for pair in exported.split())
    kept = {
        name: value
        for name, value in production_env(tmp_path).items()
        if not SETTING.fullmatch(name) or name == "CTKZ_VAR_DIR"
    }
    result = manage({**kept, **values}, "build_fonts", "--skip-checks")
    assert result.returncode == 0, result.stderr
