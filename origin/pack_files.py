"""Rule packs as a folder of YAML files: read with file and line for every problem.

`pack.yaml` says what the pack is, `operations.yaml` and `wholly_produced.yaml` hold the catalogues,
`chapter-NN.yaml` and `chapters-NN-MM.yaml` the rows. Scalars are taken as they are written: `0201`
without quotes stays 0201, and no figure ever passes through binary floating point.
"""

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import yaml
from django.utils.translation import gettext as _

from .condition_data import read_condition
from .conditions import Condition
from .errors import PackError, Problem
from .pack_reader import Path, Place, Reader
from .packs import RulePack, pack_from_data

SHIPPED = FilePath(__file__).resolve().parent / "rule_packs"

PACK_FILE = "pack.yaml"
OPERATIONS_FILE = "operations.yaml"
GROUNDS_FILE = "wholly_produced.yaml"
CHAPTER_FILE = re.compile(r"chapters?-\d{2}(-\d{2})?\.yaml", re.ASCII)
_LARGEST_FILE = 2_000_000


class _Loader(yaml.SafeLoader):
    """Without aliases: one line of them can stand for a billion."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(
                None, None, _("Anchors and aliases are not used in rule files."), mark
            )
        return super().compose_node(parent, index)


class _Files:
    """Texts of a pack turned into data, with the place of every value."""

    def __init__(self) -> None:
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []

    def read(self, file: FilePath, path: Path) -> Any:
        """The data of one file, or None after a problem."""
        try:
            content = file.read_bytes()
            text = content[: _LARGEST_FILE + 1].decode("utf-8-sig")
        except OSError:
            return self.fail(file.name, 0, _("The file cannot be read."))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            return self.fail(file.name, line, _("The file is not written in UTF-8."))
        if len(content) > _LARGEST_FILE:
            return self.fail(file.name, 0, _("The file is too large."))
        return self.parse(text, file.name, path)

    def parse(self, text: str, name: str, path: Path) -> Any:
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            return self.fail(name, mark.line + 1 if mark else 0, _syntax(error.problem))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            return self.fail(name, line, _syntax(error.reason))
        except RecursionError:
            return self.fail(name, 0, _("The file is nested too deeply."))
        if node is None:
            return self.fail(name, 1, _("The file is empty."))
        return self.value(node, name, path)

    def value(self, node: yaml.Node, name: str, path: Path) -> Any:
        self.places.setdefault(path, (name, node.start_mark.line + 1))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, name, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, name, path)
        # A quoted "null" is a text: the resolver gives it another tag.
        if node.tag == "tag:yaml.org,2002:null":
            return None
        return node.value

    def _mapping(self, node: yaml.MappingNode, name: str, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.fail(name, line, _("A key must be a plain text."))
                continue
            key = key_node.value
            if key in found:
                self.fail(name, line, _("The key “%(key)s” stands here twice.") % {"key": key})
                continue
            self.places[(*path, key)] = (name, line)
            found[key] = self.value(value_node, name, (*path, key))
        return found

    def fail(self, name: str, line: int, message: str) -> None:
        self.problems.append(Problem(name, line, "", message))


def read_pack(folder: FilePath) -> RulePack:
    """The pack of a folder, or a PackError with every problem of every file."""
    files = _Files()
    data, broken = _read_files(FilePath(folder), files)
    try:
        pack = pack_from_data(
            data, places=files.places, check_operations=OPERATIONS_FILE not in broken
        )
    except PackError as error:
        # Where pack.yaml itself could not be read, that its keys are missing says nothing new.
        files.problems.extend(
            problem
            for problem in error.problems
            if PACK_FILE not in broken or problem.file not in ("", PACK_FILE)
        )
        pack = None
    if pack is None or files.problems:
        raise PackError(tuple(sorted(files.problems, key=lambda p: (p.file, p.line))))
    return pack


def parse_condition(text: str, *, operations: Collection[str] | None = None) -> Condition:
    """One condition as YAML, as the editing page takes it; a PackError names the line."""
    files = _Files()
    data = files.parse(text, "", ())
    reader = Reader(files.places, operations, list(files.problems))
    condition = None if files.problems else read_condition(data, (), reader)
    reader.finish()
    if condition is None:
        raise AssertionError("a condition without problems was not read")
    return condition


def shipped_packs() -> list[RulePack]:
    """The packs of this release, the oldest first."""
    return list(_shipped())


def shipped_pack(*, on: date) -> RulePack:
    """The latest of the shipped packs that counts on the day; the oldest where none does yet."""
    packs = shipped_packs()
    return next((pack for pack in reversed(packs) if pack.valid_from <= on), packs[0])


@lru_cache(maxsize=1)
def _shipped() -> tuple[RulePack, ...]:
    folders = [file.parent for file in SHIPPED.glob(f"*/{PACK_FILE}")]
    return tuple(sorted(map(read_pack, folders), key=lambda pack: (pack.valid_from, pack.code)))


def _read_files(folder: FilePath, files: _Files) -> tuple[dict[str, Any], set[str]]:
    """The data of all files together, and the names of the files that could not be used."""
    broken: set[str] = set()
    if not (folder / PACK_FILE).is_file():
        message = _("There is no rule pack in %(folder)s.") % {"folder": folder}
        raise PackError((Problem(PACK_FILE, 0, "", message),))
    data: dict[str, Any] = {"operations": [], "wholly_produced": [], "rows": []}
    head = files.read(folder / PACK_FILE, ())
    if isinstance(head, dict):
        # The catalogues and rows have files of their own; a key of that name here is a slip.
        for key in data.keys() & head.keys():
            files.fail(*files.places[(key,)], _("“%(key)s” does not belong here.") % {"key": key})
        data = {**head, **data}
    else:
        broken.add(PACK_FILE)
    for name, key in ((OPERATIONS_FILE, "operations"), (GROUNDS_FILE, "wholly_produced")):
        files.places[(key,)] = (name, 1)
        found = files.read(folder / name, (key,))
        if isinstance(found, list):
            data[key] = found
        else:
            broken.add(name)
            if found is not None:
                files.fail(name, 1, _("A list is expected here."))
    for file in sorted(folder.glob("*.yaml"), key=_by_chapter):
        if file.name not in (PACK_FILE, OPERATIONS_FILE, GROUNDS_FILE):
            _read_rows(file, files, data["rows"])
    return data, broken


def _by_chapter(file: FilePath) -> tuple[str, str]:
    """`chapters-02-04` before `chapter-84`: the rows stand in the order of the nomenclature."""
    digits = re.search(r"\d{2}", file.name)
    return digits[0] if digits else "", file.name


def _read_rows(file: FilePath, files: _Files, rows: list[Any]) -> None:
    if not CHAPTER_FILE.fullmatch(file.name):
        files.fail(
            file.name, 0, _("A file of rows is called chapter-NN.yaml or chapters-NN-MM.yaml.")
        )
        return
    scratch = _Files()
    found = scratch.read(file, ())
    files.problems.extend(scratch.problems)
    if found is None:
        return
    if not isinstance(found, dict) or set(found) != {"rows"} or not isinstance(found["rows"], list):
        files.fail(file.name, 1, _("The file holds one list, “rows”, and nothing else."))
        return
    first = len(rows)
    for path, place in scratch.places.items():
        if len(path) > 1 and isinstance(path[1], int):
            files.places[("rows", first + path[1], *path[2:])] = place
    rows.extend(found["rows"])


def _syntax(problem: str | None) -> str:
    return _("This is not YAML: %(problem)s.") % {"problem": problem or _("unexpected text")}
