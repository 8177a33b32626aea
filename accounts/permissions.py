"""Permission predicates shared by all rooms.

An *actor* is a `Membership`: a person acting in one role for one organisation. Predicates say
who a person is to an object; when something may be done is the transition table's matter.
"""

from typing import Any

import rules
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .errors import PermissionRefused
from .models import COMMITTEE_ROLES, Membership, Organisation, Role

MANAGE_PEOPLE = "accounts.manage_people"
SEE_PEOPLE = "accounts.see_people"


def has_role(*roles: Role) -> rules.Predicate:
    """A predicate: the actor's membership is in force today and its role is one of `roles`."""

    @rules.predicate(name="has_role:" + ",".join(roles))
    def check(actor: Membership | None) -> bool:
        return (
            actor is not None and actor.role in roles and actor.is_in_force(on=timezone.localdate())
        )

    return check


is_applicant = has_role(Role.APPLICANT)
is_expert_head = has_role(Role.EXPERT_HEAD)
is_auditor = has_role(Role.AUDITOR)
is_chamber_officer = has_role(Role.CHAMBER_OFFICER)
is_chamber_signatory = has_role(Role.CHAMBER_SIGNATORY)
is_chamber_staff = has_role(Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY)
is_inspector = has_role(Role.INSPECTOR)
is_committee_head = has_role(Role.COMMITTEE_HEAD)
is_committee = has_role(*COMMITTEE_ROLES)


@rules.predicate
def is_of_organisation(actor: Membership | None, organisation: Organisation) -> bool:
    """Acts for the organisation today, as its own employee or as its agent."""
    return (
        actor is not None
        and actor.organisation_id == organisation.pk
        and actor.is_in_force(on=timezone.localdate())
    )


@rules.predicate
def is_head(actor: Membership | None, organisation: Organisation) -> bool:
    return actor is not None and actor.is_head


rules.add_perm(SEE_PEOPLE, is_of_organisation)
rules.add_perm(MANAGE_PEOPLE, is_of_organisation & is_head)


def has_permission(actor: Membership | None, permission: str, obj: Any) -> bool:
    """`rules` is asked directly: Django's `has_perm` would let a superuser pass every check."""
    return rules.has_perm(permission, actor, obj)


def authorize(actor: Membership | None, permission: str, obj: Any) -> None:
    if not has_permission(actor, permission, obj):
        raise PermissionRefused(
            "not_allowed", _("Your role in this case does not allow this action.")
        )
