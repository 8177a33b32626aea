"""What the verification of a person's signature says, and in which words."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.canonical import sha256_hex


class Reason(StrEnum):
    """Why a signature is refused; each failing check has a reason of its own."""

    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    NOT_A_SIGNATURE = "not_a_signature"
    SEVERAL_SIGNERS = "several_signers"
    NOT_DETACHED_OR_OTHER_CONTENT = "not_detached_or_other_content"
    WRONG_DIGEST = "wrong_digest"
    BAD_SIGNATURE = "bad_signature"
    WEAK_ALGORITHM = "weak_algorithm"
    UNKNOWN_AUTHORITY = "unknown_authority"
    BAD_AUTHORITY = "bad_authority"
    DEMO_AUTHORITY = "demo_authority"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_USAGE = "wrong_usage"
    AUTHENTICATION_ONLY = "authentication_only"
    REVOKED = "revoked"
    REVOCATION_UNKNOWN = "revocation_unknown"
    OTHER_PERSON = "other_person"
    OTHER_ORGANISATION = "other_organisation"
    WRONG_ROLE = "wrong_role"

    @property
    def words(self) -> Promise:
        return _WORDS[self]


_WORDS: dict[Reason, Promise] = {
    Reason.TOO_LARGE: _("The signature file is too large."),
    Reason.MALFORMED: _("The file is damaged or is not a signature."),
    Reason.NOT_A_SIGNATURE: _("The file is not an electronic signature in CMS form."),
    Reason.SEVERAL_SIGNERS: _("The file must carry one signature; it carries none or several."),
    Reason.NOT_DETACHED_OR_OTHER_CONTENT: _("The signature carries another document inside."),
    Reason.WRONG_DIGEST: _("The signature was made over another document."),
    Reason.BAD_SIGNATURE: _("The signature does not fit the key of its certificate."),
    Reason.WEAK_ALGORITHM: _("The signature uses an algorithm or a key that is not accepted."),
    Reason.UNKNOWN_AUTHORITY: _(
        "The certificate was not issued by the National Certification Authority."
    ),
    Reason.BAD_AUTHORITY: _("An authority of the certificate had no right to issue it."),
    Reason.DEMO_AUTHORITY: _("The certificate comes from a demonstration authority."),
    Reason.EXPIRED: _("The certificate has expired."),
    Reason.NOT_YET_VALID: _("The certificate is not valid yet."),
    Reason.WRONG_USAGE: _("The certificate is not meant for signing documents."),
    Reason.AUTHENTICATION_ONLY: _(
        "The certificate is for signing in only. Choose the key for signing."
    ),
    Reason.REVOKED: _("The certificate has been revoked."),
    Reason.REVOCATION_UNKNOWN: _(
        "It could not be checked whether the certificate has been revoked. Try again later."
    ),
    Reason.OTHER_PERSON: _("The certificate belongs to another person (the IIN differs)."),
    Reason.OTHER_ORGANISATION: _(
        "The certificate belongs to another organisation (the BIN differs)."
    ),
    Reason.WRONG_ROLE: _("The certificate does not give the right to sign this."),
}


# Every check by its code, in the order in which they are made.
CHECKS: dict[str, Promise] = {
    "size": _("The file is of the size of a signature"),
    "encoding": _("The file is one signature of one person"),
    "content": _("It carries no other document"),
    "digest": _("It was made over this very record"),
    "signature": _("It was made with the key of the certificate"),
    "algorithm": _("The algorithms are strong enough"),
    "authority": _("The certificate leads to the National Certification Authority"),
    "validity": _("The certificate is in force"),
    "usage": _("The certificate is meant for signing"),
    "revocation": _("The certificate has not been revoked"),
    "person": _("The certificate belongs to the person who signs"),
    "organisation": _("The certificate belongs to the organisation signed for"),
    "role": _("The certificate gives the right to sign this"),
}


@dataclass(frozen=True)
class Holder:
    """Whom the certificate names. Roles are the words of `oids.ROLES`."""

    name: str
    iin: str
    bin: str
    roles: frozenset[str]
    certificate_sha256: str
    serial: str
    not_before: datetime
    not_after: datetime
    organisation: str = ""


@dataclass(frozen=True)
class Expected:
    """Who must have signed. Without `bin` a person's own certificate will do.

    `signs_in`: whoever signed is asked who they are. Any person will do, and a key for signing in
    as well as one for documents.
    """

    iin: str
    bin: str = ""
    roles: frozenset[str] = frozenset()
    signs_in: bool = False


class Refused(Exception):
    """A check failed. `detail` is for the protocol of checks, in plain technical English."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Check:
    """One check that was made; `detail` is for the protocol, in plain technical English."""

    code: str
    ok: bool
    detail: str = ""

    @property
    def words(self) -> Promise:
        return CHECKS[self.code]

    def as_json(self) -> dict[str, str | bool]:
        return {"code": self.code, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True)
class Evidence:
    """Bytes that a check was decided by: `kind` is certificate, crl or ocsp."""

    kind: str
    der: bytes = field(repr=False)
    at: datetime

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "sha256": sha256_hex(self.der),
            "der": base64.b64encode(self.der).decode(),
            "at": self.at.isoformat(),
        }


@dataclass(frozen=True)
class Verdict:
    """The checks in their order; the first that fails is the last that was made."""

    ok: bool
    reason: Reason | None
    holder: Holder | None
    algorithm: str
    signed_at: datetime | None
    checks: tuple[Check, ...]
    evidence: tuple[Evidence, ...]
