"""Makes the demonstration authority in `var/`, with certificates for everybody."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Membership, User
from documents.eds.people import demo_authority, demo_folder, organisation_key, own_key


class Command(BaseCommand):
    help = "Make an authority for electronic signatures of the demo; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--authority-only",
            action="store_true",
            help="roots, chain and lists; the keys of people are made when they first sign",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            authority = demo_authority()
        except PermissionError as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["authority_only"]:
            for user in User.objects.exclude(iin="").order_by("email"):
                own_key(authority, user)
            memberships = Membership.objects.current().exclude(user__iin="")
            for membership in memberships.select_related("user", "organisation"):
                organisation_key(authority, membership)
        self.stdout.write(str(demo_folder()))
