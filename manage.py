#!/usr/bin/env python3
"""Command line of the portal; without DATABASE_URL and REDIS_URL it brings its own servers."""

import os
import sys

from django.core.management import execute_from_command_line

from ctkz_portal import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctkz_portal.settings.local")
    try:
        with embedded.services():
            execute_from_command_line(sys.argv)
    except embedded.ServiceFailure as failure:
        raise SystemExit(str(failure)) from None


if __name__ == "__main__":
    main()
