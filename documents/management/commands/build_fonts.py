"""Makes the fonts of documents and pages in `var/`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from documents.fonts import build_web_fonts


class Command(BaseCommand):
    help = "Cut Noto Sans to the letters of the portal, for documents and for pages."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in build_web_fonts(settings.CTKZ_WEB_FONTS_DIR / "fonts"):
            self.stdout.write(str(path))
