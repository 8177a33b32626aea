import io
import socket
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents.pdfa import faults
from documents.rendering import render_pdf
from documents.sealed import check_sealed
from documents.sealing import SealingUnavailable, seal, sealing_problem, verify_seal
from documents.time_stamps import TimeStampUnavailable

from .conftest import use_seal
from .records import certificate, letter
from .stamping import Authority, Stamps, asn1, pem, rsa_key, serving, written

LANGUAGE = "en"

STAMPING = x509.ExtendedKeyUsageOID.TIME_STAMPING


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return render_pdf("certificate", certificate(2))


@pytest.fixture(scope="module")
def sealer() -> Authority:
    return Authority("Seal of the test", ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="module")
def stamper() -> Authority:
    return Authority("Stamps of the test", rsa_key(), usage=STAMPING)


@pytest.fixture
def stamps(settings, tmp_path, sealer, stamper):
    """Seal, time-stamp authority and revocation lists, all set up."""
    use_seal(settings, tmp_path)
    written(tmp_path, "root.pem", pem(sealer.root))
    written(tmp_path, "seal.pem", pem(sealer.certificate))
    written(
        tmp_path,
        "seal.key",
        sealer.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    settings.CTKZ_TSA_TRUST_FILE = written(tmp_path, "time.pem", pem(stamper.root))
    settings.CTKZ_SEAL_CRL_FILES = [
        written(tmp_path, "seal.crl", sealer.revocation_list()),
        written(tmp_path, "time.crl", stamper.revocation_list()),
    ]
    made = Stamps(stamper)
    with serving(made) as url:
        settings.CTKZ_TSA_URL = url
        yield made


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def stamped(stamps, unsigned, at) -> bytes:
    return seal(unsigned, reason="KZ 6 120 00318", at=at)


def test_a_seal_with_a_time_stamp_is_good_and_says_both_times(stamped, unsigned, at):
    verdict = verify_seal(stamped)
    assert (verdict.ok, verdict.reason, verdict.level) == (True, "", "B-LT")
    assert verdict.sealed_at == at
    assert abs(verdict.stamped_at - at) < timedelta(minutes=5)
    assert check_sealed(stamped, unsigned).ok
    assert sealing_problem() is None


def test_pyhankos_own_validator_needs_nothing_but_the_file_and_the_roots(stamped, sealer, stamper):
    reader = PdfFileReader(io.BytesIO(stamped))
    (signature,) = reader.embedded_signatures
    store = DocumentSecurityStore.read_dss(reader)
    context: ValidationContext = store.as_validation_context(
        {
            "trust_roots": [asn1(sealer.root), asn1(stamper.root)],
            "allow_fetching": False,
            "revocation_mode": "require",
        }
    )
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.timestamp_validity.trusted


def test_everything_but_the_envelope_is_covered_by_the_seal(stamped):
    with pikepdf.open(io.BytesIO(stamped)) as opened:
        (field,) = opened.Root.AcroForm.Fields
        a, b, c, d = (int(edge) for edge in field.V.ByteRange)
        assert len(opened.Root.DSS.CRLs) == 2
        assert len(opened.Root.DSS.Certs) == 4
    assert (a, c + d) == (0, len(stamped))
    assert stamped[b:c].strip(b"<>0123456789abcdefABCDEF") == b""


def test_stamping_keeps_the_document_archival(stamped):
    assert faults(stamped) == []


PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_101st_byte_and_every_11th_of_the_envelope_that_changes_is_noticed(stamps, at, part):
    stamped = seal(render_pdf("letter", letter()), reason="ОТК-2026-00012", at=at)
    assert verify_seal(stamped).level == "B-LT"
    start = stamped.rindex(b"/Contents <") + len(b"/Contents <")
    end = stamped.index(b">", start)
    used = start + len(stamped[start:end].rstrip(b"0"))
    places = {*range(0, len(stamped), 101), *range(start, used + 60, 11), end - 1, end}
    accepted = []
    for place in sorted(places)[part::PARTS]:
        changed = bytearray(stamped)
        changed[place] ^= 1
        if verify_seal(bytes(changed)).ok:
            accepted.append(place)
    assert accepted == []


def test_a_stamp_cannot_be_taken_away_unseen(stamped):
    """The file would read as one that was sealed without a time stamp."""
    (signature,) = PdfFileReader(io.BytesIO(stamped)).embedded_signatures
    bare = signature.signed_data.copy()
    bare["signer_infos"][0]["unsigned_attrs"] = None
    start = stamped.rindex(b"/Contents <") + len(b"/Contents <")
    end = stamped.index(b">", start)
    envelope = cms.ContentInfo({"content_type": "signed_data", "content": bare}).dump().hex()
    changed = stamped[:start] + envelope.encode().ljust(end - start, b"0") + stamped[end:]
    verdict = verify_seal(changed)
    assert (verdict.ok, verdict.level) == (False, "B-B")
    assert not verdict.intact


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: (503, b""),
        lambda request: (200, b""),
        lambda request: (200, b"not a time stamp"),
        lambda request: (
            200,
            tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_alg"}}}).dump(),
        ),
    ],
)
def test_an_authority_that_gives_no_stamp_holds_the_seal_back(stamps, unsigned, at, answer):
    stamps.answer = answer
    with pytest.raises(TimeStampUnavailable) as refusal:
        seal(unsigned, reason="x", at=at)
    # Work whose surroundings fail waits in the outbox; a refusal for good would not be an OSError.
    assert isinstance(refusal.value, OSError)
    assert isinstance(refusal.value, SealingUnavailable)
    assert refusal.value.code == "seal_time_stamp_unavailable"
    assert "does not answer" in str(refusal.value)
    stamps.answer = stamps.stamp
    assert verify_seal(seal(unsigned, reason="x", at=at)).level == "B-LT"


