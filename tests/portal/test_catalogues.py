"""Catalogues are compiled only when needed, and gaps in them are found."""

import gettext
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from ctkz_portal.catalogues import compile_catalogue, gaps

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 "
"&& (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + 'msgid "Act"\nmsgstr "Акт"\n')
    return path


def test_a_compiled_catalogue_is_read_by_gettext(catalogue: Path) -> None:
    assert compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Act") == "Акт"


@pytest.fixture
def forgotten_afterwards(settings: Any) -> Iterator[Any]:
    yield settings
    settings.LOCALE_PATHS = []
    translation_file_changed(None, Path("django.mo"))


def test_a_process_that_asked_before_speaks_the_language_once_it_is_compiled(
    catalogue: Path, forgotten_afterwards: Any
) -> None:
    """The demo's first start compiles, then signs acts: they must not be in English."""
    translation_file_changed(None, Path("django.mo"))
    forgotten_afterwards.LOCALE_PATHS = [catalogue.parent.parent.parent]
    catalogue.write_text(HEADER + 'msgid "A text of this test"\nmsgstr "Текст этой проверки"\n')
    with translation.override("ru"):
        assert translation.gettext("A text of this test") == "A text of this test"
    call_command("compile_catalogues", verbosity=0)
    with translation.override("ru"):
        assert translation.gettext("A text of this test") == "Текст этой проверки"


def test_a_catalogue_is_compiled_again_only_after_a_change(catalogue: Path) -> None:
    assert compile_catalogue(catalogue)
    assert not compile_catalogue(catalogue)
    later = catalogue.with_suffix(".mo").stat().st_mtime + 1
    os.utime(catalogue, (later, later))
    assert compile_catalogue(catalogue)


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('msgid "Chamber"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Chamber"\nmsgstr "Комитет"\n', "fuzzy"),
        ('msgid "%d line"\nmsgid_plural "%d lines"\nmsgstr[0] "%d строка"\n', "not translated"),
        (
            '#, python-format\nmsgid "Act %(number)s"\nmsgstr "Акт %(nomer)s"\n',
            "unknown named placeholder",
        ),
    ],
)
def test_gaps_are_named(entry: str, complaint: str, catalogue: Path) -> None:
    assert list(gaps(catalogue)) == []
    catalogue.write_text(HEADER + entry)
    assert any(complaint in problem for problem in gaps(catalogue))
