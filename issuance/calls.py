"""Lines beside the basket about certificates already issued: blanks overdue, over-use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import COMMITTEE_ROLES, Membership, Role

from .models import OverUse
from .originals import not_returned


@dataclass(frozen=True)
class Call:
    text: str
    url: str
    count: int = 1


def calls_for(actor: Membership, *, on: date) -> Iterator[Call]:
    if actor.role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY):
        yield from _overdue_blanks(actor, on=on)
    if actor.role in COMMITTEE_ROLES and (count := OverUse.objects.count()):
        text = ngettext(
            "%(count)d attempt to draw more than a certificate covers",
            "%(count)d attempts to draw more than a certificate covers",
            count,
        )
        yield Call(text % {"count": count}, reverse("issuance:over-use-list"), count)


def _overdue_blanks(actor: Membership, *, on: date) -> Iterator[Call]:
    count = not_returned(actor).filter(due_back_on__lt=on).count()
    if count:
        text = ngettext(
            "%(count)d paper original was not returned in time",
            "%(count)d paper originals were not returned in time",
            count,
        )
        yield Call(text % {"count": count}, reverse("issuance:original-list"), count)
