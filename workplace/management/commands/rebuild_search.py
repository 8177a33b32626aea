"""Makes the index of the search anew from the things themselves."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workplace.search.indexing import rebuild


class Command(BaseCommand):
    help = "Makes the index of the search anew; searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        total = rebuild(lambda kind, count: self.stdout.write(f"{kind}: {count}"))
        if total is None:
            raise CommandError("A worker is following the log now; try again in a moment.")
        self.stdout.write(self.style.SUCCESS(f"{total} entries"))
