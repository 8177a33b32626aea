"""Whom a review that was given back or on concerns: the one who gets it, and who had it before."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role
from audit.models import AuditEvent
from issuance.models import Application
from notices.turns import Group, Told, register


def _officers(event: AuditEvent, *people: object, must_act: bool) -> Iterator[Told]:
    """Those of the people who serve as officers of the chamber of the case today."""
    application = Application.objects.filter(pk=event.subject_id).first()
    if application is None:
        return
    serving = Membership.objects.in_force(on=timezone.localdate()).filter(
        role=Role.CHAMBER_OFFICER,
        organisation=application.chamber_id,
        user__in=[person for person in people if person],
    )
    for membership in serving.select_related("user", "organisation"):
        yield Told(membership, must_act=must_act)


def _gets_or_had_it(event: AuditEvent) -> Iterator[Told]:
    yield from _officers(event, event.facts["reviewer"], must_act=True)
    yield from _officers(event, event.facts["previous"], must_act=False)


def _had_it(event: AuditEvent) -> Iterator[Told]:
    yield from _officers(event, event.facts["previous"], must_act=False)


register(
    "application.reassigned",
    to=_gets_or_had_it,
    text=_("%(actor)s gave the review of %(subject)s to an officer"),
    group=Group.TURN,
)
register(
    "application.released",
    to=_had_it,
    text=_("The review of %(subject)s was taken back and is free"),
    group=Group.TURN,
)
