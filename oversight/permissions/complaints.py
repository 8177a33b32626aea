"""Permissions of complaints: whoever examines one does not sign its answer."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_applicant, is_committee, is_committee_head, is_inspector
from issuance.models import Application
from oversight.control.apart import stands_apart as person_stands_apart
from oversight.departments import may_act_in
from oversight.models import Complaint


@rules.predicate
def serves_there(actor: Membership, complaint: Any) -> bool:
    """Of the department that it was given to; what no department has is the central office's."""
    return may_act_in(actor, complaint.department)


@rules.predicate
def may_examine(actor: Membership, complaint: Complaint) -> bool:
    """The inspector it was given to, or anybody while it was given to nobody."""
    return complaint.inspector_id in (None, actor.user_id)


@rules.predicate
def has_written_the_answer(actor: Membership, complaint: Complaint) -> bool:
    return actor.user_id in (complaint.inspector_id, complaint.drafted_by_id)


@rules.predicate
def stands_apart(actor: Membership, complaint: Complaint) -> bool:
    """Nobody decides on a complaint about a case of their own."""
    certificate = complaint.certificate
    return certificate is None or person_stands_apart(actor.user, certificate)


@rules.predicate
def is_the_applicant(actor: Membership, application: Application) -> bool:
    return application.applicant_id == actor.organisation_id


rules.add_perm("oversight.list_complaints", is_committee)
rules.add_perm("oversight.read_complaint", is_committee & serves_there)
rules.add_perm("oversight.register_complaint", is_committee & serves_there)
rules.add_perm(
    "oversight.examine_complaint", is_inspector & serves_there & may_examine & stands_apart
)
rules.add_perm("oversight.extend_complaint", is_committee_head & serves_there)
rules.add_perm("oversight.hand_over_complaint", is_committee_head & serves_there)
rules.add_perm(
    "oversight.answer_complaint",
    is_committee_head & serves_there & ~has_written_the_answer & stands_apart,
)
rules.add_perm("oversight.complain_of_refusal", is_applicant & is_the_applicant)
