"""Signing sessions: what exactly a person signs, and what is done once it is signed.

A session freezes the canonical bytes; the person signs these bytes and nothing else; the service
that carries the command out builds the record anew and compares it byte for byte (`accept`).
One record is completed in the request that brings its signature. Of many, each is completed by a
worker in a transaction of its own, so that one refusal does not stop the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership

from .canonical import canonical_bytes, sha256_hex
from .eds.envelope import read_envelope
from .eds.verdicts import Expected, Holder, Reason, Verdict
from .eds.verifying import cms_der, verify_signature
from .models import ElectronicSignature, SigningItem, SigningSession
from .purposes import Holding, purpose_of, register, session_term

__all__ = [
    "Holding",
    "SignatureNeeded",
    "SignatureRefused",
    "ToSign",
    "accept",
    "begin",
    "give",
    "proceed_unsigned",
    "refuse_unsigned",
    "register",
    "required",
]

COMPLETE_SIGNING = "documents.complete_signing"
# More than anyone decides in one sitting, and still one form of a size that servers take.
MOST_RECORDS = 200
# A fault of the signature itself: the same record may be signed once more.
TO_SIGN_AGAIN = frozenset({*(reason.value for reason in Reason), "already_used"})


class SignatureNeeded(DomainError):
    """The command has legal effect and came without a signature."""


class SignatureRefused(DomainError):
    """The signature does not carry the command; the code says why."""


@dataclass(frozen=True)
class ToSign:
    """One record to be signed; `arguments` is what the command needs besides the signature."""

    subject: audit.SubjectRef
    label: str
    record: Mapping[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)


def required() -> bool:
    """Whether acts of people have to be signed; production cannot turn it off."""
    return bool(settings.CTKZ_EDS_REQUIRED)


def refuse_unsigned(purpose: str) -> None:
    """Called by a command that was given without a signature."""
    if required():
        raise SignatureNeeded(
            "signature_needed",
            _("%(what)s: this is done with an electronic signature.")
            % {"what": purpose_of(purpose).label},
        )


@transaction.atomic
def begin(
    *, purpose: str, actor: Membership, records: Sequence[ToSign], return_url: str
) -> SigningSession:
    """Freezes the bytes of the records for this person to sign."""
    purpose_of(purpose)
    if not records:
        raise DomainError("nothing_to_sign", _("There is nothing to sign."))
    if len(records) > MOST_RECORDS:
        raise DomainError(
            "too_many_records",
            _("At most %(limit)s records are signed in one sitting.") % {"limit": MOST_RECORDS},
        )
    if required():
        refuse_without_iin(actor)
    now = timezone.now()
    session = SigningSession.objects.create(
        purpose=purpose,
        actor=actor,
        created_at=now,
        expires_at=now + session_term(),
        return_url=return_url,
    )
    for position, each in enumerate(records, start=1):
        record = canonical_bytes(each.record)
        SigningItem.objects.create(
            session=session,
            position=position,
            subject_type=each.subject.type,
            subject_id=each.subject.id,
            label=each.label[:200],
            record=record,
            record_sha256=sha256_hex(record),
            arguments=dict(each.arguments),
        )
    return session


def refuse_without_iin(actor: Membership) -> None:
    """Without an IIN nobody can tell whether a certificate is this person's."""
    if not actor.user.iin:
        raise SignatureRefused(
            "no_iin",
            _(
                "There is no IIN in your profile, so your signature cannot be told from another "
                "person's. Ask whoever keeps the accounts of your organisation to add it."
            ),
        )


