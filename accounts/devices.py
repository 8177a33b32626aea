"""Browsers that people come from: known again by a cookie, named in a few words."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .models import SignIn

_SECRET = re.compile(r"[A-Za-z0-9_-]{40,60}")
COOKIE_AGE = 400 * 24 * 60 * 60
# The first that is found wins: most browsers name their ancestors too.
_BROWSERS = (
    (r"\bYaBrowser/", "Yandex Browser"),
    (r"\bEdgA?/|\bEdgiOS/", "Edge"),
    (r"\bOPR/|\bOpera/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bFirefox/|\bFxiOS/", "Firefox"),
    (r"\bChrome/|\bCriOS/|\bHeadlessChrome/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "macOS"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bLinux\b", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """`secret` stays in the browser; the portal keeps its digest."""

    secret: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()


def device_of(request: HttpRequest) -> Device:
    """The device of this request; one that never came before gets a secret of its own."""
    known: Device | None = getattr(request, "device", None)
    if known is None:
        sent = request.COOKIES.get(settings.CTKZ_DEVICE_COOKIE_NAME, "")
        known = Device(sent if _SECRET.fullmatch(sent) else secrets.token_urlsafe(32))
        request.device = known  # type: ignore[attr-defined]
    return known


def remember_device(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response.set_cookie(
        settings.CTKZ_DEVICE_COOKIE_NAME,
        device_of(request).secret,
        max_age=COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


def is_known(request: HttpRequest, *, email: str) -> bool:
    """The person with this address came in from this very browser before."""
    if settings.CTKZ_DEVICE_COOKIE_NAME not in request.COOKIES:
        return False
    return SignIn.objects.filter(
        user__email=email.strip().lower(), device=device_of(request).digest
    ).exists()


def device_name(user_agent: str) -> str:
    """A browser and a system as people call them."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    return ", ".join(filter(None, (browser, system))) or _("unknown browser")


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")
