"""What holds for every request of a signed-in person: for whom they act, how long the session
lasts, and whether they have the second factor that their role needs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from . import arrivals
from .models import Membership, SecondFactor

SESSION_KEY = "actor"


class ActorMiddleware:
    """Sets `request.actor` to the active membership, or None.

    The choice is kept in the session and looked up again on every request, so that a
    membership that ended yesterday gives nothing today.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = active_membership(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def active_membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    memberships = list(
        Membership.objects.in_force(on=timezone.localdate())
        .filter(user=request.user)
        .select_related("user", "organisation", "agent")
        .order_by("valid_from", "id")
    )
    request.memberships = memberships  # type: ignore[attr-defined]
    chosen = request.session.get(SESSION_KEY)
    for membership in memberships:
        if str(membership.id) == chosen:
            return membership
    return memberships[0] if memberships else None


class RollingSessionMiddleware:
    """Nobody is thrown out in the middle of work, and no session lasts for ever.

    A session is renewed when less than half of its time is left: a write twice a day, not with
    every request. What a page asks for by itself in the background is not work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            began, renewed = (
                _moment(request.session.get(key)) for key in (arrivals.BEGAN, arrivals.RENEWED)
            )
            if began and now >= began + arrivals.longest():
                close_session(request)
            elif renewed and now >= renewed + arrivals.term() / 2 and _is_work(request):
                arrivals.renew(request.session, at=now)
        return self.get_response(request)


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, (int, float)) else None


def _is_work(request: HttpRequest) -> bool:
    return "HX-Request" not in request.headers


# Reachable without the second factor that the role needs: leaving, reading, setting one up.
OPEN_WITHOUT_FACTOR = frozenset(
    {"accounts:login", "accounts:logout", "accounts:language", "accounts:choose", "health"}
)
OF_SECOND_FACTOR = "accounts:second-factor"


class SecondFactorMiddleware:
    """Whoever decides has two factors: without the second, nothing else works until it is set up.

    What the session was opened with is known from the session, so this costs no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not lacks_second_factor(request):
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in OPEN_WITHOUT_FACTOR or name.startswith(OF_SECOND_FACTOR):
            return None
        address = reverse("accounts:second-factor")
        if "HX-Request" in request.headers:
            # What asks in the background must not reload the page on which a code is being typed.
            is_there = address in request.headers.get("HX-Current-URL", "")
            return HttpResponse(status=204, headers={} if is_there else {"HX-Redirect": address})
        if _is_program(request):
            return JsonResponse(
                {
                    "code": "second_factor_needed",
                    "message": _("Your role needs a second factor. Set it up in your profile."),
                    "fields": {},
                },
                status=403,
            )
        return redirect(address)


def lacks_second_factor(request: HttpRequest) -> bool:
    """The person acts in a role that needs a second factor, and none stands behind the session."""
    actor: Membership | None = getattr(request, "actor", None)
    if actor is None or actor.role not in settings.CTKZ_SECOND_FACTOR_ROLES:
        return False
    return bool(arrivals.second_factor_of(request.session) == SecondFactor.NONE)


def _is_program(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"
