"""Translation catalogues without gettext: compiled by Babel, and checked for gaps."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def catalogue_paths(locale_dir: Path) -> list[Path]:
    return sorted(locale_dir.glob("*/LC_MESSAGES/*.po"))


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def compile_catalogue(path: Path) -> bool:
    """Make the `.mo` beside this `.po` unless it is already newer; says whether it was made."""
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
        return False
    # Several processes may begin at once; each writes a file of its own and puts it in place.
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".mo.new", delete=False) as file:
        write_mo(file, read_catalogue(path))
    fresh = Path(file.name)
    fresh.chmod(0o644)
    fresh.rename(compiled)
    return True


def gaps(path: Path) -> Iterator[str]:
    """Messages a reader of this language would see in English, or guessed by a tool."""
    catalogue = read_catalogue(path)
    for message in catalogue:
        if not message.id:
            continue
        where = f"{path}:{message.lineno}"
        if message.fuzzy:
            yield f"{where}: fuzzy: {message.id!r}"
        elif not is_translated(message):
            yield f"{where}: not translated: {message.id!r}"
        for error in message.check(catalogue):
            yield f"{where}: {error}"


def texts_missing_from(project: Path) -> Iterator[str]:
    """Texts in code and templates that no catalogue knows, found on a copy of the project."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(project, copy, ignore=ignore_generated)
        before = {path: ids(path) for path in catalogue_paths(copy / "locale")}
        subprocess.run(
            [
                *(sys.executable, "-m", "django", "makemessages", "--verbosity", "0"),
                *("--all", "--ignore", "tests", "--no-obsolete", "--add-location", "never"),
            ],
            cwd=copy,
            check=True,
        )
        for path, known in before.items():
            for text in sorted(ids(path) - known):
                yield f"{path.relative_to(copy)}: not in the catalogue: {text!r}"


def ignore_generated(folder: str, names: list[str]) -> list[str]:
    outside = {"var", "staticfiles", "node_modules", "__pycache__"}
    return [name for name in names if name in outside or name.startswith(".")]


def ids(path: Path) -> set[str]:
    return {str(message.id) for message in read_catalogue(path) if message.id}


def is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(forms) and all(forms)
