"""Everything that figures are counted from, made anew from the rows and the log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.figures.projecting import rebuild


class Command(BaseCommand):
    help = "Make anew what figures are counted from. Pages show the old figures until it ends."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild(self._tell)
        if count is None:
            raise CommandError("A worker is following the log just now; try again.")
        self.stdout.write(f"{count} cases")

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total}", ending="\r")
