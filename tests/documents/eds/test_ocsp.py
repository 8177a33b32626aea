"""The authority's responder: what it says is believed when it is signed, fresh and to the point."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from asn1crypto import core, ocsp

from documents.eds import oids
from documents.eds.authority import SoftwareAuthority
from documents.eds.key_pairs import new_pair
from documents.eds.making import (
    Profile,
    SoftwareKey,
    authority_name,
    make_certificate,
    person_name,
    years,
)
from documents.eds.verdicts import Reason

from .conftest import Examine
from .people import IIN, RECORD, head

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Responder:
    """Answers like a responder of the authority; the fields say what is wrong with it."""

    authority: SoftwareAuthority
    revoked: frozenset[int] = frozenset()
    status: str = ""
    signer: Callable[[SoftwareAuthority, bool], SoftwareKey] | None = None
    this_update: datetime = NOW - timedelta(minutes=2)
    next_update: datetime | None = None
    nonce: bytes | None = None
    changed: Callable[[bytes], bytes] = bytes
    asked: int = 0

    def answer(self, question: bytes) -> bytes:
        self.asked += 1
        body = ocsp.OCSPRequest.load(question)["tbs_request"]
        named = body["request_list"][0]["req_cert"]
        branch = self.authority.branch("rsa")
        serial = named["serial_number"].native
        is_authority = serial == branch.issuing.certificate.serial_number
        signer = branch.root if is_authority else branch.issuing
        certificates = []
        if self.signer:
            signer = self.signer(self.authority, is_authority)
            certificates = [signer.certificate]
        single = {
            "cert_id": named,
            "cert_status": self._status(serial),
            "this_update": self.this_update,
        }
        if self.next_update:
            single["next_update"] = self.next_update
        nonce = self.nonce or body["request_extensions"][0]["extn_value"].parsed.native
        data = ocsp.ResponseData(
            {
                "responder_id": ocsp.ResponderId("by_name", signer.certificate.subject),
                "produced_at": NOW,
                "responses": [single],
                "response_extensions": [
                    {"extn_id": "nonce", "extn_value": core.OctetString(nonce)}
                ],
            }
        )
        basic = ocsp.BasicOCSPResponse(
            {
                "tbs_response_data": data,
                "signature_algorithm": signer.pair.algorithm("sha256"),
                "signature": signer.pair.sign(data.dump(), "sha256"),
                "certs": certificates,
            }
        )
        response = ocsp.OCSPResponse(
            {
                "response_status": "successful",
                "response_bytes": {"response_type": "basic_ocsp_response", "response": basic},
            }
        )
        return self.changed(response.dump())

    def _status(self, serial: int) -> ocsp.CertStatus:
        if serial in self.revoked:
            return ocsp.CertStatus(
                "revoked", {"revocation_time": NOW, "revocation_reason": "key_compromise"}
            )
        return ocsp.CertStatus(self.status or "good", core.Null())


@pytest.fixture
def responder(eds: SoftwareAuthority, settings: Any) -> Iterator[Responder]:
    """Set up as the only one to ask: there are no lists."""
    responder = Responder(eds)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = responder.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/ocsp-response")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            """Quiet: the test's output is what counts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.CTKZ_EDS_OCSP_URL = f"http://127.0.0.1:{server.server_address[1]}/ocsp/"
    settings.CTKZ_EDS_CRL_DIR = ""
    yield responder
    server.shutdown()
    server.server_close()


def charged(authority: SoftwareAuthority, is_authority: bool, **changes: Any) -> SoftwareKey:
    """A responder with a certificate of its own from the same authority."""
    branch = authority.branch("rsa")
    profile = Profile(
        **{
            "not_before": NOW - timedelta(days=1),
            "not_after": years(NOW, 1),
            "uses": (oids.USE_OCSP,),
            **changes,
        }
    )
    issuer = branch.root if is_authority else branch.issuing
    return make_certificate(
        new_pair("rsa"), authority_name("CT-KZ demo responder"), profile, issuer
    )


