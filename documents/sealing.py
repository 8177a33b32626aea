"""The portal's seal on a PDF (PAdES) or on any bytes (CAdES).

B-LT where a time-stamp authority is set up, B-B elsewhere; never the one for the other.
Nothing leaves the portal unsealed: without a usable key `seal` raises and issuing stops.
"""

import asyncio
import io
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import crl, x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from accounts.errors import DomainError

from .envelopes import chain_of
from .loops import apart_from_loops
from .seal_keys import SealingUnavailable, SealKey, revocation_lists, seal_key, trust
from .seal_verdicts import (
    SealVerdict,
    leads_to_root,
    path_context,
    verify_detached,
    verify_seal,
)
from .time_stamps import HttpTimeStamper, time_stamper
from .turns import one_at_a_time

__all__ = [
    "SealFaulty",
    "SealVerdict",
    "SealingUnavailable",
    "seal",
    "sealing_problem",
    "sign_detached",
    "verify_detached",
    "verify_seal",
]

FIELD_NAME = "Seal"


class SealFaulty(DomainError):
    """The portal's own seal did not pass its own check; the document must not leave."""


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
    signer, stamper = KeptKeySigner(key), time_stamper()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if stamper is not None:
        _add_revocation(writer, signer, stamper, at=at)
    out = io.BytesIO()
    _DatedPdfSigner(metadata, signer, at=at, timestamper=stamper).sign_pdf(writer, output=out)
    return out.getvalue()


@apart_from_loops
@one_at_a_time
def sign_detached(data: bytes, *, at: datetime) -> bytes:
    """The portal's signature over any bytes, as a CMS of its own (CAdES B-B, DER)."""
    signed = asyncio.run(
        KeptKeySigner(seal_key(at=at)).async_sign_general_data(
            data,
            "sha256",
            detached=True,
            use_cades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
        )
    )
    return bytes(signed.dump())


@apart_from_loops
@one_at_a_time
def sealing_problem() -> str | None:
    """Why documents cannot be sealed now, as a sentence; None when they can."""
    try:
        key = seal_key()
        anchors = trust()
        time_stamper()
        revocation_lists()
    except SealingUnavailable as problem:
        return str(problem)
    if key.certificate_sha256 not in anchors.own or not leads_to_root(key, anchors):
        return _("The certificate of the seal does not lead to a trusted root.")
    return None


class KeptKeySigner(Signer):
    """Signs with the key object that is kept: the library's own signer parses it each time."""

    def __init__(self, key: SealKey) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(key.chain)
        super().__init__(signing_cert=key.certificate, cert_registry=registry, embed_roots=False)
        self.key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError("seals are made with SHA-256 only")
        return bytes(self.key.signature_size) if dry_run else self.key.sign(data)


class _DatedPdfSigner(PdfSigner):
    """States the time it is given as the time of sealing, not the clock's."""

    def __init__(
        self,
        metadata: PdfSignatureMetadata,
        signer: Signer,
        *,
        at: datetime,
        timestamper: HttpTimeStamper | None,
    ) -> None:
        super().__init__(metadata, signer, timestamper=timestamper)
        self._at = at

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def _add_revocation(
    writer: IncrementalPdfFileWriter,
    signer: KeptKeySigner,
    stamper: HttpTimeStamper,
    *,
    at: datetime,
) -> None:
    """Everything to verify seal and stamp by in later years, inside what the seal covers.

    Without a fresh revocation list of every authority there is no sealing: a verifier of later
    years could not tell a seal made with a revoked key.
    """
    lists, anchors = revocation_lists(), trust()
    stamped_by = chain_of(asyncio.run(stamper.async_dummy_response("sha256")))
    paths = [
        _path(signer.key.certificate, signer.key.chain, anchors.roots, lists, at=at),
        _path(stamped_by[0], stamped_by[1:], anchors.time_roots, lists, at=at),
    ]
    issuers = {certificate.subject.dump() for path in paths for certificate in path}
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=[certificate for path in paths for certificate in path],
        crls=[published for published in lists if published.issuer.dump() in issuers],
    )


def _path(
    certificate: x509.Certificate,
    between: Iterable[x509.Certificate],
    roots: tuple[x509.Certificate, ...],
    lists: tuple[crl.CertificateList, ...],
    *,
    at: datetime,
) -> list[x509.Certificate]:
    """The certificate's path to a root with nobody on it revoked; refused when that is unknown."""
    validator = CertificateValidator(
        certificate,
        intermediate_certs=list(between),
        validation_context=path_context(roots, moment=at, lists=lists),
    )
    try:
        return list(asyncio.run(validator.async_validate_path()))
    except (PathBuildingError, PathValidationError) as fault:
        raise SealingUnavailable(
            "seal_revocation_unknown",
            _("A certificate of the seal or of the time stamps is revoked, or this is not known."),
        ) from fault
