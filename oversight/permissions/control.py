"""Permissions of desk checks, violations and recommendations.

Author, reviewer, decider and inspector are different people, and so are whoever examines a check,
whoever closes it, whoever prepares a recommendation and whoever decides on an objection.
"""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_committee, is_committee_head, is_inspector
from oversight.control.apart import speaks_for
from oversight.control.apart import stands_apart as person_stands_apart
from oversight.departments import may_act_in
from oversight.models import DeskCheck, Recommendation


def check_of(obj: Any) -> DeskCheck:
    return obj.desk_check if isinstance(obj, Recommendation) else obj


@rules.predicate
def serves_there(actor: Membership, obj: Any) -> bool:
    """Of the department that the check belongs to, or of the central office."""
    return may_act_in(actor, check_of(obj).department)


@rules.predicate
def serves_centrally(actor: Membership, obj: Any) -> bool:
    return may_act_in(actor, None)


@rules.predicate
def is_its_inspector(actor: Membership, obj: Any) -> bool:
    return check_of(obj).inspector_id == actor.user_id


@rules.predicate
def stands_apart(actor: Membership, obj: Any) -> bool:
    return person_stands_apart(actor.user, check_of(obj).certificate)


@rules.predicate
def is_asked(actor: Membership, check: DeskCheck) -> bool:
    """The organisation that the open question is addressed to."""
    asked = check.questions.filter(answered_at__isnull=True).order_by("-asked_at").first()
    return asked is not None and speaks_for(actor, asked.addressee_id, check)


@rules.predicate
def is_named(actor: Membership, check: DeskCheck) -> bool:
    """An organisation of whose violations the conclusion speaks."""
    named = check.violations.filter(
        organisation=actor.organisation_id, set_aside_at__isnull=True
    ).exists()
    return named and speaks_for(actor, actor.organisation_id, check)


@rules.predicate
def is_addressee(actor: Membership, recommendation: Recommendation) -> bool:
    return speaks_for(actor, recommendation.addressee_id, recommendation.desk_check)


@rules.predicate
def has_prepared(actor: Membership, recommendation: Recommendation) -> bool:
    return recommendation.prepared_by_id == actor.user_id


heads = is_committee_head & serves_there
works_on_it = is_committee & is_its_inspector & serves_there & stands_apart
# Whoever decides after the inspector is neither the inspector nor a person of the case.
second_person = heads & ~is_its_inspector & stands_apart

rules.add_perm("oversight.read_check", is_committee & serves_there)
rules.add_perm("oversight.list_checks", is_committee)
rules.add_perm("oversight.assign_check", heads | (is_inspector & serves_centrally))
rules.add_perm("oversight.work_on_check", works_on_it)
rules.add_perm("oversight.answer_check", is_asked)
rules.add_perm("oversight.object_to_check", is_named)
rules.add_perm("oversight.decide_objection", second_person)
rules.add_perm("oversight.close_check", second_person)

rules.add_perm("oversight.read_recommendation", is_committee & serves_there)
rules.add_perm("oversight.prepare_recommendation", works_on_it)
rules.add_perm("oversight.send_recommendation", works_on_it | (heads & has_prepared))
rules.add_perm("oversight.answer_recommendation", is_addressee)
rules.add_perm("oversight.decide_recommendation_objection", second_person & ~has_prepared)
rules.add_perm("oversight.confirm_recommendation", works_on_it | heads)
