"""Keys of the open API from the server: made, listed, revoked."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from accounts.identifiers import normalise_bin_iin
from accounts.models import Organisation
from registry.keys import make_key, revoke_key
from registry.models import ApiKey, Scope


class Command(BaseCommand):
    help = "Make, list or revoke keys of the open API. A new key is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        make = commands.add_parser("make", help="make a key and print it")
        make.add_argument("name", help="whose and what for")
        make.add_argument("--scope", action="append", choices=Scope.values, required=True)
        make.add_argument("--bin", default="", help="the organisation it belongs to")
        make.add_argument("--per-minute", type=int, default=600)
        make.add_argument("--until", type=date.fromisoformat, help="last day, as 2027-12-31")
        commands.add_parser("list", help="every key, the latest first")
        revoke = commands.add_parser("revoke", help="end a key at once")
        revoke.add_argument("prefix", help="the readable beginning, as the list shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["command"])(options)

    def make(self, options: dict[str, Any]) -> None:
        try:
            made = make_key(
                name=options["name"],
                scopes=options["scope"],
                by=None,
                organisation=self.organisation(options["bin"]),
                per_minute=options["per_minute"],
                valid_until=options["until"],
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(made.text)

    def organisation(self, number: str) -> Organisation | None:
        if not number:
            return None
        try:
            return Organisation.objects.get(bin=normalise_bin_iin(number))
        except (Organisation.DoesNotExist, ValidationError) as fault:
            raise CommandError(f"{number}: no organisation of the portal has this BIN") from fault

    def list(self, options: dict[str, Any]) -> None:
        for key in ApiKey.objects.all():
            state = "revoked" if key.revoked_at else f"until {key.valid_until or 'further notice'}"
            scopes = ",".join(key.scopes)
            used = f"last used {key.last_used_on}" if key.last_used_on else "never used"
            self.stdout.write(f"{key.prefix}  {scopes}  {state}  {used}  {key.name}")

    def revoke(self, options: dict[str, Any]) -> None:
        key = ApiKey.objects.filter(prefix=options["prefix"]).first()
        if key is None:
            raise CommandError(f"{options['prefix']}: there is no such key")
        revoke_key(key=key, by=None)
        self.stdout.write(f"{key.prefix} is revoked")
