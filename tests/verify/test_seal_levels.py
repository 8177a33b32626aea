"""A seal with an outside time stamp, as the verifier apart sees it."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from ctkz_verify.seal import SealFault, verify_seal
from documents.rendering import render_pdf
from documents.sealing import seal
from tests.documents.conftest import use_seal
from tests.documents.records import certificate
from tests.documents.stamping import Authority, Stamps, pem, rsa_key, serving, written
from tests.documents.test_time_stamps import STAMPING


@pytest.fixture(scope="module")
def sealer() -> Authority:
    return Authority("Seal of the test", ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="module")
def stamper() -> Authority:
    return Authority("Stamps of the test", rsa_key(), usage=STAMPING)


@pytest.fixture
def stamped(settings, tmp_path, sealer, stamper) -> bytes:
    use_seal(settings, tmp_path)
    key = sealer.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for name, content in {
        "root.pem": pem(sealer.root), "seal.pem": pem(sealer.certificate), "seal.key": key,
    }.items():  # fmt: skip
        written(tmp_path, name, content)
    settings.CTKZ_TSA_TRUST_FILE = written(tmp_path, "time.pem", pem(stamper.root))
    settings.CTKZ_SEAL_CRL_FILES = [
        written(tmp_path, "seal.crl", sealer.revocation_list()),
        written(tmp_path, "time.crl", stamper.revocation_list()),
    ]
    unsigned = render_pdf("certificate", certificate(1))
    with serving(Stamps(stamper)) as url:
        settings.CTKZ_TSA_URL = url
        return seal(unsigned, reason="KZ 6 120 00318", at=datetime.now(UTC))


def test_a_stamped_seal_is_proved_with_its_time(stamped, sealer, stamper):
    own = {sealer.certificate.fingerprint(SHA256()).hex()}
    found = verify_seal(stamped, roots=[sealer.root], own=own, time_roots=[stamper.root])
    assert found.stamp is not None
    assert found.stamp.is_trusted
    assert found.tail == 0
    assert abs((found.stamp.at - found.sealed_at).total_seconds()) < 120


def test_a_stamp_of_an_unknown_authority_is_not_believed(stamped, sealer):
    own = {sealer.certificate.fingerprint(SHA256()).hex()}
    assert not verify_seal(stamped, roots=[sealer.root], own=own).stamp.is_trusted
    with pytest.raises(SealFault, match="stamp_forged"):
        verify_seal(stamped, roots=[sealer.root], own=own, time_roots=[sealer.root])


def test_no_byte_of_a_stamped_seal_may_change(stamped, sealer, stamper):
    own = {sealer.certificate.fingerprint(SHA256()).hex()}
    begin = stamped.index(b"/Contents <") + len(b"/Contents <")
    end = stamped.index(b">", begin)
    for position in [*range(0, begin, 1_009), *range(begin, end, 23)]:
        changed = bytearray(stamped)
        changed[position] ^= 0x01
        with pytest.raises(SealFault):
            verify_seal(bytes(changed), roots=[sealer.root], own=own, time_roots=[stamper.root])
