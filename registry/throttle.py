"""Verification is free, but not for machines that try every number."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.errors import DomainError
from audit.middleware import client_ip

WINDOW_SECONDS = 60


class TooManyLookups(DomainError):
    status_code = 429


def count_lookup(request: HttpRequest) -> None:
    """Raises `TooManyLookups` past the limit of the minute for the caller's address.

    Without the counter everybody is let in: verification must work when the cache does not.
    """
    minute = int(time.time()) // WINDOW_SECONDS
    caller = hashlib.sha256(client_ip(request).encode()).hexdigest()[:32]
    key = f"verify:{caller}:{minute}"
    try:
        cache.add(key, 0, 2 * WINDOW_SECONDS)
        lookups = cache.incr(key)
    except (RedisError, ValueError):
        return
    if lookups > settings.CTKZ_VERIFY_PER_MINUTE:
        raise TooManyLookups(
            "too_many_lookups",
            _("Too many checks from your address. Please wait a minute and try again."),
        )
