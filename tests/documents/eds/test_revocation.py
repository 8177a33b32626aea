"""A revoked certificate is refused, and so is one of which nothing reliable is known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from documents.eds.authority import SoftwareAuthority
from documents.eds.making import SoftwareKey, make_list
from documents.eds.verdicts import Reason, Verdict

from .conftest import Examine
from .people import RECORD, head

DAY = timedelta(days=1)


@pytest.fixture
def folder(eds: SoftwareAuthority, settings: Any, tmp_path: Path) -> Path:
    """Where the test puts its own lists; the root's list is there and in order."""
    settings.CTKZ_EDS_CRL_DIR = str(tmp_path)
    (tmp_path / "root.crl").write_bytes(eds.revocation_list("rsa", of_root=True))
    return tmp_path


@pytest.fixture
def key(eds: SoftwareAuthority) -> SoftwareKey:
    return head(eds)


@pytest.fixture
def judged(key: SoftwareKey, examine: Examine) -> Callable[[], Verdict]:
    cms = key.sign(RECORD)
    return lambda: examine(cms)


def a_list(
    issuer: SoftwareKey, *revoked: int, since: timedelta = -DAY, until: timedelta = DAY
) -> bytes:
    now = datetime.now(UTC)
    entries = [(serial, now - DAY) for serial in revoked]
    return make_list(issuer, entries, this_update=now + since, next_update=now + until)


def test_a_list_in_force_lets_the_certificate_pass(
    eds: SoftwareAuthority, folder: Path, judged: Callable[[], Verdict]
) -> None:
    der = a_list(eds.branch("rsa").issuing)
    (folder / "issuing.crl").write_bytes(der)
    verdict = judged()
    assert verdict.ok
    assert der in [one.der for one in verdict.evidence if one.kind == "crl"]


def test_a_certificate_on_the_list_is_refused(
    eds: SoftwareAuthority, folder: Path, key: SoftwareKey, judged: Callable[[], Verdict]
) -> None:
    der = a_list(eds.branch("rsa").issuing, 7, key.certificate.serial_number)
    (folder / "issuing.crl").write_bytes(der)
    assert judged().reason == Reason.REVOKED


def test_a_revoked_authority_takes_its_certificates_with_it(
    eds: SoftwareAuthority, folder: Path, judged: Callable[[], Verdict]
) -> None:
    branch = eds.branch("rsa")
    (folder / "issuing.crl").write_bytes(a_list(branch.issuing))
    assert judged().ok
    serial = branch.issuing.certificate.serial_number
    (folder / "root.crl").write_bytes(a_list(branch.root, serial))
    assert judged().reason == Reason.REVOKED


def test_one_list_in_force_that_names_the_certificate_is_enough(
    eds: SoftwareAuthority, folder: Path, key: SoftwareKey, judged: Callable[[], Verdict]
) -> None:
    """A list that somebody holds back does not hide the other."""
    issuing = eds.branch("rsa").issuing
    (folder / "b.crl").write_bytes(a_list(issuing, since=-2 * DAY))
    (folder / "a.crl").write_bytes(a_list(issuing, key.certificate.serial_number))
    assert judged().reason == Reason.REVOKED


@pytest.mark.parametrize("family", ["rsa", "gost512"])
def test_without_a_list_nothing_is_known(
    family: str, eds: SoftwareAuthority, folder: Path, examine: Examine
) -> None:
    assert examine(head(eds, family=family).sign(RECORD)).reason == Reason.REVOCATION_UNKNOWN


def unusable_lists(eds: SoftwareAuthority) -> dict[str, bytes]:
    issuing = eds.branch("rsa").issuing
    good = a_list(issuing)
    return {
        "out of date": a_list(issuing, since=-3 * DAY, until=-DAY),
        "of tomorrow": a_list(issuing, since=DAY, until=2 * DAY),
        "signed by a forger": a_list(eds.forged_twin().branch("rsa").issuing),
        "of another authority": a_list(eds.branch("gost512").issuing),
        "changed": good[:-1] + bytes([good[-1] ^ 1]),
        "cut short": good[:-40],
        "not a list": b"-----BEGIN NOTHING-----",
        "empty": b"",
    }


@pytest.mark.parametrize(
    "kind",
    [
        "out of date",
        "of tomorrow",
        "signed by a forger",
        "of another authority",
        "changed",
        "cut short",
        "not a list",
        "empty",
    ],
)
def test_a_list_that_cannot_be_relied_on_is_as_good_as_none(
    kind: str, eds: SoftwareAuthority, folder: Path, judged: Callable[[], Verdict]
) -> None:
    (folder / "issuing.crl").write_bytes(unusable_lists(eds)[kind])
    assert judged().reason == Reason.REVOCATION_UNKNOWN


def test_a_list_signed_with_the_key_of_a_person_is_none(
    eds: SoftwareAuthority, folder: Path, key: SoftwareKey, judged: Callable[[], Verdict]
) -> None:
    """Under the authority's name, signed with a certified key that may not sign lists."""
    pretender = SoftwareKey(key.pair, eds.branch("rsa").issuing.certificate)
    (folder / "issuing.crl").write_bytes(a_list(pretender))
    assert judged().reason == Reason.REVOCATION_UNKNOWN


def test_where_nothing_is_set_up_only_the_setting_lets_it_pass(
    eds: SoftwareAuthority, settings: Any, judged: Callable[[], Verdict]
) -> None:
    settings.CTKZ_EDS_CRL_DIR = ""
    assert judged().reason == Reason.REVOCATION_UNKNOWN
    settings.CTKZ_EDS_REVOCATION = "when_configured"
    assert judged().ok


def test_what_is_set_up_is_asked_whatever_the_setting_says(
    eds: SoftwareAuthority, settings: Any, folder: Path, judged: Callable[[], Verdict]
) -> None:
    settings.CTKZ_EDS_REVOCATION = "when_configured"
    assert judged().reason == Reason.REVOCATION_UNKNOWN


def test_a_new_list_is_noticed_at_once(
    eds: SoftwareAuthority, folder: Path, key: SoftwareKey, judged: Callable[[], Verdict]
) -> None:
    issuing = eds.branch("rsa").issuing
    (folder / "issuing.crl").write_bytes(a_list(issuing))
    assert judged().ok
    (folder / "issuing.crl").write_bytes(a_list(issuing, key.certificate.serial_number))
    assert judged().reason == Reason.REVOKED


def test_an_authority_keeps_what_it_has_revoked(settings: Any, tmp_path: Path) -> None:
    authority = SoftwareAuthority.kept(tmp_path)
    key = authority.person("900101300111", "Примеров Пример", family="gost256")
    authority.revoke(key)
    again = SoftwareAuthority.kept(tmp_path)
    assert key.certificate.serial_number in again._revoked
