"""`manage.py replay_acts`: every act ever signed, evaluated again from what it recorded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expertise.models import Act
from expertise.replaying import differences


class Command(BaseCommand):
    help = (
        "Evaluates all signed acts again and compares them with their records, the log and the "
        "rows they were made from. Names the first difference; exit code 1 if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--act", help="only the act with this number")
        parser.add_argument("--all", action="store_true", help="name every difference")

    def handle(self, *, act: str | None, all: bool, **options: Any) -> None:
        acts = Act.objects.order_by("signed_at", "pk").select_related("request")
        if act:
            acts = acts.filter(number=act)
            if not acts:
                raise CommandError(f"There is no act {act}.")
        count = lines = 0
        different: list[str] = []
        for one in acts.iterator(chunk_size=100):
            found = [str(difference) for difference in differences(one)]
            for text in found if all else found[:1]:
                self.stderr.write(self.style.ERROR(text))
            if found and not all:
                raise CommandError(f"Act {one.number} differs; {count} acts before it are equal.")
            different += [one.number] if found else []
            count += 1
            lines += one.request.lines.count()
        if different:
            raise CommandError(f"{len(different)} of {count} acts differ: {', '.join(different)}.")
        self.stdout.write(self.style.SUCCESS(f"{count} acts, {lines} lines: all equal."))
