"""Every text of the portal is translated into every language, and none by guesswork."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ctkz_portal.catalogues import catalogue_paths, gaps, texts_missing_from


class Command(BaseCommand):
    help = "List texts that are not translated, guessed, or not yet in the catalogues."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = [
            problem
            for locale_dir in settings.LOCALE_PATHS
            for path in catalogue_paths(locale_dir)
            for problem in gaps(path)
        ]
        found += texts_missing_from(settings.BASE_DIR)
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"{len(found)} gaps in the translations; start with: make messages")
