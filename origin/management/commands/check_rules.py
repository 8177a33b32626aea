"""Look for contradictions and ambiguities in rules of origin before they bite."""

import re
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError
from django.utils import timezone, translation
from django.utils.translation import ngettext

from origin.books import NoRulesInForce, rulebook_in_force
from origin.checking import RuleFinding, check, finding_words
from origin.conditions import LANGUAGES
from origin.errors import PackError
from origin.pack_files import read_pack, shipped_pack
from origin.packs import RulePack

FOUND_ERRORS = 1
UNREADABLE = 2
_ROW_ID = re.compile(r"""^\s*-?\s*id:\s*(["']?)(?P<id>.+?)\1\s*(?:\#.*)?$""")


class Command(BaseCommand):
    help = (
        "Check the rules in force, or a folder of rules, for contradictions, ambiguities, rows "
        "that nothing reaches and missing translations. Every finding comes with goods that show "
        "it and with what the engine says about them. Exit code 1 when there is an error, 2 when "
        "the rules cannot be read."
    )
    # With --pack no database is needed.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pack", type=Path, help="A folder with a rule pack.")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            help="Check the rules in force on this day (2026-11-22) instead of today.",
        )
        parser.add_argument("--language", choices=LANGUAGES, default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, language = options["pack"], options["language"]
        try:
            pack = read_pack(folder) if folder else self._in_force(options["on"])
        except PackError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            sys.exit(UNREADABLE)
        places = _places(folder) if folder else {}
        findings = check(pack)
        for finding in findings:
            self._print(finding, pack, places, language)
        self.stdout.write(_summary(findings, pack, language))
        if any(finding.is_error for finding in findings):
            sys.exit(FOUND_ERRORS)

    def _in_force(self, on: date | None) -> RulePack:
        """The version in force; the shipped one where the database knows none."""
        on = on or timezone.localdate()
        try:
            return rulebook_in_force(on=on).pack
        except NoRulesInForce:
            self.stderr.write("The database holds no rules for the day: the shipped ones are used.")
        except (OperationalError, ProgrammingError):
            self.stderr.write("The database cannot be read: the shipped rules are used.")
        return shipped_pack(on=on)

    def _print(
        self, finding: RuleFinding, pack: RulePack, places: dict[str, str], language: str
    ) -> None:
        words = finding_words(finding, pack, language)
        style = self.style.ERROR if finding.is_error else self.style.WARNING
        rows = ", ".join(f"{row} ({places[row]})" if row in places else row for row in finding.rows)
        self.stdout.write(style(f"{finding.severity.upper()} {finding.code}  {rows}".rstrip()))
        self.stdout.write(f"  {words.title}.")
        self.stdout.write(f"  {words.explanation}")
        if words.example:
            self.stdout.write(f"  {words.example}")
        self.stdout.write("")


def _places(folder: Path) -> dict[str, str]:
    """Where each row stands: `chapter-85.yaml:12`."""
    return {
        match["id"]: f"{file.name}:{number}"
        for file in sorted(folder.glob("chapter*.yaml"))
        for number, text in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1)
        if (match := _ROW_ID.match(text))
    }


def _summary(findings: tuple[RuleFinding, ...], pack: RulePack, language: str) -> str:
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    with translation.override(language):
        counted = ", ".join(
            [
                ngettext("%(n)s error", "%(n)s errors", errors) % {"n": errors},
                ngettext("%(n)s warning", "%(n)s warnings", warnings) % {"n": warnings},
                ngettext("%(n)s row", "%(n)s rows", len(pack.rows)) % {"n": len(pack.rows)},
            ]
        )
    return f"{pack.code} ({pack.valid_from.isoformat()}): {counted}."
