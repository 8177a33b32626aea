import asyncio
import io
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents import demo_seal
from documents.canonical import sha256_hex
from documents.demo_seal import make_demo_seal
from documents.rendering import render_pdf
from documents.seal_keys import SealingUnavailable, trust
from documents.sealing import seal, sealing_problem, verify_seal

from .conftest import use_seal
from .reading import poppler
from .records import certificate


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return render_pdf("certificate", certificate(2))


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def sealed(seal_folder: Path, unsigned: bytes, at: datetime) -> bytes:
    return seal(unsigned, reason="KZ 6 120 00318", at=at)


def test_the_portals_own_verdict_on_its_seal(sealed, unsigned, at, seal_folder):
    verdict = verify_seal(sealed)
    certificate_pem = (seal_folder / "seal.pem").read_bytes()
    der = x509.load_pem_x509_certificate(certificate_pem).public_bytes(serialization.Encoding.DER)
    assert (verdict.ok, verdict.reason) == (True, "")
    assert (verdict.intact, verdict.trusted, verdict.whole_document) == (True, True, True)
    assert verdict.sealed_at == at
    assert verdict.signer == demo_seal.SEAL_NAME
    assert verdict.seal_certificate_sha256 == sha256_hex(der)
    assert sealed.startswith(unsigned)
    assert sealing_problem() is None


def test_poppler_calls_the_signature_valid(sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    said = subprocess.run(
        [poppler("pdfsig"), str(path)], capture_output=True, text=True, timeout=60
    ).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "SHA-256" in said


def test_pyhankos_own_validator_calls_it_valid_and_trusted(sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    with path.open("rb") as file:
        (signature,) = PdfFileReader(file).embedded_signatures
        context = ValidationContext(trust_roots=trust().roots, allow_fetching=False)
        status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.docmdp_ok


def test_the_sealed_pdf_stays_archival(sealed):
    root = PdfFileReader(io.BytesIO(sealed)).root
    assert root["/Metadata"].data.count(b"pdfaid") >= 1
    assert b"conformance" in root["/Metadata"].data
    assert root["/OutputIntents"]
    assert root["/AF"]


def test_one_changed_byte_anywhere_is_refused(sealed):
    chosen = random.Random(7)
    start = sealed.rindex(b"/Contents <") + len(b"/Contents <")
    end = sealed.index(b">", start)
    # Everywhere, and closely in the envelope: no signature covers the envelope itself.
    places = [chosen.randrange(len(sealed)) for _ in range(60)]
    places += list(range(start, start + 240, 4)) + [chosen.randrange(start, end) for _ in range(60)]
    accepted = []
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1
        if verify_seal(bytes(changed)).ok:
            accepted.append(place)
    assert accepted == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda pdf: b"",
        lambda pdf: b"not a PDF",
        lambda pdf: b"%PDF-1.7\n%%EOF",
        lambda pdf: pdf[: len(pdf) // 2],
        lambda pdf: pdf[:-20],
        lambda pdf: pdf + b"\n",
        lambda pdf: pdf + b"\n% added",
        lambda pdf: b"x" + pdf,
        lambda pdf: bytes(range(256)) * 40,
    ],
)
def test_any_other_bytes_get_a_verdict_and_no_exception(sealed, damage):
    verdict = verify_seal(damage(sealed))
    assert not verdict.ok
    assert verdict.reason.endswith(".")


def test_an_unsealed_pdf_is_refused(seal_folder, unsigned):
    assert verify_seal(unsigned).reason == "The file has no seal."


def test_a_change_added_after_the_seal_is_refused(sealed):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/PageLayout"] = writer.root.get("/PageMode", writer.root["/Type"])
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    verdict = verify_seal(out.getvalue())
    assert not verdict.ok
    assert not verdict.whole_document


def test_an_authority_with_the_same_names_is_not_believed(
    settings, tmp_path, seal_folder, unsigned, at
):
    foreign = make_demo_seal(tmp_path / "foreign")
    use_seal(settings, foreign)
    forged = seal(unsigned, reason="KZ 6 120 00318", at=at)
    assert verify_seal(forged).ok
    use_seal(settings, seal_folder)
    verdict = verify_seal(forged)
    assert (verdict.ok, verdict.trusted) == (False, False)
    assert verdict.intact
    assert verdict.signer == demo_seal.SEAL_NAME
    assert verdict.reason == "The seal is not this portal's."


def test_another_certificate_of_the_same_root_is_not_believed(
    settings, tmp_path, seal_folder, unsigned, at
):
    other = tmp_path / "other"
    other.mkdir()
    for name in ("root.key", "root.pem"):
        (other / name).write_bytes((seal_folder / name).read_bytes())
    make_demo_seal(other)
    use_seal(settings, other)
    stranger = seal(unsigned, reason="x", at=at)
    use_seal(settings, seal_folder)
    assert verify_seal(stranger).reason == "The seal is not this portal's."


def test_seals_of_an_earlier_key_stay_good(seal_folder, sealed, unsigned, at):
    make_demo_seal(seal_folder, replace_seal=True)
    assert sealing_problem() is None
    assert verify_seal(sealed).ok
    anew = verify_seal(seal(unsigned, reason="x", at=at))
    assert anew.ok
    assert anew.seal_certificate_sha256 != verify_seal(sealed).seal_certificate_sha256


def test_an_rsa_key_seals_too(settings, tmp_path, unsigned, at):
    folder = authority(tmp_path / "rsa", rsa.generate_private_key(65537, 3072))
    use_seal(settings, folder)
    assert sealing_problem() is None
    assert verify_seal(seal(unsigned, reason="x", at=at)).ok


def lose_key(settings, folder):
    (folder / "seal.key").unlink()


def lose_certificate(settings, folder):
    (folder / "seal.pem").unlink()


def lose_trust(settings, folder):
    (folder / "root.pem").unlink()


def spoil_key(settings, folder):
    (folder / "seal.key").write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n")


def spoil_certificate(settings, folder):
    (folder / "seal.pem").write_bytes(b"nonsense")


def swap_key(settings, folder):
    (folder / "seal.key").write_bytes((folder / "root.key").read_bytes())


def unset_files(settings, folder):
    settings.CTKZ_SEAL_KEY_FILE = ""


def weaken_key(settings, folder):
    key = rsa.generate_private_key(65537, 2048)
    (folder / "seal.key").write_bytes(pem(key))


def let_expire(settings, folder):
    authority(folder, ec.generate_private_key(ec.SECP256R1()), days=(-30, -1))


def start_later(settings, folder):
    authority(folder, ec.generate_private_key(ec.SECP256R1()), days=(1, 30))


def forbid_demo(settings, folder):
    settings.CTKZ_DEMO_SEAL_ALLOWED = False


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lose_key, "seal_key_unreadable"),
        (spoil_key, "seal_key_unreadable"),
        (lose_certificate, "seal_certificate_unreadable"),
        (spoil_certificate, "seal_certificate_unreadable"),
        (swap_key, "seal_mismatch"),
        (unset_files, "seal_not_set_up"),
        (weaken_key, "seal_key_weak"),
        (let_expire, "seal_expired"),
        (start_later, "seal_not_yet_valid"),
        (forbid_demo, "seal_demo"),
    ],
)
def test_without_a_usable_key_nothing_is_sealed_and_the_reason_is_told(
    settings, seal_folder, unsigned, at, break_it, code
):
    assert sealing_problem() is None
    break_it(settings, seal_folder)
    with pytest.raises(SealingUnavailable) as refusal:
        seal(unsigned, reason="x", at=at)
    assert refusal.value.code == code
    assert sealing_problem() == str(refusal.value)


