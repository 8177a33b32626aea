"""A refused command becomes a page for people and JSON for programs, with the right status."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.errors import DomainError, PermissionRefused
from ctkz_portal.middleware import DomainErrorMiddleware


def answer(error: Exception, accept: str) -> HttpResponse | None:
    request: HttpRequest = RequestFactory().get("/", headers={"Accept": accept})
    request.user = AnonymousUser()
    request.session = {}
    return DomainErrorMiddleware(lambda _request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DomainError("wrong_status", "Дело уже закрыто."), 409),
        (PermissionRefused("not_yours", "Это решает другой человек."), 403),
    ],
)
def test_a_refusal_is_told_in_words(error: DomainError, status: int) -> None:
    page = answer(error, "text/html")
    assert page.status_code == status
    assert str(error) in page.content.decode()


def test_a_program_gets_the_code_and_the_field() -> None:
    error = DomainError("bad_code", "Девять цифр вместо десяти.", field="hs_code")
    found = answer(error, "application/json")
    assert found.status_code == 409
    assert json.loads(found.content) == {
        "code": "bad_code",
        "message": "Девять цифр вместо десяти.",
        "fields": {"hs_code": "Девять цифр вместо десяти."},
    }


def test_other_errors_pass_on() -> None:
    assert answer(ValueError("broken"), "text/html") is None
