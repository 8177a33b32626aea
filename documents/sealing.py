"""The portal's seal on a PDF (PAdES B-B), and what a seal found on a PDF is worth.

Nothing leaves the portal unsealed: without a usable key `seal` raises and issuing stops. The
verdict trusts certificates by their bytes, never by their names, since anyone can make an
authority that has the right names.
"""

import asyncio
import io
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    ModificationLevel,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from accounts.errors import DomainError

from .canonical import sha256_hex
from .loops import apart_from_loops
from .seal_keys import SealingUnavailable, SealKey, Trust, seal_key, trust
from .turns import one_at_a_time

__all__ = [
    "SealFaulty",
    "SealVerdict",
    "SealingUnavailable",
    "seal",
    "sealing_problem",
    "verify_seal",
]

FIELD_NAME = "Seal"
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()})
SIGNATURE_ALGORITHMS = {
    algos.SignedDigestAlgorithm(written).dump()
    for written in (
        {"algorithm": "sha256_ecdsa"},
        {"algorithm": "sha256_rsa"},
        {"algorithm": "sha256_rsa", "parameters": core.Null()},
        {"algorithm": "rsassa_pkcs1v15"},
        {"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()},
    )
}

logger = logging.getLogger(__name__)


class SealFaulty(DomainError):
    """The portal's own seal did not pass its own check; the document must not leave."""


@dataclass(frozen=True)
class SealVerdict:
    """What a PDF's seal is worth; `reason` is for people and empty when all is well.

    `intact`: the sealed bytes are unchanged. `trusted`: sealed with a certificate of this
    portal that leads to a pinned root. `whole_document`: nothing was added after the seal.
    """

    ok: bool
    intact: bool = False
    trusted: bool = False
    whole_document: bool = False
    signer: str = ""
    sealed_at: datetime | None = None
    seal_certificate_sha256: str = ""
    reason: str = ""


@apart_from_loops
@one_at_a_time
def seal(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """The PDF with the portal's seal, as an added section: its own bytes stay in front.

    Raises `SealingUnavailable`; there is no way to get an unsealed document back.
    """
    key = seal_key(at=at)
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        # SHA-384 would be taken for SHA-3 and raise the PDF version out of PDF/A-3.
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = _DatedPdfSigner(metadata, KeptKeySigner(key), at=at)
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


@apart_from_loops
@one_at_a_time
def verify_seal(pdf: bytes) -> SealVerdict:
    """A verdict for any bytes whatever: files come from strangers, so nothing is raised."""
    try:
        anchors = trust()
    except SealingUnavailable as problem:
        return SealVerdict(ok=False, reason=str(problem))
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not found:
            return SealVerdict(ok=False, reason=_("The file has no seal."))
        if len(found) > 1:
            return SealVerdict(ok=False, reason=_("The file has more than one signature."))
        return _verdict(found[0], anchors)
    # A parser of hostile files fails in more ways than can be named; each means "not ours".
    except Exception as fault:
        logger.info("a file was not readable as a sealed PDF: %s", type(fault).__name__)
        return SealVerdict(ok=False, reason=_("The file cannot be read as a sealed PDF."))


@apart_from_loops
def sealing_problem() -> str | None:
    """Why documents cannot be sealed now, as a sentence; None when they can."""
    try:
        key = seal_key()
        anchors = trust()
    except SealingUnavailable as problem:
        return str(problem)
    if key.certificate_sha256 not in anchors.own or not _leads_to_root(key, anchors):
        return _("The certificate of the seal does not lead to a trusted root.")
    return None


class KeptKeySigner(Signer):
    """Signs with the key object in memory: the library's own signer parses it each time."""

    def __init__(self, key: SealKey) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(key.chain)
        super().__init__(signing_cert=key.certificate, cert_registry=registry, embed_roots=False)
        self._key = key.key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError("seals are made with SHA-256 only")
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self._key.sign(data, PKCS1v15(), hashes.SHA256())


class _DatedPdfSigner(PdfSigner):
    """States the time it is given as the time of sealing, not the clock's."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: Signer, *, at: datetime) -> None:
        super().__init__(metadata, signer)
        self._at = at

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def _verdict(signature: EmbeddedPdfSignature, anchors: Trust) -> SealVerdict:
    sealed_at = signature.self_reported_timestamp
    certificate = signature.signer_cert
    digest = sha256_hex(certificate.dump())
    status = validate_pdf_signature(
        signature, signer_validation_context=_context(anchors, moment=sealed_at)
    )
    verdict = partial(
        SealVerdict,
        intact=status.intact and status.valid and _is_plain(signature, status),
        trusted=_is_trusted(status, digest, anchors),
        whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level == ModificationLevel.NONE,
        signer=certificate.subject.native.get("common_name", ""),
        sealed_at=sealed_at,
        seal_certificate_sha256=digest,
    )
    reason = _why_not(verdict(ok=False), sealed_at)
    return verdict(ok=not reason, reason=reason)


def _why_not(verdict: SealVerdict, sealed_at: datetime | None) -> str:
    if not verdict.intact:
        return _("The file was changed after it was sealed.")
    if not verdict.whole_document:
        return _("Something was added to the file after it was sealed.")
    if sealed_at is None:
        return _("The seal does not say when it was made.")
    if not verdict.trusted:
        return _("The seal is not this portal's.")
    return ""


def _is_plain(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """Whether the signature's envelope is byte for byte what this portal writes.

    Some of its bytes are covered by no signature: padding, versions, names of algorithms. A
    change there harms nothing, yet "unchanged" must mean that no byte was changed.
    """
    info, certificates = signature.signer_info, signature.signed_data["certificates"]
    rebuilt = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [SHA256],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": certificates,
                    "signer_infos": [
                        {
                            "version": "v1",
                            "sid": info["sid"],
                            "digest_algorithm": SHA256,
                            "signed_attrs": info["signed_attrs"],
                            "signature_algorithm": info["signature_algorithm"],
                            "signature": info["signature"],
                        }
                    ],
                }
            ),
        }
    ).dump()
    contents = bytes(signature.pkcs7_content)
    embedded = {certificate.chosen.dump() for certificate in certificates}
    path = status.validation_path
    return (
        info["signature_algorithm"].dump() in SIGNATURE_ALGORITHMS
        and contents == rebuilt + bytes(len(contents) - len(rebuilt))
        # Without a path the seal is not trusted, and which certificates came with it is moot.
        and (path is None or embedded <= {certificate.dump() for certificate in path})
    )


def _is_trusted(status: PdfSignatureStatus, digest: str, anchors: Trust) -> bool:
    """Led to a pinned root *and* one of the portal's own certificates.

    A root of a public authority also stands above everyone else's certificates.
    """
    if not status.trusted or digest not in anchors.own:
        return False
    path = status.validation_path
    pinned = {root.dump() for root in anchors.roots}
    return path is not None and path.first.dump() in pinned


def _context(anchors: Trust, *, moment: datetime | None) -> ValidationContext:
    return ValidationContext(
        trust_roots=anchors.roots,
        allow_fetching=False,
        moment=moment,
        revocation_mode="soft-fail",
    )


def _leads_to_root(key: SealKey, anchors: Trust) -> bool:
    validator = CertificateValidator(
        key.certificate,
        intermediate_certs=key.chain,
        validation_context=_context(anchors, moment=None),
    )
    try:
        path = asyncio.run(validator.async_validate_path())
    except (PathBuildingError, PathValidationError):
        return False
    return path.first.dump() in {root.dump() for root in anchors.roots}
