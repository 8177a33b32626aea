"""A certificate proves itself from its file, offline; a changed byte anywhere is told."""

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pypdf import PdfWriter

from audit.keys import verifying_key
from audit.models import AuditEvent
from audit.proofs import tlog_proof
from audit.publishing import publish
from audit.sequencing import sequence_all
from ctkz_verify.document import verify_document
from ctkz_verify.notes import Key
from ctkz_verify.report import Outcome, Report
from ctkz_verify.seal import SealFault, verify_seal
from ctkz_verify.trust import Trust
from documents.rendering import render_pdf
from documents.sealing import seal
from documents.storing import read
from issuance.duplicates import make_duplicate
from issuance.models import Certificate
from tests import scenarios
from tests.issuance.after_issue import Kind, applicant, decide, propose

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(settings.BASE_DIR)


@dataclass(frozen=True)
class Proved:
    """One issued certificate with everything that is published beside it."""

    pdf: bytes
    record: bytes
    act: bytes
    proof: str
    trust: Trust

    def check(self, **changed: object) -> Report:
        known: dict[str, object] = {
            "trust": self.trust, "proof": self.proof, "record": self.record, "act": self.act,
        }  # fmt: skip
        pdf = changed.pop("pdf", self.pdf)
        return verify_document(pdf, **(known | changed))


def certificates_of(path: str) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(Path(path).read_bytes()))


def digests_of(trust: Trust) -> set[str]:
    """The portal's own sealing certificates, named by their digests."""
    return {one.fingerprint(SHA256()).hex() for one in trust.seal_certificates}


@pytest.fixture
def proved() -> Proved:
    certificate = scenarios.a_certificate(lines=2)
    sequence_all()
    publish()
    issued = AuditEvent.objects.get(event="certificate.issued", subject_id=str(certificate.pk))
    proof = tlog_proof(issued)
    assert proof is not None
    return Proved(
        pdf=read(certificate.document.file),
        record=bytes(certificate.record),
        act=bytes(certificate.application.act.record),
        proof=proof,
        trust=Trust(
            seal_roots=certificates_of(settings.CTKZ_SEAL_TRUST_FILE),
            seal_certificates=certificates_of(settings.CTKZ_SEAL_CERT_FILE),
            log_key=Key.parse(verifying_key().encoded()),
        ),
    )


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def flipped(content: bytes, position: int) -> bytes:
    changed = bytearray(content)
    changed[position] ^= 0x01
    return bytes(changed)


def test_an_issued_certificate_is_proved_whole(proved: Proved) -> None:
    report = proved.check()
    assert codes(report) == {
        "seal_holds", "record_equal", "print_equal", "act_equal", "in_the_log", "entry_equal",
    }  # fmt: skip
    assert report.outcome is Outcome.PROVED
    assert report.limits == ["status_not_told"]


def test_what_is_missing_is_said_and_not_taken_for_proved(proved: Proved) -> None:
    assert "proof_missing" in codes(proved.check(proof=None))
    assert proved.check(proof=None).outcome is Outcome.NOT_CHECKED
    nobody = proved.check(trust=Trust())
    assert {"seal_keys_missing", "no_log_key"} <= codes(nobody)
    assert nobody.outcome is Outcome.NOT_CHECKED


def test_every_hundred_and_first_byte_of_the_file_matters(proved: Proved) -> None:
    own = digests_of(proved.trust)
    for position in range(0, len(proved.pdf), 101):
        with pytest.raises(SealFault):
            verify_seal(flipped(proved.pdf, position), roots=proved.trust.seal_roots, own=own)
    for position in range(0, len(proved.pdf), 10_007):
        assert proved.check(pdf=flipped(proved.pdf, position)).outcome is Outcome.FAILED


def test_every_ninth_byte_of_the_envelope_matters(proved: Proved) -> None:
    """The envelope lies outside of what it signs."""
    own = digests_of(proved.trust)
    begin = proved.pdf.index(b"/Contents <") + len(b"/Contents <")
    for position in range(begin, proved.pdf.index(b">", begin), 9):
        with pytest.raises(SealFault):
            verify_seal(flipped(proved.pdf, position), roots=proved.trust.seal_roots, own=own)


def test_every_hundred_and_first_byte_of_the_record_matters(proved: Proved) -> None:
    for position in range(0, len(proved.record), 101):
        assert "record_differs" in codes(proved.check(record=flipped(proved.record, position)))


