"""A stranger with a certificate: asks the public addresses, keeps the files, proves them alone."""

import json
import re
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from documents.canonical import sha256_hex
from issuance.models import Certificate
from issuance.records import verify_url

from .witnessing import trust_folder, verifier

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Kept:
    """What the stranger took along, and what `ctkz-verify` made of it."""

    pdf: Path
    proof: Path
    record: Path
    act_record: Path
    trust: Path
    verified: str


class Stranger:
    """Speaks HTTP to the running portal, without signing in."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        self.opener.addheaders = [("Accept-Language", "ru")]

    def get(self, address: str) -> bytes:
        return bytes(self.opener.open(f"{self.base_url}{address}", timeout=30).read())

    def drop(self, pdf: bytes, name: str) -> str:
        """The page that answers about a dropped file."""
        found = TOKEN.search(self.get("/verify/").decode())
        if found is None:
            raise RuntimeError("The page of verification has no form")
        boundary = uuid.uuid4().hex
        body = b"".join((
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="csrfmiddlewaretoken"\r\n\r\n{found[1]}\r\n'.encode(),
            f'--{boundary}\r\nContent-Disposition: form-data; name="pdf"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n".encode(),
            pdf,
            f"\r\n--{boundary}--\r\n".encode(),
        ))  # fmt: skip
        request = urllib.request.Request(  # noqa: S310
            f"{self.base_url}/verify/file/",
            body,
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        return str(self.opener.open(request, timeout=60).read().decode())


def verify_as_a_stranger(base_url: str, certificate: Certificate) -> None:
    """Opens the address of the QR code, and drops the file that it offers."""
    stranger = Stranger(base_url)
    address = _address(certificate)
    _expect_valid(certificate, stranger.get(address).decode(), address)
    pdf = stranger.get(f"{address}document/")
    if sha256_hex(pdf) != certificate.document.sealed_sha256:
        raise RuntimeError(f"{address}document/ is not the file that was sealed")
    _expect_valid(certificate, stranger.drop(pdf, "certificate.pdf"), "a dropped file")


def take_along(base_url: str, certificate: Certificate) -> Kept:
    """Everything that proves the certificate without the portal, and the proof of it."""
    folder = Path(settings.VAR_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    stranger, address = Stranger(base_url), _address(certificate)
    act = certificate.application.act
    name = _file_name(certificate.number)
    pdf, proof, record, act_record = (
        folder / f"{name}.pdf",
        folder / f"{name}.tlog-proof",
        folder / f"{name}.json",
        folder / f"act-{_file_name(act.number)}.json",
    )
    for path, part in ((pdf, "document"), (proof, "proof"), (record, "record")):
        path.write_bytes(stranger.get(f"{address}{part}/"))
    # The act is not public; its applicant hands the record on when asked.
    act_record.write_bytes(bytes(act.record))
    told = verifier(
        str(pdf), "--trust", str(trust_folder()), "--proof", str(proof), "--record", str(record),
        "--act", str(act_record), "--json",
    )  # fmt: skip
    outcome = json.loads(told.stdout)["outcome"]
    return Kept(pdf, proof, record, act_record, trust_folder(), outcome)


def _address(certificate: Certificate) -> str:
    return verify_url(certificate).removeprefix(settings.CTKZ_PUBLIC_URL)


def _file_name(number: str) -> str:
    return re.sub(r"[^\w-]", "-", number)


def _expect_valid(certificate: Certificate, page: str, asked: str) -> None:
    if certificate.number not in page or 'data-verdict="valid"' not in page:
        raise RuntimeError(f"{asked} does not call {certificate.number} valid")
