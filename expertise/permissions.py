"""Who a person is to a request for expertise or its act."""

from typing import Any

import rules

from accounts.models import Membership, Role
from accounts.permissions import (
    is_applicant,
    is_auditor,
    is_chamber_staff,
    is_committee,
    is_expert_head,
)

from .models import Act, ExpertiseRequest


def request_of(obj: Any) -> ExpertiseRequest:
    return obj.request if isinstance(obj, Act) else obj


@rules.predicate
def is_own_request(actor: Membership, obj: Any) -> bool:
    return obj is not None and request_of(obj).applicant_id == actor.organisation_id


@rules.predicate
def is_filed_here(actor: Membership, obj: Any) -> bool:
    """The request was filed with the actor's expert organisation."""
    return (
        obj is not None
        and request_of(obj).submitted_at is not None
        and request_of(obj).expert_organisation_id == actor.organisation_id
    )


@rules.predicate
def is_assigned_auditor(actor: Membership, obj: Any) -> bool:
    return obj is not None and request_of(obj).auditor_id == actor.user_id


@rules.predicate
def is_not_author(actor: Membership, obj: Any) -> bool:
    """A person who works for both sides must not examine what the same person filed."""
    request = request_of(obj)
    return actor.user_id not in (request.submitted_by_id, request.created_by_id)


@rules.predicate
def is_visible(actor: Membership, obj: Any) -> bool:
    return ExpertiseRequest.objects.visible_to(actor).filter(pk=request_of(obj).pk).exists()


applicant_of_request = is_applicant & is_own_request
head_of_request = is_expert_head & is_filed_here & is_not_author
auditor_of_request = is_auditor & is_filed_here & is_assigned_auditor & is_not_author

rules.add_perm(
    "expertise.view_request",
    (is_applicant | is_expert_head | is_auditor | is_chamber_staff | is_committee) & is_visible,
)
rules.add_perm("expertise.create_request", is_applicant)
rules.add_perm("expertise.edit_request", applicant_of_request)
rules.add_perm("expertise.submit_request", applicant_of_request)
rules.add_perm("expertise.withdraw_request", applicant_of_request)
rules.add_perm("expertise.answer_question", applicant_of_request)
rules.add_perm("expertise.accept_request", head_of_request)
rules.add_perm("expertise.reject_request", head_of_request)
rules.add_perm("expertise.assign_auditor", head_of_request)
rules.add_perm("expertise.examine_request", auditor_of_request)
rules.add_perm("expertise.ask_applicant", auditor_of_request)
rules.add_perm("expertise.sign_act", auditor_of_request)


def may_see_findings(actor: Membership, request: ExpertiseRequest) -> bool:
    """Findings are a draft until the act is signed: only the expert side and control see them."""
    return request.status == "concluded" or actor.role in (
        Role.EXPERT_HEAD,
        Role.AUDITOR,
        Role.INSPECTOR,
        Role.COMMITTEE_HEAD,
    )