def test_every_forty_first_byte_of_the_proof_matters(proved: Proved) -> None:
    content = proved.proof.encode()
    for position in range(0, len(content), 41):
        changed = flipped(content, position).decode(errors="replace")
        report = proved.check(proof=changed)
        assert report.outcome is not Outcome.PROVED, changed[max(0, position - 20) : position + 20]


def test_a_proof_of_another_certificate_does_not_fit(proved: Proved) -> None:
    other = scenarios.a_certificate()
    sequence_all()
    publish()
    event = AuditEvent.objects.get(event="certificate.issued", subject_id=str(other.pk))
    assert "entry_differs" in codes(proved.check(proof=tlog_proof(event)))


def test_a_proof_of_another_event_does_not_prove_an_issue(proved: Proved) -> None:
    begun = AuditEvent.objects.filter(event="certificate.issuing_started").first()
    assert "entry_of_another_event" in codes(proved.check(proof=tlog_proof(begun)))


def test_a_duplicate_proves_itself_by_its_own_entry(proved: Proved, client: Client) -> None:
    """With the proof of the first file it is another file, and that is said."""
    certificate = Certificate.objects.get()
    duplicate = decide(propose(certificate, Kind.DUPLICATE, applicant(certificate))).duplicate
    make_duplicate(str(duplicate.pk))
    sequence_all()
    publish()
    duplicate.refresh_from_db()
    pdf = read(duplicate.document.file)
    answer = client.get(f"/v/{certificate.verify_code}/proof/?duplicate=1")
    report = proved.check(pdf=pdf, record=None, proof=answer.content.decode())
    assert report.outcome is Outcome.PROVED, report.findings
    assert "entry_differs" in codes(proved.check(pdf=pdf, record=None))
    assert client.get(f"/v/{certificate.verify_code}/proof/?duplicate=2").status_code == 404


def test_another_act_is_told(proved: Proved) -> None:
    assert "act_differs" in codes(proved.check(act=proved.act + b" "))


def test_a_page_that_prints_another_share_than_the_record_is_told(proved: Proved) -> None:
    """A faulty template of the portal itself: the seal is genuine, print and data differ."""
    record = json.loads(proved.record)
    record["lines"][1]["local_content_percent"] = "99.90"
    forged = render_pdf("certificate", record)
    unsealed = _with_record(forged, proved.record)
    sealed = seal(unsealed, reason=record["number"], at=timezone.now())
    report = proved.check(pdf=sealed)
    assert {"seal_holds", "print_differs", "entry_differs"} <= codes(report)


def test_a_seal_that_is_not_pinned_is_refused(proved: Proved) -> None:
    """Whoever can make an authority can give it any name; only the bytes count."""
    strange = Trust(
        seal_roots=proved.trust.seal_roots,
        seal_certificates=proved.trust.seal_roots,
        log_key=proved.trust.log_key,
    )
    assert "seal_not_pinned" in codes(proved.check(trust=strange))


def test_the_command_proves_without_a_network(proved: Proved, tmp_path: Path) -> None:
    alone = _without_network()
    files = {"c.pdf": proved.pdf, "c.tlog-proof": proved.proof.encode(), "c.json": proved.record}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    trust = tmp_path / "trust"
    trust.mkdir()
    shutil.copy(settings.CTKZ_SEAL_TRUST_FILE, trust / "seal-roots.pem")
    shutil.copy(settings.CTKZ_SEAL_CERT_FILE, trust / "seal-certificates.pem")
    (trust / "log.key").write_text(verifying_key().encoded() + "\n")
    command = [*alone, sys.executable, "-m", "ctkz_verify", "c.pdf", "--trust", "trust"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "verify")}

    def run(*options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command, *options], cwd=tmp_path, env=surroundings, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    good = run("--record", "c.json", "--json")
    assert good.returncode == 0, good.stdout + good.stderr
    assert json.loads(good.stdout)["outcome"] == "proved"
    for lang, word in (("kk", "ДӘЛЕЛДЕНДІ"), ("ru", "ДОКАЗАНО"), ("en", "PROVED")):
        assert word in run("--lang", lang).stdout
    (tmp_path / "c.pdf").write_bytes(flipped(proved.pdf, len(proved.pdf) // 2))
    assert run().returncode == 1
    (tmp_path / "c.tlog-proof").unlink()
    (tmp_path / "c.pdf").write_bytes(proved.pdf)
    assert run().returncode == 2


def _without_network() -> list[str]:
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("this machine does not let a process give up its network")


def _with_record(pdf: bytes, record: bytes) -> bytes:
    """The same pages with another record attached under the same name."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for attached in list(writer.attachment_list):
        if attached.name == "ct-kz.json":
            attached.content = record
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
