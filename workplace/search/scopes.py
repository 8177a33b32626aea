"""How an entry says who may find it, and which of these names a person answers to.

The names follow the rules of the lists (`visible_to` and the permissions): an entry that does not
name a person is not read for that person. What is named is still asked of the list itself.
"""

import datetime as dt
from uuid import UUID

from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, Role
from oversight.control.apart import SPEAKERS
from oversight.departments import department_of

PUBLIC = "public"
# Everybody who acts in some role.
MEMBER = "member"
COMMITTEE = "committee"
CENTRAL = "central"
# Of things that have no day of their own: they stand after those that have.
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def applicant(organisation: UUID) -> str:
    return f"applicant:{organisation}"


def experts(organisation: UUID) -> str:
    """The head of an expert organisation."""
    return f"experts:{organisation}"


def auditor(user: UUID, organisation: UUID) -> str:
    """A person as an auditor of that organisation."""
    return f"auditor:{user}:{organisation}"


def auditor_anywhere(user: UUID) -> str:
    return f"auditor:{user}"


def chamber(organisation: UUID) -> str:
    return f"chamber:{organisation}"


def speaker(organisation: UUID) -> str:
    """Whoever answers to the Committee for the organisation."""
    return f"speaker:{organisation}"


def own(organisation: UUID) -> str:
    return f"own:{organisation}"


def department(code: str) -> str:
    return f"department:{code}"


def names_of(actor: Membership | None) -> list[str]:
    """Every name that the person answers to; without a role the public's alone."""
    if actor is None:
        return [PUBLIC]
    names = [PUBLIC, MEMBER, own(actor.organisation_id)]
    if actor.role in SPEAKERS:
        names.append(speaker(actor.organisation_id))
    match actor.role:
        case Role.APPLICANT:
            names.append(applicant(actor.organisation_id))
        case Role.EXPERT_HEAD:
            names.append(experts(actor.organisation_id))
        case Role.AUDITOR:
            names += [
                auditor(actor.user_id, actor.organisation_id),
                auditor_anywhere(actor.user_id),
            ]
        case Role.CHAMBER_OFFICER | Role.CHAMBER_SIGNATORY:
            names.append(chamber(actor.organisation_id))
    if actor.role in COMMITTEE_ROLES:
        where = department_of(actor, on=timezone.localdate())
        names += [COMMITTEE, CENTRAL if where.is_central else department(where.pk)]
    return names
