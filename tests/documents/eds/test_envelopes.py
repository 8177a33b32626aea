"""The file of a signature: its armours, one byte changed, and the judgement of OpenSSL."""

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, pem
from hypothesis import given
from hypothesis import strategies as st

from documents.eds.authority import SoftwareAuthority
from documents.eds.making import make_cms
from documents.eds.verdicts import Reason
from documents.eds.verifying import cms_der

from .conftest import Examine
from .people import OTHER_RECORD, RECORD, head


@pytest.mark.parametrize("family", ["rsa", "gost512", "gost256"])
@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_a_file_with_one_byte_changed_is_refused(
    family: str, flip: int, eds: SoftwareAuthority, examine: Examine
) -> None:
    der = head(eds, family=family).sign(RECORD)
    accepted = []
    for place in range(flip % 7, len(der), 7):
        broken = bytearray(der)
        broken[place] ^= flip
        if examine(bytes(broken)).ok:
            accepted.append(place)
    assert accepted == []


def test_only_the_certificates_that_merely_came_along_are_not_covered(
    eds: SoftwareAuthority, examine: Examine
) -> None:
    """The portal has the authorities' certificates of its own; those in the file fill gaps."""
    key = head(eds)
    file = make_cms([key], RECORD)
    issuing = eds.branch("rsa").issuing.certificate
    file["content"]["certificates"] = [key.certificate, issuing]
    der = file.dump(force=True)
    beginning = der.index(issuing.dump())
    ending = beginning + len(issuing.dump())
    accepted = []
    for place in range(0, len(der), 5):
        broken = bytearray(der)
        broken[place] ^= 0x01
        if examine(bytes(broken)).ok:
            accepted.append(place)
    assert accepted
    assert all(beginning <= place < ending for place in accepted)


def armoured(der: bytes) -> list[bytes]:
    text = base64.b64encode(der)
    lines = b"\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    return [
        der,
        text,
        lines,
        pem.armor("CMS", der),
        pem.armor("PKCS7", der),
        b"\n-----BEGIN CMS-----\r\n" + lines + b"\r\n-----END CMS-----\r\n\n",
    ]


def test_every_armour_of_a_file_is_taken_off(eds: SoftwareAuthority, examine: Examine) -> None:
    der = head(eds).sign(RECORD)
    for file in armoured(der):
        assert cms_der(file) == der
        assert examine(file).ok
    assert cms_der(pem.armor("CMS", der).decode()) == der


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + b"-----BEGIN CMS-----\n",
        lambda text: b"Hello\n" + text,
        lambda text: text.replace(b"END CMS", b"END PKCS7"),
        lambda text: text.replace(b"BEGIN CMS", b"BEGIN CERTIFICATE"),
        lambda text: text.replace(b"A", b"!"),
        lambda text: text + text,
    ],
)
def test_anything_around_the_armour_is_refused(
    change: Any, eds: SoftwareAuthority, examine: Examine
) -> None:
    text = pem.armor("CMS", head(eds).sign(RECORD))
    assert examine(change(text)).reason == Reason.MALFORMED


@given(st.binary(max_size=400))
def test_taking_off_the_armour_never_fails(content: bytes) -> None:
    assert isinstance(cms_der(content), bytes)
    assert cms_der(b"0" + content) == b"0" + content


def test_no_change_of_a_file_makes_the_verification_fail(
    eds: SoftwareAuthority, examine: Examine
) -> None:
    """Every prefix, and every byte repeated or left out, is a verdict and never an error."""
    der = head(eds).sign(RECORD)
    for place in range(0, len(der), 11):
        for file in (der[:place], der[:place] + der[place + 1 :], der[:place] + der[place - 1 :]):
            assert not examine(file).ok


def test_openssl_agrees_that_the_signature_holds(eds: SoftwareAuthority, tmp_path: Path) -> None:
    branch = eds.branch("rsa")
    (tmp_path / "record").write_bytes(RECORD)
    (tmp_path / "other").write_bytes(OTHER_RECORD)
    (tmp_path / "signature").write_bytes(head(eds).sign(RECORD))
    chain = [branch.root.certificate, branch.issuing.certificate]
    (tmp_path / "chain").write_bytes(
        b"".join(pem.armor("CERTIFICATE", one.dump()) for one in chain)
    )

    def openssl(record: str) -> int:
        command = [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature"),
            *("-content", record, "-CAfile", "chain", "-out", "out"),
        ]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert openssl("record") == 0
    assert (tmp_path / "out").read_bytes() == RECORD
    assert openssl("other") != 0


def test_the_portal_agrees_with_a_signature_made_by_openssl(
    eds: SoftwareAuthority, examine: Examine, tmp_path: Path
) -> None:
    """CMS as another program writes it, with attributes of its own under the signature."""
    key = head(eds)
    (tmp_path / "record").write_bytes(RECORD)
    (tmp_path / "key").write_bytes(key.pair.pem())
    (tmp_path / "certificate").write_bytes(pem.armor("CERTIFICATE", key.certificate.dump()))
    subprocess.run(
        [
            *("openssl", "cms", "-sign", "-binary", "-in", "record", "-signer", "certificate"),
            *("-inkey", "key", "-outform", "DER", "-out", "signature", "-md", "sha256"),
        ],
        cwd=tmp_path,
        check=True,
    )
    der = (tmp_path / "signature").read_bytes()
    signer = cms.ContentInfo.load(der)["content"]["signer_infos"][0]
    assert "smime_capabilities" in [one["type"].native for one in signer["signed_attrs"]]
    verdict = examine(der)
    assert verdict.ok, verdict.checks[-1]
