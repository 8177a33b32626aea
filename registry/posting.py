"""Posting to an address that a stranger named, without becoming his way into our network."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError

TIMEOUT_SECONDS = 10
# Addresses that carry an IPv4 address inside: what they lead to depends on the network.
CARRIERS = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")
)
LONGEST_ANSWER = 200


class AddressRefused(DomainError):
    """News are not posted to such an address."""

    status_code = 400


@dataclass(frozen=True)
class Answer:
    """What came of it: `ok` when the other side took the news."""

    ok: bool
    text: str


class _Pinned(http.client.HTTPConnection):
    """Connects to the very address that was examined: a second look-up could name another."""

    def __init__(self, parts: SplitResult, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(str(parts.hostname), port_of(parts), timeout=TIMEOUT_SECONDS)
        self._address = address
        self._context = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is None:
            self.sock = plain
        else:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def check_address(url: str) -> None:
    """Raises `AddressRefused` unless the address is https and leads outside."""
    addresses_of(_parts_of(url))


def post_json(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """One attempt. Redirects are not followed: they could lead inside."""
    try:
        parts = _parts_of(url)
        address = addresses_of(parts)[0]
        context = ssl.create_default_context() if parts.scheme == "https" else None
        connection = _Pinned(parts, address, context)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "POST",
                target,
                body=body,
                headers={"Content-Type": "application/json", "User-Agent": "ctkz", **headers},
            )
            response = connection.getresponse()
            text = f"{response.status} {response.reason}"[:LONGEST_ANSWER]
            return Answer(200 <= response.status < 300, text)
        finally:
            connection.close()
    except AddressRefused as refused:
        return Answer(False, str(refused)[:LONGEST_ANSWER])
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return Answer(False, f"{type(fault).__name__}: {fault}"[:LONGEST_ANSWER])


def _parts_of(url: str) -> SplitResult:
    refused = AddressRefused(
        "bad_address", _("Name an https address without a user name."), field="url"
    )
    try:
        parts = urlsplit(url)
        port_of(parts)
    except ValueError as error:
        raise refused from error
    schemes = ("https", "http") if settings.CTKZ_WEBHOOK_PRIVATE_ALLOWED else ("https",)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        raise refused
    if any(ord(letter) <= 32 or ord(letter) > 126 for letter in url):
        raise refused
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def addresses_of(parts: SplitResult) -> list[str]:
    """Every address of the host; one that is not public refuses them all."""
    try:
        found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("unknown_host", _("This host is not known."), field="url") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.CTKZ_WEBHOOK_PRIVATE_ALLOWED and not all(map(is_public, addresses)):
        raise AddressRefused(
            "private_address", _("This address is not on the public internet."), field="url"
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether the address is one of the public internet; whatever hides another one is not."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.teredo is not None or any(ip in carrier for carrier in CARRIERS):
            return False
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast
