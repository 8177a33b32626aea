"""Who stands apart from a case, as a condition on rows: `oversight.control.apart` in the database.

A test compares both over every thing of a population.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership, Role
from issuance.models import ChecklistAnswer, TakeOver
from oversight.control.apart import SPEAKERS

from .reading import NOTHING, Reader

# Who took part in a case, by the paths from its application.
NAMED = (
    "filed_by", "auditor", "reviewer", "decider", "act__signed_by", "act__request__created_by",
    "act__request__submitted_by", "act__request__auditor",
)  # fmt: skip
SIDES = ("applicant", "chamber", "act__request__expert_organisation")


def apart_from_case(me: UUID, certificate: str) -> Q:
    """Neither took part in the case of the certificate nor serves one of its sides."""
    application = f"{certificate}__application"
    mine = Q()
    for name in NAMED:
        mine |= Q(**{f"{application}__{name}": me})
    own = Membership.objects.current().filter(user=me).values("organisation")
    for side in SIDES:
        mine |= Q(**{f"{application}__{side}__in": own})
    answered = ChecklistAnswer.objects.filter(
        application=OuterRef(f"{application}"), answered_by=me
    )
    handed = TakeOver.objects.filter(
        Q(previous=me) | Q(taken_by=me),
        application=OuterRef(f"{application}"),
        what=TakeOver.What.REVIEW,
    )
    return ~mine & ~Q(Exists(answered)) & ~Q(Exists(handed))


def speaks_for(reader: Reader, *, organisation: str, auditor: str) -> Q:
    """Rows addressed to the person's organisation; to an auditor those about the own act."""
    own = Q(**{organisation: reader.actor.organisation_id})
    if reader.role == Role.AUDITOR:
        return own & Q(**{auditor: reader.me})
    return own if reader.role in SPEAKERS else NOTHING
