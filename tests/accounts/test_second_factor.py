"""The second factor: codes, recovery codes, at the door and at home, and who must have one."""

import json
import uuid
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import arrivals, second_factor
from accounts.models import Role, SecondFactor, SignIn, User
from accounts.second_factor import FactorRefused
from accounts.throttle import TooManyAttempts
from audit.models import AuditEvent
from tests.scenarios import a_person, as_member

LANGUAGE = "en"
PASSWORD = "correct horse battery staple"
LOGIN = "/account/sign-in/"
HOME = "/account/second-factor/"
CHECK = f"{HOME}check/"
CONFIRM = f"{HOME}confirm/"
PROFILE = "/account/profile/"

pytestmark = pytest.mark.django_db


def with_own_address(user: User) -> User:
    """Failures are counted in a cache that outlives a test."""
    User.objects.filter(pk=user.pk).update(email=f"{uuid.uuid4().hex}@example.kz")
    user.refresh_from_db()
    return user


@pytest.fixture
def user() -> User:
    return with_own_address(a_person("applicant", language=LANGUAGE).user)


@pytest.fixture
def clock() -> Iterator[Callable[..., None]]:
    """Stands still until it is moved."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as traveller:
        yield traveller.shift


def code_of(secret: str, *, later: int = 0) -> str:
    counter = int(timezone.now().timestamp()) // 30 + later
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def with_totp(user: User) -> str:
    secret = second_factor.new_secret()
    second_factor.add_totp(user=user, secret=secret, code=code_of(secret))
    return secret


def give_password(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post(LOGIN, {"email": user.email, "password": PASSWORD, "next": PROFILE})
    assert answer["Location"] == CHECK
    return client


def is_in(client: Client) -> bool:
    return bool(client.get(PROFILE).status_code == 200)


def happened(user: User) -> list[str]:
    found = AuditEvent.objects.about("person", user.pk).order_by("id")
    return [event.event for event in found]


# --- codes -------------------------------------------------------------------------------------


def test_a_code_is_right_once(user: User, clock: Callable[..., None]) -> None:
    secret = with_totp(user)
    clock(60)
    code = code_of(secret)
    assert second_factor.check_code(user=user, code=code) == SecondFactor.TOTP
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=code)


def test_the_code_that_set_the_application_up_is_used(
    user: User, clock: Callable[..., None]
) -> None:
    secret = with_totp(user)
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=code_of(secret))


@pytest.mark.parametrize(
    ("half_minutes", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clocks_may_differ_by_half_a_minute(
    user: User, clock: Callable[..., None], half_minutes: int, is_right: bool
) -> None:
    secret = with_totp(user)
    clock(300)
    code = code_of(secret, later=half_minutes)
    if is_right:
        second_factor.check_code(user=user, code=f" {code[:3]} {code[3:]} ")
    else:
        with pytest.raises(FactorRefused):
            second_factor.check_code(user=user, code=code)


def test_after_a_newer_code_an_older_one_is_worth_nothing(
    user: User, clock: Callable[..., None]
) -> None:
    secret = with_totp(user)
    clock(300)
    older = code_of(secret, later=-1)
    second_factor.check_code(user=user, code=code_of(secret))
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=older)


@pytest.mark.parametrize("code", ["", "12345", "١٢٣٤٥٦", "0" * 20, "\0", "абвгде"])
def test_what_is_no_code_is_refused(user: User, code: str) -> None:
    with_totp(user)
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=code)


def test_each_recovery_code_opens_once_and_is_counted(user: User) -> None:
    with_totp(user)
    codes = second_factor.codes_of(user)
    assert len(set(codes)) == 10
    assert second_factor.check_code(user=user, code=codes[3]) == SecondFactor.RECOVERY
    assert second_factor.factors_of(user).codes_left == 9
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=codes[3])
    assert codes[3] not in second_factor.codes_of(user)


def test_new_recovery_codes_replace_the_old_ones(user: User) -> None:
    with_totp(user)
    old = second_factor.codes_of(user)
    second_factor.renew_codes(user=user)
    assert not set(old) & set(second_factor.codes_of(user))
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=old[0])
    assert happened(user)[-2:] == ["person.recovery_codes_renewed", "person.second_factor_refused"]


def test_codes_of_one_person_do_not_open_for_another(
    user: User, clock: Callable[..., None]
) -> None:
    other = with_own_address(a_person("applicant").user)
    with_totp(user)
    secret = with_totp(other)
    clock(60)
    with pytest.raises(FactorRefused):
        second_factor.check_code(user=user, code=code_of(secret))


def test_secrets_do_not_lie_open_in_the_database(user: User, settings: Any) -> None:
    secret = with_totp(user)
    stored = json.dumps(
        list(Authenticator.objects.filter(user=user).values_list("data", flat=True))
    )
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    one = second_factor.factors_of(user).totp
    assert one is not None
    assert decrypt(one.data["secret"]) == secret


def test_guessing_codes_is_paused_and_the_pause_recorded_once(
    user: User, clock: Callable[..., None]
) -> None:
    secret = with_totp(user)
    clock(60)
    for _attempt in range(5):
        with pytest.raises(FactorRefused):
            second_factor.check_code(user=user, code="000000")
    for _attempt in range(3):
        with pytest.raises(TooManyAttempts):
            second_factor.check_code(user=user, code=code_of(secret))
    refusals = AuditEvent.objects.about("person", user.pk).filter(
        event="person.second_factor_refused"
    )
    reasons = [event.facts["reason"] for event in refusals.order_by("id")]
    assert reasons == ["wrong_code"] * 5 + ["too_many_attempts"]
    clock(16 * 60)
    assert second_factor.check_code(user=user, code=code_of(secret)) == SecondFactor.TOTP


# --- at the door -------------------------------------------------------------------------------


def test_nobody_is_signed_in_before_the_second_factor_is_right(
    user: User, clock: Callable[..., None]
) -> None:
    secret = with_totp(user)
    clock(60)
    client = give_password(user)
    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    assert not SignIn.objects.filter(user=user).exists()
    wrong = client.post(CHECK, {"code": "000000"})
    assert wrong.context["form"].errors["code"]
    assert not is_in(client)
    before = client.session.session_key
    right = client.post(CHECK, {"code": code_of(secret)})
    assert right["Location"] == PROFILE
    assert is_in(client)
    assert client.session.session_key != before
    event = AuditEvent.objects.about("person", user.pk)[0]
    assert (event.event, event.facts) == (
        "person.signed_in",
        {"way": "password", "second_factor": "totp"},
    )
    assert SignIn.objects.get(user=user).second_factor == "totp"


def test_the_second_step_is_for_whoever_took_the_first(user: User) -> None:
    with_totp(user)
    assert Client().get(CHECK)["Location"] == LOGIN
    assert Client().post(CHECK, {"code": second_factor.codes_of(user)[0]})["Location"] == LOGIN
    assert second_factor.factors_of(user).codes_left == 10


@pytest.mark.parametrize("late", ["time", "password", "leaving"])
def test_the_first_step_does_not_last(user: User, clock: Callable[..., None], late: str) -> None:
    with_totp(user)
    client = give_password(user)
    if late == "time":
        clock(11 * 60)
    elif late == "password":
        user.set_password("four other quiet words")
        user.save()
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
    answer = client.post(CHECK, {"code": second_factor.codes_of(user)[0]})
    assert answer["Location"] == LOGIN
    assert not is_in(client)


def test_somebody_else_may_sign_in_instead(user: User) -> None:
    with_totp(user)
    client = give_password(user)
    client.post(f"{HOME}give-up/")
    assert client.get(CHECK)["Location"] == LOGIN


@pytest.mark.parametrize("credential", ["", "null", "[]", "{}", '{"id": 5}', "not json", '"x"'])
def test_an_answer_that_no_key_gave_is_refused(user: User, credential: str) -> None:
    with_totp(user)
    client = give_password(user)
    client.get(CHECK)
    answer = client.post(CHECK, {"credential": credential})
    assert answer.status_code == 200
    assert "not one of yours" in answer.context["refusal"]
    assert not is_in(client)


def test_no_page_of_the_library_is_open(client: Client, user: User) -> None:
    client.force_login(user)
    for address in (
        "/accounts/login/", "/accounts/signup/", "/accounts/2fa/", "/account/2fa/",
        "/account/signup/", "/account/password/reset/", "/account/login/", "/account/email/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address


# --- at home -----------------------------------------------------------------------------------


def confirmed(client: Client) -> Client:
    assert client.post(CONFIRM, {"password": PASSWORD, "next": HOME})["Location"] == HOME
    return client


def signed_in(user: User) -> Client:
    client = Client()
    assert client.post(LOGIN, {"email": user.email, "password": PASSWORD}).status_code == 302
    assert is_in(client)
    return client


@pytest.mark.parametrize("page", ["application/", "key/", "recovery-codes/", "{pk}/remove/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_change_asks_for_the_password_again(user: User, page: str, method: str) -> None:
    client = signed_in(user)
    with_totp(user)
    one = second_factor.factors_of(user).totp
    assert one is not None
    address = HOME + page.format(pk=one.pk)
    answer = getattr(client, method)(address)
    assert answer.url == f"{CONFIRM}?next={address.replace('/', '%2F')}"
    assert second_factor.factors_of(user).codes_left == 10


def test_the_proved_password_counts_for_a_few_minutes(
    user: User, clock: Callable[..., None]
) -> None:
    client = confirmed(signed_in(user))
    assert client.get(f"{HOME}application/").status_code == 200
    clock(11 * 60)
    assert client.get(f"{HOME}application/").status_code == 302


def test_a_wrong_password_confirms_nothing_and_is_counted(user: User) -> None:
    client = signed_in(user)
    for _attempt in range(6):
        answer = client.post(CONFIRM, {"password": "guess"})
    assert "Too many failed attempts" in answer.context["form"].errors["password"][0]
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 200
    assert client.get(f"{HOME}application/").status_code == 302


def set_up(client: Client) -> tuple[str, Any]:
    page = client.get(f"{HOME}application/")
    secret = page.context["secret"].replace(" ", "")
    return secret, client.post(f"{HOME}application/", {"code": code_of(secret)})


def test_an_application_is_set_up_and_its_recovery_codes_are_shown_once(user: User) -> None:
    elsewhere = signed_in(user)
    client = confirmed(signed_in(user))
    wrong = client.post(f"{HOME}application/", {"code": "000000"})
    assert wrong.context["form"].errors["code"]
    assert not second_factor.factors_of(user).is_set_up
    _secret, answer = set_up(client)
    assert answer.url == f"{HOME}recovery-codes/"
    assert [code.replace(" ", "") for code in client.get(answer.url).context["codes"]] == (
        second_factor.codes_of(user)
    )
    assert client.get(answer.url).context["codes"] == []
    assert is_in(client)
    assert not is_in(elsewhere)
    assert "person.second_factor_added" in happened(user)
    assert SignIn.objects.filter(user=user, ended_by="factor").count() == 1


def test_the_secret_stays_the_same_until_it_is_taken_over(user: User) -> None:
    client = confirmed(signed_in(user))
    first, second = (client.get(f"{HOME}application/").context["secret"] for _ in range(2))
    assert first == second
    assert first.replace(" ", "") not in json.dumps(dict(client.session.items()))


def test_the_last_factor_takes_its_recovery_codes_along(user: User) -> None:
    client = confirmed(signed_in(user))
    set_up(client)
    one = second_factor.factors_of(user).totp
    assert one is not None
    page = client.get(f"{HOME}{one.pk}/remove/").content.decode()
    assert "the password alone will open your account" in page
    client.post(f"{HOME}{one.pk}/remove/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert happened(user)[-1] == "person.second_factor_removed"
    assert arrivals.second_factor_of(client.session) == SecondFactor.NONE
    assert is_in(client)


def test_factors_of_other_people_do_not_exist(user: User) -> None:
    other = with_own_address(a_person("applicant").user)
    with_totp(other)
    theirs = second_factor.factors_of(other)
    assert theirs.totp is not None
    assert theirs.recovery is not None
    client = confirmed(signed_in(user))
    for pk in (theirs.totp.pk, theirs.recovery.pk):
        assert client.post(f"{HOME}{pk}/remove/").status_code == 404
    assert second_factor.factors_of(other).is_set_up


def test_recovery_codes_are_no_factor_to_remove(user: User) -> None:
    client = confirmed(signed_in(user))
    set_up(client)
    recovery = second_factor.factors_of(user).recovery
    assert recovery is not None
    assert client.post(f"{HOME}{recovery.pk}/remove/").status_code == 404


@pytest.mark.parametrize("answer", [None, [], {}, {"id": "x"}, {"id": "x", "response": {}}, "x", 5])
def test_what_no_security_key_said_registers_nothing(user: User, answer: Any) -> None:
    client = confirmed(signed_in(user))
    assert "challenge" in client.get(f"{HOME}key/").context["options"]
    page = client.post(f"{HOME}key/", {"name": "Blue", "credential": json.dumps(answer)})
    assert "no usable answer" in page.context["refusal"]
    assert not second_factor.factors_of(user).is_set_up


def test_a_page_opened_by_its_number_offers_no_key(user: User) -> None:
    client = confirmed(signed_in(user))
    page = client.get(f"{HOME}key/", headers={"Host": "127.0.0.1:8000"}).content.decode()
    assert "open the portal by its name" in page
    assert "data-key" not in page


def test_whoever_lost_everything_is_helped_by_the_operator(user: User) -> None:
    elsewhere = signed_in(user)
    with_totp(user)
    call_command("reset_second_factor", user.email.upper(), stdout=StringIO())
    assert not Authenticator.objects.filter(user=user).exists()
    assert not is_in(elsewhere)
    event = AuditEvent.objects.about("person", user.pk)[0]
    assert (event.event, event.actor_id) == ("person.second_factor_removed", "system")
    signed_in(user)
    for email in (user.email, "nobody@example.kz"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", email)


# --- who must have one -------------------------------------------------------------------------

DECIDERS = ["auditor", "chamber_signatory", "committee_head", "inspector", "expert_head"]
OPEN = ["/account/second-factor/", "/account/second-factor/confirm/", "/account/choose/"]
CLOSED = ["/", "/account/profile/", "/account/sign-ins/", "/expertise/requests/", "/verify/"]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("proved", ["none", "totp", "recovery", "webauthn", "signature"])
def test_who_must_have_a_second_factor_who_has_it_and_which_page_opens(
    role: str, proved: str, settings: Any, client: Client
) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    client.force_login(a_person(role).user)
    session = client.session
    session[arrivals.SECOND_FACTOR] = proved
    session.save()
    is_lacking = role in DECIDERS and proved == "none"
    for page in OPEN:
        assert client.get(page).status_code == 200, page
    for page in CLOSED:
        answer = client.get(page)
        is_sent = answer.status_code == 302 and answer["Location"] == HOME
        assert is_sent == is_lacking, page
    banner = "Set up a second factor to go on" in client.get(HOME).content.decode()
    assert banner == is_lacking


def test_programs_and_parts_of_pages_are_told_in_their_own_way(
    client: Client, settings: Any
) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    client.force_login(a_person("inspector").user)
    answer = client.get("/api/applications/")
    assert answer.status_code == 403
    assert answer.json()["code"] == "second_factor_needed"
    part = client.get("/expertise/requests/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == HOME
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{HOME}application/"}
    assert "HX-Redirect" not in client.get("/expertise/requests/", headers=here)
    assert (
        client.get("/account/profile/", headers={"Accept": "application/json"}).status_code == 403
    )


def test_leaving_and_the_language_stay_open(client: Client, settings: Any) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    client.force_login(a_person("inspector").user)
    assert client.post("/account/language/", {"language": "kk", "next": HOME})["Location"] == HOME
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get(HOME)["Location"].startswith(LOGIN)


def test_a_person_of_two_roles_is_asked_only_in_the_one_that_decides(
    client: Client, settings: Any
) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    member = a_person("inspector")
    harmless = as_member(member.user, "applicant")
    client.force_login(member.user)
    client.post("/account/choose/", {"membership": str(member.pk)})
    assert client.get("/")["Location"] == HOME
    client.post("/account/choose/", {"membership": str(harmless.pk)})
    assert client.get("/").status_code == 200


def test_setting_it_up_opens_the_other_pages_at_once(settings: Any) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    user = with_own_address(a_person("inspector").user)
    client = Client()
    answer = client.post(LOGIN, {"email": user.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == HOME
    set_up(confirmed(client))
    assert client.get("/").status_code == 200


def test_the_rule_costs_no_query(settings: Any) -> None:
    client = signed_in(with_own_address(a_person("inspector").user))
    session = client.session
    session[arrivals.SECOND_FACTOR] = SecondFactor.TOTP.value
    session.save()
    counts = []
    for roles in ([], DECIDERS):
        settings.CTKZ_SECOND_FACTOR_ROLES = roles
        client.get(PROFILE)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PROFILE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_demo_says_what_a_real_portal_would_ask(client: Client, settings: Any) -> None:
    settings.CTKZ_DEMO = True
    client.force_login(a_person("inspector").user)
    said = "In a real portal it must have a second factor."
    assert said in client.get(PROFILE).content.decode()
    other = Client()
    other.force_login(a_person("applicant").user)
    assert said not in other.get(PROFILE).content.decode()


def test_the_day_of_the_codes_is_printed_with_them(user: User, clock: Callable[..., None]) -> None:
    client = confirmed(signed_in(user))
    _secret, answer = set_up(client)
    today = timezone.localdate()
    assert f"{today:%d.%m.%Y}" in client.get(answer.url).content.decode()
