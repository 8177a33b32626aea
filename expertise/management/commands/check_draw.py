"""Draw an auditor again; exit code 0 when the result is the same, 1 when not."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit.errors import KeyUnavailableError
from audit.keys import verifying_key
from expertise.draws import draw_record, problems_of
from expertise.models import AssignmentDraw


class Command(BaseCommand):
    help = "Draw an auditor again from the published draw and its checkpoint."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("draw", help="A file with the draw as published, or its identifier.")
        parser.add_argument("--public-key", type=Path, help="Public key of the log.")
        parser.add_argument(
            "--offline",
            action="store_true",
            help="Do not compare with the log of this portal; the signed checkpoint is enough.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        record = _record(options["draw"])
        try:
            verifier = verifying_key(options["public_key"])
        except KeyUnavailableError as error:
            raise CommandError(str(error)) from error
        if found := problems_of(record, verifier=verifier, with_log=not options["offline"]):
            raise CommandError("NOT EQUAL: " + "; ".join(found), returncode=1)
        self.stdout.write(
            f"EQUAL: drawn again from {len(record['eligible'])} eligible and the checkpoint of "
            f"{record['checkpoint']['size']} entries it is {record['drawn']}."
        )


def _record(given: str) -> dict[str, Any]:
    path = Path(given)
    if path.is_file():
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CommandError(f"{path} is not JSON: {error}") from error
        if not isinstance(record, dict):
            raise CommandError(f"{path} does not hold a draw.")
        return record
    try:
        row = AssignmentDraw.objects.select_related("request").get(pk=UUID(given))
    except (ValueError, AssignmentDraw.DoesNotExist):
        raise CommandError(f"{given} is neither a file nor a draw of this portal.") from None
    return draw_record(row)
