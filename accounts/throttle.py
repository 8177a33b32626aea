"""Guessing is slow: after a few failures comes a pause, and each further pause is longer.

Three things are counted for passwords: failures for one account from one address, for one account
from all addresses, and from one address for all accounts.
"""

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from .errors import DomainError

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# How long an earlier pause makes the next one longer.
MEMORY = 2 * DAY


class SignInUnavailable(DomainError):
    """Failures cannot be counted, so nobody is let in."""

    status_code = 503


class TooManyAttempts(DomainError):
    """A pause. `is_first` says that it begins now: it is recorded once."""

    status_code = 429

    def __init__(self, limit: "Limit", until: datetime, *, is_first: bool) -> None:
        local = timezone.localtime(until)
        shown = "%H:%M" if local.date() == timezone.localdate() else "%d.%m.%Y %H:%M"
        left = max(1, math.ceil((until - timezone.now()).total_seconds() / MINUTE))
        super().__init__(
            "too_many_attempts",
            _("Too many failed attempts. Please wait %(minutes)s min and try again after %(time)s.")
            % {"minutes": left, "time": local.strftime(shown)},
        )
        self.limit = limit
        self.until = until
        self.is_first = is_first


@dataclass(frozen=True)
class Limit:
    """`failures` within so many seconds, then a pause; the last pause is repeated."""

    name: str
    failures: int
    within: int
    pauses: tuple[int, ...]


PAIR = Limit("pair", 5, 15 * MINUTE, (15 * MINUTE,))
ACCOUNT = Limit("account", 20, HOUR, (HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY))
# An office may stand behind one address, so it is given more.
ADDRESS = Limit("address", 100, HOUR, (15 * MINUTE, HOUR, 4 * HOUR, DAY))
FACTOR = Limit("factor", 5, 15 * MINUTE, (15 * MINUTE, HOUR, 4 * HOUR, DAY))
SIGNATURE = Limit("signature", 30, HOUR, (15 * MINUTE, HOUR, 4 * HOUR))


@dataclass(frozen=True)
class Counted:
    """One limit for one account, address or both; hashed, so that none lies about in the cache."""

    limit: Limit
    who: str

    def key(self, what: str) -> str:
        digest = hashlib.sha256(self.who.encode()).hexdigest()
        return f"sign-in:{self.limit.name}:{what}:{digest}"


def of_password(*, email: str, ip: str, is_known_device: bool) -> list[Counted]:
    """What an attempt at a password counts for.

    The limit over all addresses would let a stranger lock a person out, so it does not hold for a
    browser from which that person came in before.
    """
    account = email.strip().lower()
    counted = [Counted(PAIR, f"{account}\n{ip}"), Counted(ADDRESS, network(ip))]
    return counted if is_known_device else [*counted, Counted(ACCOUNT, account)]


def network(ip: str) -> str:
    """An IPv6 caller has a whole network of addresses; it counts as one."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return ip
    return str(ipaddress.ip_network((address, 64), strict=False))


def count_attempt(counted: Sequence[Counted]) -> None:
    """Counts an attempt before anything is looked at; raises `TooManyAttempts` in a pause.

    Counting first keeps parallel guesses inside the limit. Without the counter the answer is
    no: a portal that forgets failures is open to guessing.
    """
    try:
        for each in counted:
            _refuse_in_pause(each)
        for each in counted:
            _count(each)
    except RedisError as error:
        raise SignInUnavailable(
            "sign_in_unavailable",
            _("Signing in does not work for the moment. Please try again in a few minutes."),
        ) from error


def forgive(counted: Sequence[Counted]) -> None:
    """The attempt was right: earlier failures of this account from here are forgotten, and
    elsewhere this attempt is not held against anybody."""
    try:
        for each in counted:
            if each.limit in (PAIR, FACTOR):
                cache.delete(each.key("failures"))
            elif cache.get(each.key("failures"), 0) > 0:
                cache.decr(each.key("failures"))
    except (RedisError, ValueError):
        # The person is who they say; an old count only runs out by itself.
        return


def _refuse_in_pause(counted: Counted) -> None:
    ends = cache.get(counted.key("pause"))
    if ends is None:
        return
    until = datetime.fromtimestamp(ends, tz=UTC)
    if timezone.now() < until:
        raise TooManyAttempts(counted.limit, until, is_first=False)
    cache.delete(counted.key("pause"))


def _count(counted: Counted) -> None:
    limit = counted.limit
    key = counted.key("failures")
    cache.add(key, 0, limit.within)
    try:
        attempt = cache.incr(key)
    except ValueError:
        attempt = 1
        cache.set(key, attempt, limit.within)
    if attempt == 1:
        # The counter may have expired and been made anew, without an end, by `incr`.
        cache.touch(key, limit.within)
    if attempt > limit.failures:
        raise _begin_pause(counted)


def _begin_pause(counted: Counted) -> TooManyAttempts:
    """Of many parallel attempts one begins the pause."""
    pauses = counted.limit.pauses
    earlier = cache.get(counted.key("pauses"), 0)
    length = pauses[min(earlier, len(pauses) - 1)]
    until = timezone.now() + timedelta(seconds=length)
    is_first = cache.add(counted.key("pause"), int(until.timestamp()), length)
    if is_first:
        cache.set(counted.key("pauses"), earlier + 1, MEMORY)
        cache.delete(counted.key("failures"))
    return TooManyAttempts(counted.limit, until, is_first=is_first)
