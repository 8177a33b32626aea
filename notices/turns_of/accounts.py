"""Turns of people's accounts and organisations: what an owner must hear even of own acts."""

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audit.models import AuditEvent
from notices.people import person, staff, told
from notices.turns import Group, Told, keep_silent, register


def _owner(event: AuditEvent) -> Iterable[Told]:
    """The person whose account it is, told whoever did it: it may have been a stranger."""
    return told(person(event.subject_id), link=reverse("accounts:profile"))


def _member(event: AuditEvent) -> Iterable[Told]:
    found = Membership.objects.select_related("user", "organisation").filter(pk=event.subject_id)
    return told(found, link=reverse("accounts:organisation"))


def _heads(event: AuditEvent) -> list[Membership]:
    """Of the organisation that the event names, or of the one that it is about."""
    named = event.facts.get("organisation", event.subject_id)
    return [member for member in staff(UUID(named)) if member.is_head] if named else []


def _heads_act(event: AuditEvent) -> Iterable[Told]:
    return told(_heads(event), must_act=True, link=reverse("accounts:organisation"))


def _heads_and_member(event: AuditEvent) -> Iterable[Told]:
    return chain(_member(event), told(_heads(event), link=reverse("accounts:organisation")))


def _heads_hear(event: AuditEvent) -> Iterable[Told]:
    return told(_heads(event), link=reverse("accounts:organisation"))


for name, text in (
    (
        "person.password_changed",
        _("Your password was changed. If it was not you, tell the operator of the portal at once"),
    ),
    (
        "person.signed_in_from_new_device",
        _("Your account was opened on a device not seen before. If it was not you, end it now"),
    ),
    (
        "person.locked_out",
        _("Your account is locked for a while: somebody tried wrong passwords too often"),
    ),
    ("person.second_factor_added", _("A second factor was added to your account")),
    ("person.second_factor_removed", _("A second factor was removed from your account")),
    ("person.recovery_codes_renewed", _("New recovery codes of your account were made")),
):
    register(name, to=_owner, text=text, group=Group.ACCOUNT, tells_actor=True)

register(
    "access.asked",
    to=_heads_act,
    group=Group.ACCOUNT,
    text=_("Somebody asks for access to your organisation"),
    text_to_act=_("%(subject)s asks for access to your organisation: grant or refuse it"),
)
register(
    "membership.joined",
    to=_heads_and_member,
    group=Group.ACCOUNT,
    text=_("%(subject)s acts for the organisation from now on"),
)
register(
    "membership.ended",
    to=_heads_and_member,
    group=Group.ACCOUNT,
    text=_("%(subject)s acts for the organisation until %(valid_until)s"),
)
register(
    "membership.prolonged",
    to=_heads_and_member,
    group=Group.ACCOUNT,
    text=_("%(subject)s acts for the organisation until %(valid_until)s"),
)
register(
    "membership.head_given",
    to=_heads_and_member,
    group=Group.ACCOUNT,
    text=_("%(subject)s is a head of the organisation and says who acts for it"),
)
register(
    "membership.head_taken",
    to=_heads_and_member,
    group=Group.ACCOUNT,
    text=_("%(subject)s is a head of the organisation no longer"),
)
register(
    "organisation.details_changed",
    to=_heads_hear,
    group=Group.ACCOUNT,
    text=_("The details of the organisation were changed"),
)
register(
    "organisation.first_head_proved",
    to=_heads_hear,
    group=Group.ACCOUNT,
    text=_("%(subject)s proved with the organisation's signature to head it and was invited"),
)
keep_silent(
    "membership.invited",
    "membership.invited_again",
    "membership.invitation_withdrawn",
    "access.granted",
    "access.refused",
    reason="Whoever it concerns has no account yet and gets a letter of the room itself.",
)
keep_silent("person.sessions_ended", reason="The person does it, and sees it done.")
