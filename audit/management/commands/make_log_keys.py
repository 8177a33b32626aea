"""Make the log's keys before the portal first starts in production."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from audit.keys import make_keys, public_key_path


class Command(BaseCommand):
    help = "Make the log's missing keys at CTKZ_LOG_KEY_FILE and CTKZ_LOG_EVENT_KEY_FILE."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in make_keys():
            self.stdout.write(f"Made {path}. Keep a copy in a safe place.")
        self.stdout.write(f"Give {public_key_path()} to everyone who is to check the log.")
