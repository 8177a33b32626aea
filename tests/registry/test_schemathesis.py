"""Both APIs answer whatever their schemas allow, and much that they do not, without an error.

Every call is made from the schema itself, in a seeded run: the same calls each time.
"""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Role
from ctkz_portal.wsgi import application
from issuance.models import Certificate
from registry.models import Scope
from tests import scenarios
from tests.registry.lives import a_key, bearer

pytestmark = pytest.mark.django_db
CSRF = "a" * 32
EXAMPLES_OPEN, EXAMPLES_INNER = 20, 6


@pytest.fixture(autouse=True)
def within_the_test() -> Iterator[None]:
    """The calls share the connection of the test, which a request would close at its end."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def no_limits_and_no_network(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CTKZ_API_PER_MINUTE = 10**9
    settings.CTKZ_WEBHOOK_PRIVATE_ALLOWED = False

    def nowhere(*_arguments: Any, **_options: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr("registry.posting.socket.getaddrinfo", nowhere)
    # The limit of a key is counted by the minute; its counter is not the matter here.
    monkeypatch.setattr(cache, "incr", lambda *_arguments, **_options: 1)


def ask_everything(
    schema: Any, headers: dict[str, str], known: dict[str, str], *, examples: int
) -> int:
    """Calls every operation; `known` are path parameters that lead to something real."""
    operations = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        operations += 1

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_real=st.booleans())
        def ask(case: Any, is_real: bool) -> None:
            if is_real:
                for name in set(case.path_parameters or {}) & known.keys():
                    case.path_parameters[name] = known[name]
            answer = case.call(headers=headers)
            assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text[:300]}"
            if answer.status_code >= 400:
                assert answer.json().keys() == {"code", "message", "field"}, answer.text[:300]

        ask()
    return operations


def test_the_open_api_has_no_server_error(certificate: Certificate) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    known = {"number": certificate.number.replace(" ", "-")}
    assert ask_everything(schema, {}, known, examples=EXAMPLES_OPEN) >= 11


def test_the_open_api_has_no_server_error_with_a_key() -> None:
    certificate = scenarios.a_certificate(category="batch")
    owner = scenarios.an_organisation("chamber")
    headers = bearer(a_key(*Scope.values, organisation=owner))
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    known = {"number": certificate.number.replace(" ", "-")}
    ask_everything(schema, headers, known, examples=EXAMPLES_OPEN)


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY])
def test_the_inner_api_has_no_server_error(
    role: str, certificate: Certificate, sign_in: Callable[[Membership], Client]
) -> None:
    client = sign_in(scenarios.staff_of(certificate.application, role))
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    cookies["csrftoken"] = CSRF
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def signed_in(environ: dict[str, Any], start_response: Any) -> Any:
        return application(
            {**environ, "HTTP_COOKIE": cookie, "HTTP_X_CSRFTOKEN": CSRF}, start_response
        )

    schema = schemathesis.openapi.from_wsgi("/api/schema/", signed_in)
    ids = {"applications": certificate.application_id, "certificates": certificate.pk}
    for place, pk in ids.items():
        of_this = schema.include(path_regex=f"^/api/{place}/")
        assert ask_everything(of_this, {}, {"id": str(pk)}, examples=EXAMPLES_INNER) > 2
