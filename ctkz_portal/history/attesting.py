"""Attestations of the generated history: given before the first year, extended term by term."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import audit
from accounts.models import Membership
from audit.past import PastEntry
from auditors.models import Attestation, Proposal, TestAttempt
from auditors.models import AttestationCase as Case
from auditors.terms import last_day_of_years
from reference.numbering import pass_over
from reference.numbers import format_number
from reference.parameters import parameter

from .chance import Chance, WorkingDays, moment
from .people import Auditor, Cast
from .writing import Past

# Of a hundred auditors, so many are attested to this day.
STILL_ATTESTED = 60
NOON = 12 * 3600


def attest_everybody(
    cast: Cast,
    past: Past,
    chance: Chance,
    days: WorkingDays,
    *,
    first: date,
    last: date,
    today: date,
) -> None:
    """Every auditor is attested before `first` and stays so until `last` at least."""
    numbers: dict[int, int] = {}
    years = parameter("attestation.term_years", on=first)
    pattern = parameter("number_format.attestation", on=first)
    for auditor in cast.auditors:
        given = days.days[days.at_or_before(first - timedelta(days=chance.randrange(40, 340)))]
        numbers[given.year] = numbers.get(given.year, 0) + 1
        number = format_number(pattern, seq=numbers[given.year], year=given.year)
        stays = chance.happens(STILL_ATTESTED)
        _attest(
            auditor, cast, past, chance, days,
            number=number, given=given, years=years, until=today if stays else last, today=today,
        )  # fmt: skip
    for year, latest in numbers.items():
        pass_over(kind="attestation", series="", year=year, last=latest)


def _attest(
    auditor: Auditor,
    cast: Cast,
    past: Past,
    chance: Chance,
    days: WorkingDays,
    *,
    number: str,
    given: date,
    years: int,
    until: date,
    today: date,
) -> None:
    inspector, head = chance.choice(cast.inspectors), cast.heads[0]
    terms = list(_terms(given, years, until))
    ended = terms[-1][1] < today
    at = moment(given, NOON)
    since = moment(terms[-1][1] + timedelta(days=1), 60) if ended else at
    applied = moment(days.days[days.at_or_before(given - timedelta(days=45))], NOON)
    case = Case(
        id=auditor.case.pk,
        case_id=auditor.case.case_id,
        user=auditor.member.user,
        organisation=auditor.member.organisation,
        number=number,
        applied_at=applied,
        education="Примерный технический университет, инженер",
        experience_years=chance.randint(3, 25),
        training_on=given - timedelta(days=120),
        admitted_by=inspector.user,
        attested_by=head.user,
        status="expired" if ended else "attested",
        status_since=since,
        version=4 + len(terms),
    )
    auditor.case = case
    auditor.attestations = [
        Attestation(
            id=chance.uuid(), case=case, user=case.user, number=number,
            valid_from=begins, valid_until=ends,
            proposed_by=inspector.user, decided_by=head.user,
        )
        for begins, ends in terms
    ]  # fmt: skip
    past.add(case, *auditor.attestations, *_papers(case, inspector, head, given, chance))
    past.tell(_way(case, auditor, inspector, head, applied, at))
    past.tell(_terms_told(case, auditor, head, days, since if ended else None))


def _terms(given: date, years: int, until: date) -> Iterator[tuple[date, date]]:
    """Terms one after another until the last of them covers `until`."""
    begins = given
    while True:
        ends = last_day_of_years(begins, years)
        yield begins, ends
        if ends >= until:
            return
        begins = ends + timedelta(days=1)


def _papers(
    case: Case, inspector: Membership, head: Membership, given: date, chance: Chance
) -> list[TestAttempt | Proposal]:
    questions = parameter("attestation.test_questions", on=given)
    threshold = parameter("attestation.test_threshold_percent", on=given)
    taken = given - timedelta(days=20)
    return [
        TestAttempt(
            id=chance.uuid(), case=case, taken_on=taken, score=chance.randint(threshold, questions),
            questions=questions, threshold_percent=threshold, passed=True, source="typed",
            registered_by=inspector.user, registered_at=moment(taken, NOON),
        ),
        Proposal(
            id=chance.uuid(), case=case, kind="attest", note="Требования выполнены.",
            proposed_by=inspector.user, proposed_at=moment(given, NOON - 3600), outcome="made",
            decided_by=head.user, decided_at=moment(given, NOON),
        ),
    ]  # fmt: skip


def _way(
    case: Case,
    auditor: Auditor,
    inspector: Membership,
    head: Membership,
    applied: datetime,
    attested: datetime,
) -> Iterator[PastEntry]:
    before = audit.SubjectRef(type=Case.SUBJECT_TYPE, id=str(case.pk), label="")
    story = str(case.case_id)
    facts = {"user": str(case.user_id), "proofs": 3}
    yield PastEntry(applied, "attestation.applied", auditor.member.ref(), before, story, facts)
    week = timedelta(days=7)
    yield PastEntry(applied + week, "attestation.admitted", inspector.ref(), before, story)
    yield PastEntry(attested, "attestation.attested", head.ref(), case.subject_ref(), story,
                    _given(auditor.attestations[0]))  # fmt: skip


def _terms_told(
    case: Case, auditor: Auditor, head: Membership, days: WorkingDays, ended: datetime | None
) -> Iterator[PastEntry]:
    story, subject = str(case.case_id), case.subject_ref()
    for attestation in auditor.attestations[1:]:
        day = attestation.valid_from - timedelta(days=12)
        if day <= days.days[-1]:
            day = days.days[days.at_or_before(day)]
        yield PastEntry(
            moment(day, NOON), "attestation.extended", head.ref(), subject, story,
            _given(attestation),
        )  # fmt: skip
    if ended is not None:
        yield PastEntry(ended, "attestation.expired", audit.SYSTEM, subject, story)


def _given(attestation: Attestation) -> dict[str, str]:
    return {
        "attestation": str(attestation.pk),
        "valid_from": attestation.valid_from.isoformat(),
        "valid_until": attestation.valid_until.isoformat(),
    }
