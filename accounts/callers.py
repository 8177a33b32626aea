"""Public pages are free, but not for machines that ask them a thousand times a minute."""

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.errors import DomainError
from audit.middleware import client_ip

WINDOW_SECONDS = 60
DAY_SECONDS = 24 * 60 * 60


class TooManyRequests(DomainError):
    status_code = 429


class LimitUnavailable(DomainError):
    """Requests cannot be counted, so what must be counted is not done."""

    status_code = 503


def count_request(
    request: HttpRequest,
    *,
    counter: str,
    limit: int,
    refusal: str | Promise,
    seconds: int = WINDOW_SECONDS,
) -> None:
    """Raises `TooManyRequests` past the limit of the minute for the caller's address.

    `seconds` counts by longer stretches of time than a minute.

    Without the counter everybody is let in: public pages must work when the cache does not.
    """
    caller = hashlib.sha256(client_ip(request).encode()).hexdigest()[:32]
    count_caller(caller, counter=counter, limit=limit, refusal=refusal, seconds=seconds)


def count_caller(
    caller: str,
    *,
    counter: str,
    limit: int,
    refusal: str | Promise,
    weight: int = 1,
    must_count: bool = False,
    seconds: int = WINDOW_SECONDS,
) -> None:
    """The same for a caller known by a name; `must_count`: without the counter nobody is let in."""
    window = int(time.time()) // seconds
    key = f"{counter}:{caller}:{window}"
    try:
        cache.add(key, 0, 2 * seconds)
        requests = cache.incr(key, weight)
    except (RedisError, ValueError) as fault:
        if must_count:
            raise LimitUnavailable(
                "limit_unavailable",
                _("Requests cannot be counted now, so none is taken. Please try again later."),
            ) from fault
        return
    if requests > limit:
        raise TooManyRequests(f"too_many_requests.{counter}", refusal)
