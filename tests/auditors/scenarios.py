"""Attestation cases in any status, reached the way people reach it."""

import datetime as dt
import itertools
from typing import Any

import time_machine
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from accounts.identifiers import check_digit, complete_identifier
from accounts.models import Membership, Role
from auditors.keeping_dates import keep_dates
from auditors.models import AttestationCase, Proposal
from auditors.services import admitting, applying, deciding, testing
from tests import scenarios

_serial = itertools.count(1)
REQUIREMENTS = ("education", "experience", "training")
# The way of a case; `a_case(status)` walks it as far as asked.
PATH = ("applied", "admitted", "tested", "attested", "suspended")


def an_iin() -> str:
    """Sound, of a person born in 1985, different each time."""
    while True:
        first_eleven = f"8501013{next(_serial):04d}"
        if check_digit(first_eleven) is not None:
            return complete_identifier(first_eleven)


def a_candidate(**fields: Any) -> Membership:
    """An employee of an expert organisation who is not attested yet."""
    applicant = scenarios.a_person(Role.APPLICANT, iin=an_iin(), **fields)
    return scenarios.as_member(applicant.user, Role.AUDITOR)


def values(**changes: Any) -> dict[str, Any]:
    return {
        "kinds": ["origin"],
        "chapters": ["84", "85"],
        "languages": ["kk", "ru"],
        "region": "62",
        "education": "Карагандинский технический университет, инженер-механик, 2008",
        "experience_years": 8,
        "training_on": timezone.localdate() - dt.timedelta(days=90),
        **changes,
    }


def apply(candidate: Membership | None = None, **changes: Any) -> AttestationCase:
    return applying.apply_for_attestation(
        actor=candidate or a_candidate(),
        values=values(**changes),
        proofs={code: [scenarios.a_pdf(f"{code}.pdf")] for code in REQUIREMENTS},
    )


def the_candidate(case: AttestationCase) -> Membership:
    return Membership.objects.get(user=case.user, role=Role.AUDITOR)


def inspector(case: AttestationCase | None = None) -> Membership:
    """Whoever prepares: the one who admitted, else anyone of the Committee's inspectors."""
    known = Membership.objects.filter(role=Role.INSPECTOR)
    if case is not None and case.admitted_by_id:
        known = known.filter(user=case.admitted_by_id)
    return known.first() or scenarios.a_person(Role.INSPECTOR)


def head() -> Membership:
    known = Membership.objects.filter(role=Role.COMMITTEE_HEAD)
    return known.first() or scenarios.a_person(Role.COMMITTEE_HEAD)


def meet(case: AttestationCase) -> None:
    for code in REQUIREMENTS:
        admitting.decide_requirement(
            case=case, actor=inspector(case), requirement=code, is_met=True
        )


def admit(case: AttestationCase) -> None:
    meet(case)
    admitting.admit_applicant(case=case, actor=inspector(case))


def take_test(case: AttestationCase, *, score: int = 86, on: dt.date | None = None) -> None:
    testing.register_test(
        case=case,
        actor=inspector(case),
        taken_on=on or timezone.localdate(),
        score=score,
        questions=100,
    )


def propose(case: AttestationCase, kind: str, reason: str = "") -> Proposal:
    return deciding.propose_decision(
        case=case, actor=inspector(case), kind=kind, reason=reason, note="Материалы приложены."
    )


def attest(case: AttestationCase) -> None:
    propose(case, "attest")
    deciding.attest_auditor(case=case, actor=head())


def suspend(case: AttestationCase) -> None:
    propose(case, "suspend", "unreliable_conclusion")
    deciding.suspend_attestation(case=case, actor=head())


def revoke(case: AttestationCase) -> None:
    propose(case, "revoke", "repeated_violation")
    deciding.revoke_attestation(case=case, actor=head())


def refuse(case: AttestationCase) -> None:
    admitting.refuse_applicant(case=case, actor=inspector(case), reason="requirements_not_met")


def withdraw(case: AttestationCase) -> None:
    applying.withdraw_application(case=case, actor=the_candidate(case))


STEPS = {"admitted": admit, "tested": take_test, "attested": attest, "suspended": suspend}
ENDS = {"refused": ("applied", refuse), "withdrawn": ("applied", withdraw)}


def a_case(status: str = "applied", candidate: Membership | None = None, **changes: Any) -> Any:
    """A case in `status`; `revoked`, `expired` and `failed` are reached as in life."""
    case = apply(candidate, **changes)
    last, end = ENDS.get(status, ("attested", None))
    if status in PATH:
        last = status
    if status == "failed":
        last = "admitted"
    for step in PATH[1 : PATH.index(last) + 1]:
        STEPS[step](case)
        case.refresh_from_db()
    if end:
        end(case)
    elif status == "revoked":
        revoke(case)
    elif status == "failed":
        fail(case)
    elif status == "expired":
        keep_dates(on=case.last_day() + dt.timedelta(days=1))
    found = AttestationCase.objects.get(pk=case.pk)
    assert found.status == status
    return found


def fail(case: AttestationCase) -> None:
    """Three failed attempts, each as early as it may be."""
    for number in range(3):
        moment = timezone.now() + relativedelta(months=3 * number)
        with time_machine.travel(moment, tick=False):
            take_test(case, score=69)
