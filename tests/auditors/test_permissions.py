"""Who may do what with an attestation, against a table that people can read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import Membership, Role
from accounts.permissions import has_permission
from auditors.models import AttestationCase
from auditors.services import admitting, applying, deciding, testing
from tests import scenarios
from tests.auditors import scenarios as attesting

pytestmark = pytest.mark.django_db

MATRIX = Path(__file__).parent / "permission_matrix.txt"
# A case waits for the head once an inspector has prepared the decision.
PROPOSED = {
    "tested, attest proposed": ("tested", "attest", ""),
    "attested, extend proposed": ("attested", "extend", ""),
    "attested, suspend proposed": ("attested", "suspend", "unreliable_conclusion"),
    "attested, revoke proposed": ("attested", "revoke", "repeated_violation"),
    "suspended, revoke proposed": ("suspended", "revoke", "repeated_violation"),
}
STATES = (*attesting.PATH, *PROPOSED, "refused", "withdrawn", "failed", "revoked", "expired")


def a_case_in(state: str) -> AttestationCase:
    if state not in PROPOSED:
        return attesting.a_case(state)
    status, kind, reason = PROPOSED[state]
    case = attesting.a_case(status)
    if kind == "extend":
        # Only the last thirty days allow it; the row is what the service would have written.
        case.proposals.create(kind=kind, proposed_by=attesting.inspector(case).user)
    else:
        attesting.propose(case, kind, reason)
    return AttestationCase.objects.get(pk=case.pk)


def the_inspector(case: AttestationCase) -> Membership:
    return attesting.inspector(case)


PEOPLE: dict[str, Callable[[AttestationCase], Membership]] = {
    "auditor": attesting.the_candidate,
    "other-auditor": lambda _case: attesting.a_candidate(),
    "expert-head": lambda case: scenarios.a_person(
        Role.EXPERT_HEAD, attesting.the_candidate(case).organisation
    ),
    "inspector": the_inspector,
    "auditor-inspector": lambda case: scenarios.as_member(case.user, Role.INSPECTOR),
    "head": lambda _case: scenarios.a_person(Role.COMMITTEE_HEAD),
    "inspector-head": lambda case: scenarios.as_member(
        the_inspector(case).user, Role.COMMITTEE_HEAD
    ),
    "auditor-head": lambda case: scenarios.as_member(case.user, Role.COMMITTEE_HEAD),
    "chamber-officer": lambda _case: scenarios.a_person(Role.CHAMBER_OFFICER),
    "applicant": lambda _case: scenarios.a_person(Role.APPLICANT),
}
SERVICES: dict[str, Callable[..., Any]] = {
    "admit": admitting.admit_applicant,
    "refuse": admitting.refuse_applicant,
    "attest": deciding.attest_auditor,
    "extend": deciding.extend_attestation,
    "suspend": deciding.suspend_attestation,
    "lift": deciding.lift_suspension,
    "revoke": deciding.revoke_attestation,
    "withdraw": applying.withdraw_application,
    "pass_test": testing.register_test,
}
GIVEN: dict[str, dict[str, Any]] = {
    "refuse": {"reason": "requirements_not_met"},
    "lift": {"note": "Нарушение устранено."},
    "pass_test": {"taken_on": None, "score": 1, "questions": 100},
}


def expected() -> dict[tuple[str, str], set[str]]:
    table: dict[tuple[str, str], set[str]] = {}
    state = ""
    for line in MATRIX.read_text().splitlines():
        if line.startswith("["):
            state = line.strip("[]")
        elif ":" in line and not line.startswith("#"):
            person, names = line.split(":")
            table[state, person.strip()] = set(names.split())
    return table


def test_the_table_names_every_state_and_every_person() -> None:
    assert expected().keys() == {(state, person) for state in STATES for person in PEOPLE}


@pytest.mark.parametrize("state", STATES)
def test_each_person_may_do_exactly_what_the_table_says(state: str) -> None:
    case = a_case_in(state)
    before = case.status
    table = expected()
    for person, find in PEOPLE.items():
        actor = find(case)
        offered = {action.name for action in case.WORKFLOW.available(case, actor)}
        assert offered == table[state, person], (state, person)
        for name in SERVICES.keys() - offered:
            with pytest.raises(DomainError):
                SERVICES[name](case=case, actor=actor, **GIVEN.get(name, {}))
    case.refresh_from_db()
    assert case.status == before


def test_only_the_portal_returns_and_expires() -> None:
    case = attesting.a_case("suspended")
    offered = {
        action.name
        for find in PEOPLE.values()
        for action in case.WORKFLOW.available(case, find(case))
    }
    assert not offered & {"return", "expire"}


@pytest.mark.parametrize("role", list(Role))
def test_what_is_listed_is_what_may_be_seen(role: str) -> None:
    cases = [attesting.a_case("applied"), attesting.a_case("attested")]
    actors = [scenarios.a_person(role)]
    if role == Role.AUDITOR:
        actors.append(attesting.the_candidate(cases[0]))
    for actor in actors:
        listed = set(AttestationCase.objects.visible_to(actor))
        seen = {case for case in cases if has_permission(actor, "auditors.view_case", case)}
        assert listed == seen
