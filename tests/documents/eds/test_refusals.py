"""Every kind of bad signature is refused, with the reason that is its own."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from documents.eds import oids
from documents.eds.authority import SoftwareAuthority
from documents.eds.verdicts import CHECKS, Expected, Reason
from tests.signatures import trust_authority

from . import forging as forge
from .conftest import Examine
from .people import BIN, IIN, OTHER_BIN, OTHER_IIN, OTHER_RECORD, RECORD, head

SIGNING = oids.USE_SIGNING
HEAD = oids.ROLE_OIDS["head"]

BAD: dict[str, tuple[Reason, forge.Forgery]] = {
    "another record": (Reason.WRONG_DIGEST, lambda ca: head(ca).sign(OTHER_RECORD)),
    "another record, GOST": (
        Reason.WRONG_DIGEST,
        lambda ca: head(ca, family="gost512").sign(OTHER_RECORD),
    ),
    "the digest changed": (Reason.WRONG_DIGEST, forge.changed(forge.put_digest_of_other)),
    "digest and signature disagree": (
        Reason.WRONG_DIGEST,
        forge.changed(forge.digest_and_signature_disagree),
    ),
    "another document inside": (
        Reason.NOT_DETACHED_OR_OTHER_CONTENT,
        forge.around_another_document,
    ),
    "content of another type": (
        Reason.NOT_DETACHED_OR_OTHER_CONTENT,
        forge.changed(forge.content_of_another_type),
    ),
    "the signature changed": (Reason.BAD_SIGNATURE, forge.changed(forge.flip_signature)),
    "the signature changed, GOST": (
        Reason.BAD_SIGNATURE,
        forge.changed(forge.flip_signature, family="gost512"),
    ),
    "the byte order of RFC 4491": (
        Reason.BAD_SIGNATURE,
        forge.changed(forge.reverse_signature, family="gost512"),
    ),
    "the byte order of RFC 4491, 256 bits": (
        Reason.BAD_SIGNATURE,
        forge.changed(forge.reverse_signature, family="gost256"),
    ),
    "the time under the signature changed": (
        Reason.BAD_SIGNATURE,
        forge.changed(forge.date_back),
    ),
    "the certificate of another key": (Reason.BAD_SIGNATURE, forge.swap_certificate),
    "an unknown curve": (Reason.WEAK_ALGORITHM, forge.gost_with_other_curve),
    "SHA-1": (Reason.WEAK_ALGORITHM, lambda ca: head(ca).sign(RECORD, digest_name="sha1")),
    "RSA of 1024 bits": (Reason.WEAK_ALGORITHM, forge.signed_by(bits=1024)),
    "a certificate signed with SHA-1": (
        Reason.WEAK_ALGORITHM,
        forge.signed_by(digest_name="sha1"),
    ),
    "ECDSA": (Reason.WEAK_ALGORITHM, forge.signed_with_ecdsa),
    "an unknown authority": (Reason.UNKNOWN_AUTHORITY, forge.issued_by_a_stranger),
    "an authority with the same names": (
        Reason.UNKNOWN_AUTHORITY,
        forge.issued_by_a_forger_of_names("rsa"),
    ),
    "an authority with the same names, GOST": (
        Reason.UNKNOWN_AUTHORITY,
        forge.issued_by_a_forger_of_names("gost512"),
    ),
    "signed by itself": (Reason.UNKNOWN_AUTHORITY, forge.self_signed),
    "issued by a person": (Reason.BAD_AUTHORITY, forge.issued_by_a_person),
    "issued too deep": (Reason.BAD_AUTHORITY, forge.issued_below_the_lowest_authority),
    "issued without the right": (
        Reason.BAD_AUTHORITY,
        forge.issued_by_an_authority_that_may_not,
    ),
    "a critical extension nobody knows": (
        Reason.BAD_AUTHORITY,
        forge.signed_by(critical_strangers=("1.2.398.3.3.99.1",)),
    ),
    "expired": (Reason.EXPIRED, forge.in_time(begins=-20, ends=-1)),
    "not valid yet": (Reason.NOT_YET_VALID, forge.in_time(begins=1, ends=20)),
    "for authentication only": (
        Reason.AUTHENTICATION_ONLY,
        forge.signed_by(
            uses=(oids.USE_AUTHENTICATION, HEAD),
            usage=frozenset({"digital_signature", "key_encipherment"}),
        ),
    ),
    "without nonRepudiation": (
        Reason.WRONG_USAGE,
        forge.signed_by(usage=frozenset({"digital_signature", "key_encipherment"})),
    ),
    "for servers": (Reason.WRONG_USAGE, forge.signed_by(uses=("1.3.6.1.5.5.7.3.1", HEAD))),
    "for nothing in particular": (Reason.WRONG_USAGE, forge.signed_by(uses=())),
    "an authority's own key": (
        Reason.WRONG_USAGE,
        lambda ca: ca.branch("rsa").issuing.sign(RECORD),
    ),
    "another person": (Reason.OTHER_PERSON, forge.signed_by(iin=OTHER_IIN)),
    "an IIN with a tail": (Reason.OTHER_PERSON, forge.signed_by(iin=f"{IIN}1")),
    "two IINs": (Reason.OTHER_PERSON, forge.two_numbers),
    "another organisation": (Reason.OTHER_ORGANISATION, forge.signed_by(bin=OTHER_BIN)),
    "the person's own certificate": (
        Reason.OTHER_ORGANISATION,
        lambda ca: ca.person(IIN, "Примеров Пример").sign(RECORD),
    ),
    "another role": (Reason.WRONG_ROLE, forge.signed_by(roles=("hr",))),
    "two signers": (Reason.SEVERAL_SIGNERS, forge.by_two_signers),
    "no signer": (Reason.SEVERAL_SIGNERS, forge.changed(forge.drop_signers)),
    "no certificate": (Reason.MALFORMED, forge.changed(forge.drop_certificates)),
    "nothing under the signature": (Reason.MALFORMED, forge.changed(forge.drop_attributes)),
    "an attribute twice": (Reason.MALFORMED, forge.changed(forge.repeat_an_attribute)),
    "a digest that was not announced": (
        Reason.MALFORMED,
        forge.changed(forge.announce_other_digest),
    ),
    "bytes after the end": (Reason.MALFORMED, lambda ca: head(ca).sign(RECORD) + b"\x00"),
    "indefinite length": (Reason.MALFORMED, forge.in_indefinite_length),
    "a length with a leading zero": (Reason.MALFORMED, forge.with_a_long_length),
    "cut short": (Reason.MALFORMED, lambda ca: head(ca).sign(RECORD)[:-20]),
    "garbage": (Reason.MALFORMED, lambda _: b"\x30\x82\xff\xff" + bytes(range(256))),
    "a text": (Reason.MALFORMED, lambda _: "Подпись прилагается".encode()),
    "base64 of a text": (Reason.MALFORMED, lambda _: b"SGVsbG8="),
    "nested without end": (Reason.MALFORMED, lambda _: b"\x30\x80" * 50_000),
    "empty": (Reason.MALFORMED, lambda _: b""),
    "CMS of another type": (Reason.NOT_A_SIGNATURE, forge.of_another_type),
    "fifty megabytes": (Reason.TOO_LARGE, lambda _: b"\x30" * 50_000_000),
    "fifty megabytes of base64": (Reason.TOO_LARGE, lambda _: b"MIIB" * 12_500_000),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_signature_is_refused_for_its_own_reason(
    kind: str, eds: SoftwareAuthority, examine: Examine
) -> None:
    reason, make = BAD[kind]
    verdict = examine(make(eds))
    assert verdict.reason == reason, verdict.checks
    assert not verdict.ok
    assert str(reason.words)
    # All the checks before the one that failed were made and held; none after it was made.
    codes = [check.code for check in verdict.checks]
    assert codes == list(CHECKS)[: len(codes)]
    assert [check.ok for check in verdict.checks] == [True] * (len(codes) - 1) + [False]


def test_every_reason_is_met_by_some_bad_signature() -> None:
    elsewhere = {Reason.REVOKED, Reason.REVOCATION_UNKNOWN, Reason.DEMO_AUTHORITY}
    assert {reason for reason, _ in BAD.values()} | elsewhere == set(Reason)


@pytest.mark.parametrize("family", ["rsa", "gost512", "gost256"])
def test_a_good_signature_passes_every_check(
    family: str, eds: SoftwareAuthority, examine: Examine
) -> None:
    key = head(eds, family=family)
    verdict = examine(key.sign(RECORD))
    assert verdict.ok, verdict.checks[-1]
    assert [check.code for check in verdict.checks] == list(CHECKS)
    assert verdict.holder
    assert (verdict.holder.iin, verdict.holder.bin) == (IIN, BIN)
    assert verdict.holder.name == "Примеров Пример Примерович"
    assert verdict.holder.roles == {"entity", "head"}
    assert verdict.signed_at
    # Signer, issuing authority and root, and a list for each of the two below the root.
    assert [one.kind for one in verdict.evidence] == ["certificate"] * 3 + ["crl"] * 2


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_longer_digests_of_rsa_are_accepted(
    digest: str, eds: SoftwareAuthority, examine: Examine
) -> None:
    assert examine(head(eds).sign(RECORD, digest_name=digest)).algorithm == f"RSA-2048, {digest}"


def test_a_file_that_carries_the_record_itself_is_accepted(
    eds: SoftwareAuthority, examine: Examine
) -> None:
    assert examine(head(eds).sign(RECORD, encapsulate=True)).ok


def test_the_own_certificate_will_do_where_no_organisation_is_asked_for(
    eds: SoftwareAuthority, examine: Examine
) -> None:
    own = eds.person(IIN, "Примеров Пример", family="gost512")
    assert examine(own.sign(RECORD), expected=Expected(IIN)).ok


def test_nobody_is_expected_without_an_iin(eds: SoftwareAuthority, examine: Examine) -> None:
    """An account without an IIN must not be met by a certificate without one."""
    organisation = head(eds, iin="")
    assert examine(organisation.sign(RECORD), expected=Expected("")).reason == Reason.OTHER_PERSON


def test_a_demonstration_authority_is_believed_only_where_it_is_allowed(
    eds: SoftwareAuthority, examine: Examine, settings: Any
) -> None:
    settings.CTKZ_EDS_DEMO_ALLOWED = False
    assert examine(head(eds).sign(RECORD)).reason == Reason.DEMO_AUTHORITY


def test_a_root_that_is_not_pinned_is_not_trusted(
    eds: SoftwareAuthority, examine: Examine, settings: Any
) -> None:
    """The file of roots alone proves nothing: whoever can write to it is no authority."""
    cms = head(eds).sign(RECORD)
    pins = Path(settings.CTKZ_EDS_ROOT_SHA256_FILE).read_text().split()
    settings.CTKZ_EDS_ROOT_SHA256_FILE = ""
    assert examine(cms).reason == Reason.UNKNOWN_AUTHORITY
    settings.CTKZ_EDS_ROOT_SHA256 = ["0" * 64]
    assert examine(cms).reason == Reason.UNKNOWN_AUTHORITY
    settings.CTKZ_EDS_ROOT_SHA256 = [pin.upper() for pin in pins]
    assert examine(cms).ok


def test_certificates_count_on_the_day_asked_for(eds: SoftwareAuthority, examine: Examine) -> None:
    cms = head(eds).sign(RECORD)
    assert examine(cms, at=eds.now + timedelta(days=366)).reason == Reason.EXPIRED
    assert examine(cms, at=eds.now - timedelta(days=2)).reason == Reason.NOT_YET_VALID


def test_a_second_authority_can_be_trusted_beside_the_first(
    eds: SoftwareAuthority, examine: Examine, settings: Any, tmp_path: Path
) -> None:
    """The forged twin is refused for its key alone: pinned, it would be believed."""
    twin = eds.forged_twin()
    twin.publish(tmp_path)
    cms = head(twin).sign(RECORD)
    assert examine(cms).reason == Reason.UNKNOWN_AUTHORITY
    trust_authority(settings, tmp_path)
    assert examine(cms).ok
