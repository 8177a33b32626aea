"""Who took part in a case, and who speaks for a side of it: neither checks it."""

from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Role, User
from issuance.models import Certificate, TakeOver
from oversight.models import DeskCheck

# Who of an organisation answers to the Committee; an auditor only about an own act.
SPEAKERS = (
    Role.APPLICANT,
    Role.EXPERT_HEAD,
    Role.CHAMBER_OFFICER,
    Role.CHAMBER_SIGNATORY,
)


def people_of_case(certificate: Certificate) -> frozenset[UUID]:
    """Author, auditor, reviewer, decider and everybody through whose hands the review went."""
    application = certificate.application
    act = application.act
    request = act.request
    named = {
        application.filed_by_id, application.auditor_id, application.reviewer_id,
        application.decider_id, act.signed_by_id, request.created_by_id, request.submitted_by_id,
        request.auditor_id,
    }  # fmt: skip
    named.update(application.answers.values_list("answered_by", flat=True))
    handed = application.take_overs.filter(what=TakeOver.What.REVIEW)
    for pair in handed.values_list("previous", "taken_by"):
        named.update(pair)
    return frozenset(person for person in named if person is not None)


def sides_of_case(certificate: Certificate) -> frozenset[UUID]:
    """The organisations whose work is checked."""
    application = certificate.application
    experts = application.act.request.expert_organisation_id
    sides = {application.applicant_id, application.chamber_id, experts}
    return frozenset(side for side in sides if side is not None)


def stands_apart(user: User, certificate: Certificate) -> bool:
    """Whether the person neither took part nor belongs to one of the organisations concerned."""
    if user.pk in people_of_case(certificate):
        return False
    own = Membership.objects.current().filter(user=user)
    return not own.filter(organisation__in=sides_of_case(certificate)).exists()


def speaks_for(actor: Membership, organisation_id: UUID | None, check: DeskCheck) -> bool:
    """Whether the person answers for the organisation in this check."""
    if organisation_id is None or actor.organisation_id != organisation_id:
        return False
    if actor.role == Role.AUDITOR:
        return actor.user_id == check.certificate.application.act.signed_by_id
    return actor.role in SPEAKERS


def addressed(actor: Membership, *, organisation: str, auditor: str) -> Q:
    """The rows addressed to the person's organisation, by the paths to it and to the auditor."""
    own = Q(**{organisation: actor.organisation_id})
    if actor.role == Role.AUDITOR:
        return own & Q(**{auditor: actor.user_id})
    return own if actor.role in SPEAKERS else Q(pk__in=[])
