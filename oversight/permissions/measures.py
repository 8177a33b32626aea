"""Permissions of measures and appeals: proposer, decider and whoever hears the appeal are apart.

Where a person serves is asked by the services (`departments.check_department`).
"""

from typing import Any

import rules
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.permissions import is_committee, is_committee_head, is_inspector
from oversight.models import Appeal, Measure
from reference.models import MeasureType

# Who of an organisation answers to the Committee; an auditor only about the own person.
SPEAKERS = (
    Role.APPLICANT,
    Role.EXPERT_HEAD,
    Role.CHAMBER_OFFICER,
    Role.CHAMBER_SIGNATORY,
)


def is_against_a_person(measure: Measure) -> bool:
    return measure.type.target == MeasureType.Target.AUDITOR or (
        measure.auditor_id is not None and measure.organisation_id is None
    )


@rules.predicate
def is_subject(actor: Membership | None, measure: Measure) -> bool:
    """The auditor in person, or somebody who speaks for the organisation."""
    if actor is None or not actor.is_in_force(on=timezone.localdate()):
        return False
    if is_against_a_person(measure):
        return actor.role == Role.AUDITOR and actor.user_id == measure.auditor_id
    return actor.role in SPEAKERS and actor.organisation_id == measure.organisation_id


@rules.predicate
def is_proposer(actor: Membership, measure: Measure) -> bool:
    return measure.proposed_by_id == actor.user_id


@rules.predicate
def is_subject_of_appeal(actor: Membership, appeal: Appeal) -> bool:
    return bool(is_subject(actor, appeal.measure))


@rules.predicate
def took_part(actor: Membership, appeal: Appeal) -> bool:
    """Whoever proposed, approved or decided the measure, or brought the appeal in."""
    measure = appeal.measure
    people = (
        measure.proposed_by_id, measure.approved_by_id, measure.decided_by_id, measure.auditor_id,
        appeal.filed_by_id, appeal.registered_by_id,
    )  # fmt: skip
    return actor.user_id in people


@rules.predicate
def is_about_oneself(actor: Membership, obj: Any) -> bool:
    return obj.auditor_id == actor.user_id


rules.add_perm("oversight.read_measure", is_committee)
rules.add_perm("oversight.propose_measure", is_inspector)
rules.add_perm("oversight.withdraw_measure", is_committee & is_proposer)
rules.add_perm("oversight.decide_measure", is_committee_head & ~is_proposer & ~is_about_oneself)
rules.add_perm("oversight.follow_measure", is_committee)
rules.add_perm("oversight.reply_to_measure", is_subject)
rules.add_perm("oversight.register_reply", is_inspector)
rules.add_perm("oversight.file_appeal", is_subject)
rules.add_perm("oversight.register_appeal", is_inspector)
rules.add_perm("oversight.withdraw_appeal", is_subject_of_appeal)
rules.add_perm("oversight.decide_appeal", is_committee_head & ~took_part)
