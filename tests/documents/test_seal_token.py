"""The seal's key on a PKCS#11 token; SoftHSM stands for a device."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from documents import seal_token
from documents.rendering import render_pdf
from documents.sealing import (
    SealingUnavailable,
    seal,
    sealing_problem,
    sign_detached,
    verify_detached,
    verify_seal,
)

from .conftest import use_seal
from .records import certificate
from .test_sealing import authority

LANGUAGE = "en"

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)
PIN = "314159"
KEYS = {
    "seal-ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "seal-rsa": lambda: rsa.generate_private_key(65537, 3072),
}


@pytest.fixture(scope="session")
def device(tmp_path_factory) -> Iterator[tuple[str, dict[str, Path]]]:
    """A token with two keys, and a folder of certificates for each."""
    module = next((path for path in MODULES if Path(path).exists()), None)
    tool = shutil.which("softhsm2-util")
    if module is None or tool is None:
        pytest.skip("SoftHSM is not installed (Debian: softhsm2)")
    base = tmp_path_factory.mktemp("softhsm")
    (base / "tokens").mkdir()
    config = base / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {base / 'tokens'}\nobjectstore.backend = file\n")
    # The library reads its place from the environment when it is first loaded.
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    run = [tool, "--module", module, "--token", "ctkz", "--pin", PIN]
    subprocess.run([tool, "--module", module, "--init-token", "--free", "--label", "ctkz",
                    "--so-pin", "271828", "--pin", PIN],
                   check=True, capture_output=True, timeout=60)  # fmt: skip
    folders = {}
    for number, (label, make) in enumerate(KEYS.items(), 1):
        folders[label] = authority(base / label, make())
        subprocess.run([*run, "--import", str(folders[label] / "seal.key"), "--label", label,
                        "--id", f"0{number}"],
                       check=True, capture_output=True, timeout=60)  # fmt: skip
        (folders[label] / "seal.key").unlink()
    yield module, folders
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(params=list(KEYS))
def token(request, device, settings) -> str:
    return use_token(settings, device, request.param)


def use_token(settings, device, label: str) -> str:
    module, folders = device
    use_seal(settings, folders[label])
    settings.CTKZ_SEAL_KEY_FILE = ""
    settings.CTKZ_SEAL_PKCS11_MODULE = module
    settings.CTKZ_SEAL_PKCS11_TOKEN = "ctkz"
    settings.CTKZ_SEAL_PKCS11_LABEL = label
    settings.CTKZ_SEAL_PKCS11_PIN = PIN
    settings.CTKZ_SEAL_PKCS11_PIN_FILE = ""
    return label


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_a_key_on_a_token_seals_documents(token):
    assert sealing_problem() is None
    pdf = render_pdf("certificate", certificate(2))
    verdict = verify_seal(seal(pdf, reason="KZ 6 120 00318", at=now()))
    assert (verdict.ok, verdict.reason) == (True, "")


def test_a_key_on_a_token_signs_bytes_too(token):
    assert verify_detached(b"bytes", sign_detached(b"bytes", at=now())).ok


def test_the_pin_may_stand_in_a_file(token, settings, tmp_path):
    settings.CTKZ_SEAL_PKCS11_PIN = ""
    settings.CTKZ_SEAL_PKCS11_PIN_FILE = str(tmp_path / "pin")
    (tmp_path / "pin").write_text(PIN + "\n")
    assert sealing_problem() is None


def wrong_pin(settings, device):
    settings.CTKZ_SEAL_PKCS11_PIN = "000000"
    seal_token.forget(settings.CTKZ_SEAL_PKCS11_MODULE, "ctkz")


def no_module(settings, device):
    settings.CTKZ_SEAL_PKCS11_MODULE = "/nowhere/lib.so"


def no_token(settings, device):
    settings.CTKZ_SEAL_PKCS11_TOKEN = "pulled out"


def no_key(settings, device):
    settings.CTKZ_SEAL_PKCS11_LABEL = "another"


def other_key(settings, device):
    settings.CTKZ_SEAL_PKCS11_LABEL = "seal-rsa"


def no_certificate(settings, device):
    settings.CTKZ_SEAL_CERT_FILE = ""


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (wrong_pin, "seal_token_unusable"),
        (no_module, "seal_token_unusable"),
        (no_token, "seal_token_unusable"),
        (no_key, "seal_token_unusable"),
        (other_key, "seal_mismatch"),
        (no_certificate, "seal_not_set_up"),
    ],
)
def test_without_the_device_nothing_is_sealed_and_the_reason_is_told(
    settings, device, break_it, code
):
    use_token(settings, device, "seal-ec")
    break_it(settings, device)
    with pytest.raises(SealingUnavailable) as refusal:
        seal(b"%PDF-1.7", reason="x", at=now())
    assert refusal.value.code == code
    assert sealing_problem() == str(refusal.value)


def test_a_key_file_is_not_read_beside_a_token(settings, device, tmp_path):
    use_token(settings, device, "seal-ec")
    folder = authority(tmp_path / "file", ec.generate_private_key(ec.SECP256R1()))
    settings.CTKZ_SEAL_KEY_FILE = str(folder / "seal.key")
    der = verify_detached(b"x", sign_detached(b"x", at=now())).seal_certificate_sha256
    assert der != ""
    settings.CTKZ_SEAL_CERT_FILE = str(folder / "seal.pem")
    with pytest.raises(SealingUnavailable) as refusal:
        sign_detached(b"x", at=now())
    assert refusal.value.code == "seal_mismatch"


def test_a_forked_worker_opens_the_device_for_itself(settings, device, tmp_path):
    use_token(settings, device, "seal-ec")
    sign_detached(b"parent", at=now())
    out = tmp_path / "child"
    child = os.fork()
    if child == 0:
        try:
            out.write_bytes(sign_detached(b"child", at=now()))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert verify_detached(b"child", out.read_bytes()).ok
    assert verify_detached(b"parent", sign_detached(b"parent", at=now())).ok
