"""The last step of every way in: the session, the language, the device, and where to go."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from . import arrivals, services
from .devices import remember_device
from .models import SecondFactor, User, Way
from .second_factor import STEP_TERM

SECOND_STEP = "second_step"


def next_address(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of this portal; otherwise the work basket."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse(settings.LOGIN_REDIRECT_URL)


def let_in(
    request: HttpRequest,
    user: User,
    *,
    way: Way,
    second_factor: SecondFactor,
    address: str,
    challenge: str | None = None,
) -> HttpResponse:
    """Opens the session and goes where the person wanted, in the language they chose before."""
    arrivals.enter(
        request=request, user=user, way=way, second_factor=second_factor, challenge=challenge
    )
    if len(services.memberships_of(user)) > 1:
        address = f"{reverse('accounts:choose')}?{urlencode({'next': address})}"
    return remember_device(request, with_language(redirect(address), user.language))


def ask_second_factor(request: HttpRequest, user: User, *, address: str) -> HttpResponse:
    """The password was right; nobody is signed in yet.

    The step is kept under a new session key and ends with a changed password.
    """
    request.session.flush()
    request.session[SECOND_STEP] = {
        "user": str(user.pk),
        "at": timezone.now().timestamp(),
        "auth": user.get_session_auth_hash(),
        "next": address,
    }
    return redirect("accounts:second-factor-check")


def who_waits(request: HttpRequest) -> tuple[User, str] | None:
    """Whoever gave the right password a few minutes ago in this browser, and where they go."""
    step = request.session.get(SECOND_STEP)
    if not isinstance(step, dict):
        return None
    user = User.objects.filter(pk=step["user"], is_active=True).first()
    is_late = timezone.now() > datetime.fromtimestamp(step["at"], tz=UTC) + STEP_TERM
    if user is None or is_late or step["auth"] != user.get_session_auth_hash():
        del request.session[SECOND_STEP]
        return None
    return user, step["next"]


def with_language(response: HttpResponse, chosen: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 60 * 60,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
