"""Signatures of invented people for tests of every room: one authority for the whole run.

    def test_…(eds: SoftwareAuthority) -> None:        # the fixture points the settings at it
        cms = a_signature(membership, record)          # DER, detached

`kind` chooses what is wrong or different: see `SoftwareAuthority.person` and `.employee`, plus
`own=True` for the person's own certificate instead of one of the organisation, and `iin`, `bin`,
`roles` for somebody else's.
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from accounts.models import Membership
from documents.eds.authority import SoftwareAuthority
from documents.eds.people import roles_in_certificate


@cache
def the_authority() -> SoftwareAuthority:
    return SoftwareAuthority(shares_pairs=True)


@cache
def published() -> Path:
    folder = Path(mkdtemp(prefix="ctkz-eds-"))
    the_authority().publish(folder)
    return folder


def trust_authority(settings: Any, folder: Path) -> None:
    """Points the settings at what an authority has published in the folder."""
    settings.CTKZ_EDS_DEMO_ALLOWED = True
    settings.CTKZ_EDS_ROOTS_FILE = str(folder / "roots.pem")
    settings.CTKZ_EDS_ROOT_SHA256 = []
    settings.CTKZ_EDS_ROOT_SHA256_FILE = str(folder / "roots.sha256")
    settings.CTKZ_EDS_CHAIN_FILE = str(folder / "chain.pem")
    settings.CTKZ_EDS_CRL_DIR = str(folder / "crl")
    settings.CTKZ_EDS_OCSP_URL = ""
    settings.CTKZ_EDS_REVOCATION = "require"


@pytest.fixture
def eds(settings: Any) -> SoftwareAuthority:
    """The authority of the test run, trusted by the portal."""
    trust_authority(settings, published())
    return the_authority()


def a_signature(membership: Membership, record: bytes, **kind: Any) -> bytes:
    """The record signed by this person, for the organisation of the membership unless `own`."""
    iin = kind.pop("iin", membership.user.iin)
    name = kind.pop("name", membership.user.full_name)
    signing = {name: kind.pop(name) for name in ("at", "encapsulate") if name in kind}
    if kind.pop("own", False):
        return the_authority().person(iin, name, **kind).sign(record, **signing)
    organisation = membership.organisation
    key = the_authority().employee(
        iin,
        name,
        kind.pop("bin", organisation.bin),
        organisation.name_ru,
        kind.pop("roles", roles_in_certificate(membership.role)),
        **kind,
    )
    return key.sign(record, **signing)
