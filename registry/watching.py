"""Letters about a change: to whoever asked for them and confirmed the address."""

import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

import outbox
from issuance.models import Certificate
from issuance.workflow import CERTIFICATE_WORKFLOW

from .models import Notice, Watch
from .news import News, page_url
from .statuses import reason_label

SEND_NOTICE = "registry.send_notice"
# Letters asking one address for confirmation in a day: the form must not fill a stranger's box.
CONFIRMATIONS_A_DAY = 5
CONFIRM_WITHIN = timedelta(days=7)
# A certificate that ended so long ago has no more news.
KEEP_AFTER_END = timedelta(days=90)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))


@transaction.atomic
def ask_to_watch(*, certificate: Certificate, email: str, language: str) -> None:
    """Writes to the address for confirmation.

    The caller learns nothing about the address: whether it watches already, or was asked too
    often today, the answer is the same.
    """
    address = email.strip().lower()
    Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    watch, _created = Watch.objects.get_or_create(
        certificate=certificate,
        email=address,
        ended_at=None,
        defaults={"language": language},
    )
    asked_today = Notice.objects.filter(
        watch__email=address,
        kind=Notice.CONFIRM,
        created_at__gt=timezone.now() - timedelta(days=1),
    )
    if watch.confirmed_at or asked_today.count() >= CONFIRMATIONS_A_DAY:
        return
    _promise(Notice.objects.create(watch=watch))


@transaction.atomic
def confirm_watch(*, watch: Watch) -> None:
    Watch.objects.filter(pk=watch.pk, confirmed_at=None, ended_at=None).update(
        confirmed_at=timezone.now()
    )


@transaction.atomic
def end_watch(*, watch: Watch) -> None:
    """No letter any more; the address is erased."""
    Watch.objects.filter(pk=watch.pk, ended_at=None).update(ended_at=timezone.now(), email="")


def forget_watches(*, at: datetime) -> int:
    """Erases addresses that were never confirmed and those of certificates long at their end."""
    stale = Q(confirmed_at=None, requested_at__lt=at - CONFIRM_WITHIN) | Q(
        certificate__valid_until__lt=timezone.localdate(at) - KEEP_AFTER_END
    )
    return Watch.objects.filter(stale, ended_at=None).update(ended_at=at, email="")


def write_notices(news: News) -> None:
    """One letter for every confirmed watcher, in the transaction of the change."""
    watches = Watch.objects.filter(
        certificate=news.certificate, confirmed_at__isnull=False, ended_at=None
    ).order_by("pk")
    notices = Notice.objects.bulk_create(
        Notice(
            watch=watch,
            event_id=news.event.pk,
            kind=news.event.event,
            status=news.status,
            reason=news.reason,
            successor_number=news.successor_number,
            happened_at=news.event.at,
        )
        for watch in watches
    )
    for notice in notices:
        _promise(notice)


def _promise(notice: Notice) -> None:
    outbox.enqueue(SEND_NOTICE, key=str(notice.pk), notice_id=str(notice.pk))


def send_notice(notice_id: str) -> None:
    """Sends one letter and marks it in one transaction.

    A worker killed between the two sends it once more, with the same Message-ID, by which mail
    programs show one letter.
    """
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("watch__certificate")
            .filter(pk=notice_id)
            .first()
        )
        if notice is None:
            return
        if notice.sent_at is None and notice.dropped_at is None:
            _send(notice)
        if notice.sent_at or notice.dropped_at:
            outbox.done(SEND_NOTICE, notice_id)


def _send(notice: Notice) -> None:
    now = timezone.now()
    if notice.watch.ended_at is not None:
        notice.dropped_at = now
        notice.save(update_fields=["dropped_at"])
        return
    notice.attempts += 1
    try:
        letter_of(notice).send()
    except (smtplib.SMTPException, OSError) as fault:
        notice.last_error = type(fault).__name__
        if notice.attempts > len(WAITS):
            notice.dropped_at = now
        else:
            again_at = now + WAITS[notice.attempts - 1]
            outbox.failed(SEND_NOTICE, str(notice.pk), notice.last_error, again_at=again_at)
    else:
        notice.sent_at = now
        notice.last_error = ""
    notice.save(update_fields=["attempts", "last_error", "dropped_at", "sent_at"])


def letter_of(notice: Notice) -> EmailMessage:
    """The letter in the watcher's language; its first line is the subject."""
    watch = notice.watch
    link = settings.CTKZ_PUBLIC_URL + reverse("registry:watch", args=[watch.code])
    with translation.override(watch.language):
        status = CERTIFICATE_WORKFLOW.statuses.get(notice.status)
        context = {
            "notice": notice,
            "number": watch.certificate.number,
            "page": page_url(watch.certificate),
            "link": link,
            "status": status.label if status else "",
            "reason": reason_label(notice.status, notice.reason),
            "happened_at": timezone.localtime(notice.happened_at),
        }
        name = "changed" if notice.kind else "confirm"
        text = render_to_string(f"registry/mail/{name}.txt", context)
    subject, _line, body = text.partition("\n")
    headers = {
        "Message-ID": f"<{notice.pk}@{urlsplit(settings.CTKZ_PUBLIC_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    if notice.kind:
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(subject.strip(), body.strip() + "\n", to=[watch.email], headers=headers)
