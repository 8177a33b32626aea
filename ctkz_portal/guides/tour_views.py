"""Walking through the demo; how far one came is kept in the session, across sign-ins."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import arrivals
from accounts.models import Membership
from ctkz_portal.demo.people import DOMAIN, PEOPLE

from .tour import STOPS, Stop

SEEN = "tour_seen"


@login_not_required
@never_cache
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    seen = seen_stops(request)
    names = {person.email: person.full_name for person in PEOPLE}
    actor: Membership | None = getattr(request, "actor", None)
    stops = [
        {
            "number": number,
            "stop": stop,
            "url": reverse(stop.where),
            "name": names.get(f"{stop.who}{DOMAIN}", ""),
            "is_me": bool(actor and stop.who and actor.user.email == f"{stop.who}{DOMAIN}"),
            "is_seen": number in seen,
        }
        for number, stop in enumerate(STOPS, start=1)
    ]
    left = [stop for stop in stops if not stop["is_seen"]]
    context = {"stops": stops, "seen": len(seen), "next": left[0] if left else None}
    return render(request, "guides/tour.html", context)


@login_not_required
@require_POST
def tour_stop(request: HttpRequest, number: int) -> HttpResponse:
    """Goes to a stop as the person of that stop, or marks it as seen."""
    _only_in_the_demo()
    if not 1 <= number <= len(STOPS):
        raise Http404
    seen = seen_stops(request)
    if "seen" in request.POST:
        request.session[SEEN] = sorted(seen | {number})
        following = min(number + 1, len(STOPS))
        return redirect(f"{reverse('tour')}#stop-{following}")
    return _as_its_person(request, STOPS[number - 1], seen)


def _as_its_person(request: HttpRequest, stop: Stop, seen: set[int]) -> HttpResponse:
    address = reverse(stop.where)
    if not stop.who:
        return redirect(address)
    arrivals.leave(request)
    # Signing out ended the session; the tour goes on in the next one.
    request.session[SEEN] = sorted(seen)
    query = urlencode({"as": f"{stop.who}{DOMAIN}", "next": address})
    return redirect(f"{reverse('accounts:login')}?{query}")


def seen_stops(request: HttpRequest) -> set[int]:
    return set(request.session.get(SEEN, [])) & set(range(1, len(STOPS) + 1))


def _only_in_the_demo() -> None:
    if not settings.CTKZ_DEMO:
        raise Http404
