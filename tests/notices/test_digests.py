"""The digest: once a working day, at the person's hour, only when there is something."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from accounts.models import Membership, Role
from expertise.models import ExpertiseRequest
from notices.digests import write_digests
from notices.models import ByMail, DigestHour, Notice, Preference
from notices.turns import Group
from outbox.models import Letter
from tests import scenarios
from tests.notices.conftest import Tell
from tests.notices.scenes import a_filed_request, asked_again, moved, send_all

pytestmark = pytest.mark.django_db

# A Tuesday, nine in the morning in Astana (UTC+5).
NINE = datetime(2026, 11, 24, 4, 5, tzinfo=UTC)


@pytest.fixture
def request_() -> ExpertiseRequest:
    """Its applicant wants everything once a day."""
    with time_machine.travel(NINE - timedelta(hours=3), tick=False):
        found = a_filed_request("en")
        for group in Group:
            Preference.objects.create(user=applicant(found).user, group=group, by_mail="digest")
    return found


def applicant(request: ExpertiseRequest) -> Membership:
    return scenarios.actor_of(request, Role.APPLICANT)


def digests() -> list[Letter]:
    return list(Letter.objects.filter(key__startswith="digest:").order_by("created_at"))


def told(request: ExpertiseRequest, tell: Tell, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        asked_again(request)
        moved(request)
        tell()


def test_one_letter_tells_the_whole_day_and_what_is_expected_first(
    request_: ExpertiseRequest, tell: Tell
) -> None:
    told(request_, tell, NINE - timedelta(hours=2))
    assert write_digests(at=NINE) == 1
    (letter,) = digests()
    assert letter.to == applicant(request_).user.email
    assert letter.body.index("Expected from you:") < letter.body.index("accepted request")
    mine = applicant(request_).user.notices
    assert not mine.filter(digest_on=None, by_mail=ByMail.DIGEST).exists()
    send_all()
    assert "notices of the day" in mail.outbox[-1].subject


def test_written_twice_it_is_one_letter(request_: ExpertiseRequest, tell: Tell) -> None:
    told(request_, tell, NINE - timedelta(hours=2))
    assert [write_digests(at=NINE), write_digests(at=NINE)] == [1, 0]
    # What comes later on the same day waits for the next one.
    told(request_, tell, NINE + timedelta(hours=1))
    assert write_digests(at=NINE + timedelta(hours=2)) == 0
    assert write_digests(at=NINE + timedelta(days=1)) == 1
    assert len(digests()) == 2


def test_without_news_nothing_is_written(request_: ExpertiseRequest, tell: Tell) -> None:
    with time_machine.travel(NINE - timedelta(hours=2), tick=False):
        tell()
    Notice.objects.all().delete()
    assert write_digests(at=NINE) == 0
    assert digests() == []


def test_what_was_read_in_the_portal_needs_no_letter(
    request_: ExpertiseRequest, tell: Tell
) -> None:
    told(request_, tell, NINE - timedelta(hours=2))
    Notice.objects.update(read_at=NINE - timedelta(hours=1))
    assert write_digests(at=NINE) == 0
    assert write_digests(at=NINE + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("hour", "at", "written"),
    [
        (9, NINE - timedelta(hours=1), 0),
        (9, NINE, 1),
        (9, NINE + timedelta(hours=5), 1),
        (14, NINE, 0),
        (14, NINE + timedelta(hours=5), 1),
    ],
)
def test_it_goes_from_the_persons_hour_on(
    request_: ExpertiseRequest, tell: Tell, hour: int, at: datetime, written: int
) -> None:
    DigestHour.objects.create(user=applicant(request_).user, hour=hour)
    told(request_, tell, NINE - timedelta(hours=2))
    assert write_digests(at=at) == written


def test_days_are_those_of_astana(request_: ExpertiseRequest, tell: Tell) -> None:
    """23:30 in Astana is 18:30 UTC; half an hour past midnight there is the same day in UTC."""
    DigestHour.objects.create(user=applicant(request_).user, hour=0)
    before = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    after = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    told(request_, tell, before - timedelta(hours=1))
    assert write_digests(at=before) == 1
    told(request_, tell, before + timedelta(minutes=10))
    assert write_digests(at=before + timedelta(minutes=20)) == 0
    assert write_digests(at=after) == 1
    keys = [letter.key.rpartition(":")[2] for letter in digests()]
    assert keys == ["2026-11-24", "2026-11-25"]


def test_nothing_is_written_on_days_off_and_monday_tells_the_weekend(
    request_: ExpertiseRequest, tell: Tell
) -> None:
    saturday = NINE + timedelta(days=4)
    told(request_, tell, saturday - timedelta(hours=1))
    assert write_digests(at=saturday) == 0
    assert write_digests(at=saturday + timedelta(days=1)) == 0
    assert write_digests(at=saturday + timedelta(days=2)) == 1


def test_people_who_may_not_sign_in_any_more_get_none(
    request_: ExpertiseRequest, tell: Tell
) -> None:
    told(request_, tell, NINE - timedelta(hours=2))
    user = applicant(request_).user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert write_digests(at=NINE) == 0
