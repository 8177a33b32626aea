"""Inviting people: the offer of a place, the letter with its code, and coming by the letter."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import audit
from outbox.letters import write_letter

from .errors import DomainError
from .models import (
    ROLES_OF_KIND,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    User,
)
from .people import check_mandate, lock_for

MOST_WAITING = 100


@dataclass(frozen=True)
class Mandate:
    """Under which power of attorney, and as whose employee, an agent acts."""

    agent_bin: str
    agent_name: str
    number: str
    signed_on: date
    until: date


@dataclass(frozen=True)
class Offer:
    """What a person may do once they came."""

    role: Role
    is_head: bool = False
    mandate: Mandate | None = None


@dataclass(frozen=True)
class Invited:
    """Who is meant. The IIN is known when the person gave it before."""

    email: str
    full_name: str
    language: str
    iin: str = ""


@dataclass(frozen=True)
class Newcomer:
    """What somebody without an account says of themselves."""

    full_name: str
    iin: str
    language: str
    password: str


class InvitationUnknown(DomainError):
    """One answer for a wrong code, one used, withdrawn or over."""

    status_code = 404


@transaction.atomic
def invite(
    *, organisation: Organisation, actor: Membership, offer: Offer, person: Invited, at: datetime
) -> Invitation:
    """A letter goes to the person; they act for the organisation once they have accepted."""
    locked = lock_for(actor, organisation)
    invitation = offer_place(locked, actor=actor, offer=offer, person=person, at=at)
    audit.record(
        "membership.invited",
        actor=actor.ref(),
        subject=invitation.subject_ref(),
        organisation=str(locked.pk),
        role=invitation.role,
        is_head=invitation.is_head,
        agent=str(invitation.agent_id or ""),
    )
    return invitation


def offer_place(
    organisation: Organisation,
    *,
    actor: Membership | None,
    offer: Offer,
    person: Invited,
    at: datetime,
) -> Invitation:
    """The row and its letter, in the caller's transaction and under its lock."""
    email = person.email.strip().lower()
    agent = _agent_of(organisation, offer, on=timezone.localdate(at))
    _refuse_known(organisation, offer.role, email, at=at)
    code = _new_code()
    invitation = Invitation.objects.create(
        organisation=organisation,
        role=offer.role,
        is_head=offer.is_head,
        agent=agent,
        mandate_number=offer.mandate.number if offer.mandate else "",
        mandate_on=offer.mandate.signed_on if offer.mandate else None,
        valid_until=offer.mandate.until if offer.mandate else None,
        email=email,
        full_name=person.full_name,
        iin=person.iin,
        language=person.language,
        invited_by=actor,
        created_at=at,
        expires_at=at + term(),
        code_sha256=_digest(code),
    )
    _send(invitation, code)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, actor: Membership, at: datetime) -> Invitation:
    """The letter no longer opens anything."""
    lock_for(actor, invitation.organisation)
    invitation = _waiting(invitation)
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(
        "membership.invitation_withdrawn",
        actor=actor.ref(),
        subject=invitation.subject_ref(),
        organisation=str(invitation.organisation_id),
    )
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, actor: Membership, at: datetime) -> Invitation:
    """A new letter with a new code and a new term; the earlier letter opens nothing any more."""
    locked = lock_for(actor, invitation.organisation)
    invitation = _waiting(invitation)
    if invitation.mandate_on and invitation.valid_until:
        check_mandate(
            mandate_on=invitation.mandate_on,
            until=invitation.valid_until,
            on=timezone.localdate(at),
        )
    code = _new_code()
    invitation.code_sha256 = _digest(code)
    invitation.expires_at = at + term()
    invitation.times_sent += 1
    invitation.save(update_fields=["code_sha256", "expires_at", "times_sent"])
    _send(invitation, code)
    audit.record(
        "membership.invited_again",
        actor=actor.ref(),
        subject=invitation.subject_ref(),
        organisation=str(locked.pk),
        times_sent=invitation.times_sent,
    )
    return invitation


