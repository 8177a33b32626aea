from datetime import UTC, datetime

import pytest
from asn1crypto import cms

from documents.demo_seal import make_demo_seal
from documents.sealing import SealingUnavailable, sign_detached, verify_detached

from .conftest import use_seal

LANGUAGE = "en"

DATA = b'{"schema":"ctkz.receipt/1"}'


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_a_detached_signature_of_the_portal_is_good_over_its_bytes(seal_folder, at):
    verdict = verify_detached(DATA, sign_detached(DATA, at=at))
    assert (verdict.ok, verdict.reason, verdict.sealed_at) == (True, "", at)
    assert verdict.seal_certificate_sha256


def test_a_detached_signature_holds_no_copy_of_the_bytes(seal_folder, at):
    signed = cms.ContentInfo.load(sign_detached(DATA, at=at))["content"]
    assert signed["encap_content_info"]["content"].native is None


def test_every_changed_byte_of_signature_or_bytes_is_refused(seal_folder, at):
    envelope = sign_detached(DATA, at=at)
    accepted = [
        place
        for place in range(len(envelope))
        if verify_detached(
            DATA, bytes([*envelope[:place], envelope[place] ^ 1, *envelope[place + 1 :]])
        ).ok
    ]
    assert accepted == []
    assert verify_detached(DATA + b" ", envelope).reason == (
        "The file was changed after it was sealed."
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda envelope: b"",
        lambda envelope: b"nonsense",
        lambda envelope: envelope + b"\0",
        lambda envelope: envelope[:-1],
    ],
)
def test_other_bytes_than_a_signature_get_a_verdict(seal_folder, at, damage):
    verdict = verify_detached(DATA, damage(sign_detached(DATA, at=at)))
    assert not verdict.ok
    assert verdict.reason.endswith(".")


def test_a_strangers_signature_is_not_the_portals(settings, seal_folder, tmp_path, at):
    use_seal(settings, make_demo_seal(tmp_path / "foreign"))
    foreign = sign_detached(DATA, at=at)
    use_seal(settings, seal_folder)
    assert verify_detached(DATA, foreign).reason == "The seal is not this portal's."


def test_without_a_key_nothing_is_signed(seal_folder, at):
    (seal_folder / "seal.key").unlink()
    with pytest.raises(SealingUnavailable):
        sign_detached(DATA, at=at)
