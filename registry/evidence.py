"""What is proved about a certificate, computed at the moment of asking.

Nothing here trusts a column that says "valid": the stored file is read and its seal verified,
the digests are recomputed, and the entry is followed through the log to a signed checkpoint.
"""

import hmac
import json
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import merkle, tiles
from audit.errors import KeyUnavailableError
from audit.examining import MismatchError, examine_event
from audit.keys import verifying_key
from audit.models import AuditEvent, LogCheckpoint
from audit.notes import BadNoteError, Checkpoint, Note
from documents.canonical import sha256_hex
from documents.sealing import verify_seal
from documents.storing import StoredFileDamaged, read
from issuance.models import Certificate

# How programs know the five proofs.
CODES = ("seal", "file", "record", "act", "log")


@dataclass(frozen=True)
class Proof:
    """One line of what is proved; `ok` None: cannot be told yet."""

    label: str
    ok: bool | None
    detail: str = ""
    code: str = ""


def evidence(certificate: Certificate) -> list[Proof]:
    """Five proofs, each on its own: one that fails does not hide the others."""
    entry = log_entry(certificate)
    logged = entry.facts if entry is not None else {}
    proofs = [
        *_file_proofs(certificate, logged),
        _record_proof(certificate, logged),
        _act_proof(certificate, logged),
        _log_proof(entry),
    ]
    return [replace(proof, code=code) for code, proof in zip(CODES, proofs, strict=True)]


def has_failed(proofs: list[Proof]) -> bool:
    return any(proof.ok is False for proof in proofs)


def duplicate_entry(certificate: Certificate, ordinal: int) -> AuditEvent | None:
    """The entry about one duplicate: a file of its own has a proof of its own."""
    events = AuditEvent.objects.about(Certificate.SUBJECT_TYPE, certificate.pk)
    made = events.filter(event="certificate.duplicate_made")
    return next((event for event in made if event.facts["ordinal"] == ordinal), None)


def log_entry(certificate: Certificate) -> AuditEvent | None:
    events = AuditEvent.objects.about(Certificate.SUBJECT_TYPE, certificate.pk)
    return events.filter(event="certificate.issued").select_related("leaf").first()


def _file_proofs(certificate: Certificate, logged: dict[str, object]) -> list[Proof]:
    document = certificate.document
    try:
        pdf = read(document.file)
    except StoredFileDamaged as damage:
        return [
            Proof(_("The seal cannot be checked"), False, str(damage)),
            Proof(_("The stored file is not the one that was issued"), False, str(damage)),
        ]
    verdict = verify_seal(pdf)
    if verdict.ok:
        moment = timezone.localtime(verdict.sealed_at).strftime("%d.%m.%Y %H:%M")
        seal = Proof(
            _("The seal is genuine"),
            True,
            _("PAdES, %(signer)s, %(moment)s") % {"signer": verdict.signer, "moment": moment},
        )
    else:
        seal = Proof(_("The seal does not hold"), False, verdict.reason)
    same = _same(sha256_hex(pdf), document.sealed_sha256, logged.get("pdf_sha256"))
    return [
        seal,
        Proof(
            _("The file is the one that was issued")
            if same
            else _("The stored file is not the one that was issued"),
            same,
            _("the digest in the log is the same")
            if same
            else _("its digest is not the one in the log"),
        ),
    ]


def _record_proof(certificate: Certificate, logged: dict[str, object]) -> Proof:
    document = certificate.document
    record = bytes(document.record)
    same = record == bytes(certificate.record or b"") and _same(
        sha256_hex(record),
        document.record_sha256,
        certificate.record_sha256,
        logged.get("record_sha256"),
    )
    return Proof(
        _("The data are those that were certified")
        if same
        else _("The data are not those that were certified"),
        same,
        _("recomputed from the stored record"),
    )


def _act_proof(certificate: Certificate, logged: dict[str, object]) -> Proof:
    act = certificate.application.act
    try:
        named = json.loads(bytes(certificate.document.record))["act"]["sha256"]
    except (ValueError, KeyError, TypeError):
        named = None
    same = _same(sha256_hex(bytes(act.record)), act.record_sha256, named, logged.get("act_sha256"))
    return Proof(
        _("The act of expertise is the same")
        if same
        else _("The act of expertise is not the one that was certified"),
        same,
        _("the digest in the certificate fits") if same else _("its digest does not fit"),
    )


def _log_proof(entry: AuditEvent | None) -> Proof:
    missing = _("The issue is not in the log")
    if entry is None:
        return Proof(missing, False, _("there is no entry about this certificate"))
    leaf = getattr(entry, "leaf", None)
    try:
        if leaf is None:
            examine_event(entry)
            return Proof(
                _("The issue is recorded and waits for its place in the log"),
                None,
                _("it gets one within seconds"),
            )
        examine_event(entry, index=leaf.index, leaf_hash=bytes(leaf.hash))
        size = _proved_size(leaf.index, bytes(leaf.hash))
    except KeyUnavailableError:
        return Proof(_("The log cannot be checked now"), None, _("its public key is not here"))
    except (MismatchError, merkle.ProofError, BadNoteError, ValueError) as fault:
        return Proof(_("The log entry does not hold"), False, str(fault))
    if size is None:
        return Proof(
            _("The issue is in the log"),
            None,
            _("entry %(index)s; the next checkpoint covers it") % {"index": _shown(leaf.index)},
        )
    return Proof(
        _("The issue is in the log"),
        True,
        _("entry %(index)s of %(size)s, the checkpoint is signed")
        % {"index": _shown(leaf.index), "size": _shown(size)},
    )


def _proved_size(index: int, leaf: bytes) -> int | None:
    """Size of the last signed tree in which the entry stands; None before the first such one."""
    last = LogCheckpoint.objects.order_by("-number").first()
    if last is None or last.size <= index:
        return None
    note = Note.parse(last.note)
    verifying_key().verify(note)
    signed = Checkpoint.parse(note.text)
    proof = merkle.inclusion_proof(index, signed.size, tiles.stored_node)
    merkle.verify_inclusion(leaf=leaf, index=index, size=signed.size, proof=proof, root=signed.root)
    return signed.size


def _shown(figure: int) -> str:
    return f"{figure:,}".replace(",", "\u202f")


def _same(*digests: object) -> bool:
    """Whether all are there and equal."""
    first = digests[0]
    return all(
        isinstance(digest, str) and hmac.compare_digest(digest, str(first)) for digest in digests
    )
