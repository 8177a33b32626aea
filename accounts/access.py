"""Asking for access without an invitation, and what the organisation's head answers."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

import audit
from outbox.letters import write_letter

from .errors import DomainError
from .inviting import Invited, Offer, offer_place
from .models import AccessRequest, Membership, Organisation
from .people import lock_for

# Of one organisation at once; whoever asks is told the same whether it is known or not.
MOST_WAITING = 100


@dataclass(frozen=True)
class Asked:
    """What somebody without a place says of themselves and of the organisation."""

    bin: str
    full_name: str
    iin: str
    email: str
    language: str
    purpose: str


@transaction.atomic
def ask_for_access(*, asked: Asked, at: datetime) -> AccessRequest:
    """Kept for the heads of the organisation with this number, now or when there are some.

    Asking twice changes nothing. Nobody learns whether the portal knows the organisation.
    """
    email = asked.email.strip().lower()
    waiting = AccessRequest.objects.waiting().filter(bin=asked.bin)
    if known := waiting.filter(email=email).first():
        return known
    if waiting.count() >= MOST_WAITING:
        raise DomainError(
            "too_many_waiting",
            _("So many people ask for this organisation that no request is taken now."),
        )
    request, is_new = AccessRequest.objects.get_or_create(
        bin=asked.bin,
        email=email,
        decided_at=None,
        defaults={
            "full_name": asked.full_name,
            "iin": asked.iin,
            "language": asked.language,
            "purpose": asked.purpose,
            "created_at": at,
        },
    )
    if is_new:
        organisation = Organisation.objects.filter(bin=asked.bin).first()
        audit.record(
            "access.asked",
            actor=audit.ActorRef(id="", role="stranger", organisation="", label=""),
            subject=request.subject_ref(),
            organisation=str(organisation.pk) if organisation else "",
        )
    return request


@transaction.atomic
def grant_access(
    *, request: AccessRequest, actor: Membership, offer: Offer, at: datetime
) -> AccessRequest:
    """The head says as what; the person proves the e-mail by coming with the letter."""
    organisation = lock_for(actor, actor.organisation)
    request = _waiting(request, organisation)
    person = Invited(
        email=request.email, full_name=request.full_name, language=request.language, iin=request.iin
    )
    invitation = offer_place(organisation, actor=actor, offer=offer, person=person, at=at)
    request.decided_at = at
    request.decided_by = actor
    request.invitation = invitation
    request.save(update_fields=["decided_at", "decided_by", "invitation"])
    audit.record(
        "access.granted",
        actor=actor.ref(),
        subject=request.subject_ref(),
        organisation=str(organisation.pk),
        invitation=str(invitation.pk),
        role=invitation.role,
        is_head=invitation.is_head,
        agent=str(invitation.agent_id or ""),
    )
    return request


@transaction.atomic
def refuse_access(
    *, request: AccessRequest, actor: Membership, reason: str, at: datetime
) -> AccessRequest:
    """The person reads the reason in a letter and may ask again."""
    organisation = lock_for(actor, actor.organisation)
    request = _waiting(request, organisation)
    request.decided_at = at
    request.decided_by = actor
    request.reason = reason
    request.save(update_fields=["decided_at", "decided_by", "reason"])
    _tell_refusal(request, organisation)
    audit.record(
        "access.refused",
        actor=actor.ref(),
        subject=request.subject_ref(),
        organisation=str(organisation.pk),
    )
    return request


def _waiting(request: AccessRequest, organisation: Organisation) -> AccessRequest:
    now = AccessRequest.objects.to(organisation).filter(pk=request.pk).first()
    if now is None or now.decided_at:
        raise DomainError(
            "request_decided", _("The request was decided by somebody else meanwhile. Look again.")
        )
    return now


def _tell_refusal(request: AccessRequest, organisation: Organisation) -> None:
    with translation.override(request.language):
        values = {
            "name": request.full_name,
            "organisation": organisation.name,
            "reason": request.reason,
        }
        subject = _("Access refused: %(organisation)s") % values
        body = "\n".join(
            [
                _("Good day, %(name)s!") % values,
                "",
                _("You asked to act for %(organisation)s in the portal CT-KZ. It was refused.")
                % values,
                _("Reason: %(reason)s") % values,
                "",
                _("Speak to the head of the organisation; you may ask again."),
            ]
        )
    write_letter(
        key=f"access-refused-{request.pk}",
        to=request.email,
        subject=subject,
        body=body + "\n",
        language=request.language,
    )
