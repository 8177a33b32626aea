"""The register made anew from the certificates of this portal."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.register import rebuild


class Command(BaseCommand):
    help = "Bring the public register after the certificates; what is sound stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = rebuild()
        for change in outcome.changed:
            self.stdout.write(f"{change.number} ({change.year}): {', '.join(change.columns)}")
        self.stdout.write(
            f"{outcome.added} added, {len(outcome.changed)} changed, {outcome.unchanged} as before"
        )
