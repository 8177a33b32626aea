"""Replacement: a new certificate in the place of one with an error, which is then never "valid".

Asked for by the applicant, or by the chamber on its own finding of a technical error. Goods are
the act's; only the data of the recipient and of the contract can be stated anew. It goes the way
of every application: review, two people, signature, issue.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from json import loads
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.identifiers import normalise_bin_iin
from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import Act
from reference.models import CodeEntry
from workflow.moving import WrongStatus, check_version, locked

from .models import Application, Certificate
from .originals import call_back
from .periods import enter_status, is_held_by_the_committee

REASONS = "replacement_reason"
REPLACEABLE = ("valid", "suspended")
CLOSED = ("refused", "withdrawn")
# What each reason has to come with; a technical error may lie in the document itself.
NEEDS = {"recipient_changed": "recipient", "contract_changed": "contract"}


@dataclass(frozen=True)
class Restated:
    """Recipient and contract as the new certificate is to state them."""

    recipient_name_kk: str = ""
    recipient_name_ru: str = ""
    recipient_bin: str = ""
    recipient_address_kk: str = ""
    recipient_address_ru: str = ""
    contract_number: str = ""
    contract_on: date | None = None
    invoice_number: str = ""
    invoice_on: date | None = None

    @classmethod
    def of(cls, certificate: Certificate) -> "Restated":
        """As the certificate states them now."""
        content: Any = certificate.record
        record = loads(bytes(content))
        recipient, contract = record.get("recipient"), record.get("contract")
        if not recipient or not contract:
            return cls()
        return cls(
            recipient_name_kk=recipient["name"]["kk"],
            recipient_name_ru=recipient["name"]["ru"],
            recipient_bin=recipient["bin"],
            recipient_address_kk=recipient["address"]["kk"],
            recipient_address_ru=recipient["address"]["ru"],
            contract_number=contract["number"],
            contract_on=_day(contract["date"]),
            invoice_number=contract["invoice_number"],
            invoice_on=_day(contract["invoice_date"]),
        )

    def recipient(self) -> dict[str, Any]:
        return {
            "name": {"kk": self.recipient_name_kk, "ru": self.recipient_name_ru},
            "bin": self.recipient_bin,
            "address": {"kk": self.recipient_address_kk, "ru": self.recipient_address_ru},
        }

    def contract(self) -> dict[str, Any]:
        return {
            "number": self.contract_number,
            "date": _text(self.contract_on),
            "invoice_number": self.invoice_number,
            "invoice_date": _text(self.invoice_on),
        }


@transaction.atomic
def apply_for_replacement(
    *,
    certificate: Certificate,
    actor: Membership,
    reason: str,
    note: str,
    restated: Restated | None = None,
    seen_version: int | None = None,
) -> Application:
    """A draft of an application in the place of the certificate; pressed twice it is one draft.

    Its author then submits it as any other. It rests on the same act, or on the act that came
    in the place of that one.
    """
    certificate = locked(certificate)
    authorize(actor, "issuance.apply_for_replacement", certificate)
    if open_one := open_replacement(certificate):
        return open_one
    check_version(certificate, seen_version)
    refuse_unreplaceable(certificate)
    if certificate.is_expired(on=timezone.localdate()):
        raise WrongStatus(
            "expired", _("An expired certificate is not replaced; apply for a new one.")
        )
    act = act_in_force(certificate)
    corrections = corrections_of(certificate, restated)
    _check_words(certificate, act, reason, note, corrections)
    application = _draft(certificate, act, actor, reason, note, corrections)
    audit.record(
        "application.replacement_created",
        actor=actor.ref(),
        subject=application.subject_ref(),
        case=str(application.case_id),
        act=act.number,
        chamber=application.chamber.code,
        certificate=certificate.number,
        reason_code=reason,
    )
    return application


def _draft(
    certificate: Certificate,
    act: Act,
    author: Membership,
    reason: str,
    note: str,
    corrections: dict[str, Any],
) -> Application:
    if author.user_id == act.signed_by_id:
        raise DomainError(
            "author_is_auditor",
            _("The auditor who signed the act may not apply for the certificate."),
        )
    try:
        with transaction.atomic():
            return Application.objects.create(
                case_id=certificate.case_id,
                status=Application.WORKFLOW.initial,
                act=act,
                applicant=certificate.application.applicant,
                chamber=certificate.application.chamber,
                filed_by=author.user,
                auditor=act.signed_by,
                replaces=certificate,
                replacement_reason=reason,
                replacement_note=note.strip(),
                corrections=corrections,
            )
    except IntegrityError as error:
        raise DomainError(
            "not_possible", _("There is already an open application on this act.")
        ) from error


def open_replacement(certificate: Certificate) -> Application | None:
    """The application that stands to replace this certificate, or has replaced it."""
    return certificate.replacement_applications.exclude(status__in=CLOSED).first()


def act_in_force(certificate: Certificate) -> Act:
    """The certificate's act, or the last of those that superseded it."""
    act = certificate.application.act
    while act.superseded_by is not None:
        act = act.superseded_by
    if act.status != "signed" or not act.is_positive:
        raise WrongStatus(
            "act_not_in_force", _("The act of expertise %(number)s is not in force any more.")
            % {"number": act.number},
        )  # fmt: skip
    return act