def give(*, session: SigningSession, actor: Membership, signatures: Mapping[UUID, bytes]) -> None:
    """Takes the signatures that the person made; a signature given twice changes nothing twice.

    Raises when the session is another person's, or over while something is still to be signed.
    """
    if session.actor_id != actor.pk:
        raise SignatureRefused("other_session", _("This is signed by another person."))
    with transaction.atomic():
        items = list(
            SigningItem.objects.select_for_update(of=("self",))
            .filter(session=session, pk__in=list(signatures))
            .order_by("position")
        )
        is_one = session.items.count() == 1
        for item in (item for item in items if is_signable(item)):
            _refuse_expired(session, at=timezone.now())
            cms = signatures[item.pk]
            if len(cms) > longest_cms():
                _refuse(item, SignatureRefused(Reason.TOO_LARGE.value, Reason.TOO_LARGE.words))
                continue
            _keep(item, cms)
            if is_one:
                # In the same transaction: a process killed half-way leaves it waiting as it was.
                _carry_out(item)
            else:
                outbox.enqueue(COMPLETE_SIGNING, key=str(item.pk), item_id=str(item.pk))


def proceed_unsigned(*, session: SigningSession, actor: Membership) -> None:
    """The same sitting where signatures are not asked for: each record by a worker of its own.

    The command compares its record with the one shown all the same.
    """
    refuse_unsigned(session.purpose)
    if session.actor_id != actor.pk:
        raise SignatureRefused("other_session", _("This is signed by another person."))
    with transaction.atomic():
        waiting = SigningItem.objects.select_for_update(of=("self",)).filter(
            session=session, state=SigningItem.State.WAITING
        )
        for item in waiting.order_by("position"):
            item.state = SigningItem.State.GIVEN
            item.save(update_fields=["state"])
            outbox.enqueue(COMPLETE_SIGNING, key=str(item.pk), item_id=str(item.pk))


def longest_cms() -> int:
    """Of what comes in; base64 and armour add a third and some lines to the signature itself."""
    return int(settings.CTKZ_EDS_MAX_BYTES) * 3 // 2


def is_signable(item: SigningItem) -> bool:
    """It waits for a signature, or the one that was given was no good."""
    if item.state == SigningItem.State.REFUSED:
        return item.refusal_code in TO_SIGN_AGAIN
    return item.state == SigningItem.State.WAITING


def is_over(session: SigningSession, *, at: datetime) -> bool:
    return at >= session.expires_at


def _refuse_expired(session: SigningSession, *, at: datetime) -> None:
    if is_over(session, at=at):
        raise SignatureRefused(
            "session_over",
            _("The time for signing is over; nothing was done. Begin the step again."),
        )


def _keep(item: SigningItem, cms: bytes) -> None:
    item.cms = cms
    item.state = SigningItem.State.GIVEN
    item.refusal_code = item.refusal = ""
    item.save(update_fields=["cms", "state", "refusal_code", "refusal"])


def complete(item_id: str) -> None:
    """Carries out what was signed; the worker's step, harmless when it runs again."""
    with transaction.atomic():
        item = (
            SigningItem.objects.select_for_update(of=("self",))
            .select_related("session__actor__user", "session__actor__organisation")
            .filter(pk=item_id)
            .first()
        )
        if item is not None and item.state == SigningItem.State.GIVEN:
            with translation.override(item.session.actor.user.language):
                _carry_out(item)
        outbox.done(COMPLETE_SIGNING, item_id)


def _carry_out(item: SigningItem) -> None:
    """The command and its outcome; a refusal undoes the command alone."""
    try:
        with transaction.atomic():
            result_url = purpose_of(item.session.purpose).complete(item, item.session.actor)
    except DomainError as refusal:
        # What the command set on the object in memory was undone with it.
        item.signature = None
        _refuse(item, refusal)
        return
    item.state = SigningItem.State.DONE
    item.result_url = result_url
    item.done_at = timezone.now()
    item.save(update_fields=["state", "result_url", "done_at"])


def _refuse(item: SigningItem, refusal: DomainError) -> None:
    item.state = SigningItem.State.REFUSED
    item.refusal_code = refusal.code
    item.refusal = str(refusal.message)
    item.done_at = timezone.now()
    item.save(update_fields=["state", "refusal_code", "refusal", "done_at"])