def test_a_good_answer_lets_the_certificate_pass_and_is_kept(
    eds: SoftwareAuthority, examine: Examine, responder: Responder
) -> None:
    verdict = examine(head(eds).sign(RECORD))
    assert verdict.ok, verdict.checks[-1]
    assert responder.asked == 2
    kinds = [one.kind for one in verdict.evidence]
    assert kinds == ["certificate"] * 3 + ["ocsp"] * 2


def test_a_revoked_certificate_is_refused(
    eds: SoftwareAuthority, examine: Examine, responder: Responder
) -> None:
    key = head(eds)
    responder.revoked = frozenset({key.certificate.serial_number})
    assert examine(key.sign(RECORD)).reason == Reason.REVOKED


def test_a_responder_charged_by_the_authority_is_believed(
    eds: SoftwareAuthority, examine: Examine, responder: Responder
) -> None:
    responder.signer = charged
    assert examine(head(eds).sign(RECORD)).ok


def a_person(authority: SoftwareAuthority, is_authority: bool) -> SoftwareKey:
    return head(authority)


def a_forger(authority: SoftwareAuthority, is_authority: bool) -> SoftwareKey:
    branch = authority.forged_twin().branch("rsa")
    return branch.root if is_authority else branch.issuing


def an_expired_responder(authority: SoftwareAuthority, is_authority: bool) -> SoftwareKey:
    return charged(authority, is_authority, not_after=NOW - timedelta(hours=1))


UNRELIABLE: dict[str, dict[str, Any]] = {
    "unknown there": {"status": "unknown"},
    "signed by a person": {"signer": a_person},
    "signed by a forger": {"signer": a_forger},
    "signed by an expired responder": {"signer": an_expired_responder},
    "out of date": {
        "this_update": NOW - timedelta(days=3),
        "next_update": NOW - timedelta(days=2),
    },
    "old and without an end": {"this_update": NOW - timedelta(hours=3)},
    "of tomorrow": {"this_update": NOW + timedelta(days=1)},
    "an answer to another question": {"nonce": b"another question"},
    "changed": {"changed": lambda answer: answer[:-1] + bytes([answer[-1] ^ 1])},
    "cut short": {"changed": lambda answer: answer[:-9]},
    "too long": {"changed": lambda answer: answer + bytes(100_000)},
    "a refusal": {"changed": lambda _: ocsp.OCSPResponse({"response_status": "try_later"}).dump()},
    "a page": {"changed": lambda _: b"<html>Service Unavailable</html>"},
}


@pytest.mark.parametrize("kind", UNRELIABLE)
def test_an_answer_that_cannot_be_relied_on_lets_nothing_pass(
    kind: str, eds: SoftwareAuthority, examine: Examine, responder: Responder
) -> None:
    for name, value in UNRELIABLE[kind].items():
        setattr(responder, name, value)
    assert examine(head(eds).sign(RECORD)).reason == Reason.REVOCATION_UNKNOWN


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/passwd", "nothing"])
def test_a_responder_that_is_not_there_lets_nothing_pass(
    url: str, eds: SoftwareAuthority, examine: Examine, settings: Any
) -> None:
    settings.CTKZ_EDS_OCSP_URL = url
    lists, settings.CTKZ_EDS_CRL_DIR = settings.CTKZ_EDS_CRL_DIR, ""
    assert examine(head(eds).sign(RECORD)).reason == Reason.REVOCATION_UNKNOWN
    # The lists stand in for a responder that is away.
    settings.CTKZ_EDS_CRL_DIR = lists
    assert examine(head(eds).sign(RECORD)).ok


def test_what_a_responder_says_of_revocation_outweighs_the_lists(
    eds: SoftwareAuthority, examine: Examine, responder: Responder, settings: Any
) -> None:
    key = make_certificate(
        new_pair("rsa"),
        person_name(name="Примеров Пример", iin=IIN),
        Profile(not_before=NOW - timedelta(days=1), not_after=years(NOW, 1)),
        eds.branch("rsa").issuing,
    )
    responder.revoked = frozenset({key.certificate.serial_number})
    assert examine(key.sign(RECORD)).reason == Reason.REVOKED
