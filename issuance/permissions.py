"""Who a person is to an application or a certificate."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import (
    is_applicant,
    is_auditor,
    is_chamber_officer,
    is_chamber_signatory,
    is_chamber_staff,
    is_committee,
    is_expert_head,
)
from expertise.permissions import is_own_request

from .models import Application, Certificate


def application_of(obj: Any) -> Application:
    return obj.application if isinstance(obj, Certificate) else obj


@rules.predicate
def is_own_application(actor: Membership, obj: Any) -> bool:
    return application_of(obj).applicant_id == actor.organisation_id


@rules.predicate
def is_own_chamber(actor: Membership, obj: Any) -> bool:
    application = application_of(obj)
    return application.submitted_at is not None and application.chamber_id == actor.organisation_id


@rules.predicate
def is_neither_author_nor_auditor(actor: Membership, obj: Any) -> bool:
    application = application_of(obj)
    return actor.user_id not in (application.filed_by_id, application.auditor_id)


@rules.predicate
def is_reviewer(actor: Membership, obj: Any) -> bool:
    return application_of(obj).reviewer_id == actor.user_id


@rules.predicate
def is_visible(actor: Membership, obj: Any) -> bool:
    return Application.objects.visible_to(actor).filter(pk=application_of(obj).pk).exists()


applicant_of_application = is_applicant & is_own_application
officer_apart = is_chamber_officer & is_own_chamber & is_neither_author_nor_auditor
reviewer = officer_apart & is_reviewer
# The decider is never the reviewer, even when one person holds both roles.
decider = is_chamber_signatory & is_own_chamber & is_neither_author_nor_auditor & ~is_reviewer

viewer = (is_applicant | is_expert_head | is_auditor | is_chamber_staff | is_committee) & is_visible

rules.add_perm("issuance.view_application", viewer)
rules.add_perm("issuance.view_certificate", viewer)
# The checklist and what the reviewer writes to the decider are the chamber's own work.
rules.add_perm("issuance.view_review", (is_chamber_staff | is_committee) & is_visible)
# Asked of the act's request: only its applicant may take it to a chamber.
rules.add_perm("issuance.create_application", is_applicant & is_own_request)
rules.add_perm("issuance.submit_application", applicant_of_application)
rules.add_perm("issuance.withdraw_application", applicant_of_application)
rules.add_perm("issuance.answer_question", applicant_of_application)
rules.add_perm("issuance.take_application", officer_apart)
rules.add_perm("issuance.review_application", reviewer)
rules.add_perm("issuance.recommend_application", reviewer)
rules.add_perm("issuance.propose_refusal", reviewer)
rules.add_perm("issuance.ask_applicant", reviewer)
rules.add_perm("issuance.approve_application", decider)
rules.add_perm("issuance.return_application", decider)
rules.add_perm("issuance.refuse_application", decider)
rules.add_perm("issuance.resume_issue", is_chamber_signatory & is_own_chamber)
