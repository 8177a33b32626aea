"""Guessing is slow, work is not interrupted, and a session does not last for ever."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings as portal
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import throttle
from accounts.models import SignIn, User
from accounts.throttle import Counted, Limit, TooManyAttempts, count_attempt
from audit.models import AuditEvent
from tests.scenarios import a_person

LANGUAGE = "en"
PASSWORD = "correct horse battery staple"
LOGIN = "/account/sign-in/"
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db
_addresses: Iterator[str] = (
    f"10.{uuid.uuid4().bytes[0]}.{n // 200}.{n % 200}" for n in range(9**9)
)


@pytest.fixture
def user() -> User:
    user = a_person("applicant").user
    user.email = f"{uuid.uuid4().hex}@example.kz"
    user.save()
    return user


def elsewhere() -> Client:
    """A browser that was never here, behind an address of its own."""
    return Client(REMOTE_ADDR=next(_addresses))


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"email": user.email, "password": password})


def said(answer: Any) -> str:
    return " ".join(answer.context["form"].non_field_errors())


def guess(user: User, times: int) -> Any:
    """From a new address every four times, so that no single one is paused."""
    client = elsewhere()
    for attempt in range(times):
        if attempt % 4 == 0:
            client = elsewhere()
        answer = sign_in(client, user, "guess")
    return answer


def events(user: User, name: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.about("person", user.pk).filter(event=name))


def test_an_account_guessed_at_from_everywhere_is_locked_and_its_owner_finds_it(
    user: User,
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        guess(user, 20)
        assert not events(user, "person.locked_out")
        for _again in range(3):
            answer = sign_in(elsewhere(), user)
            assert answer.status_code == 200
    assert "Please wait 60 min" in said(answer)
    (locked,) = events(user, "person.locked_out")
    assert locked.facts["failures"] == 20
    assert locked.actor_id == "system"


def test_the_person_still_comes_in_from_a_browser_used_before(user: User) -> None:
    known = elsewhere()
    assert sign_in(known, user).status_code == 302
    known.post("/account/sign-out/")
    guess(user, 21)
    assert sign_in(elsewhere(), user).status_code == 200
    assert sign_in(known, user).status_code == 302


def test_every_further_pause_is_longer_up_to_a_day(user: User) -> None:
    at = timezone.now()
    for hours in (1, 2, 4, 8, 24, 24):
        with time_machine.travel(at, tick=False):
            answer = guess(user, 21)
            assert f"Please wait {hours * 60} min" in said(answer)
        at += hours * HOUR - dt.timedelta(minutes=1)
        with time_machine.travel(at, tick=False):
            assert sign_in(elsewhere(), user).status_code == 200
        at += dt.timedelta(minutes=1, seconds=1)
    with time_machine.travel(at, tick=False):
        assert sign_in(elsewhere(), user).status_code == 302


def test_the_person_reads_when_to_try_again(user: User) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 20, 9, 15, tzinfo=dt.UTC), tick=False):
        client = elsewhere()
        for _attempt in range(6):
            answer = sign_in(client, user, "guess")
    # 14:15 in Kazakhstan, and a quarter of an hour on.
    assert said(answer) == (
        "Too many failed attempts. Please wait 15 min and try again after 14:30."
    )


def test_one_address_may_not_try_all_accounts(user: User) -> None:
    client = elsewhere()
    for number in range(100):
        client.post(LOGIN, {"email": f"{uuid.uuid4().hex}{number}@example.kz", "password": "x"})
    assert sign_in(client, user).status_code == 200
    assert sign_in(elsewhere(), user).status_code == 302


def test_the_right_password_is_not_held_against_an_office() -> None:
    client = elsewhere()
    for _person in range(3):
        somebody = a_person("applicant").user
        User.objects.filter(pk=somebody.pk).update(email=f"{uuid.uuid4().hex}@example.kz")
        somebody.refresh_from_db()
        for _time in range(40):
            assert sign_in(client, somebody).status_code == 302
            client.post("/account/sign-out/")


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_network_of_addresses_counts_as_one(address: str, counts_as: str) -> None:
    assert throttle.network(address) == counts_as


def test_parallel_attempts_begin_one_pause() -> None:
    counted = [Counted(Limit("parallel", 2, 60, (60,)), uuid.uuid4().hex)]
    count_attempt(counted)
    count_attempt(counted)
    begun = []
    for _attempt in range(4):
        with pytest.raises(TooManyAttempts) as refusal:
            count_attempt(counted)
        begun.append(refusal.value.is_first)
    assert begun == [True, False, False, False]


# --- sessions ----------------------------------------------------------------------------------


def test_a_session_goes_on_while_its_person_works_and_writes_only_now_and_then(
    user: User,
) -> None:
    client = elsewhere()
    began = timezone.now().replace(microsecond=0)
    with time_machine.travel(began, tick=False):
        sign_in(client, user)
    ends = Session.objects.get(pk=client.session.session_key).expire_date
    with time_machine.travel(began + 5 * HOUR, tick=False):
        answer = client.get("/account/profile/")
        assert portal.SESSION_COOKIE_NAME not in answer.cookies
        assert Session.objects.get(pk=client.session.session_key).expire_date == ends
    with time_machine.travel(began + 7 * HOUR, tick=False):
        answer = client.get("/account/profile/")
        assert portal.SESSION_COOKIE_NAME in answer.cookies
        later = Session.objects.get(pk=client.session.session_key).expire_date
        assert later == ends + 7 * HOUR
    assert SignIn.objects.get(user=user).open_until == began + 19 * HOUR


def test_what_a_page_asks_by_itself_does_not_keep_a_session_open(user: User) -> None:
    client = elsewhere()
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        sign_in(client, user)
    with time_machine.travel(began + 7 * HOUR, tick=False):
        answer = client.get("/account/profile/", headers={"HX-Request": "true"})
        assert portal.SESSION_COOKIE_NAME not in answer.cookies


def test_no_session_lasts_for_ever(user: User, settings: Any) -> None:
    client = elsewhere()
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        sign_in(client, user)
    for hours in range(7, settings.CTKZ_SESSION_LONGEST_DAYS * 24, 7):
        with time_machine.travel(began + hours * HOUR, tick=False):
            assert client.get("/account/profile/").status_code == 200
    days = dt.timedelta(days=settings.CTKZ_SESSION_LONGEST_DAYS)
    with time_machine.travel(began + days, tick=False):
        assert client.get("/account/profile/").status_code == 302
