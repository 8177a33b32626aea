"""The chamber's registers of signatories and seals: entered by one person, confirmed by another."""

from collections.abc import Iterable
from datetime import date

from asn1crypto import pem, x509
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Role, User
from accounts.permissions import authorize
from documents.canonical import sha256_hex
from documents.seal_keys import SealKey, seal_key
from issuance.models import ChamberSeal, Mandate, Power

LONGEST_CERTIFICATE = 64 * 1024


@transaction.atomic
def enter_mandate(
    *,
    actor: Membership,
    user: User,
    position_kk: str,
    position_ru: str,
    basis: str,
    powers: Iterable[str],
    valid_from: date,
    valid_until: date | None = None,
) -> Mandate:
    """A mandate of a signatory of the actor's own chamber; it waits for another person."""
    chamber = actor.organisation
    authorize(actor, "issuance.enter_mandate", chamber)
    powers = sorted(set(powers))
    if not powers or not set(powers) <= set(Power.values):
        raise DomainError("no_powers", _("Choose what the person may decide."), field="powers")
    for field, text in (
        ("position_kk", position_kk),
        ("position_ru", position_ru),
        ("basis", basis),
    ):
        if not text.strip():
            raise DomainError("missing", _("This field is needed."), field=field)
    _check_term(valid_from, valid_until)
    is_signatory = user.memberships.current().filter(
        organisation=chamber, role=Role.CHAMBER_SIGNATORY
    )
    if not is_signatory.exists():
        raise DomainError(
            "not_a_signatory", _("This person is not a signatory of the chamber."), field="user"
        )
    mandate = Mandate.objects.create(
        chamber=chamber,
        user=user,
        position_kk=position_kk.strip(),
        position_ru=position_ru.strip(),
        basis=basis.strip(),
        powers=powers,
        valid_from=valid_from,
        valid_until=valid_until,
        entered_by=actor.user,
    )
    _record("mandate.entered", actor, mandate, holder=str(user.pk), powers=",".join(powers))
    return mandate


@transaction.atomic
def confirm_mandate(*, mandate: Mandate, actor: Membership) -> Mandate:
    """Puts the mandate in force; pressed twice it changes nothing twice."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    authorize(actor, "issuance.confirm_mandate", mandate)
    if mandate.confirmed_at:
        return mandate
    _refuse_ended(mandate.valid_until)
    mandate.confirmed_by = actor.user
    mandate.confirmed_at = timezone.now()
    mandate.save(update_fields=["confirmed_by", "confirmed_at"])
    _record("mandate.confirmed", actor, mandate)
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, actor: Membership, last_day: date) -> Mandate:
    """From the day after `last_day` on the mandate gives no power."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    authorize(actor, "issuance.end_mandate", mandate)
    _check_last_day(last_day, mandate.valid_from, mandate.valid_until)
    mandate.valid_until = last_day
    mandate.save(update_fields=["valid_until"])
    _record("mandate.ended", actor, mandate, last_day=last_day.isoformat())
    return mandate


@transaction.atomic
def enter_seal(
    *,
    actor: Membership,
    certificate: bytes,
    valid_from: date,
    valid_until: date | None = None,
) -> ChamberSeal:
    """A sealing certificate of the actor's own chamber, read from its file."""
    chamber = actor.organisation
    authorize(actor, "issuance.enter_seal", chamber)
    found = read_certificate(certificate)
    _check_term(valid_from, valid_until)
    digest = sha256_hex(found.dump())
    known = ChamberSeal.objects.in_force(on=valid_from).filter(chamber=chamber)
    if known.filter(certificate_sha256=digest).exists():
        raise DomainError(
            "seal_known", _("This seal is in the register already."), field="certificate"
        )
    seal = ChamberSeal.objects.create(
        chamber=chamber,
        certificate_sha256=digest,
        subject=found.subject.human_friendly[:300],
        valid_from=valid_from,
        valid_until=valid_until,
        entered_by=actor.user,
    )
    _record("seal.entered", actor, seal, certificate_sha256=digest)
    return seal


