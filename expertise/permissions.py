"""Who a person is to a request for expertise or its act."""

from typing import Any

import rules

from accounts.models import Membership, Role
from accounts.permissions import (
    is_applicant,
    is_auditor,
    is_chamber_staff,
    is_committee,
    is_committee_head,
    is_expert_head,
)

from .models import Act, ExpertiseRequest


def request_of(obj: Any) -> ExpertiseRequest:
    return obj.request if isinstance(obj, Act) else obj


@rules.predicate
def is_blind(actor: Membership, obj: Any) -> bool:
    """A second expertise that its applicant must not learn of."""
    return obj is not None and hasattr(request_of(obj), "blind_of")


@rules.predicate
def is_own_request(actor: Membership, obj: Any) -> bool:
    return (
        obj is not None
        and request_of(obj).applicant_id == actor.organisation_id
        and not hasattr(request_of(obj), "blind_of")
    )


@rules.predicate
def is_own_entry(actor: Membership, entry: Any) -> bool:
    """Of the catalogue of the organisation that the actor acts for; none stands for a list."""
    return entry is None or entry.organisation_id == actor.organisation_id


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


@rules.predicate
def is_correction(_actor: Membership, obj: Any) -> bool:
    return request_of(obj).corrects_id is not None


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
# A correction is the expert side's own work: its applicant can answer, not stop it.
rules.add_perm("expertise.withdraw_request", applicant_of_request & ~is_correction)
rules.add_perm("expertise.clone_request", applicant_of_request)
# Whoever examines a second time may ask; the Committee answers, the applicant knows nothing of it.
rules.add_perm("expertise.answer_question", applicant_of_request | (is_committee & is_blind))
rules.add_perm("expertise.accept_request", head_of_request)
rules.add_perm("expertise.reject_request", head_of_request)
rules.add_perm("expertise.assign_auditor", head_of_request)
rules.add_perm("expertise.release_request", head_of_request)
rules.add_perm("expertise.override_conflict", is_committee_head & is_visible)
rules.add_perm("expertise.view_second_opinions", is_committee)
rules.add_perm("expertise.resolve_second_opinion", is_committee)
# Whose figures: those of everybody for the Committee, of the own auditors for their head.
rules.add_perm("expertise.view_quality", is_committee | is_expert_head)
rules.add_perm("expertise.examine_request", auditor_of_request)
rules.add_perm("expertise.ask_applicant", auditor_of_request)
rules.add_perm("expertise.sign_act", auditor_of_request)
rules.add_perm("expertise.refuse_expertise", auditor_of_request)
rules.add_perm("expertise.correct_act", auditor_of_request | head_of_request)
rules.add_perm("expertise.annul_act", head_of_request | (is_committee_head & is_visible))
rules.add_perm("expertise.use_catalogue", is_applicant & is_own_entry)
rules.add_perm("expertise.edit_catalogue", is_applicant & is_own_entry)


def may_see_findings(actor: Membership, request: ExpertiseRequest) -> bool:
    """Findings are a draft until the act is signed: only the expert side and control see them."""
    return request.status == "concluded" or actor.role in (
        Role.EXPERT_HEAD,
        Role.AUDITOR,
        Role.INSPECTOR,
        Role.COMMITTEE_HEAD,
    )
