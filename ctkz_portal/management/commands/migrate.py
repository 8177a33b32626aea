"""Django's `migrate`, without the collector of garbage looking through every model class it makes.

Migrations make and drop thousands of classes; the collector's own rhythm takes 40 % of the time
that a new database needs, in the demo and before the tests alike.
"""

import gc
from typing import Any

from django.core.management.commands import migrate


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        rhythm = gc.get_threshold()
        gc.set_threshold(50_000, 50, 100)
        try:
            super().handle(*args, **options)
        finally:
            gc.set_threshold(*rhythm)
