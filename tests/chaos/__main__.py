"""`make chaos`: certificates issued while workers, broker and database are killed at random.

Prints what was killed and what was found afterwards; ends with 1 when anything is lost, doubled
or left in between.
"""

import argparse
import sys

from ctkz_portal.embedded import terminated_in_order
from tests.own_servers import own_servers


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None, help="the order of the killings again")
    parser.add_argument("--kills", type=int, default=40, help="at least so many")
    parser.add_argument("--json", action="store_true", help="figures as one JSON line")
    options = parser.parse_args()
    with terminated_in_order(), own_servers() as (database, broker):
        # Django reads its settings when it is imported, so the servers come first.
        from tests.chaos.storm import Plan, storm  # noqa: PLC0415

        figures = storm(
            Plan(
                certificates=options.certificates,
                workers=options.workers,
                kills=options.kills,
                seed=options.seed,
            ),
            database=database,
            broker=broker,
        )
    sys.stdout.write(figures.as_json() if options.json else figures.as_table())
    return 0 if figures.is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
