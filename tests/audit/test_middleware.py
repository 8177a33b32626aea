from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from audit.context import RequestContext, current_request
from audit.middleware import RequestIdMiddleware


def seen_by_view(**headers: str) -> tuple[RequestContext, HttpResponse]:
    seen: list[RequestContext] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_request())
        return HttpResponse()

    response = RequestIdMiddleware(view)(RequestFactory().get("/", **headers))
    return seen[0], response


def test_every_request_has_its_own_id_and_tells_it() -> None:
    first, response = seen_by_view(HTTP_X_REQUEST_ID="chosen-by-caller")
    second, _response = seen_by_view()

    assert response["X-Request-ID"] == first.request_id
    assert len({first.request_id, second.request_id, "chosen-by-caller"}) == 3


def test_nothing_is_left_behind_after_the_request() -> None:
    seen_by_view()

    assert current_request() == RequestContext()


def test_nothing_is_left_behind_after_a_failure() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestIdMiddleware(view)(RequestFactory().get("/"))

    assert current_request() == RequestContext()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1, 198.51.100.1, 192.0.2.1", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "<script>", ""),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.CTKZ_PROXY_COUNT = proxies

    seen, _response = seen_by_view(REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=forwarded)

    assert seen.ip == address
