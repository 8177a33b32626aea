"""What stands in the masthead and on top of every page, each for one query."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from accounts.models import Membership
from notices.audiences import shown_to
from notices.models import Announcement, Notice

register = template.Library()

# More on top of every page would hide the page.
MOST_ANNOUNCEMENTS = 3


@register.simple_tag(takes_context=True)
def unread_count(context: Context) -> int:
    """How many notices the person has not read; asked once for each request."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    known: int | None = getattr(request, "_unread_notices", None)
    if known is None:
        known = Notice.objects.of(user).unread().count()
        request._unread_notices = known
    return known


@register.simple_tag(takes_context=True)
def shown_announcements(context: Context) -> list[Announcement]:
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    known: list[Announcement] | None = getattr(request, "_shown_announcements", None)
    if known is None:
        mine: list[Membership] = getattr(request, "memberships", [])
        found = shown_to(user, mine, on=timezone.localdate())
        known = list(found.select_related("author__organisation")[:MOST_ANNOUNCEMENTS])
        request._shown_announcements = known
    return known