def test_an_authority_that_is_not_there_holds_the_seal_back(settings, stamps, unsigned, at):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.CTKZ_TSA_URL = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(TimeStampUnavailable):
            seal(unsigned, reason="x", at=at)


def test_a_stamp_on_something_else_is_refused(stamps, unsigned, at):
    seal(unsigned, reason="x", at=at)

    def of_another(request: bytes) -> tuple[int, bytes]:
        asked = tsp.TimeStampReq.load(request)
        asked["message_imprint"]["hashed_message"] = b"\1" * 32
        return stamps.stamp(asked.dump())

    stamps.answer = of_another
    with pytest.raises(TimeStampUnavailable):
        seal(unsigned, reason="x", at=at)


def test_a_wrong_address_is_told(settings, stamps, unsigned, at):
    settings.CTKZ_TSA_URL = "file:///etc/passwd"
    with pytest.raises(SealingUnavailable) as refusal:
        seal(unsigned, reason="x", at=at)
    assert refusal.value.code == "seal_time_stamp_address"
    assert sealing_problem() == str(refusal.value)


@pytest.mark.parametrize(
    ("of_seal", "of_stamps", "code"),
    [
        ({"revoked": True}, {}, "seal_revocation_unknown"),
        ({}, {"revoked": True}, "seal_revocation_unknown"),
        ({"days": (-20, -10)}, {}, "seal_revocation_unknown"),
        ({}, None, "seal_revocation_unknown"),
        (None, {}, "seal_revocation_unknown"),
    ],
)
def test_without_a_fresh_list_of_every_authority_nothing_is_sealed(
    settings, stamps, tmp_path, sealer, stamper, unsigned, at, of_seal, of_stamps, code
):
    settings.CTKZ_SEAL_CRL_FILES = [
        written(tmp_path, f"new-{authority.name}.crl", authority.revocation_list(**given))
        for authority, given in ((sealer, of_seal), (stamper, of_stamps))
        if given is not None
    ]
    with pytest.raises(SealingUnavailable) as refusal:
        seal(unsigned, reason="x", at=at)
    assert refusal.value.code == code


def test_a_list_that_cannot_be_read_is_told(settings, stamps, tmp_path, unsigned, at):
    settings.CTKZ_SEAL_CRL_FILES = [written(tmp_path, "bad.crl", b"nonsense")]
    with pytest.raises(SealingUnavailable) as refusal:
        seal(unsigned, reason="x", at=at)
    assert refusal.value.code == "seal_revocation_unreadable"
    assert sealing_problem() == str(refusal.value)


def test_a_stamp_of_another_authority_is_not_believed(settings, stamped, tmp_path):
    other = Authority("Stamps of the test", ec.generate_private_key(ec.SECP256R1()), usage=STAMPING)
    settings.CTKZ_TSA_TRUST_FILE = written(tmp_path, "other.pem", pem(other.root))
    verdict = verify_seal(stamped)
    assert (verdict.ok, verdict.trusted, verdict.intact) == (False, False, True)


def test_a_seal_dated_after_its_stamp_is_refused(stamps, unsigned):
    stamps.moment = datetime.now(UTC) - timedelta(hours=1)
    verdict = verify_seal(seal(unsigned, reason="x", at=datetime.now(UTC)))
    assert verdict.reason == "The seal is dated later than its time stamp."


def test_seals_without_stamps_stay_good_where_stamps_are_now_made(settings, stamps, unsigned, at):
    url, settings.CTKZ_TSA_URL = settings.CTKZ_TSA_URL, ""
    earlier = seal(unsigned, reason="x", at=at)
    settings.CTKZ_TSA_URL = url
    verdict = verify_seal(earlier)
    assert (verdict.ok, verdict.level, verdict.stamped_at) == (True, "B-B", None)


def test_the_length_of_a_stamp_is_asked_once_in_a_process(stamps, unsigned, at):
    for _ in range(3):
        seal(unsigned, reason="x", at=at)
    assert stamps.asked == 4