def test_without_roots_nothing_is_believed_and_the_problem_is_told(settings, seal_folder, sealed):
    lose_trust(settings, seal_folder)
    assert not verify_seal(sealed).ok
    assert sealing_problem() is not None


def test_a_seal_that_leads_to_no_trusted_root_is_a_problem(settings, tmp_path, seal_folder):
    foreign = make_demo_seal(tmp_path / "foreign")
    settings.CTKZ_SEAL_TRUST_FILE = str(foreign / "root.pem")
    assert sealing_problem() == "The certificate of the seal does not lead to a trusted root."


def test_the_key_is_noticed_again_when_it_is_put_back(settings, seal_folder, unsigned, at):
    kept = (seal_folder / "seal.key").read_bytes()
    lose_key(settings, seal_folder)
    assert sealing_problem() is not None
    (seal_folder / "seal.key").write_bytes(kept)
    assert sealing_problem() is None
    assert verify_seal(seal(unsigned, reason="x", at=at)).ok


def test_a_chain_with_an_authority_between_is_followed(settings, tmp_path, unsigned, at):
    folder = authority(tmp_path / "chain", ec.generate_private_key(ec.SECP256R1()), between=True)
    use_seal(settings, folder)
    settings.CTKZ_SEAL_CHAIN_FILE = str(folder / "chain.pem")
    assert sealing_problem() is None
    assert verify_seal(seal(unsigned, reason="x", at=at)).ok


def test_the_demonstration_seal_is_made_once(seal_folder):
    before = {path.name: path.read_bytes() for path in seal_folder.glob("*.pem")}
    make_demo_seal(seal_folder)
    assert {path.name: path.read_bytes() for path in seal_folder.glob("*.pem")} == before
    assert all(path.stat().st_mode & 0o077 == 0 for path in seal_folder.glob("*.key"))


def test_production_makes_no_demonstration_seal(settings, tmp_path):
    settings.CTKZ_DEMO_SEAL_ALLOWED = False
    with pytest.raises(PermissionError):
        make_demo_seal(tmp_path / "seal")


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def authority(folder: Path, key, *, days=(-1, 30), between: bool = False) -> Path:
    """A root and a certificate for `key`, in the files that the demonstration seal uses."""
    folder.mkdir(exist_ok=True)
    (folder / "seal.key").write_bytes(pem(key))
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = issue(root_key, "Test root", root_key, "Test root", ca=True)
    issuer_key, issuer_name = root_key, "Test root"
    if between:
        issuer_key, issuer_name = ec.generate_private_key(ec.SECP256R1()), "Test middle"
        middle = issue(issuer_key, issuer_name, root_key, "Test root", ca=True)
        (folder / "chain.pem").write_bytes(middle)
    (folder / "root.pem").write_bytes(root)
    (folder / "seal.pem").write_bytes(issue(key, "Test seal", issuer_key, issuer_name, days=days))
    return folder


def issue(key, name, issuer_key, issuer_name, *, ca=False, days=(-1, 30)) -> bytes:
    now = datetime.now(UTC)
    attributes = [
        x509.NameAttribute(x509.NameOID.COMMON_NAME, text) for text in (name, issuer_name)
    ]
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes[:1]))
        .issuer_name(x509.Name(attributes[1:]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca,
                content_commitment=not ca,
                key_cert_sign=ca,
                crl_sign=ca,
                **usage,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def test_seals_are_made_and_checked_inside_an_event_loop_too(unsigned, at, seal_folder):
    async def sealed_and_checked():
        return verify_seal(seal(unsigned, reason="KZ 6 120 00318", at=at)).ok

    assert asyncio.run(sealed_and_checked())
