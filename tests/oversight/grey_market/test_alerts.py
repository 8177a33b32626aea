"""Look-ups of numbers that never existed: when they raise an alert, and what the alert says."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from oversight.grey_market.alerts import see_alert, series, watch_unknown_numbers
from oversight.models import Complaint, UnknownNumberAlert
from reference.numbers import CertificateNumber
from registry.models import UnknownLookup, Way
from tests import scenarios

from . import scenes

LANGUAGE = "en"
Looked = list[tuple[str, int, int]]


def number(sequence: int, chamber: str = "110") -> str:
    return f"KZ 6 {chamber} {sequence:05d}"


def of(*sequences: int, days_ago: int = 0, times: int = 1, chamber: str = "110") -> Looked:
    return [(number(each, chamber), days_ago, times) for each in sequences]


def watch() -> int:
    return watch_unknown_numbers(on=timezone.localdate())


# The parameter: 7 days, 5 numbers or 20 look-ups.
RAISED: dict[str, tuple[Looked, int]] = {
    "nothing": ([], 0),
    "four numbers": (of(1, 2, 3, 4), 0),
    "five numbers": (of(1, 2, 3, 4, 5), 1),
    "five look-ups of one number": (of(1, times=5), 0),
    "nineteen look-ups of one number": (of(1, times=19), 0),
    "twenty look-ups of one number": (of(1, times=20), 1),
    "four numbers here and one there": (of(1, 2, 3, 4) + of(5, chamber="101"), 0),
    "five here and five there": (of(1, 2, 3, 4, 5) + of(1, 2, 3, 4, 5, chamber="101"), 2),
    "five within seven days": (of(1, 2, 3, days_ago=6) + of(4, 5), 1),
    "five within eight days": (of(1, 2, 3, days_ago=7) + of(4, 5), 0),
    "a chamber that does not exist": (of(1, 2, 3, 4, 5, chamber="999"), 1),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("looked", "raised"), RAISED.values(), ids=RAISED)
def test_when_an_alert_is_raised(looked: Looked, raised: int) -> None:
    for each, days_ago, times in looked:
        scenes.looked_up(each, days_ago=days_ago, times=times)
    assert watch() == raised
    assert UnknownNumberAlert.objects.count() == raised
    assert AuditEvent.objects.filter(event="unknown_numbers.alert_raised").count() == raised
    assert watch() == 0
    assert UnknownNumberAlert.objects.count() == raised


@pytest.mark.django_db
def test_codes_and_files_name_no_place_and_raise_nothing() -> None:
    for _time in range(30):
        UnknownLookup.add_one(Way.FILE, on=timezone.localdate())
    assert watch() == 0


@pytest.mark.django_db
def test_an_alert_grows_while_it_goes_on_and_ends_with_the_window() -> None:
    start = timezone.localdate()
    for each, _days, _times in of(1, 2, 3, 4, 5):
        scenes.looked_up(each)
    assert watch() == 1
    with scenes.days_later(4):
        scenes.looked_up(number(6), times=3)
        assert watch() == 0
        assert watch() == 0
        alert = UnknownNumberAlert.objects.get()
        assert (alert.first_on, alert.last_on) == (start, timezone.localdate())
        assert (len(alert.numbers), alert.lookups) == (6, 8)
    # The window of the first day is over, the alert goes on from its last one.
    with scenes.days_later(9):
        scenes.looked_up(number(1))
        assert watch() == 0
        alert = UnknownNumberAlert.objects.get()
        assert (len(alert.numbers), alert.lookups) == (6, 9)
    with scenes.days_later(40):
        for each, _days, _times in of(11, 12, 13, 14, 15):
            scenes.looked_up(each)
        assert watch() == 1
    assert UnknownNumberAlert.objects.count() == 2
    grown = AuditEvent.objects.filter(event="unknown_numbers.alert_grew")
    assert grown.count() == 1


SERIES = {
    (1, 2, 3): [(1, 3)],
    (1, 2): [],
    (3, 1, 2, 2): [(1, 3)],
    (1, 2, 3, 5, 6, 7, 8, 20): [(1, 3), (5, 8)],
    (1, 3, 5): [],
}


@pytest.mark.parametrize(("sequences", "runs"), SERIES.items())
def test_numbers_one_after_the_other_are_a_series(
    sequences: tuple[int, ...], runs: list[tuple[int, int]]
) -> None:
    told = series(number(each) for each in sequences)
    assert told == [(number(first), number(last)) for first, last in runs]


def test_a_series_does_not_run_across_chambers_nor_years() -> None:
    assert series([number(1), number(2), number(3, "101"), "KZ 5 110 00003"]) == []


@given(st.sets(st.integers(1, 300), max_size=60))
def test_series_cover_exactly_what_is_consecutive(sequences: set[int]) -> None:
    covered: set[int] = set()
    for first, last in series(str(CertificateNumber(6, "110", each)) for each in sequences):
        run = range(int(first[-5:]), int(last[-5:]) + 1)
        assert set(run) <= sequences
        assert not covered & set(run)
        assert run.start - 1 not in sequences
        assert run.stop not in sequences
        covered |= set(run)
    rest = sequences - covered
    assert not any({each, each + 1, each + 2} <= rest for each in rest)


@pytest.fixture
def alert(db: None) -> UnknownNumberAlert:
    for each, _days, _times in of(1, 2, 3, 4, 9, times=2):
        scenes.looked_up(each)
    watch()
    return UnknownNumberAlert.objects.get()


def test_somebody_of_the_committee_sees_it_and_links_the_seller(
    alert: UnknownNumberAlert,
) -> None:
    committee = scenes.Committee()
    listing = committee.listing("confirmed")
    client = scenes.signed_in(committee.first)
    answer = client.post(
        reverse("oversight:alert-see", args=[alert.pk]),
        {"note": "Продаёт один человек.", "listing": listing.pk},
    )
    assert answer.status_code == 302
    alert.refresh_from_db()
    assert (alert.seen_by, alert.listing) == (committee.first.user, listing)
    page = client.get(reverse("oversight:alert-detail", args=[alert.pk])).content.decode()
    for words in ("Продаёт один человек.", listing.number, "KZ 6 110 00001", "A series", "<svg"):
        assert words in page
    assert alert.listing is not None
    shown = client.get(reverse("oversight:listing-detail", args=[listing.number]))
    assert reverse("oversight:alert-detail", args=[alert.pk]) in shown.content.decode()
    event = AuditEvent.objects.get(event="unknown_numbers.seen")
    assert event.subject_id == str(alert.pk)


def test_complaints_about_the_numbers_are_told(alert: UnknownNumberAlert) -> None:
    complaint = a_complaint(number(1))
    a_complaint(number(77))
    client = scenes.signed_in(scenes.Committee().first)
    page = client.get(reverse("oversight:alert-detail", args=[alert.pk])).content.decode()
    assert complaint.number in page
    assert Complaint.objects.exclude(pk=complaint.pk).get().number not in page


def a_complaint(about_number: str) -> Complaint:
    made = Complaint.objects.count() + 1
    return Complaint.objects.create(
        status="received",
        number=f"CM-2026-9{made:04d}",
        code=f"CODE{made}",
        form_token=uuid.uuid4(),
        about=Complaint.About.FORGERY,
        number_given=about_number,
        text="Подделка (пример).",
        received_at=timezone.now(),
        due_on=timezone.localdate(),
    )


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CHAMBER_OFFICER, Role.APPLICANT])
def test_nobody_else_knows_the_page(alert: UnknownNumberAlert, role: str) -> None:
    member = scenarios.a_person(role)
    client = scenes.signed_in(member)
    assert client.get(reverse("oversight:alert-list")).status_code == 404
    assert client.get(reverse("oversight:alert-detail", args=[alert.pk])).status_code == 404
    assert client.post(reverse("oversight:alert-see", args=[alert.pk])).status_code == 404
    with pytest.raises(PermissionRefused):
        see_alert(alert=alert, actor=member)


def test_the_queries_do_not_grow_with_the_alerts(alert: UnknownNumberAlert) -> None:
    client = scenes.signed_in(scenes.Committee().first)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("oversight:alert-list"), {"tab": "all"})
            assert answer.status_code == 200
        return len(asked)

    a_complaint(number(1))
    queries()
    one = queries()
    for chamber in ("101", "102", "103", "104"):
        for each, _days, _times in of(1, 2, 3, 4, 5, chamber=chamber):
            scenes.looked_up(each)
        a_complaint(number(1, chamber))
    assert watch() == 4
    assert queries() == one
