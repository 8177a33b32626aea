"""Who a person is to an application or a certificate."""

from typing import Any

import rules
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import (
    is_applicant,
    is_auditor,
    is_chamber_officer,
    is_chamber_signatory,
    is_chamber_staff,
    is_committee,
    is_committee_head,
    is_expert_head,
)
from expertise.permissions import is_own_request

from .mandates import has_one_who_confirms, mandate_in_force
from .models import Application, Certificate, ChamberSeal, Mandate, Power, TakeOver


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
def is_author(actor: Membership, obj: Any) -> bool:
    return application_of(obj).filed_by_id == actor.user_id


@rules.predicate
def is_found_by_the_chamber(_actor: Membership, obj: Any) -> bool:
    """A replacement that the chamber began on its own finding of an error."""
    application = application_of(obj)
    return (
        application.replaces_id is not None
        and Membership.objects.filter(
            user=application.filed_by_id, organisation=application.chamber_id
        ).exists()
    )


@rules.predicate
def is_reviewer(actor: Membership, obj: Any) -> bool:
    return application_of(obj).reviewer_id == actor.user_id


@rules.predicate
def has_reviewed(actor: Membership, obj: Any) -> bool:
    """A review may pass through several hands: whoever answered or handed it on took part."""
    application = application_of(obj)
    if application.answers.filter(answered_by=actor.user_id).exists():
        return True
    review = application.take_overs.filter(what=TakeOver.What.REVIEW)
    return review.filter(Q(previous=actor.user_id) | Q(taken_by=actor.user_id)).exists()


@rules.predicate
def is_visible(actor: Membership, obj: Any) -> bool:
    return Application.objects.visible_to(actor).filter(pk=application_of(obj).pk).exists()


applicant_of_application = is_applicant & is_own_application
# The applicant, or the officer whose chamber found an error in its own certificate.
author_side = (applicant_of_application & ~is_found_by_the_chamber) | (
    is_chamber_staff & is_author & is_found_by_the_chamber
)
officer_apart = is_chamber_officer & is_own_chamber & is_neither_author_nor_auditor
reviewer = officer_apart & is_reviewer
# Gives reviews out and back; whoever does only that has not reviewed.
signatory_apart = is_chamber_signatory & is_own_chamber & is_neither_author_nor_auditor
# The decider is never the reviewer, even when one person holds both roles.
decider = signatory_apart & ~is_reviewer & ~has_reviewed


@rules.predicate
def is_of_the_chamber(actor: Membership, obj: Any) -> bool:
    """Asked of a chamber, or of a row of its registers."""
    chamber = obj.chamber_id if isinstance(obj, Mandate | ChamberSeal) else obj.pk
    return chamber == actor.organisation_id


@rules.predicate
def may_confirm_for_the_chamber(actor: Membership, obj: Any) -> bool:
    mandate = mandate_in_force(actor.user, actor.organisation, Power.MANDATES, timezone.localdate())
    return mandate is not None


@rules.predicate
def nobody_confirms_in_the_chamber(actor: Membership, obj: Any) -> bool:
    return obj.chamber is not None and not has_one_who_confirms(obj.chamber, timezone.localdate())


@rules.predicate
def is_neither_its_author_nor_its_holder(actor: Membership, obj: Any) -> bool:
    return actor.user_id not in (obj.entered_by_id, getattr(obj, "user_id", None))


@rules.predicate
def is_its_author(actor: Membership, obj: Any) -> bool:
    return obj.confirmed_at is None and obj.entered_by_id == actor.user_id


confirms_for_own_chamber = is_chamber_signatory & is_of_the_chamber & may_confirm_for_the_chamber
# Without anybody in the chamber who may confirm, as at its beginning, the Committee steps in.
confirms_instead = is_committee_head & nobody_confirms_in_the_chamber
confirms = is_neither_its_author_nor_its_holder & (confirms_for_own_chamber | confirms_instead)
ends = confirms_for_own_chamber | is_committee_head | (is_chamber_staff & is_its_author)

viewer = (is_applicant | is_expert_head | is_auditor | is_chamber_staff | is_committee) & is_visible

rules.add_perm("issuance.view_application", viewer)
rules.add_perm("issuance.view_certificate", viewer)
# The checklist and what the reviewer writes to the decider are the chamber's own work.
rules.add_perm("issuance.view_review", (is_chamber_staff | is_committee) & is_visible)
# The letter of refusal is written to the applicant; the auditor reads the reason on the page.
rules.add_perm(
    "issuance.view_letter", (is_applicant | is_chamber_staff | is_committee) & is_visible
)
# Asked of the act's request: only its applicant may take it to a chamber.
rules.add_perm("issuance.create_application", is_applicant & is_own_request)
rules.add_perm("issuance.submit_application", author_side)
rules.add_perm("issuance.withdraw_application", author_side)
rules.add_perm("issuance.answer_question", author_side)
rules.add_perm("issuance.take_application", officer_apart)
rules.add_perm("issuance.review_application", reviewer)
rules.add_perm("issuance.recommend_application", reviewer)
rules.add_perm("issuance.propose_refusal", reviewer)
rules.add_perm("issuance.ask_applicant", reviewer)
rules.add_perm("issuance.consult", reviewer)
rules.add_perm("issuance.take_over", officer_apart & ~is_reviewer)
rules.add_perm("issuance.release_application", reviewer | signatory_apart)
rules.add_perm("issuance.reassign_application", signatory_apart)
# Whoever may act on the case next may have it open; the step itself asks its own permission.
rules.add_perm("issuance.open_case", officer_apart | decider)
rules.add_perm("issuance.decide_many", is_chamber_signatory)
rules.add_perm("issuance.approve_application", decider)
rules.add_perm("issuance.return_application", decider)
rules.add_perm("issuance.refuse_application", decider)
rules.add_perm("issuance.resume_issue", is_chamber_signatory & is_own_chamber)

rules.add_perm("issuance.view_registers", is_chamber_staff | is_committee)
rules.add_perm("issuance.enter_mandate", is_chamber_staff & is_of_the_chamber)
rules.add_perm("issuance.confirm_mandate", confirms)
rules.add_perm("issuance.end_mandate", ends)
rules.add_perm("issuance.enter_seal", is_chamber_staff & is_of_the_chamber)
rules.add_perm("issuance.confirm_seal", confirms)
rules.add_perm("issuance.end_seal", ends)
