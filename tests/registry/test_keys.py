"""Keys of the open API: shown once, kept as a digest, scoped, limited, revoked."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as NoRedis

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from registry.keys import key_of, make_key, revoke_key
from registry.models import ApiKey, Scope
from tests.registry.lives import a_key, bearer
from tests.scenarios import a_person, an_organisation, reference_data

LANGUAGE = "en"

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
BODY = {"numbers": ["KZ 6 120 99999"]}


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that began in the last second of a minute must not end in the next one."""
    reference_data()
    monkeypatch.setattr("accounts.callers.time.time", lambda: 1_700_000_000)


def verify(client: Client, key: str = "") -> Any:
    headers = bearer(key) if key else {}
    return client.post("/api/v1/verify/", BODY, content_type="application/json", headers=headers)


def test_only_the_digest_of_a_key_is_kept() -> None:
    text = a_key(Scope.VERIFY)
    kept = ApiKey.objects.values().get()
    secret = text.split("_", 2)[2]
    assert secret not in str(kept)
    assert secret not in str(list(AuditEvent.objects.values()))
    assert key_of(text, on=TODAY()).pk == kept["id"]


def test_a_key_opens_until_its_last_day_or_its_revocation() -> None:
    text = a_key(Scope.VERIFY)
    key = ApiKey.objects.get()
    ApiKey.objects.update(valid_until=TODAY())
    assert key_of(text, on=TODAY()) == key
    assert key_of(text, on=TODAY() + timedelta(days=1)) is None
    revoke_key(key=key, by=None)
    revoke_key(key=key, by=None)
    assert key_of(text, on=TODAY()) is None
    assert AuditEvent.objects.filter(event="api_key.revoked").count() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.replace("ctkz_", "ctkz_0", 1),
        lambda text: text.upper(),
        lambda _text: "",
        lambda _text: "ctkz_000000000000_" + "x" * 43,
    ],
)
def test_a_key_that_is_not_whole_opens_nothing(spoil: Callable[[str], str]) -> None:
    assert key_of(spoil(a_key(Scope.VERIFY)), on=TODAY()) is None


def test_a_bad_key_is_refused_and_not_passed_over(client: Client) -> None:
    refused = client.post(
        "/api/v1/verify/", BODY, content_type="application/json",
        headers={"authorization": "Bearer nonsense"},
    )  # fmt: skip
    assert refused.status_code == 401
    assert refused.json()["code"] == "bad_key"
    assert refused["WWW-Authenticate"] == "Bearer"


def test_a_key_raises_the_limit_of_its_scope_only(client: Client, settings: Any) -> None:
    settings.CTKZ_API_PER_MINUTE = 2
    raised, other = a_key(Scope.VERIFY, per_minute=4), a_key(Scope.SEARCH)
    assert [verify(client, raised).status_code for _turn in range(5)] == [200] * 4 + [429]
    assert [verify(client, other).status_code for _turn in range(3)] == [200, 200, 429]
    refused = verify(client)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert refused.json()["code"] == "too_many_requests.api"


def test_without_the_counter_all_may_verify_and_nobody_may_draw(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = a_key(Scope.DRAW, Scope.VERIFY, organisation=an_organisation("chamber"))

    def gone(*_arguments: Any, **_options: Any) -> None:
        raise NoRedis

    monkeypatch.setattr(cache, "incr", gone)
    assert verify(client).status_code == 200
    assert verify(client, key).status_code == 200
    refused = client.get("/api/v1/certificates/KZ-6-120-99999/draws/", headers=bearer(key))
    assert refused.status_code == 503
    assert refused.json()["code"] == "limit_unavailable"


@pytest.mark.parametrize(
    ("path", "scope"),
    [("certificates/KZ-6-120-99999/draws/", "draw"), ("webhooks/", "webhooks")],
)
def test_what_is_not_public_needs_a_key_of_its_scope(client: Client, path: str, scope: str) -> None:
    without = client.get(f"/api/v1/{path}")
    assert (without.status_code, without.json()["code"]) == (401, "not_authenticated")
    other = client.get(f"/api/v1/{path}", headers=bearer(a_key(Scope.VERIFY)))
    assert (other.status_code, other.json()["code"]) == (403, "no_scope")


def test_only_the_head_of_the_committee_makes_and_revokes_keys() -> None:
    for role in (Role.INSPECTOR, Role.CHAMBER_SIGNATORY, Role.APPLICANT):
        with pytest.raises(PermissionRefused):
            make_key(name="x", scopes=[Scope.VERIFY], by=a_person(role))
    made = make_key(name="x", scopes=[Scope.VERIFY], by=a_person(Role.COMMITTEE_HEAD))
    with pytest.raises(PermissionRefused):
        revoke_key(key=made.key, by=a_person(Role.INSPECTOR))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["root"]}, "scopes"),
        ({"scopes": [Scope.DRAW]}, "organisation"),
        ({"per_minute": 0}, "per_minute"),
        ({"name": " "}, "name"),
        ({"valid_until": TODAY() - timedelta(days=1)}, None),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(values: dict[str, Any], field: str | None) -> None:
    given = {"name": "x", "scopes": [Scope.VERIFY], "by": None, **values}
    with pytest.raises(DomainError) as refused:
        make_key(**given)
    assert refused.value.field == field
    assert not ApiKey.objects.exists()


def test_the_page_shows_a_new_key_once(sign_in: Callable[..., Client]) -> None:
    head = sign_in(a_person(Role.COMMITTEE_HEAD))
    given = {"name": "ТОО «Пример-Закуп»", "scopes": ["verify"], "per_minute": "60"}
    made = head.post("/register/keys/", given)
    key = ApiKey.objects.get()
    text = made.context["new"].text
    assert text in made.content.decode()
    assert key_of(text, on=TODAY()) == key
    assert text.encode() not in head.get("/register/keys/").content
    detail = head.get(f"/register/keys/{key.pk}/")
    assert detail.status_code == 200
    head.post(f"/register/keys/{key.pk}/revoke/")
    assert key_of(text, on=TODAY()) is None


def test_the_page_does_not_exist_for_others(sign_in: Callable[..., Client]) -> None:
    for role in (Role.INSPECTOR, Role.CHAMBER_OFFICER):
        assert sign_in(a_person(role)).get("/register/keys/").status_code == 404


def test_the_command_makes_lists_and_revokes() -> None:
    out = StringIO()
    call_command("api_key", "make", "Оператор", "--scope", "verify", stdout=out)
    text = out.getvalue().strip()
    prefix = key_of(text, on=TODAY()).prefix
    listed = StringIO()
    call_command("api_key", "list", stdout=listed)
    assert prefix in listed.getvalue()
    assert text not in listed.getvalue()
    call_command("api_key", "revoke", prefix, stdout=StringIO())
    assert key_of(text, on=TODAY()) is None
    with pytest.raises(CommandError):
        call_command("api_key", "revoke", "000000000000", stdout=StringIO())
