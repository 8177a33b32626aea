"""Gives every request an id that joins its log events, server logs and response."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import request_context


class RequestIdMiddleware:
    """The id is always our own: a caller cannot choose what the log says about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        with request_context(request_id=request_id, ip=client_ip(request)):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def client_ip(request: HttpRequest) -> str:
    """The caller's address; `X-Forwarded-For` counts only for proxies that are ours.

    With `CTKZ_PROXY_COUNT` proxies in front, each appends the address it saw, so the true one
    is that many places from the right; anything further left was written by the caller.
    """
    address = request.META.get("REMOTE_ADDR", "")
    proxies = settings.CTKZ_PROXY_COUNT
    if proxies:
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = seen[-proxies] if len(seen) >= proxies else address
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
