"""What a measure does by itself, and the way back: in the transaction of the decision.

Everything carries the number and the digest of the decision (`basis_of`). The way back undoes
what still stands by this very decision; what another decision has changed since is left alone.
"""

from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from auditors.bans import impose_ban, lift_ban
from auditors.models import ActBan, AttestationCase, Suspension
from auditors.services.imposing import (
    end_suspension,
    impose_revocation,
    impose_suspension,
    reinstate,
)
from auditors.terms import last_day_of_months
from expertise.services.correcting import annul_act, reinstate_act
from issuance.imposing import impose_change
from issuance.models import Certificate, CertificateChange
from oversight.models import Measure
from reference.models import MeasureType
from reference.parameters import parameter
from workflow.moving import locked

from .records import basis_of
from .targets import CHANGE_KINDS

Thing = TypeVar("Thing")
Effect = MeasureType.Effect
Kind = CertificateChange.Kind
# What each change of a certificate is undone by.
INVERSE = {Kind.SUSPEND: Kind.LIFT, Kind.REVOKE: Kind.SET_ASIDE}
# These may be lifted when their reason is gone; the others end by an appeal or a court alone.
LIFTABLE = frozenset(
    {Effect.NONE, Effect.SUSPEND_CERTIFICATE, Effect.SUSPEND_ATTESTATION, Effect.BAN_ACTS}
)


def carry_out(measure: Measure, actor: Membership, *, on: date) -> None:
    """Called with the decision set on the measure and before its status moves."""
    basis = basis_of(measure)
    match measure.type.effect:
        case Effect.SUSPEND_CERTIFICATE | Effect.REVOKE_CERTIFICATE:
            impose_change(
                certificate=_there(measure.certificate),
                kind=CHANGE_KINDS[measure.type.effect],
                reason=measure.reason,
                grounds=measure.grounds,
                proposed_by=measure.proposed_by,
                decided_by=actor,
                basis=basis,
                form_token=_token(measure, "effect"),
            )
        case Effect.ANNUL_ACT:
            annul_act(act=_there(measure.act), actor=actor, reason=measure.reason, note=basis)
        case Effect.SUSPEND_ATTESTATION:
            impose_suspension(
                user=_there(measure.auditor),
                reason=measure.reason,
                note=basis,
                months=measure.type.months or parameter("attestation.suspension_months", on=on),
                on=on,
                proposed_by=measure.proposed_by,
                decided_by=actor,
            )
        case Effect.REVOKE_ATTESTATION:
            impose_revocation(
                user=_there(measure.auditor),
                reason=measure.reason,
                note=basis,
                on=on,
                proposed_by=measure.proposed_by,
                decided_by=actor,
            )
        case Effect.BAN_ACTS:
            _ban(measure, actor, basis, on=on)


def _ban(measure: Measure, actor: Membership, basis: str, *, on: date) -> None:
    months = measure.type.months
    impose_ban(
        user=measure.auditor,
        organisation=None if measure.auditor else measure.organisation,
        from_on=on,
        until_on=last_day_of_months(on, months) if months else None,
        basis=basis,
        proposed_by=measure.proposed_by,
        decided_by=actor,
        case=str(measure.case_id),
    )


def undo(
    measure: Measure, actor: Membership, *, reason: str, note: str, basis: str, on: date
) -> None:
    """The way back; `reason` is a code of the lists of lifting and setting aside."""
    match measure.type.effect:
        case Effect.SUSPEND_CERTIFICATE | Effect.REVOKE_CERTIFICATE:
            _undo_change(measure, actor, reason=reason, note=note, basis=basis, on=on)
        case Effect.ANNUL_ACT:
            act = _there(measure.act)
            if act.annulment_note == basis_of(measure):
                reinstate_act(act=act, actor=actor, basis=basis)
        case Effect.SUSPEND_ATTESTATION:
            for suspension in Suspension.objects.filter(
                case__user=measure.auditor_id, note=basis_of(measure)
            ):
                end_suspension(suspension=suspension, actor=actor, note=basis, on=on)
        case Effect.REVOKE_ATTESTATION:
            for case in AttestationCase.objects.filter(
                user=measure.auditor_id, revocation_note=basis_of(measure)
            ):
                reinstate(case=case, actor=actor, basis=basis, on=on)
        case Effect.BAN_ACTS:
            for ban in ActBan.objects.filter(basis=basis_of(measure)):
                lift_ban(ban=ban, actor=actor, note=basis, on=on, case=str(measure.case_id))


def _undo_change(
    measure: Measure, actor: Membership, *, reason: str, note: str, basis: str, on: date
) -> None:
    certificate: Certificate = locked(_there(measure.certificate))
    change = CertificateChange.objects.filter(form_token=_token(measure, "effect")).first()
    last = certificate.periods.order_by("-since", "-pk").first()
    if change is None or last is None or last.change_id != change.pk:
        return
    kind = INVERSE[Kind(change.kind)]
    if kind == Kind.LIFT and certificate.is_expired(on=on):
        # There is nothing left to bring back into force.
        return
    impose_change(
        certificate=certificate,
        kind=kind,
        reason=reason,
        grounds=note,
        # It is undone as it was brought: its proposer stands beside the new decider.
        proposed_by=measure.proposed_by,
        decided_by=actor,
        basis=basis,
        form_token=_token(measure, "undo"),
    )


def _token(measure: Measure, step: str) -> UUID:
    """One change for each step of a measure, however often it is tried."""
    return uuid5(measure.pk, step)


def _there(thing: Thing | None) -> Thing:
    if thing is None:
        raise DomainError("no_subject", _("The measure does not name its subject."))
    return thing
