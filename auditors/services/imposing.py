"""Decisions on an attestation that were proposed, heard and signed elsewhere: a measure.

The same effect as in `deciding`, in the transaction of the measure and with its two people. What
an inspector had prepared meanwhile lapses: the measure has gone first.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, User
from auditors.models import AttestationCase, Suspension
from auditors.services.deciding import check_reason, let_proposals_lapse
from auditors.terms import last_day_of_months
from workflow.moving import WrongStatus, advance, locked


def case_to_act_on(user: User) -> AttestationCase:
    """The case whose attestation is in force or suspended; raises where there is none."""
    case = AttestationCase.objects.filter(user=user, status__in=("attested", "suspended")).first()
    if case is not None:
        return case
    if user.attestations.filter(case__isnull=True).exists():
        raise DomainError(
            "no_case",
            _(
                "This attestation was given before attestations were kept in the portal; there is "
                "no case to suspend or revoke. New acts of the auditor can be banned."
            ),
        )
    raise DomainError("not_attested", _("This person has no attestation in force."))


@transaction.atomic
def impose_suspension(
    *,
    user: User,
    reason: str,
    note: str,
    months: int,
    on: date,
    proposed_by: User,
    decided_by: Membership,
) -> Suspension:
    """Suspends from the day on; afterwards the attestation returns by itself."""
    case = locked(case_to_act_on(user))
    _check_people(case, proposed_by, decided_by)
    check_reason("suspension_reason", reason)
    if case.status != "attested":
        raise WrongStatus("wrong_status", _("The attestation is suspended already."))
    suspension = Suspension.objects.create(
        case=case,
        from_on=on,
        until_on=last_day_of_months(on, months),
        reason=reason,
        note=note,
        proposed_by=proposed_by,
        decided_by=decided_by.user,
    )
    let_proposals_lapse(case)
    advance(
        case,
        "suspend",
        decided_by,
        reason=reason,
        from_on=suspension.from_on.isoformat(),
        until_on=suspension.until_on.isoformat(),
    )
    return suspension


@transaction.atomic
def impose_revocation(
    *,
    user: User,
    reason: str,
    note: str,
    on: date,
    proposed_by: User,
    decided_by: Membership,
) -> AttestationCase:
    """Takes the attestation away from the day on."""
    case = locked(case_to_act_on(user))
    _check_people(case, proposed_by, decided_by)
    check_reason("revocation_reason", reason)
    case.revoked_on = on
    case.reinstated_on = None
    case.revocation_reason = reason
    case.revocation_note = note
    case.revocation_proposed_by = proposed_by
    case.revoked_by = decided_by.user
    let_proposals_lapse(case)
    advance(case, "revoke", decided_by, reason=reason, revoked_on=on.isoformat())
    return case


@transaction.atomic
def end_suspension(
    *, suspension: Suspension, actor: Membership, note: str, on: date
) -> AttestationCase:
    """The way back of a suspension; one that is over already is left as it is."""
    case = locked(suspension.case)
    suspension = Suspension.objects.select_for_update().get(pk=suspension.pk)
    if suspension.lifted_on is not None or suspension.until_on < on:
        return case
    suspension.lifted_on = on
    suspension.lifted_by = actor.user
    suspension.lift_note = note.strip()
    suspension.save(update_fields=["lifted_on", "lifted_by", "lift_note"])
    # A later decision, a revocation say, is not undone with it.
    if case.status == "suspended" and not case.suspensions.in_force(on=on).exists():
        advance(case, "lift", actor, lifted_on=on.isoformat())
    return case


@transaction.atomic
def reinstate(*, case: AttestationCase, actor: Membership, basis: str, on: date) -> AttestationCase:
    """The way back of a revocation: the attestation goes on for what is left of its term."""
    case = locked(case)
    if case.status != "revoked":
        return case
    case.reinstated_on = on
    try:
        with transaction.atomic():
            advance(case, "reinstate", actor, reinstated_on=on.isoformat(), basis=basis)
    except IntegrityError as error:
        raise DomainError(
            "applied_anew",
            _("The auditor has applied for a new attestation; close that application first."),
        ) from error
    return case


def _check_people(case: AttestationCase, proposed_by: User, decided_by: Membership) -> None:
    if decided_by.user_id in (proposed_by.pk, case.user_id) or proposed_by.pk == case.user_id:
        raise DomainError(
            "same_person",
            _("Whoever proposed this does not decide it, and nobody decides about themselves."),
        )
