"""Guessing passwords is slow: a few failures for one account from one address, then a pause."""

import hashlib

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from .errors import DomainError

FAILURES_ALLOWED = 5
PAUSE_SECONDS = 15 * 60


class SignInUnavailable(DomainError):
    """Failures cannot be counted, so nobody is let in."""

    status_code = 503


def count_attempt(*, email: str, ip: str) -> int:
    """Which attempt in a row this is; counted before the password is looked at.

    Counting first keeps parallel guesses inside the limit. Without the counter the answer is
    no: a portal that forgets failures is open to guessing.
    """
    key = _key(email, ip)
    try:
        cache.add(key, 0, PAUSE_SECONDS)
        try:
            attempt = cache.incr(key)
        except ValueError:
            attempt = 1
            cache.set(key, attempt, PAUSE_SECONDS)
        if attempt == 1:
            # The counter may have expired and been made anew, without an end, by `incr`.
            cache.touch(key, PAUSE_SECONDS)
    except RedisError as error:
        raise SignInUnavailable(
            "sign_in_unavailable",
            _("Signing in does not work for the moment. Please try again in a few minutes."),
        ) from error
    return attempt


def forget_failures(*, email: str, ip: str) -> None:
    try:
        cache.delete(_key(email, ip))
    except RedisError:
        # The person is who they say; an old count only runs out by itself.
        return


def _key(email: str, ip: str) -> str:
    """Hashed: addresses of people do not lie about in the cache."""
    digest = hashlib.sha256(f"{email.strip().lower()}\n{ip}".encode()).hexdigest()
    return f"sign-in:{digest}"