def find_invitation(code: str, *, at: datetime) -> Invitation:
    """The open invitation of this code; raises `InvitationUnknown` for every other code."""
    invitation = (
        Invitation.objects.open(at=at)
        .filter(code_sha256=_digest(code))
        .select_related("organisation", "agent", "invited_by__user")
        .first()
    )
    if invitation is None:
        raise InvitationUnknown(
            "invitation_unknown",
            _(
                "This invitation opens nothing: it was used or withdrawn, it is over, or the "
                "address is not complete. Ask whoever invited you for a new letter."
            ),
        )
    return invitation


def known_person(invitation: Invitation) -> User | None:
    return User.objects.filter(email=invitation.email).first()


@transaction.atomic
def accept(*, code: str, newcomer: Newcomer | None, at: datetime) -> Membership:
    """The person who holds the letter comes to act for the organisation, once.

    Whoever has an account under the e-mail of the letter only confirms; the letter proves the
    e-mail. Nobody is signed in by it.
    """
    found = find_invitation(code, at=at)
    Organisation.objects.select_for_update().get(pk=found.organisation_id)
    # Another window may have used it, or the head withdrawn it, while this one waited.
    invitation = find_invitation(code, at=at)
    on = timezone.localdate(at)
    _refuse_mandate_over(invitation, on=on)
    user = known_person(invitation) or _new_person(invitation, newcomer)
    if not user.is_active:
        raise DomainError("person_closed", _("Your account is closed. Ask the operator why."))
    _refuse_same(invitation.organisation, Role(invitation.role), user, on=on)
    membership = Membership.objects.create(
        user=user,
        organisation=invitation.organisation,
        role=invitation.role,
        valid_from=on,
        valid_until=invitation.valid_until,
        is_head=invitation.is_head,
        agent=invitation.agent,
        mandate_number=invitation.mandate_number,
        mandate_on=invitation.mandate_on,
    )
    invitation.accepted_at = at
    invitation.accepted_by = membership
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        "membership.joined",
        actor=membership.ref(),
        subject=membership.subject_ref(),
        organisation=str(membership.organisation_id),
        invitation=str(invitation.pk),
        role=membership.role,
        is_head=membership.is_head,
        agent=str(membership.agent_id or ""),
        mandate_number=membership.mandate_number,
        mandate_on=membership.mandate_on.isoformat() if membership.mandate_on else "",
        valid_until=membership.valid_until.isoformat() if membership.valid_until else "",
    )
    return membership


def term() -> timedelta:
    return timedelta(days=settings.CTKZ_INVITATION_DAYS)


def _agent_of(organisation: Organisation, offer: Offer, *, on: date) -> Organisation | None:
    """The agent's own organisation, made known when it is not."""
    if offer.role not in ROLES_OF_KIND[OrganisationKind(organisation.kind)]:
        raise DomainError(
            "foreign_role", _("There is no such role in your organisation."), field="capacity"
        )
    mandate = offer.mandate
    if mandate is None:
        return None
    if offer.role != Role.APPLICANT or offer.is_head:
        raise DomainError(
            "agent_is_no_head",
            _("An agent acts for an applicant and cannot say who else acts for it."),
            field="is_head",
        )
    check_mandate(mandate_on=mandate.signed_on, until=mandate.until, on=on)
    if mandate.agent_bin == organisation.bin:
        raise DomainError(
            "agent_is_oneself",
            _("This is your own organisation. Its people are invited as employees."),
            field="agent_bin",
        )
    agent, _is_new = Organisation.objects.get_or_create(
        bin=mandate.agent_bin,
        defaults={"kind": OrganisationKind.APPLICANT, "name_ru": mandate.agent_name},
    )
    if agent.kind != OrganisationKind.APPLICANT:
        raise DomainError(
            "agent_is_an_authority",
            _("This organisation examines, issues or inspects, so it cannot be anybody's agent."),
            field="agent_bin",
        )
    return agent


