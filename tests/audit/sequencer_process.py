"""Sequences and publishes without end, until the test kills it.

Only the log is loaded: the test starts this process again and again.
"""

import os

import django
import environ
from django.conf import settings

settings.configure(
    DATABASES={"default": environ.Env().db("DATABASE_URL")},
    INSTALLED_APPS=["audit"],
    USE_TZ=True,
    **{name: value for name, value in os.environ.items() if name.startswith("CTKZ_LOG_")},
)
django.setup()

# Models can be imported only after setup.
from audit.publishing import publish  # noqa: E402
from audit.sequencing import sequence  # noqa: E402

if __name__ == "__main__":
    while True:
        sequence(batch=7)
        publish()
