"""What happens to a certificate after issue: one person proposes, another decides.

A suspension, its lifting, a revocation, its setting aside and a duplicate. The Rules (order
13.07.2021 № 454-НҚ) name the cancellation; its grounds could not be read. The status is checked
again under lock at the decision; whatever came in twice changes nothing twice.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import COMMITTEE_ROLES, Membership, Role
from accounts.permissions import authorize
from documents import signing
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SigningItem, StoredFile
from reference.models import CodeEntry
from workflow.moving import WrongStatus, advance, check_version, guard, locked

from .appeals import appeal_until
from .change_records import APPLICANTS_REASONS, DECIDE, REASONS_OF, REJECT, change_record
from .duplicates import order_duplicate
from .mandates import mandate_in_force
from .models import Certificate, CertificateChange, Mandate, Power
from .orders import MAKE_ORDER, new_order_number
from .originals import call_back, no_longer_called_back
from .periods import enter_status, is_held_by_the_committee
from .workflow import CERTIFICATE_WORKFLOW

Kind = CertificateChange.Kind
PURPOSE = "change.decide"
# What a signatory's mandate must allow; a revocation is set aside by whoever may revoke.
POWER_OF: dict[str, Power] = {
    Kind.SUSPEND: Power.SUSPEND,
    Kind.LIFT: Power.SUSPEND,
    Kind.REVOKE: Power.REVOKE,
    Kind.SET_ASIDE: Power.REVOKE,
    Kind.DUPLICATE: Power.ISSUE,
}
LONGEST_GROUNDS = 4000


def sources_of(kind: str) -> tuple[str, ...]:
    """The statuses from which a change of this kind starts."""
    if kind == Kind.DUPLICATE:
        return ("valid",)
    return CERTIFICATE_WORKFLOW[kind].sources


@transaction.atomic
def propose_change(
    *,
    certificate: Certificate,
    actor: Membership,
    kind: str,
    reason: str,
    grounds: str,
    form_token: UUID,
    file: StoredFile | None = None,
    seen_version: int | None = None,
) -> CertificateChange:
    """Puts a change before the person who decides; one form sent twice is one proposal."""
    if kind not in Kind.values:
        raise DomainError("unknown_kind", _("There is no such change."), field="kind")
    certificate = locked(certificate)
    authorize(actor, f"issuance.propose_{kind}", certificate)
    if known := CertificateChange.objects.filter(form_token=form_token).first():
        return _same_form(known, certificate, actor, kind)
    check_version(certificate, seen_version)
    check_applies(certificate, kind)
    _refuse_undoing_the_committee(certificate, kind, actor.role)
    check_words(kind, actor.role, reason, grounds)
    try:
        with transaction.atomic():
            change = CertificateChange.objects.create(
                case_id=certificate.case_id,
                status=CertificateChange.WORKFLOW.initial,
                certificate=certificate,
                kind=kind,
                reason=reason,
                grounds=grounds.strip(),
                file=file,
                proposed_by=actor.user,
                proposed_role=actor.role,
                proposed_at=timezone.now(),
                form_token=form_token,
            )
    except IntegrityError as error:
        raise DomainError(
            "change_open", _("Another change of this certificate waits for a decision.")
        ) from error
    audit.record(
        "certificate_change.proposed",
        actor=actor.ref(),
        subject=change.subject_ref(),
        case=str(change.case_id),
        kind=kind,
        reason_code=reason,
        certificate=certificate.number,
    )
    return change


@transaction.atomic
def decide_change(
    *,
    change: CertificateChange,
    actor: Membership,
    note: str = "",
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> CertificateChange:
    """A second person decides, and the certificate is changed in the same transaction.

    The order on paper, or the duplicate, is made by a worker from the outbox.
    """
    certificate, change = _locked_both(change)
    guard(change, "decide", actor, seen_version=seen_version)
    check_applies(certificate, change.kind)
    _refuse_undoing_the_committee(certificate, change.kind, change.proposed_role)
    record_sha256 = _keep_decision(change, actor, DECIDE, note, signed)
    number_the_order(change, actor)
    advance(
        change,
        "decide",
        actor,
        kind=change.kind,
        reason_code=change.reason,
        certificate=certificate.number,
        record_sha256=record_sha256,
    )
    carry_out(certificate, change, actor)
    return change


def number_the_order(change: CertificateChange, actor: Membership) -> None:
    """The order of the decision and the last day of an appeal against it; a duplicate has none."""
    if change.kind == Kind.DUPLICATE:
        return
    today = timezone.localdate(change.decided_at)
    change.order_number = new_order_number(actor.organisation, on=today)
    change.appeal_until = appeal_until(today)


def carry_out(certificate: Certificate, change: CertificateChange, actor: Membership) -> None:
    """What was decided happens, in the transaction of the decision and under the same lock."""
    if change.kind == Kind.DUPLICATE:
        order_duplicate(change)
        return
    enter_status(
        certificate,
        change.kind,
        actor,
        reason=change.reason,
        change=change,
        number=certificate.number,
        reason_code=change.reason,
    )
    if change.kind == Kind.REVOKE:
        call_back(certificate, on=timezone.localdate(change.decided_at))
    elif change.kind == Kind.SET_ASIDE:
        no_longer_called_back(certificate)
    outbox.enqueue(MAKE_ORDER, key=str(change.pk), change_id=str(change.pk))


@transaction.atomic
def reject_change(
    *,
    change: CertificateChange,
    actor: Membership,
    note: str,
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> CertificateChange:
    """The decider leaves the certificate as it is and says why."""
    certificate, change = _locked_both(change)
    guard(change, "reject", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why the proposal is rejected."), field="note")
    record_sha256 = _keep_decision(change, actor, REJECT, note, signed)
    advance(
        change,
        "reject",
        actor,
        kind=change.kind,
        certificate=certificate.number,
        record_sha256=record_sha256,
    )
    return change


@transaction.atomic
def withdraw_change(
    *, change: CertificateChange, actor: Membership, seen_version: int | None = None
) -> CertificateChange:
    """Whoever proposed a change takes it back before it is decided."""
    certificate, change = _locked_both(change)
    guard(change, "withdraw", actor, seen_version=seen_version)
    advance(change, "withdraw", actor, kind=change.kind, certificate=certificate.number)
    return change


def record_to_sign(
    change: CertificateChange, actor: Membership, *, decision: str, note: str
) -> dict[str, Any]:
    """What the decider is shown and signs; refuses whoever may not decide this now."""
    guard(change, decision, actor)
    if decision == REJECT and not note.strip():
        raise DomainError("no_note", _("Say why the proposal is rejected."), field="note")
    if decision == DECIDE:
        check_applies(change.certificate, change.kind)
    mandate = _mandate(change, actor)
    return change_record(change, actor, decision=decision, note=note, mandate=mandate)


def mandate_missing(change: CertificateChange, actor: Membership) -> bool:
    """Whether a signatory cannot decide this today for want of a mandate."""
    return actor.role == Role.CHAMBER_SIGNATORY and _own_mandate(change, actor) is None


def kinds_open_to(certificate: Certificate, actor: Membership | None) -> list[str]:
    """The changes that this person may propose now."""
    if actor is None or certificate.changes.filter(status="proposed").exists():
        return []
    kinds = []
    for kind in Kind.values:
        try:
            authorize(actor, f"issuance.propose_{kind}", certificate)
            check_applies(certificate, kind)
            _refuse_undoing_the_committee(certificate, kind, actor.role)
        except DomainError:
            continue
        kinds.append(kind)
    return kinds


def _locked_both(change: CertificateChange) -> tuple[Certificate, CertificateChange]:
    """The certificate first, as everything that changes one does: no two wait for each other."""
    certificate = locked(change.certificate)
    change = locked(change)
    change.certificate = certificate
    return certificate, change


def _same_form(
    known: CertificateChange, certificate: Certificate, actor: Membership, kind: str
) -> CertificateChange:
    is_same = (known.certificate_id, known.proposed_by_id, known.kind) == (
        certificate.pk,
        actor.user_id,
        kind,
    )
    if not is_same:
        raise DomainError("form_used", _("This form was sent before. Open it anew."))
    return known


def check_applies(certificate: Certificate, kind: str) -> None:
    """The change fits the certificate as it stands at this moment."""
    if certificate.status not in sources_of(kind):
        raise WrongStatus(
            "wrong_status",
            _("This is not possible now: certificate %(number)s is “%(status)s”.")
            % {"number": certificate.number, "status": certificate.status_info.label},
        )
    is_over = certificate.is_expired(on=timezone.localdate())
    if is_over and kind in (Kind.SUSPEND, Kind.LIFT, Kind.DUPLICATE):
        raise WrongStatus(
            "expired",
            _("This is not possible now: certificate %(number)s has expired.")
            % {"number": certificate.number},
        )


def _refuse_undoing_the_committee(certificate: Certificate, kind: str, proposed_role: str) -> None:
    """What the Committee decided, only the Committee undoes."""
    if kind not in (Kind.LIFT, Kind.SET_ASIDE) or proposed_role in COMMITTEE_ROLES:
        return
    if is_held_by_the_committee(certificate):
        raise DomainError(
            "of_the_committee", _("The Committee decided this; only the Committee undoes it.")
        )


def check_words(kind: str, role: str, reason: str, grounds: str) -> None:
    reasons = CodeEntry.objects.of(REASONS_OF[kind], on=timezone.localdate())
    is_own = role != Role.APPLICANT or kind != Kind.REVOKE or reason in APPLICANTS_REASONS
    if not (is_own and reasons.filter(code=reason).exists()):
        raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")
    if not grounds.strip():
        raise DomainError("no_grounds", _("Say what the change rests on."), field="grounds")
    if len(grounds) > LONGEST_GROUNDS:
        raise DomainError("too_long", _("The text is too long."), field="grounds")


def _keep_decision(
    change: CertificateChange,
    actor: Membership,
    decision: str,
    note: str,
    signed: SigningItem | None,
) -> str:
    """Sets who decided, on what mandate and under what signature; the digest of the decision."""
    mandate = _mandate(change, actor)
    content = canonical_bytes(
        change_record(change, actor, decision=decision, note=note, mandate=mandate)
    )
    if signed is None:
        signing.refuse_unsigned(PURPOSE)
    else:
        change.signature = signing.accept(
            item=signed,
            purpose=PURPOSE,
            record=content,
            actor=actor,
            subject=change.subject_ref(),
            case=change.case_id,
        )
    change.decided_by = actor.user
    change.decided_at = timezone.now()
    change.decision_note = note.strip()
    change.mandate = mandate
    return sha256_hex(content)


def _mandate(change: CertificateChange, actor: Membership) -> Mandate | None:
    """A signatory decides on a mandate of the chamber; the Committee by its office."""
    if not mandate_missing(change, actor):
        return _own_mandate(change, actor)
    raise DomainError(
        "no_mandate", _("You have no mandate of the chamber for this decision today.")
    )


def _own_mandate(change: CertificateChange, actor: Membership) -> Mandate | None:
    if actor.role != Role.CHAMBER_SIGNATORY:
        return None
    chamber = change.certificate.application.chamber
    return mandate_in_force(actor.user, chamber, POWER_OF[change.kind], timezone.localdate())
