"""The request in whose course something is recorded: its id and the caller's address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    request_id: str = ""
    ip: str = ""


_OUTSIDE = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("audit_request", default=_OUTSIDE)


def current_request() -> RequestContext:
    return _current.get()


@contextmanager
def request_context(*, request_id: str, ip: str = "") -> Iterator[RequestContext]:
    """Events recorded inside carry this request id and address."""
    context = RequestContext(request_id=request_id, ip=ip)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
