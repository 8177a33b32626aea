"""Whom a deadline concerns: whoever must act, who has the case in charge, and those above them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, OrganisationKind, Role
from audit.models import AuditEvent
from notices.people import committee, filers, person, staff, told
from notices.turns import Group, Told, keep_silent, register
from reference.models import Department
from workflow.tracked import Tracked

from .clocks import Clock, clock_of, thing_of

# Under which names a case keeps the person who works on it, and those who filed it.
WORKERS = ("reviewer_id", "auditor_id", "inspector_id", "prepared_by_id")
FILERS = ("submitted_by_id", "created_by_id", "filed_by_id")


def _found(event: AuditEvent) -> tuple[Any, Clock] | None:
    """The thing and its clock as they are now; what was done in the meantime concerns nobody."""
    thing = thing_of(event.subject_type, event.subject_id)
    clock = clock_of(thing) if thing else None
    if clock is None or clock.due_on is None:
        return None
    return (thing, clock) if clock.due_on.isoformat() == event.facts["due_on"] else None


def _must_act(event: AuditEvent) -> Iterable[Told]:
    found = _found(event)
    return told(_who_act(*found), must_act=True, link=found[1].url) if found else ()


def _passed(event: AuditEvent) -> Iterable[Told]:
    """Whoever has the case in charge may go on, when it is another one who did not act."""
    found = _found(event)
    if found is None:
        return ()
    thing, clock = found
    is_another = clock.holder is not None and clock.holder != clock.organisation
    others = _in_charge(thing, clock) if is_another else []
    return chain(_must_act(event), told(others, link=clock.desk_url or clock.url))


def _escalated(event: AuditEvent) -> Iterable[Told]:
    found = _found(event)
    if found is None:
        return ()
    thing, clock = found
    above = _heads(clock.organisation, clock)
    if clock.holder is not None and clock.holder != clock.organisation:
        above += _in_charge(thing, clock)
    if event.facts["level"] == "committee":
        above += committee(_region(clock), Role.COMMITTEE_HEAD)
    return chain(_must_act(event), told(above, link=clock.desk_url or clock.url))


def _who_act(thing: Any, clock: Clock) -> list[Membership]:
    organisation = clock.organisation
    if clock.user is not None:
        own = person(
            clock.user.pk, organisation=organisation.pk if organisation else None, roles=clock.roles
        )
        return own or person(clock.user.pk)
    if organisation is None:
        return []
    if organisation.kind == OrganisationKind.COMMITTEE:
        found = committee(_department(clock), *clock.roles)
    elif clock.roles == (Role.APPLICANT,):
        found = filers(organisation.pk, *_ids(thing, FILERS))
    else:
        found = staff(organisation.pk, *clock.roles)
    return _able(thing, found)


def _able(thing: Any, members: list[Membership]) -> list[Membership]:
    """Those who may do something about it: whoever proposed it does not decide on it."""
    if not isinstance(thing, Tracked):
        return members
    return [each for each in members if thing.WORKFLOW.available(thing, each)] or members


def _in_charge(thing: Any, clock: Clock) -> list[Membership]:
    holder = clock.holder
    if holder is None:
        return []
    working: list[Membership] = []
    for user in _ids(thing, WORKERS):
        working += person(user, organisation=holder.pk)
    return working or _heads(holder, clock)


def _heads(organisation: Organisation | None, clock: Clock) -> list[Membership]:
    if organisation is None:
        return []
    if organisation.kind == OrganisationKind.COMMITTEE:
        return committee(_department(clock), Role.COMMITTEE_HEAD)
    if organisation.kind == OrganisationKind.EXPERT:
        return staff(organisation.pk, Role.EXPERT_HEAD)
    heads = Membership.objects.heads_of(organisation).select_related("user", "organisation")
    return list(heads) or staff(organisation.pk, Role.CHAMBER_SIGNATORY)


def _department(clock: Clock) -> Department | None:
    return Department.objects.filter(pk=clock.department).first()


def _region(clock: Clock) -> Department | None:
    """The department over a chamber is that of its region; over the others, the central office."""
    holder = clock.holder
    if holder is not None and holder.kind == OrganisationKind.CHAMBER:
        return Department.objects.filter(pk=holder.code).first()
    return _department(clock)


def _ids(thing: Any, names: Iterable[str]) -> Iterator[Any]:
    """What the thing or its case keeps under these names."""
    cases = [getattr(thing, name, None) for name in ("request", "application", "check_of")]
    for row in (thing, *cases):
        for name in names:
            if value := getattr(row, name, None):
                yield value


register(
    "deadline.reminded",
    to=_must_act,
    text=_("%(subject)s is due by %(due_on)s."),
    text_to_act=_("%(subject)s waits for you. It is due by %(due_on)s."),
    group=Group.DEADLINE,
)
register(
    "deadline.passed",
    to=_passed,
    text=_("%(subject)s was due by %(due_on)s and is late."),
    text_to_act=_("%(subject)s waits for you and is late. It was due by %(due_on)s."),
    group=Group.DEADLINE,
)
register(
    "deadline.escalated",
    to=_escalated,
    text=_("%(subject)s is still late. It was due by %(due_on)s."),
    text_to_act=_(
        "%(subject)s is still late and those above you know it. It was due by %(due_on)s."
    ),
    group=Group.DEADLINE,
)
keep_silent(
    "deadline.moved", reason="The new day stands wherever the old one stood; reminders follow it."
)
