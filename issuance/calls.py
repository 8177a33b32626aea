"""What calls a person to certificates already issued: decisions that wait, blanks overdue,
over-use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import COMMITTEE_ROLES, Membership, Role

from .models import CertificateChange, OverUse
from .originals import not_returned
from .registers import entries_to_confirm


@dataclass(frozen=True)
class Call:
    text: str
    url: str
    count: int = 1


def calls_for(actor: Membership, *, on: date) -> Iterator[Call]:
    if count := changes_to_decide(actor):
        text = ngettext(
            "%(count)d change of a certificate waits for your decision",
            "%(count)d changes of certificates wait for your decision",
            count,
        )
        yield Call(
            text % {"count": count}, f"{reverse('issuance:change-list')}?status=proposed", count
        )
    if count := entries_to_confirm(actor, on=on):
        text = ngettext(
            "%(count)d mandate or seal waits for your confirmation",
            "%(count)d mandates and seals wait for your confirmation",
            count,
        )
        yield Call(text % {"count": count}, reverse("issuance:mandate-list"), count)
    if actor.role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY):
        yield from _overdue_blanks(actor, on=on)
    if actor.role in COMMITTEE_ROLES and (count := OverUse.objects.count()):
        text = ngettext(
            "%(count)d attempt to draw more than a certificate covers",
            "%(count)d attempts to draw more than a certificate covers",
            count,
        )
        yield Call(text % {"count": count}, reverse("issuance:over-use-list"), count)


def changes_to_decide(actor: Membership) -> int:
    """Counted by the same conditions as the permission `issuance.decide_change`."""
    waiting = (
        CertificateChange.objects.visible_to(actor)
        .filter(status="proposed")
        .exclude(proposed_by=actor.user_id)
    )
    if actor.role == Role.CHAMBER_SIGNATORY:
        return (
            waiting.exclude(proposed_role__in=COMMITTEE_ROLES)
            .exclude(certificate__application__filed_by=actor.user_id)
            .exclude(certificate__application__auditor=actor.user_id)
            .count()
        )
    if actor.role == Role.COMMITTEE_HEAD:
        return waiting.filter(proposed_role__in=COMMITTEE_ROLES).count()
    return 0


def _overdue_blanks(actor: Membership, *, on: date) -> Iterator[Call]:
    count = not_returned(actor).filter(due_back_on__lt=on).count()
    if count:
        text = ngettext(
            "%(count)d paper original was not returned in time",
            "%(count)d paper originals were not returned in time",
            count,
        )
        yield Call(text % {"count": count}, reverse("issuance:original-list"), count)
