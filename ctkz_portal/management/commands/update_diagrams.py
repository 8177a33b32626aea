"""Brings the state diagrams of the READMEs up to date with the transition tables."""

from typing import Any

from django.core.management.base import BaseCommand

from ctkz_portal.diagrams import fresh_readmes


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for path, text in fresh_readmes().items():
            path.write_text(text, encoding="utf-8")
