"""Asking another body about an application; the clock stands still until its reply."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from documents.uploads import accept_upload
from issuance.holding import let_go, refuse_held
from issuance.models import Application, Consultation
from reference import working_days
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

REPLY_KINDS = ("pdf", "jpg", "png", "docx")


@transaction.atomic
def consult(
    *,
    application: Application,
    actor: Membership,
    body: str,
    text: str,
    address: str = "",
    outgoing_number: str = "",
    seen_version: int | None = None,
) -> Consultation:
    """The reviewer writes to another body; the letter goes out under the chamber's own number."""
    application = locked(application)
    guard(application, "consult", actor, seen_version=seen_version)
    refuse_held(application, actor)
    if not body.strip():
        raise DomainError("no_body", _("Say whom you ask."), field="body")
    if not text.strip():
        raise DomainError("empty_question", _("Write what is asked."), field="text")
    today = timezone.localdate()
    consultation = Consultation.objects.create(
        application=application,
        body=body.strip(),
        address=address.strip(),
        text=text.strip(),
        outgoing_number=outgoing_number.strip(),
        asked_by=actor.user,
        due_on=working_days.add(today, parameter("consultation.days", on=today)),
    )
    application.pause_clock(on=today)
    let_go(application)
    advance(
        application,
        "consult",
        actor,
        consultation=str(consultation.pk),
        due_on=consultation.due_on.isoformat(),
    )
    return consultation


@transaction.atomic
def close_consultation(
    *,
    application: Application,
    actor: Membership,
    reply: str = "",
    reply_number: str = "",
    replied_on: date | None = None,
    upload: "UploadedFile[bytes] | None" = None,
    seen_version: int | None = None,
) -> Application:
    """Enters the reply with its date; a question left without one is closed after its term."""
    application = locked(application)
    guard(application, "close_consultation", actor, seen_version=seen_version)
    consultation = application.consultations.select_for_update().get(closed_at__isnull=True)
    today = timezone.localdate()
    is_answered = bool(reply.strip() or upload)
    if is_answered:
        _check_dates(consultation, replied_on, today)
    elif replied_on or reply_number.strip():
        raise DomainError("empty_reply", _("Enter the reply or add its file."), field="reply")
    elif today <= consultation.due_on:
        raise DomainError(
            "reply_still_due",
            _("The reply may come until %(day)s; without it the case goes on after that day.")
            % {"day": consultation.due_on.strftime("%d.%m.%Y")},
            field="reply",
        )
    if upload is not None:
        consultation.reply_file = accept_upload(
            upload, kinds=REPLY_KINDS, by=actor.user, field="upload"
        )
    consultation.reply = reply.strip()
    consultation.reply_number = reply_number.strip()
    consultation.replied_on = replied_on if is_answered else None
    consultation.closed_by = actor.user
    consultation.closed_at = timezone.now()
    consultation.save()
    application.resume_clock(on=today)
    stored = consultation.reply_file
    advance(
        application,
        "close_consultation",
        actor,
        consultation=str(consultation.pk),
        is_answered=is_answered,
        file_sha256=stored.sha256 if stored else "",
    )
    return application


def _check_dates(consultation: Consultation, replied_on: date | None, today: date) -> None:
    if replied_on is None:
        raise DomainError("no_date", _("Enter the date of the reply."), field="replied_on")
    if not timezone.localdate(consultation.asked_at) <= replied_on <= today:
        raise DomainError(
            "reply_date",
            _("The reply is dated between the question and today."),
            field="replied_on",
        )
