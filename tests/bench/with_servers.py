"""The part of `make bench` that needs a database: documents, issue, log, pages, registers.

Every figure stands beside that of the bare library call, or of an empty page, from the same run.
"""

import sys
from io import StringIO

from ctkz_portal.embedded import terminated_in_order
from tests.own_servers import own_servers


def main() -> int:
    with terminated_in_order(), own_servers():
        # Django reads its settings when it is imported, so the servers come first.
        import django  # noqa: PLC0415

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        from tests.bench import documents, issuing, pages, register, search  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        for command in ("load_reference", "load_rule_packs"):
            call_command(command, stdout=StringIO())
        documents.run()
        issuing.run()
        pages.run()
        register.run()
        search.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
