"""Statuses of a certificate in time: the one place that enters a new one."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from accounts.models import COMMITTEE_ROLES
from workflow.moving import Actor, advance

from .models import Certificate, CertificateChange, StatusPeriod
from .signals import certificate_changed


def enter_status(
    certificate: Certificate,
    transition: str,
    actor: Actor,
    *,
    reason: str = "",
    change: CertificateChange | None = None,
    successor: Certificate | None = None,
    **facts: Any,
) -> StatusPeriod:
    """Moves the certificate, writes the period that begins, records the event, tells the rooms.

    Called in the transaction of the deed, with the certificate locked.
    """
    event = advance(certificate, transition, actor, **facts)
    period = StatusPeriod.objects.create(
        certificate=certificate,
        status=certificate.status,
        since=certificate.status_since,
        reason=reason,
        change=change,
        successor=successor,
    )
    certificate_changed.send(
        sender=Certificate, certificate=certificate, transition=transition, event=event
    )
    return period


def period_at(certificate: Certificate, moment: datetime) -> StatusPeriod | None:
    """The status that held at a moment; None before the certificate came into force."""
    return certificate.periods.filter(since__lte=moment).order_by("-since", "-pk").first()


def is_held_by_the_committee(certificate: Certificate) -> bool:
    """Whether the Committee took the certificate out of force, be it with another's step after."""
    for period in certificate.periods.select_related("change").order_by("-since", "-pk"):
        if period.status == "valid":
            return False
        if period.change and period.change.proposed_role in COMMITTEE_ROLES:
            return True
    return False


def end_of(day: date) -> datetime:
    """The last moment of a day in Kazakhstan: a question about a day is answered as of its end."""
    return timezone.make_aware(datetime.combine(day, time.max.replace(fold=1)))
