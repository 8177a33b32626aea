"""What is told when a certificate's status changes: one reading for webhooks, letters and feed."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from audit.body import moment
from audit.models import AuditEvent
from issuance.models import Certificate
from issuance.workflow import CERTIFICATE_WORKFLOW

from .models import RegisterEntry

NOT_PUBLIC = ("issuing", "issue_failed")
# Events that give a certificate another status that the public may know, with that status.
STATUS_AFTER: dict[str, str] = {
    transition.event: transition.target
    for transition in CERTIFICATE_WORKFLOW.transitions
    if transition.target not in NOT_PUBLIC
}
EVENTS = sorted(STATUS_AFTER)


@dataclass(frozen=True)
class News:
    """One change: `reason` and `successor_number` as the status that begins knows them."""

    certificate: Certificate
    event: AuditEvent
    status: str
    reason: str = ""
    successor_number: str = ""


def news_of(certificate: Certificate, event: AuditEvent) -> News | None:
    """None for what the public does not hear of. The period that began is already written."""
    if event.event not in STATUS_AFTER:
        return None
    period = (
        certificate.periods.select_related("successor")
        .defer("successor__record")
        .order_by("-since", "-pk")
        .first()
    )
    return News(
        certificate=certificate,
        event=event,
        status=certificate.status,
        reason=period.reason if period else "",
        successor_number=period.successor.number if period and period.successor else "",
    )


def told(news: News) -> dict[str, Any]:
    """The change as programs read it."""
    return {
        "event": news.event.event,
        "event_id": str(news.event.pk),
        "at": moment(news.event.at),
        "certificate": news.certificate.number,
        "year": news.certificate.year,
        "status": news.status,
        "reason": news.reason or None,
        "successor": news.successor_number or None,
        "url": page_url(news.certificate),
    }


def page_url(certificate: Certificate | RegisterEntry) -> str:
    """The certificate's page, with its year: the number alone comes again after ten years."""
    slug = certificate.number.replace(" ", "-")
    return settings.CTKZ_PUBLIC_URL + reverse(
        "registry:certificate-of-year", args=[slug, certificate.year]
    )
