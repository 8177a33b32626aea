"""Compile the translations where gettext is not installed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed

from ctkz_portal.catalogues import catalogue_paths, compile_catalogue


class Command(BaseCommand):
    help = "Compile translation catalogues that are newer than their compiled form."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for locale_dir in settings.LOCALE_PATHS:
            for path in catalogue_paths(locale_dir):
                if compile_catalogue(path):
                    # A process that has looked for this language before would keep what it found:
                    # the demo would sign acts in English on its first start.
                    translation_file_changed(None, path.with_suffix(".mo"))
                    self.stdout.write(f"Compiled {path}")
