"""What must be right before the portal may make documents."""

import os
from ctypes.util import find_library
from typing import Any

from django.conf import settings
from django.core import checks

from .eds.trust import anchors, is_demo
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


@checks.register(checks.Tags.security, deploy=True)
def people_sign_with_real_keys(**_kwargs: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    if settings.CTKZ_EDS_DEMO_ALLOWED:
        found.append(
            checks.Error(
                "CTKZ_EDS_DEMO_ALLOWED is on: people could sign with demonstration keys.",
                id="documents.E004",
            )
        )
    if not settings.CTKZ_EDS_REQUIRED:
        found.append(
            checks.Error(
                "CTKZ_EDS_REQUIRED is off: people could act without a signature.",
                id="documents.E005",
            )
        )
    roots = anchors().roots
    if not roots:
        found.append(
            checks.Error(
                "No root of the National Certification Authority is trusted: nobody could sign.",
                hint="Set CTKZ_EDS_ROOTS_FILE, and CTKZ_EDS_ROOT_SHA256 to the digests of its "
                "certificates.",
                id="documents.E006",
            )
        )
    if any(is_demo(root) for root in roots):
        found.append(
            checks.Error("A root of signatures is a demonstration one.", id="documents.E007")
        )
    return found


@checks.register(checks.Tags.security, deploy=True)
def revocation_is_asked(**_kwargs: Any) -> list[checks.CheckMessage]:
    if settings.CTKZ_EDS_REVOCATION not in ("require", "when_configured"):
        return [
            checks.Error(
                'CTKZ_EDS_REVOCATION must be "require" or "when_configured".', id="documents.E008"
            )
        ]
    if settings.CTKZ_EDS_CRL_DIR or settings.CTKZ_EDS_OCSP_URL:
        return []
    return [
        checks.Error(
            "There is nothing to ask whether a certificate has been revoked.",
            hint="Set CTKZ_EDS_CRL_DIR, CTKZ_EDS_OCSP_URL or both.",
            id="documents.E009",
        )
    ]


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
