"""Letters about a change: to whoever asked for them and confirmed the address."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

import outbox
from issuance.models import Certificate
from issuance.workflow import CERTIFICATE_WORKFLOW
from outbox.letters import forget, write_letter

from .models import Notice, Watch
from .news import News, page_url
from .statuses import reason_label

SEND_NOTICE = "registry.send_notice"
# Letters asking one address for confirmation in a day: the form must not fill a stranger's box.
CONFIRMATIONS_A_DAY = 5
CONFIRM_WITHIN = timedelta(days=7)
# A certificate that ended so long ago has no more news.
KEEP_AFTER_END = timedelta(days=90)


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
    """No letter any more; the address is erased, in letters written before too."""
    _end(Watch.objects.filter(pk=watch.pk, ended_at=None), at=timezone.now())


def _end(watches: QuerySet[Watch], *, at: datetime) -> int:
    notices = Notice.objects.filter(watch__in=watches).values_list("pk", flat=True)
    forget(keys=[_key(notice) for notice in notices], at=at)
    return watches.update(ended_at=at, email="")


@transaction.atomic
def forget_watches(*, at: datetime) -> int:
    """Erases addresses that were never confirmed and those of certificates long at their end."""
    stale = Q(confirmed_at=None, requested_at__lt=at - CONFIRM_WITHIN) | Q(
        certificate__valid_until__lt=timezone.localdate(at) - KEEP_AFTER_END
    )
    stale_ids = list(Watch.objects.filter(stale, ended_at=None).values_list("pk", flat=True))
    return _end(Watch.objects.filter(pk__in=stale_ids, ended_at=None), at=at)


def write_notices(news: News) -> None:
    """One letter for every confirmed watcher, in the transaction of the change."""
    watches = (
        Watch.objects.filter(
            certificate=news.certificate, confirmed_at__isnull=False, ended_at=None
        )
        .select_related("certificate")
        .order_by("pk")
    )
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
    """The letter itself, in the same transaction; `outbox.letters` sees to the rest."""
    subject, body, headers = letter_of(notice)
    write_letter(
        key=_key(notice.pk),
        to=notice.watch.email,
        subject=subject,
        body=body,
        headers=headers,
        language=notice.watch.language,
    )


def _key(notice_id: UUID) -> str:
    return f"watch:{notice_id}"


@transaction.atomic
def send_notice(notice_id: str) -> None:
    """A notice promised before letters had a queue of their own."""
    notice = Notice.objects.select_related("watch__certificate").filter(pk=notice_id).first()
    if notice is not None and notice.watch.ended_at is None:
        _promise(notice)
    outbox.done(SEND_NOTICE, notice_id)


def letter_of(notice: Notice) -> tuple[str, str, dict[str, str]]:
    """Subject, text and headers in the watcher's language; the text's first line is the subject."""
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
    headers = {}
    if notice.kind:
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return subject.strip(), body.strip() + "\n", headers
