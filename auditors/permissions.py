"""Who a person is to an attestation: the auditor, the one who prepared, the one who decides."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import (
    is_auditor,
    is_committee,
    is_committee_head,
    is_expert_head,
    is_inspector,
)

from .models import AttestationCase, Declaration, Proposal


@rules.predicate
def is_own(actor: Membership, obj: Any) -> bool:
    return isinstance(obj, (AttestationCase, Declaration)) and obj.user_id == actor.user_id


@rules.predicate
def is_admitter(actor: Membership, case: AttestationCase) -> bool:
    return case.admitted_by_id == actor.user_id


def is_proposed(kind: Proposal.Kind) -> rules.Predicate:
    """A predicate: an inspector other than the actor has prepared this decision."""

    @rules.predicate(name=f"is_proposed:{kind}")
    def check(actor: Membership, case: AttestationCase) -> bool:
        proposal = case.pending_proposal()
        return (
            proposal is not None
            and proposal.kind == kind
            and proposal.proposed_by_id != actor.user_id
        )

    return check


@rules.predicate
def is_proposer(actor: Membership, case: AttestationCase) -> bool:
    proposal = case.pending_proposal()
    return proposal is not None and proposal.proposed_by_id == actor.user_id


@rules.predicate
def is_anything_proposed(_actor: Membership, case: AttestationCase) -> bool:
    return case.pending_proposal() is not None


own_case = is_auditor & is_own
preparer = is_inspector & ~is_own
decider = is_committee_head & ~is_own

rules.add_perm("auditors.view_case", own_case | is_committee)
rules.add_perm("auditors.apply_for_attestation", is_auditor)
rules.add_perm("auditors.add_proof", own_case)
rules.add_perm("auditors.withdraw_application", own_case)
rules.add_perm("auditors.ask_extension", own_case)
rules.add_perm("auditors.declare_interest", is_auditor)
rules.add_perm("auditors.withdraw_declaration", own_case)
rules.add_perm("auditors.view_declarations", own_case | is_committee)
rules.add_perm("auditors.view_own_auditors", is_expert_head)
rules.add_perm("auditors.list_cases", is_committee)
rules.add_perm("auditors.decide_requirement", preparer)
rules.add_perm("auditors.admit_applicant", preparer)
rules.add_perm("auditors.refuse_applicant", preparer)
rules.add_perm("auditors.register_test", preparer)
rules.add_perm("auditors.import_tests", is_inspector)
rules.add_perm("auditors.propose_decision", preparer & ~is_anything_proposed)
# The one who decides has neither admitted the person nor proposed the decision.
rules.add_perm(
    "auditors.attest_auditor", decider & ~is_admitter & is_proposed(Proposal.Kind.ATTEST)
)
rules.add_perm("auditors.extend_attestation", decider & is_proposed(Proposal.Kind.EXTEND))
rules.add_perm("auditors.suspend_attestation", decider & is_proposed(Proposal.Kind.SUSPEND))
rules.add_perm("auditors.revoke_attestation", decider & is_proposed(Proposal.Kind.REVOKE))
rules.add_perm("auditors.decline_proposal", decider & is_anything_proposed & ~is_proposer)
rules.add_perm("auditors.lift_suspension", decider)
