"""Sequences and publishes without end, until the test kills it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctkz_portal.settings.test")
django.setup()

# Models can be imported only after setup.
from audit.publishing import publish  # noqa: E402
from audit.sequencing import sequence  # noqa: E402

if __name__ == "__main__":
    while True:
        sequence(batch=7)
        publish()
