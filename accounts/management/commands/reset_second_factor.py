"""`manage.py reset_second_factor person@example.kz`: for whoever lost telephone, key and codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import arrivals, second_factor
from accounts.models import SignIn, User


class Command(BaseCommand):
    help = (
        "Removes the second factor of a person and ends their sessions. Make sure first that "
        "it is the person who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this e-mail.")
        if not second_factor.reset(user=user):
            raise CommandError("This person has no second factor.")
        arrivals.end_sessions(user=user, by=SignIn.End.FACTOR)
        self.stdout.write("The second factor is removed; the sessions are ended.")
