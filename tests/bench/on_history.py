"""The part of `make bench` that needs a register: an invented history, and what reads all of it."""

import sys
from io import StringIO

from ctkz_portal.embedded import terminated_in_order
from tests.own_servers import own_servers

CERTIFICATES = 1_000
HISTORY = {"certificates": CERTIFICATES, "complaints": 20, "violated": 12, "papers": 0}


def main() -> int:
    with terminated_in_order(), own_servers():
        # Django reads its settings when it is imported, so the servers come first.
        import django  # noqa: PLC0415

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415
        from django.test import override_settings  # noqa: PLC0415

        from tests.bench import risk  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        for command in ("load_reference", "load_rule_packs"):
            call_command(command, stdout=StringIO())
        with override_settings(CTKZ_GENERATED_HISTORY=True):
            call_command(
                "generate_history", violated_by_auditors=10, stdout=StringIO(), stderr=StringIO(),
                **HISTORY,
            )  # fmt: skip
        risk.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
