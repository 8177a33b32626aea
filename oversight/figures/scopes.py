"""Who sees which figures, and of whom."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.models import COMMITTEE_ROLES, Membership, Role

Counted = TypeVar("Counted", bound=Model)


class Audience(StrEnum):
    PUBLIC = "public"
    COMMITTEE = "committee"
    CHAMBER = "chamber"
    EXPERTS = "experts"


EVERYBODY = frozenset(Audience)


@dataclass(frozen=True)
class Scope:
    """The public and the Committee see the whole country; an organisation sees its own alone."""

    audience: Audience
    organisation_id: UUID | None = None

    @property
    def is_public(self) -> bool:
        return self.audience == Audience.PUBLIC

    @property
    def names_auditors(self) -> bool:
        """An auditor is named to the Committee and to the own organisation."""
        return self.audience in (Audience.COMMITTEE, Audience.EXPERTS)

    @property
    def opens_cases(self) -> bool:
        return not self.is_public

    def narrow(self, rows: QuerySet[Counted]) -> QuerySet[Counted]:
        match self.audience:
            case Audience.CHAMBER:
                return rows.filter(chamber=self.organisation_id)
            case Audience.EXPERTS:
                return rows.filter(expert_organisation=self.organisation_id)
        return rows


PUBLIC = Scope(Audience.PUBLIC)
COMMITTEE = Scope(Audience.COMMITTEE)


def scope_of(actor: Membership | None) -> Scope | None:
    """The figures of the person's own work; None for those who have none of their own."""
    if actor is None:
        return None
    if actor.role in COMMITTEE_ROLES:
        return COMMITTEE
    match actor.role:
        case Role.CHAMBER_OFFICER | Role.CHAMBER_SIGNATORY:
            return Scope(Audience.CHAMBER, actor.organisation_id)
        case Role.EXPERT_HEAD:
            return Scope(Audience.EXPERTS, actor.organisation_id)
    return None