def _refuse_known(organisation: Organisation, role: Role, email: str, *, at: datetime) -> None:
    waiting = Invitation.objects.waiting().filter(organisation=organisation)
    if waiting.filter(email=email, role=role).exists():
        raise DomainError(
            "already_invited",
            _("This person is invited already. Send the letter again, or withdraw it first."),
            field="email",
        )
    if waiting.count() >= MOST_WAITING:
        raise DomainError(
            "too_many_waiting",
            _("A hundred invitations wait for an answer. Withdraw some that are not needed."),
        )
    if user := User.objects.filter(email=email).first():
        _refuse_same(organisation, role, user, on=timezone.localdate(at))


def _refuse_same(organisation: Organisation, role: Role, user: User, *, on: date) -> None:
    same = Membership.objects.in_force(on=on).filter(
        user=user, organisation=organisation, role=role
    )
    if same.exists():
        raise DomainError(
            "acts_already",
            _("This person acts for the organisation in this role already."),
            field="email",
        )


def _refuse_mandate_over(invitation: Invitation, *, on: date) -> None:
    if invitation.valid_until and invitation.valid_until < on:
        raise DomainError(
            "mandate_over",
            _("The power of attorney ran out meanwhile. Ask for a new invitation."),
        )


def _new_person(invitation: Invitation, newcomer: Newcomer | None) -> User:
    if newcomer is None:
        raise DomainError("details_missing", _("Give your name, IIN and a password first."))
    iin = invitation.iin if invitation.invited_by_id is None else newcomer.iin
    if User.objects.filter(iin=iin).exists():
        raise DomainError(
            "iin_known",
            _(
                "Somebody with this IIN signs in with another e-mail already. Check the number, "
                "or ask to be invited under that e-mail."
            ),
            field="iin",
        )
    return User.objects.create_user(
        invitation.email,
        newcomer.password,
        full_name=newcomer.full_name,
        iin=iin,
        language=newcomer.language,
    )


def _waiting(invitation: Invitation) -> Invitation:
    now = Invitation.objects.select_related("organisation", "agent", "invited_by__user").get(
        pk=invitation.pk
    )
    if now.accepted_at or now.withdrawn_at:
        raise DomainError(
            "invitation_over", _("The invitation was accepted or withdrawn meanwhile. Look again.")
        )
    return now


def _new_code() -> str:
    return secrets.token_urlsafe(24)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _send(invitation: Invitation, code: str) -> None:
    """In the language of whoever is invited; the code stands nowhere but here."""
    address = settings.CTKZ_PUBLIC_URL + reverse("accounts:join", args=[code])
    with translation.override(invitation.language):
        names = {
            "name": invitation.full_name,
            "organisation": invitation.organisation.name,
            "capacity": str(invitation.capacity),
            "day": f"{timezone.localtime(invitation.expires_at):%d.%m.%Y, %H:%M}",
        }
        lines = [
            _("Good day, %(name)s!") % names,
            "",
            _("You are invited to act for %(organisation)s in the portal of certificates CT-KZ.")
            % names,
            _("In it you would be: %(capacity)s.") % names,
        ]
        if invitation.invited_by:
            lines.append(
                _("You were invited by %(head)s.") % {"head": invitation.invited_by.user.full_name}
            )
        lines += [
            "",
            _("Open this address until %(day)s and confirm:") % names,
            address,
            "",
            _(
                "The address works once and is meant for you alone. If you do not know the "
                "organisation, leave the letter without an answer: nothing will happen."
            ),
        ]
        subject = _("Invitation to act for %(organisation)s") % names
    write_letter(
        key=f"invitation-{invitation.pk}-{invitation.times_sent}",
        to=invitation.email,
        subject=subject,
        body="\n".join(lines) + "\n",
        language=invitation.language,
    )