def corrections_of(certificate: Certificate, restated: Restated | None) -> dict[str, Any]:
    """Only what differs from the certificate, in the shape in which the act states it."""
    before = Restated.of(certificate)
    if restated is None or restated == before:
        return {}
    if before == Restated():
        raise DomainError(
            "nothing_to_restate",
            _("A certificate for serial production names no recipient and no contract."),
        )
    sound = Restated(**_sound(asdict(restated)))
    found = {}
    if sound.recipient() != before.recipient():
        found["recipient"] = sound.recipient()
    if sound.contract() != before.contract():
        found["contract"] = sound.contract()
    return found


def _sound(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        name: value.strip() if isinstance(value, str) else value for name, value in given.items()
    }
    needed = ("recipient_name_ru", "recipient_bin", "recipient_address_ru", "contract_number")
    for name in needed:
        if not values[name]:
            raise DomainError("missing", _("This cannot be left empty."), field=name)
    # The two official languages; who knows only one of them writes it once.
    values["recipient_name_kk"] = values["recipient_name_kk"] or values["recipient_name_ru"]
    values["recipient_address_kk"] = (
        values["recipient_address_kk"] or values["recipient_address_ru"]
    )
    try:
        values["recipient_bin"] = normalise_bin_iin(values["recipient_bin"])
    except ValidationError as error:
        raise DomainError("bad_bin", error.messages[0], field="recipient_bin") from error
    return values


def _check_words(
    certificate: Certificate, act: Act, reason: str, note: str, corrections: Mapping[str, Any]
) -> None:
    reasons = CodeEntry.objects.of(REASONS, on=timezone.localdate())
    if not reasons.filter(code=reason).exists():
        raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")
    if not note.strip():
        raise DomainError("no_note", _("Say what is wrong in the certificate."), field="note")
    if reason in NEEDS and NEEDS[reason] not in corrections:
        raise DomainError(
            "nothing_corrected",
            _("Nothing of this differs from the certificate: state it as it should be."),
            field="reason",
        )
    if reason == "act_corrected" and act == certificate.application.act:
        raise DomainError(
            "no_corrected_act",
            _("The act has not been corrected. Ask the expert organisation first."),
            field="reason",
        )


def locked_with_predecessor(certificate: Certificate) -> tuple[Certificate, Certificate | None]:
    """The certificate and the one it stands for, locked in the order of every chain."""
    replaced_id = certificate.application.replaces_id
    pks = [certificate.pk, replaced_id] if replaced_id else [certificate.pk]
    rows = {
        row.pk: row
        for row in Certificate.objects.select_for_update(of=("self",))
        .filter(pk__in=pks)
        .order_by("pk")
    }
    return rows[certificate.pk], rows[replaced_id] if replaced_id else None


def refuse_unreplaceable(certificate: Certificate) -> None:
    """Asked again when the successor comes into force: the old one may have been revoked."""
    if certificate.status not in REPLACEABLE:
        raise WrongStatus(
            "not_replaceable",
            _("Certificate %(number)s cannot be replaced: it is “%(status)s”.")
            % {"number": certificate.number, "status": certificate.status_info.label},
        )
    if certificate.status == "suspended" and is_held_by_the_committee(certificate):
        raise WrongStatus(
            "of_the_committee", _("The Committee decided this; only the Committee undoes it.")
        )


def end_by_successor(certificate: Certificate, successor: Certificate) -> None:
    """In the transaction in which the successor comes into force; both are locked."""
    reason = successor.application.replacement_reason
    enter_status(
        certificate,
        "replace",
        audit.SYSTEM,
        reason=reason,
        successor=successor,
        number=certificate.number,
        reason_code=reason,
        successor_number=successor.number,
    )
    call_back(certificate, on=timezone.localdate(certificate.status_since))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