def read_certificate(content: bytes) -> x509.Certificate:
    """The first certificate of a PEM or DER file."""
    try:
        if len(content) > LONGEST_CERTIFICATE:
            raise ValueError
        if pem.detect(content):
            _kind, _headers, content = pem.unarmor(content)
        certificate = x509.Certificate.load(content, strict=True)
        # Parsed on demand: reading these finds a damaged certificate now.
        if not (certificate.subject.human_friendly and certificate.public_key.native):
            raise ValueError
    except (ValueError, TypeError, KeyError) as error:
        raise DomainError(
            "not_a_certificate",
            _("The file holds no certificate that can be read."),
            field="certificate",
        ) from error
    return certificate


@transaction.atomic
def confirm_seal(*, seal: ChamberSeal, actor: Membership) -> ChamberSeal:
    seal = ChamberSeal.objects.select_for_update().get(pk=seal.pk)
    authorize(actor, "issuance.confirm_seal", seal)
    if seal.confirmed_at:
        return seal
    _refuse_ended(seal.valid_until)
    seal.confirmed_by = actor.user
    seal.confirmed_at = timezone.now()
    seal.save(update_fields=["confirmed_by", "confirmed_at"])
    _record("seal.confirmed", actor, seal, certificate_sha256=seal.certificate_sha256)
    return seal


@transaction.atomic
def end_seal(*, seal: ChamberSeal, actor: Membership, last_day: date) -> ChamberSeal:
    seal = ChamberSeal.objects.select_for_update().get(pk=seal.pk)
    authorize(actor, "issuance.end_seal", seal)
    _check_last_day(last_day, seal.valid_from, seal.valid_until)
    seal.valid_until = last_day
    seal.save(update_fields=["valid_until"])
    _record(
        "seal.ended",
        actor,
        seal,
        certificate_sha256=seal.certificate_sha256,
        last_day=last_day.isoformat(),
    )
    return seal


@transaction.atomic
def register_portal_seal(*, on: date) -> ChamberSeal:
    """The seal that the portal is set up with, for every chamber; given again it stays one row.

    Whoever runs the portal does this at set-up, so nobody is named and nobody confirms.
    """
    key: SealKey = seal_key()
    digest = key.certificate_sha256
    known = ChamberSeal.objects.in_force(on=on).filter(
        chamber__isnull=True, certificate_sha256=digest
    )
    if seal := known.first():
        return seal
    seal = ChamberSeal.objects.create(
        certificate_sha256=digest,
        subject=key.certificate.subject.human_friendly[:300],
        valid_from=on,
        confirmed_at=timezone.now(),
    )
    _record("seal.entered", audit.SYSTEM, seal, certificate_sha256=digest)
    return seal


def _check_term(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise DomainError("dates", _("The last day is before the first one."), field="valid_until")


def _refuse_ended(valid_until: date | None) -> None:
    if valid_until is not None and valid_until < timezone.localdate():
        raise DomainError("ended", _("Its term is over; enter a new one."))


def _check_last_day(last_day: date, valid_from: date, valid_until: date | None) -> None:
    """A term is cut short and never made longer; what was decided today stays decided."""
    if last_day < timezone.localdate() or last_day < valid_from:
        raise DomainError(
            "last_day", _("The last day is today or later, within the term."), field="last_day"
        )
    if valid_until is not None and last_day > valid_until:
        raise DomainError(
            "longer", _("A longer term is entered and confirmed anew."), field="last_day"
        )


def _record(
    event: str, actor: Membership | audit.ActorRef, obj: Mandate | ChamberSeal, **facts: str
) -> None:
    audit.record(
        event,
        actor=actor.ref() if isinstance(actor, Membership) else actor,
        subject=obj.subject_ref(),
        chamber=obj.chamber.code if obj.chamber else "",
        **facts,
    )
