"""A line beside the basket for what is many small things: alerts on unknown numbers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import Membership, Role
from issuance.calls import Call

from .models import UnknownNumberAlert


def calls_for(actor: Membership) -> Iterator[Call]:
    if actor.role != Role.INSPECTOR:
        return
    if count := UnknownNumberAlert.objects.filter(seen_at__isnull=True).count():
        text = ngettext(
            "%(count)s alert on unknown numbers", "%(count)s alerts on unknown numbers", count
        )
        yield Call(text % {"count": count}, reverse("oversight:alert-list"), count)
