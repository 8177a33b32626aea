"""The signed snapshot of a day, at once: the same that the night makes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.models import Snapshot
from registry.snapshots import make_snapshot, order_snapshot


class Command(BaseCommand):
    help = "Write, sign and publish the register of today; once a day, as the night does it."

    def handle(self, *args: Any, **options: Any) -> None:
        day = timezone.localdate()
        order_snapshot(day)
        make_snapshot(day)
        snapshot = Snapshot.objects.get(day=day)
        if snapshot.made_at is None:
            raise CommandError("no snapshot: the seal is not there, or another process makes it")
        self.stdout.write(
            f"{snapshot}: {snapshot.certificates} certificates, {snapshot.rows} rows\n"
            f"{snapshot.digests}"
        )
