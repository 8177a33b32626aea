"""Compare a plan of desk control with the log; exit code 0 when it fits, 1 when not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.models import ControlPlan
from oversight.selection.proofs import problems_of


class Command(BaseCommand):
    help = (
        "Make the frame and the draw of a plan again from the database and compare both with what "
        "the log says: finds what was moved with triggers switched off. Run verify_log beside it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="Number of the plan.")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = ControlPlan.objects.filter(number=options["number"]).first()
        if plan is None:
            raise CommandError(f"There is no plan {options['number']}.", returncode=2)
        if plan.committed_at is None:
            raise CommandError(f"{plan.number} is not committed: nothing to compare.", returncode=2)
        if found := problems_of(plan):
            raise CommandError(f"{plan.number} DOES NOT FIT: " + "; ".join(found), returncode=1)
        drawn = " and its draw" if plan.drawn_at else ""
        self.stdout.write(
            f"{plan.number} FITS: the frame of {plan.frame_size} certificates{drawn} are those "
            "that the log tells of."
        )
