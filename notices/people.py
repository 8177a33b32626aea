"""Finding the memberships of those whom a turn concerns.

A person is told in the role in which the case concerns them. Memberships that have ended are left
out here already; the follower looks once more.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, MembershipQuerySet, Role
from oversight.models import Posting
from reference.models import Department

from .turns import Told

APPLICANT = (Role.APPLICANT,)
CHAMBER = (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY)
EXPERTS = (Role.EXPERT_HEAD, Role.AUDITOR)


def told(
    members: Iterable[Membership], *, must_act: bool = False, link: str = ""
) -> Iterator[Told]:
    for member in members:
        yield Told(member, must_act=must_act, link=link)


def _current() -> MembershipQuerySet:
    return Membership.objects.current().select_related("user", "organisation")


def staff(organisation: UUID | None, *roles: str) -> list[Membership]:
    """Everybody of the organisation in these roles; in any role when none is named."""
    if organisation is None:
        return []
    found = _current().filter(organisation=organisation)
    return list(found.filter(role__in=roles) if roles else found)


def persons(
    users: Iterable[Any], *, organisation: UUID | None = None, roles: Iterable[str] = ()
) -> list[Membership]:
    """One membership of each person, in the organisation and role in which they acted."""
    wanted = {UUID(str(user)) for user in users if user}
    if not wanted:
        return []
    found = _current().filter(user__in=wanted)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    if roles:
        found = found.filter(role__in=roles)
    by_person: dict[UUID, Membership] = {}
    for membership in found.order_by("valid_from", "id"):
        by_person.setdefault(membership.user_id, membership)
    return list(by_person.values())


def person(
    user: Any, *, organisation: UUID | None = None, roles: Iterable[str] = ()
) -> list[Membership]:
    return persons([user], organisation=organisation, roles=roles)


def filers(organisation: UUID, *users: Any) -> list[Membership]:
    """Those who filed the case; when none of them is with the applicant any more, everybody."""
    own = persons(users, organisation=organisation, roles=APPLICANT)
    return own or staff(organisation, *APPLICANT)


def committee(department: Department | None, *roles: str) -> list[Membership]:
    """People of the Committee who serve in the department, or centrally where nobody does."""
    today = timezone.localdate()
    found = _current().filter(role__in=roles or COMMITTEE_ROLES)
    posted = _posted_on(today)
    if department is not None and not department.is_central:
        there = [member for member in found if posted.get(member.user_id) == department.pk]
        if there:
            return there
    return [
        member
        for member in found
        if posted.get(member.user_id, Department.CENTRAL) == Department.CENTRAL
    ]


def _posted_on(day: date) -> dict[UUID, Any]:
    return dict(Posting.objects.in_force(on=day).values_list("user", "department"))


def apart(members: Iterable[Membership], *users: Any) -> list[Membership]:
    """Without those who may not be the second pair of eyes."""
    known = {str(user) for user in users if user}
    return [member for member in members if str(member.user_id) not in known]
