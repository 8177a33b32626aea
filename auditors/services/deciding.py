"""An inspector prepares, the head of the department decides; never one and the same person."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, User
from accounts.permissions import authorize
from auditors.models import Attestation, AttestationCase, Proposal, Suspension
from auditors.terms import extension_opens, last_day_of_months, last_day_of_years
from reference.models import CodeEntry
from reference.numbering import next_number
from reference.numbers import format_number
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, check_version, guard, locked

Kind = Proposal.Kind
# What may be proposed in which status, and from which list its reason comes.
PROPOSABLE = {
    Kind.ATTEST: ("tested",),
    Kind.EXTEND: ("attested",),
    Kind.SUSPEND: ("attested",),
    Kind.REVOKE: ("attested", "suspended"),
}
REASONS = {Kind.SUSPEND: "suspension_reason", Kind.REVOKE: "revocation_reason"}


@transaction.atomic
def propose_decision(
    *,
    case: AttestationCase,
    actor: Membership,
    kind: str,
    reason: str = "",
    note: str = "",
    seen_version: int | None = None,
) -> Proposal:
    """Prepares a decision for the head: to attest, to extend, to suspend or to revoke.

    The case keeps its status: until the decision the attestation stands as it stood.
    """
    case = locked(case)
    kind = Kind(kind)
    if case.pending_proposal() is not None:
        raise DomainError("already_proposed", _("A decision is already prepared."))
    authorize(actor, "auditors.propose_decision", case)
    check_version(case, seen_version)
    if case.status not in PROPOSABLE[kind]:
        raise WrongStatus("wrong_status", _("This is not possible in the current status."))
    if kind in REASONS:
        check_reason(REASONS[kind], reason)
    if kind == Kind.EXTEND:
        first_day_of_extension(case, on=timezone.localdate())
    proposal = Proposal.objects.create(
        case=case, kind=kind, reason=reason, note=note, proposed_by=actor.user
    )
    _touch(case)
    audit.record(
        "attestation.proposed",
        actor=actor.ref(),
        subject=case.subject_ref(),
        case=str(case.case_id),
        kind=kind.value,
        reason=reason,
        proposal=str(proposal.pk),
    )
    return proposal


@transaction.atomic
def decline_proposal(
    *, case: AttestationCase, actor: Membership, note: str, seen_version: int | None = None
) -> Proposal:
    """Sends a prepared decision back, with the reason."""
    case = locked(case)
    authorize(actor, "auditors.decline_proposal", case)
    check_version(case, seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    proposal = case.proposals.get(outcome=Proposal.Outcome.PENDING)
    _close(proposal, Proposal.Outcome.DECLINED, actor.user, note=note.strip())
    _touch(case)
    audit.record(
        "attestation.proposal_declined",
        actor=actor.ref(),
        subject=case.subject_ref(),
        case=str(case.case_id),
        kind=proposal.kind,
        proposal=str(proposal.pk),
    )
    return proposal


@transaction.atomic
def attest_auditor(
    *, case: AttestationCase, actor: Membership, seen_version: int | None = None
) -> Attestation:
    """Gives the attestation for a term, with the scope of the application."""
    case = locked(case)
    guard(case, "attest", actor, seen_version=seen_version)
    today = timezone.localdate()
    proposal = _decided(case, actor, Kind.ATTEST)
    case.attested_by = actor.user
    case.number = format_number(
        parameter("number_format.attestation", on=today),
        seq=next_number(kind="attestation", series="", year=today.year),
        year=today.year,
    )
    attestation = _give(case, proposal, actor, first_day=today)
    advance(
        case,
        "attest",
        actor,
        attestation=str(attestation.pk),
        valid_from=attestation.valid_from.isoformat(),
        valid_until=attestation.valid_until.isoformat(),
    )
    return attestation


@transaction.atomic
def extend_attestation(
    *, case: AttestationCase, actor: Membership, seen_version: int | None = None
) -> Attestation:
    """Adds a term that begins on the day after the last one."""
    case = locked(case)
    guard(case, "extend", actor, seen_version=seen_version)
    first_day = first_day_of_extension(case, on=timezone.localdate())
    proposal = _decided(case, actor, Kind.EXTEND)
    attestation = _give(case, proposal, actor, first_day=first_day)
    case.extension_asked_at = None
    advance(
        case,
        "extend",
        actor,
        attestation=str(attestation.pk),
        valid_from=attestation.valid_from.isoformat(),
        valid_until=attestation.valid_until.isoformat(),
    )
    return attestation


def _give(
    case: AttestationCase, proposal: Proposal, actor: Membership, *, first_day: date
) -> Attestation:
    return Attestation.objects.create(
        case=case,
        user=case.user,
        number=case.number or "",
        valid_from=first_day,
        valid_until=last_day_of_years(
            first_day, parameter("attestation.term_years", on=timezone.localdate())
        ),
        kinds=case.kinds,
        chapters=case.chapters,
        languages=case.languages,
        region=case.region,
        proposed_by=proposal.proposed_by,
        decided_by=actor.user,
    )


@transaction.atomic
def suspend_attestation(
    *, case: AttestationCase, actor: Membership, seen_version: int | None = None
) -> Suspension:
    """Suspends from today for the term of that day; afterwards the attestation returns by itself.

    Code of Administrative Offences 05.07.2014, art. 417 part 1: six months.
    """
    case = locked(case)
    guard(case, "suspend", actor, seen_version=seen_version)
    today = timezone.localdate()
    proposal = _decided(case, actor, Kind.SUSPEND)
    suspension = Suspension.objects.create(
        case=case,
        from_on=today,
        until_on=last_day_of_months(today, parameter("attestation.suspension_months", on=today)),
        reason=proposal.reason,
        note=proposal.note,
        proposed_by=proposal.proposed_by,
        decided_by=actor.user,
    )
    advance(
        case,
        "suspend",
        actor,
        reason=suspension.reason,
        from_on=suspension.from_on.isoformat(),
        until_on=suspension.until_on.isoformat(),
    )
    return suspension


@transaction.atomic
def lift_suspension(
    *, case: AttestationCase, actor: Membership, note: str, seen_version: int | None = None
) -> AttestationCase:
    """Ends a suspension before its last day; the attestation is in force from today."""
    case = locked(case)
    guard(case, "lift", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    today = timezone.localdate()
    suspension = case.suspensions.latest("from_on")
    suspension.lifted_on = today
    suspension.lifted_by = actor.user
    suspension.lift_note = note.strip()
    suspension.save(update_fields=["lifted_on", "lifted_by", "lift_note"])
    let_proposals_lapse(case)
    advance(case, "lift", actor, lifted_on=today.isoformat())
    return case


@transaction.atomic
def revoke_attestation(
    *, case: AttestationCase, actor: Membership, seen_version: int | None = None
) -> AttestationCase:
    """Takes the attestation away from today on; a new one needs a new application."""
    case = locked(case)
    guard(case, "revoke", actor, seen_version=seen_version)
    today = timezone.localdate()
    proposal = _decided(case, actor, Kind.REVOKE)
    case.revoked_on = today
    case.reinstated_on = None
    case.revocation_reason = proposal.reason
    case.revocation_note = proposal.note
    case.revocation_proposed_by = proposal.proposed_by
    case.revoked_by = actor.user
    advance(case, "revoke", actor, reason=proposal.reason, revoked_on=today.isoformat())
    return case


def _decided(case: AttestationCase, actor: Membership, kind: Kind) -> Proposal:
    proposal = case.proposals.select_related("proposed_by").get(
        outcome=Proposal.Outcome.PENDING, kind=kind
    )
    _close(proposal, Proposal.Outcome.MADE, actor.user)
    return proposal


def _close(
    proposal: Proposal, outcome: Proposal.Outcome, by: User | None, *, note: str = ""
) -> None:
    proposal.outcome = outcome
    proposal.decided_by = by
    proposal.decided_at = timezone.now()
    proposal.decision_note = note
    proposal.save(update_fields=["outcome", "decided_by", "decided_at", "decision_note"])


def let_proposals_lapse(case: AttestationCase) -> None:
    """The case has moved on by itself: what was prepared for it is no longer needed."""
    for proposal in case.proposals.filter(outcome=Proposal.Outcome.PENDING):
        _close(proposal, Proposal.Outcome.LAPSED, None)


def _touch(case: AttestationCase) -> None:
    """A page that does not show what was prepared must not decide on it."""
    case.version += 1
    case.save(update_fields=["version"])


def check_reason(list_code: str, reason: str) -> None:
    entries = CodeEntry.objects.of(list_code, on=timezone.localdate())
    if not entries.filter(code=reason).exists():
        raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")


def extension_window(case: AttestationCase, *, on: date) -> tuple[date, date] | None:
    """The first and the last day on which the attestation may be extended."""
    until = case.last_day()
    if until is None:
        return None
    return extension_opens(until, parameter("attestation.extension_before_days", on=on)), until


def first_day_of_extension(case: AttestationCase, *, on: date) -> date:
    """The day after the last one; refuses what comes too early or too late."""
    window = extension_window(case, on=on)
    if case.status != "attested" or window is None:
        raise WrongStatus("not_attested", _("Only an attestation in force is extended."))
    opens, until = window
    if not opens <= on <= until:
        raise DomainError(
            "not_in_window",
            _("The attestation may be extended between %(first)s and %(last)s.")
            % {"first": opens.strftime("%d.%m.%Y"), "last": until.strftime("%d.%m.%Y")},
        )
    return until + timedelta(days=1)
