"""What must be right before the portal may make documents."""

import os
from ctypes.util import find_library
from typing import Any

from django.conf import settings
from django.core import checks

from .sealing import sealing_problem


@checks.register(checks.Tags.security, deploy=True)
def seal_is_usable(**_kwargs: Any) -> list[checks.CheckMessage]:
    if settings.CTKZ_DEMO_SEAL_ALLOWED:
        return [
            checks.Error(
                "CTKZ_DEMO_SEAL_ALLOWED is on: documents could carry a demonstration seal.",
                id="documents.E001",
            )
        ]
    problem = sealing_problem()
    if problem:
        return [
            checks.Error(
                problem,
                hint="Set CTKZ_SEAL_KEY_FILE, CTKZ_SEAL_CERT_FILE and CTKZ_SEAL_TRUST_FILE.",
                id="documents.E002",
            )
        ]
    return []


@checks.register(deploy=True)
def storage_is_writable(**_kwargs: Any) -> list[checks.CheckMessage]:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    if os.access(settings.MEDIA_ROOT, os.W_OK):
        return []
    return [checks.Error("MEDIA_ROOT is not writable.", id="documents.E003")]


@checks.register()
def fonts_are_cut_quickly(**_kwargs: Any) -> list[checks.CheckMessage]:
    if find_library("harfbuzz-subset"):
        return []
    return [
        checks.Warning(
            "The library harfbuzz-subset is missing: documents take four times as long.",
            hint="On Debian: apt-get install libharfbuzz-subset0",
            id="documents.W001",
        )
    ]
