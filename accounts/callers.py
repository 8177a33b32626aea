"""Public pages are free, but not for machines that ask them a thousand times a minute."""

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import Promise
from redis.exceptions import RedisError

from accounts.errors import DomainError
from audit.middleware import client_ip

WINDOW_SECONDS = 60


class TooManyRequests(DomainError):
    status_code = 429


def count_request(
    request: HttpRequest, *, counter: str, limit: int, refusal: str | Promise
) -> None:
    """Raises `TooManyRequests` past the limit of the minute for the caller's address.

    Without the counter everybody is let in: public pages must work when the cache does not.
    """
    minute = int(time.time()) // WINDOW_SECONDS
    caller = hashlib.sha256(client_ip(request).encode()).hexdigest()[:32]
    key = f"{counter}:{caller}:{minute}"
    try:
        cache.add(key, 0, 2 * WINDOW_SECONDS)
        requests = cache.incr(key)
    except (RedisError, ValueError):
        return
    if requests > limit:
        raise TooManyRequests(f"too_many_requests.{counter}", refusal)
