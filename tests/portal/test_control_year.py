"""The invented year of control: exactly what was told of 2024, and a small one in the log."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.test import override_settings
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import DomainError
from audit.head import HeadFile
from audit.models import AuditEvent
from audit.verifying import verify_log
from ctkz_portal.history import control_year
from ctkz_portal.history.chance import Chance, WorkingDays
from ctkz_portal.history.control_year_plan import (
    LARGEST_FINE,
    SMALLEST_FINE,
    YearOptions,
    YearPlan,
    YearPlanner,
    parted,
)
from ctkz_portal.history.generating import Made, finish, generate
from ctkz_portal.history.options import Options
from ctkz_portal.history.planning import span_of_days
from oversight.inspections.approving import lines_of, list_digest
from oversight.inspections.blockers import completion_blockers
from oversight.models import (
    ControlOutcome,
    GreyListing,
    HalfYearList,
    Inspection,
    Measure,
    Sample,
    Violation,
)
from reference.numbering import NumberSequence
from tests import scenarios
from tests.undone import Undone

LANGUAGE = "en"
SMALL = YearOptions(
    inspections=60, violating=45, cases=6, fines_tenge=3_200_000, suspended_attestations=2,
    withdrawn_attestations=1, suspended_documents=12, withdrawn_documents=30, verifications=20,
    instruments=60, seized=25, recalls=1, samples=8, bad_samples=6, rapid=3, blocked=5,
)  # fmt: skip
HISTORY = Options(
    first=dt.date(2023, 1, 1),
    last=dt.date(2023, 12, 31),
    certificates=6,
    complaints=1,
    violated=0,
    violated_by_auditors=0,
    papers=0,
)


@pytest.fixture(scope="module")
def days(django_db_setup: None, django_db_blocker: Any) -> WorkingDays:
    with django_db_blocker.unblock():
        return span_of_days(dt.date(2017, 1, 1), dt.date(2025, 12, 31))


@pytest.fixture(scope="module")
def year(days: WorkingDays) -> YearPlan:
    """As the Committee told it of 2024."""
    return YearPlanner(YearOptions(), 20, days).plan()


def test_the_planned_year_is_the_one_that_was_told(year: YearPlan) -> None:
    done = year.inspections
    outcomes: Counter[str] = Counter()
    for one in done:
        outcomes.update(one.outcomes)
    fines = sum(one.fine_mci for one in done) * Decimal(3_692)
    assert len(done) == 8_183
    assert sum(one.is_violating for one in done) == 6_080
    assert sum(one.fine_mci > 0 for one in done) == 740
    assert 401_000_000 < fines < 401_100_000
    assert outcomes["attestation_suspended"] + outcomes["attestation_withdrawn"] == 105
    assert 11_000 < outcomes["document_suspended"] + outcomes["document_withdrawn"] < 11_100
    assert outcomes["verification_cancelled"] == 3_150
    assert outcomes["instrument_banned"] == 13_595
    assert sum(len(one.samples) for one in done) == 160
    assert sum(sum(one.samples) for one in done) == 147
    assert sum(one.is_rapid for one in done) == 55
    assert len(year.listings) == 76


def test_the_year_lies_within_itself_and_over_every_department_and_month(year: YearPlan) -> None:
    moments = [at for one in year.inspections for at in (*one.at.values(), *one.case_at.values())]
    moments += [at for one in year.listings for at in (*one.at.values(), *one.reports)]
    assert {timezone.localdate(at).year for at in moments} == {2024}
    assert {one.department for one in year.inspections} == set(range(20))
    assert {timezone.localdate(one.at["completed"]).month for one in year.inspections} == set(
        range(1, 13)
    )


def test_steps_follow_each_other_and_nothing_of_a_list_begins_before_its_approval(
    year: YearPlan,
) -> None:
    for one in year.inspections:
        steps = [*one.at.values()]
        assert all(earlier <= later for earlier, later in pairwise(steps))
        if one.case_at:
            case = [one.at["completed"], *one.case_at.values()]
            assert all(earlier < later for earlier, later in pairwise(case))
        if one.half:
            assert one.at["planned"] < year.approved_at[one.half] < one.at["started"]


def test_whatever_shows_violations_stands_at_violating_inspections(year: YearPlan) -> None:
    for one in year.inspections:
        shows = bool(one.outcomes or one.fine_mci or one.is_rapid or any(one.samples))
        assert one.is_violating or not shows
    fines = [one.fine_mci for one in year.inspections if one.fine_mci]
    assert SMALLEST_FINE <= min(fines) <= max(fines) <= LARGEST_FINE
    assert len(set(fines)) > 20


# A module none of whose tests asks for the database by this mark gets none when it runs alone.
@pytest.mark.django_db
def test_the_same_seed_plans_the_same_year_and_another_one_another(days: WorkingDays) -> None:
    plans = [YearPlanner(SMALL, 20, days).plan() for _time in range(2)]
    assert plans[0] == plans[1]
    other = YearOptions(**{**vars(SMALL), "seed": 2})
    assert YearPlanner(other, 20, days).plan().inspections != plans[0].inspections


@given(total=st.integers(0, 5_000), count=st.integers(1, 300), seed=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_parts_add_up_and_none_is_empty(total: int, count: int, seed: int) -> None:
    carriers = range(min(count, total))
    parts = parted(total, carriers, Chance(seed, "parts"))
    assert sum(parts) == total
    assert all(part >= 1 for part in parts)


@pytest.mark.parametrize(
    "wrong",
    [{"violating": 70}, {"bad_samples": 9}, {"cases": 46}, {"rapid": 40}, {"fines_tenge": 10**9}],
)
def test_a_year_that_cannot_be_is_refused(wrong: dict[str, int], days: WorkingDays) -> None:
    with pytest.raises(DomainError):
        YearPlanner(YearOptions(**{**vars(SMALL), **wrong}), 20, days).plan()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("control_year")


@pytest.fixture(autouse=True)
def log_head(settings: Any, folder: Path) -> Path:
    settings.CTKZ_LOG_HEAD_FILE = folder / "head"
    return settings.CTKZ_LOG_HEAD_FILE


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, folder: Path) -> Iterator[Made]:
    """A small year after a small history, for all tests here, which only read it."""
    here = override_settings(MEDIA_ROOT=folder, CTKZ_LOG_HEAD_FILE=folder / "head")
    with django_db_blocker.unblock(), Undone():
        with here:
            scenarios.as_shipped()
            made = generate(HISTORY, lambda *_told: None)
            made.more = control_year.generate(
                year=2024,
                seed=1,
                cast=made.cast,
                past=made.past,
                days=made.days,
                progress=lambda *_told: None,
                options=SMALL,
            )
            finish(made, lambda *_told: None)
        yield made


def test_rows_are_as_many_as_planned(made: Made) -> None:
    done = Inspection.objects.filter(status="completed", completed_at__year=2024)
    assert done.count() == SMALL.inspections == made.counts()["inspections"]
    assert done.filter(has_violations=True).count() == SMALL.violating
    cases = Measure.objects.filter(type__group="case")
    assert cases.count() == SMALL.cases
    fines = cases.aggregate(sum=Sum("fine_tenge"), mci=Sum("fine_mci"))
    assert SMALL.fines_tenge < fines["sum"] <= SMALL.fines_tenge + 3_692
    assert fines["sum"] == fines["mci"] * 3_692
    assert Measure.objects.filter(type__group="rapid").count() == SMALL.rapid
    assert Sample.objects.filter(result="violates").count() == SMALL.bad_samples
    counted = dict(ControlOutcome.objects.order_by().values_list("kind").annotate(Sum("quantity")))
    assert counted["instrument_banned"] == SMALL.instruments
    assert counted["attestation_suspended"] == SMALL.suspended_attestations
    blocked = GreyListing.objects.filter(status="blocked", blocked_on__year=2024)
    assert blocked.count() == SMALL.blocked
    assert all(listing.reports.exists() for listing in blocked)


def test_every_inspection_could_have_been_completed_as_it_was(made: Made) -> None:
    for one in Inspection.objects.filter(status="completed"):
        blockers = completion_blockers(one, has_violations=one.has_violations)
        assert [blocker.code for blocker in blockers if not blocker.is_clear] == []


def test_lists_are_approved_by_a_head_with_the_digest_of_their_lines(made: Made) -> None:
    lists = HalfYearList.objects.select_related("department")
    assert lists
    for one in lists:
        lines = lines_of(one.department, one.half_year)
        assert (len(lines), list_digest(lines)) == (one.total, one.list_sha256)
        assert one.approved_by_id not in {line.planned_by_id for line in lines}


def test_whoever_proposed_a_measure_did_not_decide_it(made: Made) -> None:
    for measure in Measure.objects.filter(inspection__isnull=False):
        assert measure.proposed_by_id not in (measure.approved_by_id, measure.decided_by_id)
        assert measure.violations.count() == 1


def test_everything_of_the_year_stands_in_the_log_in_order(made: Made, log_head: Path) -> None:
    verdict = verify_log(head=HeadFile(log_head))
    assert verdict.ok, verdict.problem
    moments = list(AuditEvent.objects.order_by("leaf__index").values_list("at", flat=True))
    assert moments == sorted(moments)
    told = Counter(AuditEvent.objects.filter(at__year=2024).values_list("event", flat=True))
    assert told["inspection.completed"] == SMALL.inspections
    assert told["violation.confirmed"] == SMALL.violating
    assert told["measure.imposed"] == SMALL.cases + SMALL.rapid
    assert told["grey_listing.blocked"] == SMALL.blocked
    assert told["half_year_list.approved"] == HalfYearList.objects.count()


def test_subjects_are_plainly_invented_and_numbers_go_on(made: Made) -> None:
    for one in Inspection.objects.filter(organisation__isnull=True):
        assert "Пример" in one.subject_name
    assert Violation.objects.filter(inspection__isnull=False, legal_ref="").count() == 0
    row = NumberSequence.objects.get(kind="inspection", series="", year=2024)
    assert row.last == SMALL.inspections
