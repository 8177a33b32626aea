"""What a seal found on a file is worth.

The verdict trusts certificates by their bytes, never by their names, since anyone can make an
authority that has the right names.
"""

import asyncio
import io
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asn1crypto import cms, crl, x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    ModificationLevel,
    SignatureCoverageLevel,
    SignatureStatus,
    TimestampSignatureStatus,
)
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.path import ValidationPath

from .canonical import sha256_hex
from .envelopes import ForeignEnvelope, chain_of, plain_envelope, time_stamp
from .loops import apart_from_loops
from .seal_keys import SealingUnavailable, SealKey, Trust, trust
from .turns import one_at_a_time

# How far the clocks of the portal and of a time-stamp authority may differ.
CLOCK_SKEW = timedelta(minutes=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SealVerdict:
    """What a PDF's seal is worth; `reason` is for people and empty when all is well.

    `intact`: the sealed bytes are unchanged. `trusted`: sealed with a certificate of this
    portal that leads to a pinned root. `whole_document`: nothing was added after the seal.
    `stamped_at` is an outside authority's word for the time, `sealed_at` the portal's own.
    """

    ok: bool
    intact: bool = False
    trusted: bool = False
    whole_document: bool = False
    signer: str = ""
    sealed_at: datetime | None = None
    seal_certificate_sha256: str = ""
    reason: str = ""
    level: str = "B-B"
    stamped_at: datetime | None = None


@apart_from_loops
@one_at_a_time
def verify_seal(pdf: bytes) -> SealVerdict:
    """A verdict for any bytes whatever: files come from strangers, so nothing is raised."""
    try:
        anchors = trust()
    except SealingUnavailable as problem:
        return SealVerdict(ok=False, reason=str(problem))
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        found = reader.embedded_signatures
        if not found:
            return SealVerdict(ok=False, reason=_("The file has no seal."))
        if len(found) > 1:
            return SealVerdict(ok=False, reason=_("The file has more than one signature."))
        return _verdict(found[0], _lists_inside(reader), anchors)
    # A parser of hostile files fails in more ways than can be named; each means "not ours".
    except Exception as fault:
        logger.info("a file was not readable as a sealed PDF: %s", type(fault).__name__)
        return SealVerdict(ok=False, reason=_("The file cannot be read as a sealed PDF."))


@apart_from_loops
@one_at_a_time
def verify_detached(data: bytes, envelope: bytes) -> SealVerdict:
    """A verdict on a detached signature; like files, it may come from anyone."""
    try:
        anchors = trust()
    except SealingUnavailable as problem:
        return SealVerdict(ok=False, reason=str(problem))
    try:
        return _verdict_on_detached(data, envelope, anchors)
    # As with files: a parser of hostile bytes fails in more ways than can be named.
    except Exception as fault:
        logger.info("a detached signature was not readable: %s", type(fault).__name__)
        return SealVerdict(ok=False, reason=_("The signature cannot be read."))


def _lists_inside(reader: PdfFileReader) -> tuple[crl.CertificateList, ...] | None:
    """The revocation lists that came in the file; None when it has no store for them."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None
    return tuple(crl.CertificateList.load(found.get_object().data) for found in store.crls)


def _verdict(
    signature: EmbeddedPdfSignature,
    lists: tuple[crl.CertificateList, ...] | None,
    anchors: Trust,
) -> SealVerdict:
    sealed_at, signed = signature.self_reported_timestamp, signature.signed_data
    token = time_stamp(signed)
    stamped_at = _stamped_at(token) if token is not None else None
    moment, given = stamped_at or sealed_at, lists if token is not None else None
    status = validate_pdf_signature(
        signature,
        signer_validation_context=path_context(anchors.roots, moment=moment, lists=given),
        ts_validation_context=path_context(anchors.time_roots, moment=moment, lists=given),
    )
    # A stamp and the lists to verify it by come together, so neither can be taken away unseen.
    is_complete = (token is None) == (lists is None)
    return _judged(
        SealVerdict(
            ok=False,
            intact=status.intact
            and status.valid
            and is_complete
            and _is_plain(bytes(signature.pkcs7_content), status.validation_path),
            trusted=_is_trusted(status, signature.signer_cert, anchors)
            and (token is None or _is_good_stamp(status.timestamp_validity, token, anchors)),
            whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE
            and status.modification_level == ModificationLevel.NONE,
            signer=signature.signer_cert.subject.native.get("common_name", ""),
            sealed_at=sealed_at,
            seal_certificate_sha256=sha256_hex(signature.signer_cert.dump()),
            level="B-B" if token is None else "B-LT",
            stamped_at=stamped_at,
        )
    )


def _verdict_on_detached(data: bytes, envelope: bytes, anchors: Trust) -> SealVerdict:
    signed = cms.ContentInfo.load(envelope, strict=True)["content"]
    # The time that the signer claims decides at which moment the certificate must be good.
    (info,) = signed["signer_infos"]
    claimed = next(
        attribute["values"][0].native
        for attribute in info["signed_attrs"]
        if attribute["type"].native == "signing_time"
    )
    status = asyncio.run(
        async_validate_detached_cms(data, signed, path_context(anchors.roots, moment=claimed))
    )
    certificate = status.signing_cert
    return _judged(
        SealVerdict(
            ok=False,
            intact=status.intact
            and status.valid
            and time_stamp(signed) is None
            and _is_plain(envelope, status.validation_path),
            trusted=_is_trusted(status, certificate, anchors),
            whole_document=True,
            signer=certificate.subject.native.get("common_name", ""),
            sealed_at=claimed,
            seal_certificate_sha256=sha256_hex(certificate.dump()),
        )
    )


def _judged(verdict: SealVerdict) -> SealVerdict:
    reason = _why_not(verdict)
    return replace(verdict, ok=not reason, reason=reason)


def _why_not(verdict: SealVerdict) -> str:
    if not verdict.intact:
        return _("The file was changed after it was sealed.")
    if not verdict.whole_document:
        return _("Something was added to the file after it was sealed.")
    if verdict.sealed_at is None:
        return _("The seal does not say when it was made.")
    if not verdict.trusted:
        return _("The seal is not this portal's.")
    if verdict.stamped_at and verdict.sealed_at > verdict.stamped_at + CLOCK_SKEW:
        return _("The seal is dated later than its time stamp.")
    return ""


def _is_plain(contents: bytes, path: ValidationPath | None) -> bool:
    """Whether the envelope is byte for byte what this portal writes (see `envelopes`)."""
    try:
        # Read once more: what has been looked into is written part by part, at 15 times the cost.
        signed = cms.ContentInfo.load(contents)["content"]
        rebuilt = plain_envelope(signed)
    except (ForeignEnvelope, ValueError):
        return False
    embedded = {certificate.chosen.dump() for certificate in signed["certificates"]}
    return (
        contents == rebuilt + bytes(len(contents) - len(rebuilt))
        # Without a path the seal is not trusted, and which certificates came with it is moot.
        and (path is None or embedded <= {certificate.dump() for certificate in path})
    )


def _is_trusted(status: SignatureStatus, certificate: x509.Certificate, anchors: Trust) -> bool:
    """Led to a pinned root *and* one of the portal's own certificates.

    A root of a public authority also stands above everyone else's certificates.
    """
    own = sha256_hex(certificate.dump()) in anchors.own
    return own and status.trusted and _is_pinned(status.validation_path, anchors.roots)


def _is_good_stamp(
    status: TimestampSignatureStatus | None, token: cms.ContentInfo, anchors: Trust
) -> bool:
    if status is None or not (status.intact and status.valid and status.trusted):
        return False
    path = status.validation_path
    led_by = {certificate.dump() for certificate in path or ()}
    return _is_pinned(path, anchors.time_roots) and led_by >= {
        certificate.dump() for certificate in chain_of(token)
    }


def _is_pinned(path: ValidationPath | None, roots: tuple[x509.Certificate, ...]) -> bool:
    return path is not None and path.first.dump() in {root.dump() for root in roots}


def _stamped_at(token: cms.ContentInfo) -> datetime:
    moment: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def path_context(
    roots: tuple[x509.Certificate, ...],
    *,
    moment: datetime | None,
    lists: tuple[crl.CertificateList, ...] | None = None,
) -> ValidationContext:
    """With revocation lists, nobody on a path may be without one; without, they are not asked."""
    return ValidationContext(
        trust_roots=roots,
        allow_fetching=False,
        moment=moment,
        crls=list(lists or ()),
        revocation_mode="soft-fail" if lists is None else "require",
    )


def leads_to_root(key: SealKey, anchors: Trust) -> bool:
    validator = CertificateValidator(
        key.certificate,
        intermediate_certs=key.chain,
        validation_context=path_context(anchors.roots, moment=None),
    )
    try:
        path = asyncio.run(validator.async_validate_path())
    except (PathBuildingError, PathValidationError):
        return False
    return _is_pinned(path, anchors.roots)
