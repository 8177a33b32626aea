"""What a module's tests share and only read, made once and gone when the module ends."""

from typing import Any

from django.db import transaction


class Undone:
    """A transaction that is rolled back at the end; what is durable inside does not mind."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        # As in Django's own tests: `atomic(durable=True)` may stand inside.
        vars(self.atomic)["_from_testcase"] = True
        self.atomic.__enter__()

    def __exit__(self, *fault: Any) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
