"""Where a person is signed in: the list, ending sessions elsewhere, and devices never seen."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import arrivals
from accounts.devices import device_name
from accounts.models import SignIn, User
from accounts.tasks import forget_sign_ins
from audit.models import AuditEvent
from tests.scenarios import a_person

LANGUAGE = "en"
PASSWORD = "correct horse battery staple"
LIST = "/account/sign-ins/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    user = a_person("applicant", language=LANGUAGE).user
    user.email = f"{uuid.uuid4().hex}@example.kz"
    user.save()
    return user


def a_browser(user: User, **headers: Any) -> Client:
    client = Client(**headers)
    answer = client.post("/account/sign-in/", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/account/profile/").status_code == 200)


def happened(user: User) -> list[str]:
    events = AuditEvent.objects.about("person", user.pk).order_by("id")
    return [event.event for event in events]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/126.0.0.0"), "Edge, Windows"),
        (CHROME.replace("Chrome/", "YaBrowser/24.6 Chrome/"), "Yandex Browser, Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A536E) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("curl/8.5.0", "unknown browser"),
        ("", "unknown browser"),
        ("<script>alert(1)</script> Firefox/1", "Firefox"),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_a_sign_in_is_kept_with_its_way_and_without_the_key_of_the_session(user: User) -> None:
    client = a_browser(user, HTTP_USER_AGENT=CHROME, REMOTE_ADDR="10.9.8.7")
    row = SignIn.objects.get(user=user)
    assert (row.way, row.second_factor, row.ip) == ("password", "none", "10.9.8.7")
    assert row.session == arrivals.digest_of(client.session)
    assert client.session.session_key not in str(SignIn.objects.filter(user=user).values())


def test_only_a_device_never_seen_is_reported(user: User) -> None:
    first = a_browser(user)
    assert happened(user) == ["person.signed_in"]
    first.post("/account/sign-out/")
    first.post("/account/sign-in/", {"email": user.email, "password": PASSWORD})
    assert happened(user) == ["person.signed_in"] * 2
    a_browser(user)
    assert happened(user)[2:] == ["person.signed_in", "person.signed_in_from_new_device"]
    event = AuditEvent.objects.about("person", user.pk)[0]
    assert event.facts == {"sign_in": str(SignIn.objects.filter(user=user)[0].pk)}


def test_the_device_of_one_person_says_nothing_about_another(user: User) -> None:
    """A second person at the same computer is on a device that is new to them."""
    other = a_person("applicant").user
    User.objects.filter(pk=other.pk).update(email=f"{uuid.uuid4().hex}@example.kz")
    other.refresh_from_db()
    a_browser(other)
    shared = a_browser(user)
    shared.post("/account/sign-out/")
    shared.post("/account/sign-in/", {"email": other.email, "password": PASSWORD})
    assert "person.signed_in_from_new_device" in happened(other)


def test_one_session_elsewhere_is_ended_and_the_others_go_on(user: User) -> None:
    here, there, third = (a_browser(user) for _ in range(3))
    page = here.get(LIST)
    assert [row.is_here for row in page.context["open"]] == [True, False, False]
    row = SignIn.objects.get(session=arrivals.digest_of(there.session))
    assert here.post(f"{LIST}{row.pk}/end/").status_code == 302
    assert [is_in(client) for client in (here, there, third)] == [True, False, True]
    row.refresh_from_db()
    assert row.ended_by == "ended"
    assert happened(user)[-1] == "person.sessions_ended"


def test_all_the_others_are_ended_at_once(user: User) -> None:
    here, *others = (a_browser(user) for _ in range(4))
    here.post(f"{LIST}end/")
    assert is_in(here)
    assert not any(is_in(client) for client in others)
    assert not Session.objects.annotate(digest=arrivals.Digest("session_key")).filter(
        digest__in=SignIn.objects.exclude(ended_by="").values("session")
    )
    event = AuditEvent.objects.about("person", user.pk)[0]
    assert (event.event, event.facts) == ("person.sessions_ended", {"count": 3})
    here.post(f"{LIST}end/")
    assert AuditEvent.objects.about("person", user.pk)[0] == event


def test_the_present_session_cannot_end_itself_in_the_list(user: User) -> None:
    here = a_browser(user)
    here.post(f"{LIST}{SignIn.objects.get(user=user).pk}/end/")
    assert is_in(here)


def test_sessions_of_other_people_do_not_exist(user: User) -> None:
    other = a_person("applicant").user
    User.objects.filter(pk=other.pk).update(email=f"{uuid.uuid4().hex}@example.kz")
    other.refresh_from_db()
    victim = a_browser(other)
    here = a_browser(user)
    row = SignIn.objects.get(user=other)
    assert here.post(f"{LIST}{row.pk}/end/").status_code == 404
    here.post(f"{LIST}end/")
    assert is_in(victim)
    assert str(row.pk) not in here.get(LIST).content.decode()


def test_a_changed_password_ends_the_other_sessions(user: User) -> None:
    here, there = a_browser(user), a_browser(user)
    before = here.session.session_key
    here.post("/account/profile/", {"current": PASSWORD, "new": "four other quiet words"})
    assert is_in(here)
    assert not is_in(there)
    assert here.session.session_key != before
    rows = SignIn.objects.filter(user=user)
    assert sorted(row.ended_by for row in rows) == ["", "password"]
    assert [row.is_here for row in here.get(LIST).context["open"]] == [True]


def test_signing_out_is_seen_in_the_list(user: User) -> None:
    a_browser(user).post("/account/sign-out/")
    page = a_browser(user).get(LIST).content.decode()
    assert "signed out" in page
    assert "You are signed in on this device only" in page


def test_refused_attempts_of_the_last_month_are_shown(user: User) -> None:
    Client(REMOTE_ADDR="10.66.1.2").post(
        "/account/sign-in/", {"email": user.email, "password": "guess"}
    )
    page = a_browser(user).get(LIST).content.decode()
    assert "wrong password" in page
    assert "10.66.1.2" in page


def test_a_session_from_before_the_list_still_has_its_page(user: User) -> None:
    client = Client()
    client.force_login(user)
    assert "This session began before the portal kept a list" in client.get(LIST).content.decode()


def test_the_list_asks_the_database_as_often_for_many_rows_as_for_one(user: User) -> None:
    here = a_browser(user)
    counts = []
    for _round in range(2):
        here.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            here.get(LIST)
        counts.append(len(asked))
        for _more in range(6):
            a_browser(user)
            Client(REMOTE_ADDR=f"10.66.2.{_more}").post(
                "/account/sign-in/", {"email": user.email, "password": "guess"}
            )
    assert counts[0] == counts[1]


def test_past_sign_ins_are_forgotten_in_time_and_open_ones_are_not(
    user: User, settings: Any
) -> None:
    for _browser in range(2):
        a_browser(user)
    old, new = SignIn.objects.filter(user=user)
    long_ago = timezone.now() - dt.timedelta(days=settings.CTKZ_SIGN_INS_KEEP_DAYS + 1)
    SignIn.objects.filter(pk=old.pk).update(at=long_ago, open_until=long_ago)
    forget_sign_ins()
    assert list(SignIn.objects.filter(user=user)) == [new]
    SignIn.objects.filter(pk=new.pk).update(at=long_ago)
    forget_sign_ins()
    assert SignIn.objects.filter(pk=new.pk).exists()
