"""A PDF that somebody dropped: is it, byte for byte, the one that was issued?"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from documents.canonical import sha256_hex
from documents.sealing import SealVerdict, verify_seal
from issuance.duplicates import duplicate_with_digest
from issuance.models import Certificate

from .claims import Claim, claim_of
from .questions import certificate_coded, certificates_numbered, shown


@dataclass(frozen=True)
class Dropped:
    """The answer about a file; `certificate` is the one it is or claims to be."""

    is_issued_file: bool
    sentence: str | Promise
    details: tuple[str | Promise, ...] = ()
    certificate: Certificate | None = None
    claimed_number: str = ""


def examine_file(pdf: bytes) -> Dropped:
    """The digest decides; only a file that is not ours is opened, to say how it differs."""
    digest = sha256_hex(pdf)
    if issued := shown().filter(document__sealed_sha256=digest).first():
        return Dropped(
            True, _("This is, byte for byte, the file that was issued."), certificate=issued
        )
    if duplicate := duplicate_with_digest(digest):
        return Dropped(
            True,
            _("This is, byte for byte, duplicate %(ordinal)s of the certificate.")
            % {"ordinal": duplicate.ordinal},
            certificate=shown().get(pk=duplicate.certificate_id),
        )
    if unsealed := _unsealed(digest):
        return Dropped(
            False,
            _("This is not the file that was issued"),
            (_("The text is the same, but the file has no seal. Ask for the sealed file."),),
            unsealed,
        )
    claim = claim_of(pdf)
    claimed = _claimed(claim)
    number = claimed.number if claimed else str(claim.number or "")
    verdict = verify_seal(pdf)
    if claimed is not None:
        sentence = _("This is not the file that was issued")
        details = (*_differences(verdict), _("Its digest is not that of the issued file."))
    elif claim.number:
        sentence = _("No such certificate was issued: %(number)s") % {"number": number}
        details = _differences(verdict)
    else:
        sentence = _("This file is not a certificate of this portal")
        details = _differences(verdict)
    return Dropped(False, sentence, details, claimed, number)


def _unsealed(digest: str) -> Certificate | None:
    return shown().filter(document__unsigned_sha256=digest).first()


def _claimed(claim: Claim) -> Certificate | None:
    """The code is the surer of the two; a number counts only when it names one certificate."""
    if claim.code and (coded := certificate_coded(claim.code)):
        return coded
    found = certificates_numbered(claim.number) if claim.number else []
    return found[0] if len(found) == 1 else None


def _differences(verdict: SealVerdict) -> tuple[str, ...]:
    """What the seal says, worst first; a sound seal of ours on another file is named as well."""
    if verdict.ok:
        return (_("The seal is genuine, but it was set on another document than the issued one."),)
    found = [verdict.reason]
    if verdict.signer and not verdict.trusted:
        found.append(_("The seal names “%(signer)s”.") % {"signer": verdict.signer[:100]})
    return tuple(found)
