"""Changes of certificates that the Committee imposes by a decision signed elsewhere.

A measure or a mass action is proposed by one person of the Committee and decided, under signature,
by another; each certificate it touches gets its own change, period, order and event here, in the
transaction of that decision. `basis` is the number and the digest of what was signed.

A proposal that still waits on the certificate does not hold the Committee up, or an applicant
could keep a suspension away by asking for a duplicate: it is rejected as overtaken, with the basis
as its note, and may be made anew.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import COMMITTEE_ROLES, Membership, User
from accounts.permissions import authorize
from documents.canonical import canonical_bytes, sha256_hex
from workflow.moving import advance, locked

from .change_records import DECIDE, REJECT, change_record
from .changing import carry_out, check_applies, check_words, number_the_order
from .models import Certificate, CertificateChange

Kind = CertificateChange.Kind
IMPOSABLE = (Kind.SUSPEND, Kind.LIFT, Kind.REVOKE, Kind.SET_ASIDE)


@transaction.atomic
def impose_change(
    *,
    certificate: Certificate,
    kind: str,
    reason: str,
    grounds: str,
    proposed_by: User,
    decided_by: Membership,
    basis: str,
    form_token: UUID,
) -> CertificateChange:
    """Changes the certificate by the Committee's decision `basis`; asked twice, done once.

    Whoever brought the decision stands as proposer and is never its decider. On the way back the
    same person stands again: it is their measure that is undone.
    """
    certificate = locked(certificate)
    if known := CertificateChange.objects.filter(form_token=form_token).first():
        return _same_decision(known, certificate, kind)
    if kind not in IMPOSABLE:
        raise DomainError("unknown_kind", _("There is no such change."), field="kind")
    check_applies(certificate, kind)
    role = _role_in_the_committee(proposed_by)
    check_words(kind, role, reason, grounds)
    if not basis.strip():
        raise DomainError("no_basis", _("Name the decision that this rests on."))
    _check_apart(proposed_by, decided_by)
    _overtake(certificate, decided_by, basis)
    now = timezone.now()
    change = CertificateChange.objects.create(
        case_id=certificate.case_id,
        status=CertificateChange.WORKFLOW.initial,
        certificate=certificate,
        kind=kind,
        reason=reason,
        grounds=f"{grounds.strip()}\n{basis}",
        proposed_by=proposed_by,
        proposed_role=role,
        proposed_at=now,
        form_token=form_token,
    )
    authorize(decided_by, "issuance.decide_change", change)
    record_sha256 = _keep_decision(change, decided_by, DECIDE, basis)
    number_the_order(change, decided_by)
    advance(
        change,
        "impose",
        decided_by,
        kind=kind,
        reason_code=reason,
        certificate=certificate.number,
        record_sha256=record_sha256,
        basis=basis,
    )
    carry_out(certificate, change, decided_by)
    return change


def _same_decision(
    known: CertificateChange, certificate: Certificate, kind: str
) -> CertificateChange:
    if (known.certificate_id, known.kind) != (certificate.pk, kind):
        raise DomainError("form_used", _("This form was sent before. Open it anew."))
    return known


def _role_in_the_committee(user: User) -> str:
    """The office in which the proposer acted: it says whose change this is, for ever after."""
    membership = (
        user.memberships.filter(role__in=COMMITTEE_ROLES).order_by("-valid_from", "-pk").first()
    )
    if membership is None:
        raise DomainError(
            "not_of_the_committee", _("Only a person of the Committee proposes its decisions.")
        )
    return membership.role


def _check_apart(proposed_by: User, decided_by: Membership) -> None:
    if decided_by.user_id == proposed_by.pk:
        raise DomainError(
            "same_person", _("Whoever proposed this does not decide it: another person does.")
        )


def _overtake(certificate: Certificate, decided_by: Membership, basis: str) -> None:
    """Closes the proposal that waits; the decider's own one is not theirs to close."""
    waiting = certificate.changes.select_for_update(of=("self",)).filter(status="proposed").first()
    if waiting is None:
        return
    if waiting.proposed_by_id == decided_by.user_id:
        raise DomainError(
            "change_open", _("Another change of this certificate waits for a decision.")
        )
    record_sha256 = _keep_decision(waiting, decided_by, REJECT, basis)
    advance(
        waiting,
        "reject",
        decided_by,
        kind=waiting.kind,
        certificate=certificate.number,
        record_sha256=record_sha256,
    )


def _keep_decision(
    change: CertificateChange, decided_by: Membership, decision: str, basis: str
) -> str:
    """Sets who decided and on what; the digest of the decision as data."""
    content = canonical_bytes(
        change_record(change, decided_by, decision=decision, note=basis, mandate=None)
    )
    change.decided_by = decided_by.user
    change.decided_at = timezone.now()
    change.decision_note = basis.strip()
    return sha256_hex(content)
