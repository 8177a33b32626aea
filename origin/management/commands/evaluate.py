"""Evaluate a line of goods from a JSON file against the rules of origin of its date."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError

from accounts.errors import DomainError
from origin.books import NoRulesInForce, rulebook_in_force
from origin.conditions import LANGUAGES
from origin.errors import OriginError, PackError
from origin.evaluation_files import EvaluationFile, EvaluationFileError, path_of, read_evaluation
from origin.evaluation_report import report
from origin.local_content import LocalContentError, formula_of
from origin.models import RulePack
from origin.pack_files import read_pack, shipped_pack
from origin.rulebook import RuleBook
from reference.parameters import ParameterMissingError, parameter

BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Look up the rules for a line of goods, judge every part of them, and calculate the share "
        "of local content. JSON in, JSON out; the format is described in origin/README.md. "
        "Bad input is one line per fault on stderr and exit code 2."
    )
    # With --pack no database is needed.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A JSON file, or - for standard input.")
        parser.add_argument("--pack", type=Path, help="A folder with a rule pack.")
        parser.add_argument(
            "--language", choices=LANGUAGES, help="Words in one language instead of all three."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = read_evaluation(_text(options["file"]))
            book, rules = self._rules(options["pack"], file)
            languages = [options["language"]] if options["language"] else LANGUAGES
            answer = report(file, book, languages=languages, **rules)
        except PackError as error:
            self._refuse(str(problem) for problem in error.problems)
        except EvaluationFileError as error:
            self._refuse(map(str, error.faults))
        except (OriginError, LocalContentError) as error:
            path = path_of(error, file.line)
            self._refuse([f"{path}: {error}" if path else str(error)])
        except (DomainError, OSError, UnicodeDecodeError) as error:
            self._refuse([str(error)])
        else:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))

    def _rules(self, folder: Path | None, file: EvaluationFile) -> tuple[RuleBook, dict[str, Any]]:
        """The rules in force on the date of the file, and what the parameters say of the share."""
        if folder is not None:
            return RuleBook(read_pack(folder)), {}
        try:
            book = rulebook_in_force(on=file.on)
        except NoRulesInForce:
            if RulePack.objects.exists():
                raise
            self.stderr.write("The database holds no rules: the shipped ones are used.")
        except (OperationalError, ProgrammingError):
            self.stderr.write("The database cannot be read: the shipped rules are used.")
        else:
            return book, _parameters(file.on)
        return RuleBook(shipped_pack(on=file.on)), {}

    def _refuse(self, lines: Any) -> None:
        for line in lines:
            self.stderr.write(line)
        sys.exit(BAD_INPUT)


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    return Path(name).read_text(encoding="utf-8-sig")


def _parameters(on: date) -> dict[str, Any]:
    """What the dated parameters say of the share of local content and of nearness to limits."""
    try:
        return {
            "formula": formula_of(parameter("local_content.formula", on=on)).name,
            "treatment": parameter("local_content.own_ct_kz_treatment", on=on),
            "margin_points": Decimal(str(parameter("control.threshold_margin_points", on=on))),
        }
    except ParameterMissingError:
        return {}