def accept(
    *,
    item: SigningItem,
    purpose: str,
    record: bytes,
    actor: Membership,
    subject: audit.SubjectRef,
    case: object = "",
) -> ElectronicSignature:
    """Verifies the signature of `item` over the record that the command has just built.

    Called by a service inside its transaction. `subject` names what the signature belongs to, by
    its number: the item's own label is in the words of whoever signs.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A signature is accepted in the transaction of what it carries.")
    session = item.session
    if session.purpose != purpose or session.actor_id != actor.pk or item.cms is None:
        raise SignatureRefused("other_session", _("This signature was given for something else."))
    if item.record_bytes != record:
        raise SignatureRefused(
            "record_changed",
            _("The data have changed since they were shown to you. Look again and sign again."),
        )
    refuse_without_iin(actor)
    cms = bytes(item.cms)
    now = timezone.now()
    verdict = verify_signature(
        cms, record=record, at=now, expected=expected_of(actor, purpose_of(purpose).holding)
    )
    holder = verdict.holder
    if not verdict.ok or holder is None:
        reason = verdict.reason or Reason.MALFORMED
        raise SignatureRefused(reason.value, reason.words)
    _refuse_used(cms, record_sha256=item.record_sha256, holder=holder)
    signature = _stored(item, cms_der(cms), verdict, holder, subject, at=now)
    item.signature = signature
    item.save(update_fields=["signature"])
    audit.record(
        "signature.accepted",
        actor=actor.ref(),
        subject=subject,
        case=str(case) if case else "",
        purpose=purpose,
        record_sha256=signature.record_sha256,
        cms_sha256=signature.cms_sha256,
        certificate_sha256=signature.certificate_sha256,
        algorithm=signature.algorithm,
    )
    return signature


def _refuse_used(cms: bytes, *, record_sha256: str, holder: Holder) -> None:
    """The same signature in another wrapping is the same signature.

    Attributes outside of it and further certificates change the bytes of the file and not what
    was signed; without this, whoever has an old file could carry the command out once more.
    """
    value = read_envelope(cms_der(cms)).signature
    earlier = ElectronicSignature.objects.filter(
        record_sha256=record_sha256, certificate_sha256=holder.certificate_sha256
    )
    if any(read_envelope(one.cms_bytes).signature == value for one in earlier):
        raise SignatureRefused("already_used", _("This signature was used before. Sign anew."))


def expected_of(actor: Membership, holding: Holding) -> Expected:
    """Whose certificate is asked for.

    An individual entrepreneur is an organisation whose number is the person's own IIN: the
    national centre gives no other certificate, so the personal one speaks for both. An agent
    signs with a key of the agent's own organisation; the power of attorney ties it to the
    applicant.
    """
    iin, bin_ = actor.user.iin, actor.own_organisation.bin
    if holding is Holding.ORGANISATION and bin_ != iin:
        return Expected(iin=iin, bin=bin_)
    return Expected(iin=iin)


def _stored(
    item: SigningItem,
    cms: bytes,
    verdict: Verdict,
    holder: Holder,
    subject: audit.SubjectRef,
    *,
    at: datetime,
) -> ElectronicSignature:
    """The row of a verified signature; the same signature is never taken a second time."""
    actor = item.session.actor
    try:
        with transaction.atomic():
            return ElectronicSignature.objects.create(
                purpose=item.session.purpose,
                subject_type=subject.type,
                subject_id=subject.id,
                record=item.record_bytes,
                record_sha256=item.record_sha256,
                cms=cms,
                cms_sha256=sha256_hex(cms),
                signer=actor.user,
                organisation=actor.organisation,
                role=actor.role,
                holder_name=holder.name,
                holder_iin=holder.iin,
                holder_bin=holder.bin,
                certificate_sha256=holder.certificate_sha256,
                certificate_serial=holder.serial,
                algorithm=verdict.algorithm,
                signed_at=verdict.signed_at,
                verified_at=at,
                checks=[check.as_json() for check in verdict.checks],
                evidence=[each.as_json() for each in verdict.evidence],
            )
    except IntegrityError as error:
        raise SignatureRefused(
            "already_used", _("This signature was used before. Sign anew.")
        ) from error
