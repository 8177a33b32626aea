"""Proving one certificate from its file: every check on its own, each said plainly.

What is proved: the seal lies on these bytes and is the portal's; the attached record is what
the pages print; the record names the act of expertise; the issue stands in the log, under a
signed checkpoint, for this very file. What no file can prove is said too: whether the
certificate is in force today.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pypdf
from cryptography.hazmat.primitives import hashes

from ctkz_verify import tlog_proof
from ctkz_verify.canonical import NotCanonical, record_of
from ctkz_verify.notes import COSIGNATURE, PLAIN, Note
from ctkz_verify.printed import NotPrinted, check_printed, text_of
from ctkz_verify.report import Report
from ctkz_verify.seal import Seal, SealFault, verify_seal
from ctkz_verify.trust import Trust

RECORD_NAME = "ct-kz.json"
RECORD_MAX_BYTES = 64 * 1024 * 1024
# A duplicate is another file of the same certificate, with an entry of its own.
ISSUED = ("certificate.issued", "certificate.duplicate_made")
SCHEMAS = ("ctkz.certificate/1", "ctkz.certificate/2")


def verify_document(
    pdf: bytes,
    *,
    trust: Trust,
    proof: str | None = None,
    record: bytes | None = None,
    act: bytes | None = None,
) -> Report:
    """The seal, the record, the print, the act, and the place in the log.

    `proof` is the text of the `.tlog-proof`, `record` the record as it was downloaded, `act`
    the record of the act of expertise. What is missing is reported as unchecked.
    """
    report = Report(limits=["status_not_told"])
    seal = _seal(report, pdf, trust)
    attached = _attachment(pdf)
    stated = _record(report, attached, record)
    if stated is not None:
        report.number = str(stated["number"])
        _print(report, stated, pdf)
        _act(report, stated, act)
    is_issued_file = _log(report, proof, trust, _Found(pdf, attached, stated, seal))
    if seal is not None and seal.tail and not is_issued_file:
        report.not_checked("seal", "seal_then_more", str(seal.tail))
    return report


def _seal(report: Report, pdf: bytes, trust: Trust) -> Seal | None:
    if not trust.seal_roots or not trust.seal_certificates:
        report.not_checked("seal", "seal_keys_missing")
        return None
    own = {known.fingerprint(hashes.SHA256()).hex() for known in trust.seal_certificates}
    try:
        seal = verify_seal(pdf, roots=trust.seal_roots, own=own, time_roots=trust.time_roots)
    except SealFault as fault:
        report.failed("seal", fault.code, fault.detail)
        return None
    report.proved("seal_holds", f"{seal.subject}, {seal.sealed_at.isoformat()}")
    if seal.stamp is not None:
        told = f"{seal.stamp.authority}, {seal.stamp.at.isoformat()}"
        if seal.stamp.is_trusted:
            report.proved("stamp_holds", told)
        else:
            report.not_checked("stamp", "stamp_keys_missing", told)
    return seal


def _attachment(pdf: bytes) -> bytes | None:
    """The attached record; what a broken file makes the parser stumble over means: none."""
    try:
        found = pypdf.PdfReader(io.BytesIO(pdf)).attachments.get(RECORD_NAME, [])
        if len(found) == 1 and len(found[0]) <= RECORD_MAX_BYTES:
            return bytes(found[0])
    except Exception:
        return None
    return None


def _record(
    report: Report, attached: bytes | None, downloaded: bytes | None
) -> dict[str, Any] | None:
    if attached is None:
        report.failed("record", "record_missing", RECORD_NAME)
        return None
    try:
        stated = record_of(attached)
    except NotCanonical as fault:
        report.failed("record", "record_not_canonical", str(fault))
        return None
    schema = stated.get("schema")
    if schema not in SCHEMAS:
        report.not_checked("record", "record_unknown", str(schema)[:60])
        return None
    digest = hashlib.sha256(attached).hexdigest()
    if downloaded is None:
        report.proved("record_attached", f"sha-256 {digest}")
    elif downloaded == attached:
        report.proved("record_equal", f"sha-256 {digest}")
    else:
        report.failed(
            "record", "record_differs", f"sha-256 {hashlib.sha256(downloaded).hexdigest()}"
        )
    return stated


def _print(report: Report, stated: dict[str, Any], pdf: bytes) -> None:
    try:
        count = check_printed(stated, text_of(pdf))
    except NotPrinted as fault:
        report.failed("print", "print_differs", f"{fault.name}: {fault.expected}"[:300])
    # The parser meets whatever the file holds; each stumble means that nothing was read.
    except Exception as fault:
        report.failed("print", "print_unreadable", type(fault).__name__)
    else:
        report.proved("print_equal", str(count))


def _act(report: Report, stated: dict[str, Any], act: bytes | None) -> None:
    named = stated["act"]["sha256"]
    if act is None:
        report.proved("act_named", f"{stated['act']['number']}, sha-256 {named}")
    elif hashlib.sha256(act).hexdigest() == named:
        report.proved("act_equal", f"{stated['act']['number']}, sha-256 {named}")
    else:
        report.failed("act", "act_differs", f"sha-256 {hashlib.sha256(act).hexdigest()}")


@dataclass(frozen=True)
class _Found:
    """What was found in the file, to be compared with the entry of the log."""

    pdf: bytes
    attached: bytes | None
    stated: dict[str, Any] | None
    seal: Seal | None


def _log(report: Report, proof: str | None, trust: Trust, found: _Found) -> bool:
    """Whether the log proves that this very file was issued."""
    if proof is None:
        report.not_checked("log", "proof_missing")
        return False
    if trust.log_key is None:
        report.not_checked("log", "no_log_key")
        return False
    try:
        parsed = tlog_proof.parse(proof)
        proved = tlog_proof.verify(parsed, trust)
    except tlog_proof.TlogProofError as fault:
        report.failed("log", "proof_fails", str(fault))
        return False
    report.proved("in_the_log", f"{proved.index} / {proved.size}, {proved.origin}")
    if proved.witnesses:
        report.proved("witnessed", ", ".join(name for name, _at in proved.witnesses))
    if strangers := _strangers(parsed.note, trust):
        report.not_checked("log", "witness_unknown", ", ".join(strangers)[:300])
    return _entry(report, parsed.extra or b"", found)


def _strangers(note: Note, trust: Trust) -> list[str]:
    """Names on signature lines that no known key stands behind: they prove nothing."""
    known = {(key.name, key.identifier(COSIGNATURE)) for key in trust.witnesses}
    if trust.log_key is not None:
        key = trust.log_key
        known |= {(key.name, key.identifier(kind)) for kind in (PLAIN, COSIGNATURE)}
    return sorted(
        line.name for line in note.signatures if (line.name, line.identifier) not in known
    )


def _entry(report: Report, body: bytes, found: _Found) -> bool:
    """The entry of the log speaks of this very file, record, act and seal."""
    try:
        entry = json.loads(body)
        event, facts, at = entry["event"], entry["facts"], entry["at"]
    except (ValueError, KeyError, TypeError):
        report.failed("entry", "entry_unreadable")
        return False
    if event not in ISSUED:
        report.failed("entry", "entry_of_another_event", str(event)[:60])
        return False
    expected = {"pdf_sha256": hashlib.sha256(found.pdf).hexdigest()}
    if found.attached is not None:
        expected["record_sha256"] = hashlib.sha256(found.attached).hexdigest()
    if found.stated is not None:
        expected["number"] = found.stated["number"]
        expected["act_sha256"] = found.stated["act"]["sha256"]
    if found.seal is not None:
        expected["seal_certificate_sha256"] = found.seal.certificate_sha256
    differing = [name for name, value in expected.items() if facts.get(name) != value]
    if differing:
        report.failed("entry", "entry_differs", ", ".join(differing))
        return False
    report.proved("entry_equal", str(at))
    return True
