"""Finds out for whom the signed-in person acts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import Membership

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
        .select_related("user", "organisation")
        .order_by("valid_from", "id")
    )
    request.memberships = memberships  # type: ignore[attr-defined]
    chosen = request.session.get(SESSION_KEY)
    for membership in memberships:
        if str(membership.id) == chosen:
            return membership
    return memberships[0] if memberships else None
