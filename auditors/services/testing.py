"""Results of the test, typed in or from a file of the agency that holds it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from auditors.models import AttestationCase, TestAttempt
from auditors.results_sheet import HEADINGS, ResultRow, ResultsSheet
from auditors.terms import is_passed, retake_day
from reference.parameters import parameter
from reference.spreadsheet_rows import RowError
from workflow.moving import advance, check_version, guard, locked

Source = TestAttempt.Source


@transaction.atomic
def register_test(
    *,
    case: AttestationCase,
    actor: Membership,
    taken_on: date,
    score: int,
    questions: int,
    seen_version: int | None = None,
) -> TestAttempt:
    """Registers one result that the agency reported; it decides where the case goes."""
    case = locked(case)
    check_version(case, seen_version)
    return _register(case, actor, taken_on=taken_on, score=score, questions=questions)


def _register(
    case: AttestationCase,
    actor: Membership,
    *,
    taken_on: date,
    score: int,
    questions: int,
    file_sha256: str = "",
) -> TestAttempt:
    guard(case, "pass_test", actor)
    attempts = list(case.tests.order_by("taken_on"))
    _check_day(case, attempts, taken_on)
    _check_figures(score, questions, on=taken_on)
    threshold = parameter("attestation.test_threshold_percent", on=taken_on)
    passed = is_passed(score=score, questions=questions, threshold_percent=threshold)
    attempt = TestAttempt.objects.create(
        case=case,
        taken_on=taken_on,
        score=score,
        questions=questions,
        threshold_percent=threshold,
        passed=passed,
        source=Source.IMPORTED if file_sha256 else Source.TYPED,
        imported_file=file_sha256,
        registered_by=actor.user,
    )
    facts = {
        "attempt": str(attempt.pk),
        "taken_on": taken_on.isoformat(),
        "threshold_percent": threshold,
        "source": attempt.source,
        "file_sha256": file_sha256,
    }
    if passed:
        advance(case, "pass_test", actor, **facts)
    elif len(attempts) + 1 >= parameter("attestation.attempts_max", on=taken_on):
        advance(case, "fail_test", actor, **facts)
    else:
        audit.record(
            "attestation.test_registered",
            actor=actor.ref(),
            subject=case.subject_ref(),
            case=str(case.case_id),
            **facts,
        )
    return attempt


def _check_day(case: AttestationCase, attempts: list[TestAttempt], taken_on: date) -> None:
    if taken_on > timezone.localdate():
        raise DomainError("future", _("This day is in the future."), field="taken_on")
    admitted_on = timezone.localdate(case.status_since)
    if taken_on < admitted_on:
        raise DomainError(
            "before_admission",
            _("The person was admitted to the test on %(day)s.")
            % {"day": admitted_on.strftime("%d.%m.%Y")},
            field="taken_on",
        )
    if not attempts:
        return
    first_day = retake_day(
        attempts[-1].taken_on, parameter("attestation.retake_months", on=taken_on)
    )
    if taken_on < first_day:
        raise DomainError(
            "too_early",
            _("After the last attempt the test may be taken again from %(day)s.")
            % {"day": first_day.strftime("%d.%m.%Y")},
            field="taken_on",
        )


def _check_figures(score: int, questions: int, *, on: date) -> None:
    asked = parameter("attestation.test_questions", on=on)
    if questions != asked:
        raise DomainError(
            "questions",
            _("The test of that day has %(count)s questions.") % {"count": asked},
            field="questions",
        )
    if not 0 <= score <= questions:
        raise DomainError(
            "score",
            _("The number of right answers lies between 0 and %(count)s.") % {"count": questions},
            field="score",
        )


class FaultyFile(DomainError):
    """Rows of the file cannot be taken; nothing of it was."""

    def __init__(self, errors: tuple[RowError, ...]) -> None:
        super().__init__("faulty_file", _("The file has mistakes; nothing was imported."))
        self.errors = errors


@transaction.atomic
def import_tests(*, actor: Membership, sheet: ResultsSheet, file_sha256: str) -> list[TestAttempt]:
    """Registers every row of the file or none; raises `FaultyFile` with a reason for each row."""
    authorize(actor, "auditors.import_tests", None)
    errors = list(sheet.errors)
    taken = []
    # In the order of the days: a person may have failed and passed within one file.
    for row in sorted(sheet.rows, key=lambda row: (row.taken_on, row.row)):
        try:
            taken.append(_take(row, actor, file_sha256))
        except DomainError as refusal:
            column = HEADINGS.title(refusal.field) if refusal.field else HEADINGS.title("iin")
            errors.append(RowError(refusal.code, str(refusal.message), row.row, column))
    if errors:
        raise FaultyFile(tuple(sorted(errors, key=lambda error: error.row or 0)))
    audit.record(
        "attestation.tests_imported",
        actor=actor.ref(),
        subject=audit.SubjectRef(type="test_results", id=file_sha256, label=""),
        case=file_sha256,
        file_sha256=file_sha256,
        rows=len(taken),
    )
    return taken


def _take(row: ResultRow, actor: Membership, file_sha256: str) -> TestAttempt:
    cases = AttestationCase.objects.filter(user__iin=row.iin, status="admitted")
    found = list(cases.select_for_update(of=("self",))[:2])
    if not found:
        raise DomainError(
            "not_admitted",
            _("No person with this IIN is admitted to the test."),
            field="iin",
        )
    if len(found) > 1:
        raise DomainError(
            "ambiguous", _("More than one person has this IIN; type the result in."), field="iin"
        )
    return _register(
        found[0],
        actor,
        taken_on=row.taken_on,
        score=row.score,
        questions=row.questions,
        file_sha256=file_sha256,
    )
