"""A refused command becomes a page for people and JSON for programs, with the right status."""

import gzip
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.errors import DomainError, PermissionRefused
from ctkz_portal.middleware import CompressionMiddleware, DomainErrorMiddleware


def answer(error: Exception, accept: str) -> HttpResponse | None:
    request: HttpRequest = RequestFactory().get("/", headers={"Accept": accept})
    request.user = AnonymousUser()
    request.session = SessionStore()
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


@pytest.mark.parametrize(
    ("kind", "is_small"),
    [
        ("text/html; charset=utf-8", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("application/pdf", False),
        ("image/png", False),
    ],
)
def test_what_is_text_goes_out_small_and_a_document_as_it_is(kind: str, is_small: bool) -> None:
    body = b"the same again " * 1000
    passed = CompressionMiddleware(lambda _request: HttpResponse(body, content_type=kind))
    found = passed(RequestFactory().get("/", headers={"Accept-Encoding": "gzip"}))
    assert (len(found.content) < len(body) / 10) == is_small
    assert (gzip.decompress(found.content) if is_small else found.content) == body
    plain = passed(RequestFactory().get("/"))
    assert plain.content == body
