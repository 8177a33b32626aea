"""Paper originals: numbered blanks that left the chamber, and whether they came back.

A certificate that is revoked or replaced is of no use on paper: the original is to be returned
within some working days (`certificate.return_days`, a suggested default, not the law).
"""

import re
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from reference import working_days
from reference.parameters import parameter
from workflow.moving import WrongStatus, locked

from .models import Certificate, PaperOriginal

BLANK_NUMBER = re.compile(r"[0-9]{7}")
LONGEST_NAME = 200
LONGEST_NOTE = 500


@transaction.atomic
def hand_out_original(
    *,
    certificate: Certificate,
    actor: Membership,
    blank_number: str,
    received_by: str,
    handed_out_on: date,
    is_duplicate: bool = False,
) -> PaperOriginal:
    """Enters that the certificate, or its duplicate, was given out on a numbered blank.

    The same blank entered twice for the same certificate is one entry.
    """
    certificate = locked(certificate)
    authorize(actor, "issuance.keep_originals", certificate)
    blank_number = blank_number.strip()
    if not BLANK_NUMBER.fullmatch(blank_number):
        raise DomainError(
            "blank_number", _("A blank has a number of seven digits."), field="blank_number"
        )
    if known := PaperOriginal.objects.filter(blank_number=blank_number).first():
        return _same_blank(known, certificate)
    if certificate.status != "valid" or certificate.is_expired(on=timezone.localdate()):
        raise WrongStatus("not_in_force", _("Only a certificate in force is given out on paper."))
    if is_duplicate and not certificate.duplicates.filter(document__isnull=False).exists():
        raise DomainError(
            "no_duplicate", _("No duplicate of this certificate was given."), field="is_duplicate"
        )
    if not certificate.valid_from <= handed_out_on <= timezone.localdate():
        raise DomainError(
            "wrong_day",
            _("The day lies before the issue, or has not come yet."),
            field="handed_out_on",
        )
    if not 0 < len(received_by.strip()) <= LONGEST_NAME:
        raise DomainError("no_receiver", _("Say who received it."), field="received_by")
    try:
        with transaction.atomic():
            original = PaperOriginal.objects.create(
                certificate=certificate,
                blank_number=blank_number,
                is_duplicate=is_duplicate,
                handed_out_on=handed_out_on,
                handed_out_by=actor.user,
                received_by=received_by.strip(),
            )
    except IntegrityError:
        # The same blank was entered at the same moment for another certificate.
        return _same_blank(PaperOriginal.objects.get(blank_number=blank_number), certificate)
    audit.record(
        "certificate.original_handed_out",
        actor=actor.ref(),
        subject=certificate.subject_ref(),
        case=str(certificate.case_id),
        blank_number=blank_number,
        is_duplicate=is_duplicate,
    )
    return original


def _same_blank(known: PaperOriginal, certificate: Certificate) -> PaperOriginal:
    if known.certificate_id != certificate.pk:
        raise DomainError(
            "blank_used",
            _("This blank was used for another certificate."),
            field="blank_number",
        )
    return known


@transaction.atomic
def take_back_original(
    *, original: PaperOriginal, actor: Membership, returned_on: date, note: str = ""
) -> PaperOriginal:
    """Enters that a blank came back; entered twice it is entered once."""
    certificate = locked(original.certificate)
    authorize(actor, "issuance.keep_originals", certificate)
    original = PaperOriginal.objects.select_for_update().get(pk=original.pk)
    if original.returned_on is not None:
        return original
    if not original.handed_out_on <= returned_on <= timezone.localdate():
        raise DomainError(
            "wrong_day",
            _("The day lies before the blank was handed out, or has not come yet."),
            field="returned_on",
        )
    original.returned_on = returned_on
    original.return_note = note.strip()[:LONGEST_NOTE]
    original.save(update_fields=["returned_on", "return_note"])
    audit.record(
        "certificate.original_returned",
        actor=actor.ref(),
        subject=certificate.subject_ref(),
        case=str(certificate.case_id),
        blank_number=original.blank_number,
    )
    return original


def return_term(*, on: date) -> date:
    return working_days.add(on, parameter("certificate.return_days", on=on))


def call_back(certificate: Certificate, *, on: date) -> None:
    """Blanks that are out are due back; called in the transaction that ends the certificate."""
    certificate.originals.filter(returned_on__isnull=True).update(due_back_on=return_term(on=on))


def no_longer_called_back(certificate: Certificate) -> None:
    """The certificate is in force again, and with it whatever is out on paper."""
    certificate.originals.filter(returned_on__isnull=True).update(due_back_on=None)


def not_returned(actor: Membership | None) -> QuerySet[PaperOriginal]:
    """Blanks that should come back and did not, the longest overdue first."""
    return (
        PaperOriginal.objects.filter(
            certificate__in=Certificate.objects.visible_to(actor),
            due_back_on__isnull=False,
            returned_on__isnull=True,
        )
        .select_related("certificate__application__applicant", "certificate__application__chamber")
        .defer("certificate__record")
        .order_by("due_back_on", "pk")
    )
