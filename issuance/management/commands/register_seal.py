"""Enters the seal that the portal is set up with in the register of seals, for all chambers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.seal_keys import SealingUnavailable
from issuance.services import register_portal_seal


class Command(BaseCommand):
    help = "Enter the portal's seal in the register of seals, for all chambers, from today."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            seal = register_portal_seal(on=timezone.localdate())
        except SealingUnavailable as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{seal.certificate_sha256} {seal.subject}")
