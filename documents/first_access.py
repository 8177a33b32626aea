"""The first person of an applicant comes with the electronic signature of the organisation.

Nobody is there yet who could invite them, so the certificate speaks: the national centre names in
it the organisation, the person and whether they head it or may sign for it. What comes of it is an
invitation, so that the e-mail is proved as well before anybody acts.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.inviting import Invited, Offer, offer_place
from accounts.models import Invitation, Membership, Organisation, OrganisationKind, Role

from .canonical import canonical_bytes, sha256_hex
from .eds.verdicts import Expected, Holder, Reason, Verdict
from .eds.verifying import cms_der, verify_signature
from .models import FirstAccess
from .purposes import session_term
from .signing import SignatureRefused

# Who can speak for an organisation; other employees' certificates carry its BIN as well.
MAY_BEGIN = frozenset({"head", "signatory"})


@dataclass(frozen=True)
class FirstPerson:
    """What the person says before signing."""

    bin: str
    iin: str
    email: str
    language: str


@transaction.atomic
def begin_first_access(*, said: FirstPerson, at: datetime) -> FirstAccess:
    """Freezes what is signed; whether the portal knows the organisation is not told."""
    begun = FirstAccess(
        bin=said.bin,
        iin=said.iin,
        email=said.email.strip().lower(),
        language=said.language,
        created_at=at,
        expires_at=at + session_term(),
    )
    begun.record = canonical_bytes(
        {
            "kind": "first_access",
            "id": str(begun.pk),
            "bin": begun.bin,
            "iin": begun.iin,
            "email": begun.email,
            "at": at.isoformat(),
            "statement": "I act for this organisation and say who else acts for it in CT-KZ.",
        }
    )
    begun.record_sha256 = sha256_hex(begun.record_bytes)
    begun.save()
    return begun


@transaction.atomic
def prove_first_access(*, first: FirstAccess, cms: bytes, at: datetime) -> Invitation:
    """A good signature makes the organisation known and sends its first head the letter.

    Given twice, it changes nothing twice.
    """
    first = FirstAccess.objects.select_for_update(of=("self",)).get(pk=first.pk)
    if first.invitation is not None:
        return first.invitation
    if at >= first.expires_at:
        raise SignatureRefused(
            "session_over", _("The time for signing is over; nothing was done. Begin again.")
        )
    verdict = verify_signature(cms, record=first.record_bytes, at=at, expected=_expected(first))
    holder = verdict.holder
    if not verdict.ok or holder is None:
        reason = verdict.reason or Reason.MALFORMED
        raise SignatureRefused(reason.value, reason.words)
    organisation = _known_organisation(first, holder)
    _refuse_where_heads_are(organisation, first, holder)
    # The same person may have mistyped the e-mail before.
    Invitation.objects.waiting().filter(organisation=organisation, invited_by=None).update(
        withdrawn_at=at
    )
    invitation = offer_place(
        organisation,
        actor=None,
        offer=Offer(role=Role.APPLICANT, is_head=True),
        person=Invited(
            email=first.email, full_name=holder.name, language=first.language, iin=holder.iin
        ),
        at=at,
    )
    _keep(first, invitation, verdict, cms_der(cms), at=at)
    return invitation


def _expected(first: FirstAccess) -> Expected:
    """An individual entrepreneur has no other certificate than the person's own."""
    if first.bin == first.iin:
        return Expected(iin=first.iin)
    return Expected(iin=first.iin, bin=first.bin, roles=MAY_BEGIN)


def _known_organisation(first: FirstAccess, holder: Holder) -> Organisation:
    """Its row, locked; a new one is called what the certificate calls it."""
    Organisation.objects.get_or_create(
        bin=first.bin,
        defaults={
            "kind": OrganisationKind.APPLICANT,
            "name_ru": holder.organisation or holder.name,
        },
    )
    organisation = Organisation.objects.select_for_update().get(bin=first.bin)
    if organisation.kind != OrganisationKind.APPLICANT:
        raise DomainError(
            "not_an_applicant",
            _("People of this organisation are invited by its own head; ask for access."),
        )
    return organisation


def _refuse_where_heads_are(organisation: Organisation, first: FirstAccess, holder: Holder) -> None:
    """Where somebody says who acts already, only the head of the legal entity stands above."""
    if not Membership.objects.heads_of(organisation).exists():
        return
    if "head" not in holder.roles and first.bin != first.iin:
        raise DomainError(
            "has_heads",
            _(
                "The organisation works in the portal already. Ask its head for access, or sign "
                "with the key of the first head of the legal entity."
            ),
        )


def _keep(
    first: FirstAccess, invitation: Invitation, verdict: Verdict, cms: bytes, *, at: datetime
) -> None:
    holder = verdict.holder
    first.cms = cms
    first.certificate_sha256 = holder.certificate_sha256 if holder else ""
    first.checks = [check.as_json() for check in verdict.checks]
    first.evidence = [each.as_json() for each in verdict.evidence]
    first.proved_at = at
    first.invitation = invitation
    first.save()
    audit.record(
        "organisation.first_head_proved",
        actor=audit.ActorRef(id="", role="stranger", organisation="", label=""),
        subject=invitation.subject_ref(),
        organisation=str(invitation.organisation_id),
        invitation=str(invitation.pk),
        record_sha256=first.record_sha256,
        cms_sha256=sha256_hex(cms),
        certificate_sha256=first.certificate_sha256,
    )
