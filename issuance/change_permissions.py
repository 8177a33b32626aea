"""Who may propose, decide and do what with a certificate after issue.

When something may be done is the transition table's matter; here is who a person is to it.
"""

from typing import Any

import rules

from accounts.models import COMMITTEE_ROLES, Membership
from accounts.permissions import (
    is_applicant,
    is_chamber_signatory,
    is_chamber_staff,
    is_committee,
    is_committee_head,
    is_inspector,
)

from .models import CertificateChange
from .permissions import (
    applicant_of_application,
    is_neither_author_nor_auditor,
    is_own_application,
    is_own_chamber,
    is_visible,
)


@rules.predicate
def is_proposer(actor: Membership, change: CertificateChange) -> bool:
    return change.proposed_by_id == actor.user_id


@rules.predicate
def is_proposed_by_the_committee(_actor: Membership, change: CertificateChange) -> bool:
    return change.proposed_role in COMMITTEE_ROLES


def of_its_application(predicate: rules.Predicate) -> rules.Predicate:
    """The predicate asked of the application behind a change or a draw."""

    @rules.predicate(name=f"of_its_application:{predicate.name}")
    def check(actor: Membership, obj: Any) -> bool:
        return bool(predicate(actor, obj.certificate.application))

    return check


staff_apart = is_chamber_staff & is_own_chamber & is_neither_author_nor_auditor
staff_of_chamber = is_chamber_staff & is_own_chamber
# The Committee decides on what its inspector found; the chamber on everything else.
signatory_apart = (
    is_chamber_signatory
    & of_its_application(is_own_chamber)
    & of_its_application(is_neither_author_nor_auditor)
    & ~is_proposer
    & ~is_proposed_by_the_committee
)
committee_apart = is_committee_head & is_proposed_by_the_committee & ~is_proposer

rules.add_perm("issuance.propose_suspend", staff_apart | is_inspector)
rules.add_perm("issuance.propose_lift", staff_apart | is_inspector)
rules.add_perm("issuance.propose_revoke", staff_apart | is_inspector | applicant_of_application)
rules.add_perm("issuance.propose_set_aside", staff_apart | is_inspector)
rules.add_perm("issuance.propose_duplicate", staff_of_chamber | applicant_of_application)
rules.add_perm("issuance.decide_change", signatory_apart | committee_apart)
rules.add_perm("issuance.withdraw_change", is_proposer)
rules.add_perm("issuance.view_change", of_its_application(is_visible))
rules.add_perm("issuance.apply_for_replacement", applicant_of_application | staff_apart)
rules.add_perm("issuance.keep_originals", staff_of_chamber)
rules.add_perm("issuance.draw_quantity", applicant_of_application | staff_of_chamber)
rules.add_perm(
    "issuance.give_back_quantity",
    (is_applicant & of_its_application(is_own_application))
    | (is_chamber_staff & of_its_application(is_own_chamber)),
)
rules.add_perm("issuance.view_originals", is_chamber_staff | is_committee)
rules.add_perm("issuance.view_over_uses", is_committee)
