"""Commands of the register: what they refuse, what they keep, what the database refuses too."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from auditors.models import Attestation, Declaration, TestAttempt
from auditors.results_sheet import (
    example_rows,
    example_workbook,
    read_results,
    results_csv,
)
from auditors.services import admitting, applying, deciding, declaring, testing
from tests import scenarios
from tests.auditors import scenarios as attesting
from workflow.moving import MovedOn

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def refused(command: Any, **arguments: Any) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        command(**arguments)
    return refusal.value.code


def test_every_step_leaves_one_event() -> None:
    case = attesting.a_case("suspended")
    story = list(
        AuditEvent.objects.filter(case_id=str(case.case_id))
        .order_by("at", "pk")
        .values_list("event", flat=True)
    )
    assert story == [
        "attestation.applied",
        *["attestation.requirement_decided"] * 3,
        "attestation.admitted",
        "attestation.test_passed",
        "attestation.proposed",
        "attestation.attested",
        "attestation.proposed",
        "attestation.suspended",
    ]


def test_numbers_of_attestations_follow_one_another() -> None:
    numbers = [attesting.a_case("attested").number for _one in range(2)]
    year = timezone.localdate().year
    assert numbers == [f"ЭА-{year}-00001", f"ЭА-{year}-00002"]


def test_a_person_has_one_open_case() -> None:
    candidate = attesting.a_candidate()
    attesting.a_case("applied", candidate)
    assert refused(attesting.apply, candidate=candidate) == "already_open"


def test_only_an_auditor_of_an_organisation_applies() -> None:
    with pytest.raises(PermissionRefused):
        attesting.apply(scenarios.a_person(Role.EXPERT_HEAD))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kinds": []}, "empty_scope"),
        ({"kinds": ["anything"]}, "unknown_scope"),
        ({"chapters": ["77"]}, "unknown_scope"),
        ({"languages": []}, "empty_scope"),
        ({"region": "00"}, "unknown_region"),
        ({"training_on": dt.date(2099, 1, 1)}, "future"),
    ],
)
def test_an_unsound_application_is_refused(changes: dict[str, Any], code: str) -> None:
    assert refused(attesting.apply, **changes) == code


def test_admission_waits_for_every_requirement() -> None:
    case = attesting.apply()
    actor = scenarios.a_person(Role.INSPECTOR)
    for code in attesting.REQUIREMENTS:
        assert refused(admitting.admit_applicant, case=case, actor=actor) == "blocked"
        admitting.decide_requirement(case=case, actor=actor, requirement=code, is_met=True)
    admitting.admit_applicant(case=case, actor=actor)
    case.refresh_from_db()
    assert (case.status, case.admitted_by) == ("admitted", actor.user)


def test_a_new_document_opens_the_requirement_again() -> None:
    case = attesting.apply()
    attesting.meet(case)
    applying.add_proof(
        case=case,
        actor=attesting.the_candidate(case),
        requirement="education",
        upload=scenarios.a_pdf("appendix.pdf"),
    )
    states = {one.entry.code: one.state for one in admitting.requirements_of(case)}
    assert states == {"education": "waits", "experience": "met", "training": "met"}


def test_too_few_years_of_experience_bar_admission() -> None:
    case = attesting.apply(experience_years=2)
    attesting.meet(case)
    assert (
        refused(admitting.admit_applicant, case=case, actor=attesting.inspector(case)) == "blocked"
    )


def test_a_requirement_that_is_not_met_needs_words() -> None:
    case = attesting.apply()
    arguments = {"case": case, "actor": attesting.inspector(), "requirement": "education"}
    assert refused(admitting.decide_requirement, is_met=False, **arguments) == "no_finding"


@pytest.mark.parametrize(("score", "passed"), [(70, True), (69, False)])
def test_the_threshold_decides_and_is_kept(score: int, passed: bool) -> None:
    case = attesting.a_case("admitted")
    attesting.take_test(case, score=score)
    attempt = TestAttempt.objects.get()
    assert (attempt.passed, attempt.threshold_percent) == (passed, 70)
    case.refresh_from_db()
    assert case.status == ("tested" if passed else "admitted")


def test_the_test_is_taken_again_only_after_the_interval() -> None:
    case = attesting.a_case("admitted")
    attesting.take_test(case, score=10)
    first = timezone.localdate()
    for day, code in ((first, "too_early"), (first + dt.timedelta(days=60), "too_early")):
        with time_machine.travel(timezone.now() + (day - first), tick=False):
            assert refused(attesting.take_test, case=case) == code
    with time_machine.travel(timezone.now() + dt.timedelta(days=93), tick=False):
        attesting.take_test(case)
    case.refresh_from_db()
    assert case.status == "tested"


def test_the_last_attempt_closes_the_case_and_the_next_application_waits() -> None:
    candidate = attesting.a_candidate()
    case = attesting.a_case("failed", candidate)
    assert case.tests.count() == 3
    last = case.tests.latest("taken_on").taken_on
    with time_machine.travel(dt.datetime.combine(last, dt.time(18), dt.UTC), tick=False):
        assert refused(attesting.apply, candidate=candidate) == "too_early"
    with time_machine.travel(
        dt.datetime.combine(last + dt.timedelta(days=93), dt.time(6), dt.UTC), tick=False
    ):
        assert attesting.apply(candidate).status == "applied"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"taken_on": dt.date(2099, 1, 1)}, "future"),
        ({"taken_on": dt.date(2020, 1, 1)}, "before_admission"),
        ({"questions": 50}, "questions"),
        ({"score": 101}, "score"),
    ],
)
def test_a_result_that_cannot_be_is_refused(values: dict[str, Any], code: str) -> None:
    case = attesting.a_case("admitted")
    sound = {"taken_on": timezone.localdate(), "score": 80, "questions": 100}
    arguments = {**sound, **values}
    assert (
        refused(testing.register_test, case=case, actor=attesting.inspector(case), **arguments)
        == code
    )


def a_file(*rows: tuple[object, ...]) -> bytes:
    return results_csv([(*row, "Примеров Пример") for row in rows])


def test_a_file_registers_every_result_or_none() -> None:
    passes, fails = attesting.a_case("admitted"), attesting.a_case("admitted")
    today = timezone.localdate()
    good = [
        (passes.user.iin, f"{today:%d.%m.%Y}", 70, 100),
        (fails.user.iin, f"{today:%Y-%m-%d}", 69, 100),
    ]
    stranger = attesting.an_iin()
    actor = attesting.inspector()
    sheet = read_results(a_file(*good, (stranger, f"{today:%d.%m.%Y}", 90, 100)), "r.csv")
    with pytest.raises(testing.FaultyFile) as refusal:
        testing.import_tests(actor=actor, sheet=sheet, file_sha256="a" * 64)
    (error,) = refusal.value.errors
    assert (error.row, error.column, error.code) == (4, "ИИН", "not_admitted")
    assert not TestAttempt.objects.exists()

    sheet = read_results(a_file(*good), "r.csv")
    testing.import_tests(actor=actor, sheet=sheet, file_sha256="b" * 64)
    assert {attempt.imported_file for attempt in TestAttempt.objects.all()} == {"b" * 64}
    for case, status in ((passes, "tested"), (fails, "admitted")):
        case.refresh_from_db()
        assert case.status == status
    assert AuditEvent.objects.get(event="attestation.tests_imported").facts["rows"] == 2


def test_the_same_file_twice_is_refused() -> None:
    case = attesting.a_case("admitted")
    content = a_file((case.user.iin, f"{timezone.localdate():%d.%m.%Y}", 60, 100))
    arguments = {"actor": attesting.inspector(), "file_sha256": "c" * 64}
    testing.import_tests(sheet=read_results(content, "r.csv"), **arguments)
    assert (
        refused(testing.import_tests, sheet=read_results(content, "r.csv"), **arguments)
        == "faulty_file"
    )
    assert TestAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (("123456789012", "18.11.2026", 80, 100), "ИИН"),
        (("", "18.11.2026", 80, 100), "ИИН"),
        (("990140000017", "18.11.2026", 80, 100), "ИИН"),
        ((None, "31.02.2026", 80, 100), "Дата"),
        ((None, "вчера", 80, 100), "Дата"),
        ((None, "18.11.2026", "много", 100), "Правильных ответов"),
        ((None, "18.11.2026", "80.5", 100), "Правильных ответов"),
        ((None, "18.11.2026", -1, 100), "Правильных ответов"),
        ((None, "18.11.2026", 80, ""), "Вопросов"),
    ],
)
def test_every_bad_cell_is_named_with_its_row_and_column(
    cells: tuple[object, ...], column: str
) -> None:
    iin = attesting.an_iin() if cells[0] is None else cells[0]
    good = (attesting.an_iin(), "18.11.2026", 80, 100)
    sheet = read_results(a_file(good, (iin, *cells[1:])), "r.csv")
    assert [(error.row, error.column) for error in sheet.errors] == [(3, column)]
    assert len(sheet.rows) == 1


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "r.csv", "spreadsheet.empty"),
        (b"PK\x03\x04broken", "r.xlsx", "spreadsheet.not_a_spreadsheet"),
        ("ИИН;Дата\n1;2\n".encode(), "r.csv", "missing_columns"),
        ("ИИН;Дата;Балл;Вопросов\n".encode(), "r.csv", "no_rows"),
    ],
)
def test_a_file_that_is_no_table_says_why(content: bytes, name: str, code: str) -> None:
    assert [error.code for error in read_results(content, name).errors] == [code]


def test_the_example_can_be_read() -> None:
    sheet = read_results(example_workbook(), "example.xlsx")
    assert not sheet.errors
    assert [row.iin for row in sheet.rows] == [row[0] for row in example_rows()]


def test_one_decision_is_prepared_at_a_time_and_may_be_declined() -> None:
    case = attesting.a_case("attested")
    attesting.propose(case, "suspend", "control_findings")
    assert (
        refused(attesting.propose, case=case, kind="revoke", reason="court_decision")
        == "already_proposed"
    )
    boss = attesting.head()
    assert refused(deciding.decline_proposal, case=case, actor=boss, note=" ") == "no_note"
    deciding.decline_proposal(case=case, actor=boss, note="Нет доказательств.")
    case.refresh_from_db()
    assert case.status == "attested"
    with pytest.raises(PermissionRefused):
        deciding.suspend_attestation(case=case, actor=boss)
    attesting.propose(case, "revoke", "court_decision")


def test_a_page_that_does_not_show_the_proposal_decides_nothing() -> None:
    case = attesting.a_case("attested")
    seen = case.version
    attesting.propose(case, "suspend", "control_findings")
    with pytest.raises(MovedOn):
        deciding.suspend_attestation(case=case, actor=attesting.head(), seen_version=seen)


@pytest.mark.parametrize(
    ("kind", "reason"), [("suspend", ""), ("suspend", "court_decision"), ("revoke", "nonsense")]
)
def test_what_is_done_against_a_person_has_a_reason_of_its_list(kind: str, reason: str) -> None:
    case = attesting.a_case("attested")
    assert refused(attesting.propose, case=case, kind=kind, reason=reason) == "no_reason"


def test_the_one_who_proposed_never_decides() -> None:
    case = attesting.a_case("attested")
    proposer = attesting.inspector(case)
    attesting.propose(case, "suspend", "control_findings")
    as_head = scenarios.as_member(proposer.user, Role.COMMITTEE_HEAD)
    for command in (deciding.suspend_attestation, deciding.decline_proposal):
        extra = {"note": "Нет."} if command is deciding.decline_proposal else {}
        with pytest.raises(PermissionRefused):
            command(case=case, actor=as_head, **extra)


def test_the_one_who_admitted_does_not_attest_what_another_proposed() -> None:
    case = attesting.a_case("tested")
    admitter = attesting.inspector(case)
    deciding.propose_decision(case=case, actor=scenarios.a_person(Role.INSPECTOR), kind="attest")
    with pytest.raises(PermissionRefused):
        deciding.attest_auditor(
            case=case, actor=scenarios.as_member(admitter.user, Role.COMMITTEE_HEAD)
        )


REVOKE = "UPDATE auditors_attestationcase SET status = 'revoked', revoked_on = now()"
ATTEST = "UPDATE auditors_attestationcase SET status = 'attested', number = 'X'"
# What one person alone writes from SQL: the status it starts from, what refuses it, the statement.
ALONE = [
    ("attested", "revoked_apart",
     f"{REVOKE}, revoked_by_id = %(a)s, revocation_proposed_by_id = %(a)s"),
    ("attested", "revoked_with_a_day", REVOKE),
    ("tested", "decider_is_apart", f"{ATTEST}, attested_by_id = admitted_by_id"),
    ("tested", "decider_is_apart", f"{ATTEST}, attested_by_id = user_id"),
    ("tested", "has_two_people", ATTEST),
    ("applied", "admitted_apart",
     "UPDATE auditors_attestationcase SET status = 'admitted', admitted_by_id = user_id"),
    ("applied", "status", "UPDATE auditors_attestationcase SET status = 'attested'"),
    ("suspended", "Cannot update", "UPDATE auditors_suspension SET until_on = from_on"),
    ("suspended", "Cannot delete", "DELETE FROM auditors_suspension"),
    ("tested", "Cannot update", "UPDATE auditors_testattempt SET score = 100"),
    ("attested", "Cannot update", "UPDATE auditors_attestation SET valid_until = '2099-01-01'"),
    ("attested", "suspension_decided_apart",
     "INSERT INTO auditors_suspension (id, case_id, from_on, until_on, reason, note, lift_note, "
     "proposed_by_id, decided_by_id) SELECT gen_random_uuid(), id, now(), now(), 'x', '', '', "
     "%(a)s, %(a)s FROM auditors_attestationcase"),
    ("attested", "attestation_decided_by_a_second_person",
     "INSERT INTO auditors_attestation (id, case_id, user_id, number, valid_from, valid_until, "
     "kinds, chapters, languages, region, proposed_by_id, decided_by_id) SELECT "
     "gen_random_uuid(), id, user_id, 'X', now(), now(), kinds, chapters, languages, region, "
     "%(a)s, %(a)s FROM auditors_attestationcase"),
    ("attested", "Cannot update", "UPDATE auditors_proposal SET decided_by_id = proposed_by_id"),
    ("attested", "Cannot update", "UPDATE auditors_attestationcase SET number = 'X'"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "refusal", "statement"), ALONE)
def test_the_database_refuses_what_one_person_does_alone(
    status: str, refusal: str, statement: str
) -> None:
    case = attesting.a_case(status)
    somebody = scenarios.a_person(Role.INSPECTOR).user
    with (
        pytest.raises(DatabaseError, match=refusal),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"a": somebody.pk})
    case.refresh_from_db()
    assert case.status == status


def test_an_attestation_of_old_needs_no_case() -> None:
    scenarios.a_person(Role.AUDITOR)
    assert Attestation.objects.get().case is None


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("phone", "8 (701) 234-56-78", "+77012345678"),
        ("phone", "+7 701 234 56 78", "+77012345678"),
        ("bank_account", "kz12 345a bc67 8901 2345", "KZ12345ABC6789012345"),
        ("founder", "990140000017", "990140000017"),
        ("address", "  г. Астана,   ул. Примерная, 1 ", "г. Астана, ул. Примерная, 1"),
    ],
)
def test_an_interest_is_kept_in_the_form_in_which_it_is_compared(
    kind: str, written: str, kept: str
) -> None:
    declaration = declaring.declare_interest(
        actor=attesting.a_candidate(),
        kind=kind,
        identifier=written,
        valid_from=dt.date(2020, 1, 1),
    )
    assert declaration.identifier == kept
    event = AuditEvent.objects.get(event="auditor.interest_declared")
    assert kept not in str(event.facts)


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        ("relative", "990140000017"),
        ("founder", "123"),
        ("phone", "12345"),
        ("bank_account", "KZ 1"),
        ("address", " "),
        ("friend", "x"),
    ],
)
def test_an_unsound_interest_is_refused(kind: str, identifier: str) -> None:
    with pytest.raises(DomainError):
        declaring.declare_interest(
            actor=attesting.a_candidate(),
            kind=kind,
            identifier=identifier,
            valid_from=dt.date(2020, 1, 1),
        )
    assert not Declaration.objects.exists()


def test_a_declaration_is_withdrawn_once_by_its_author_and_never_changed() -> None:
    author = attesting.a_candidate()
    declaration = declaring.declare_interest(
        actor=author, kind="founder", identifier="990140000017", valid_from=dt.date(2020, 1, 1)
    )
    with pytest.raises(PermissionRefused):
        declaring.withdraw_declaration(declaration=declaration, actor=attesting.a_candidate())
    declaring.withdraw_declaration(declaration=declaration, actor=author)
    assert (
        refused(declaring.withdraw_declaration, declaration=declaration, actor=author)
        == "withdrawn"
    )
    for changes in ({"identifier": "x"}, {"withdrawn_at": None}):
        with pytest.raises(InternalError), transaction.atomic():
            Declaration.objects.update(**changes)


def test_what_conflicts_are_looked_for_in_is_kept_in_one_form() -> None:
    organisation = scenarios.an_organisation(
        founders=["99 0140 000017"], bank_accounts=["kz12 345a bc67 8901 2345"]
    )
    organisation.refresh_from_db()
    assert organisation.founders == ["990140000017"]
    assert organisation.bank_accounts == ["KZ12345ABC6789012345"]
