"""What a person was told: the list, reading, going on to the page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import SESSION_KEY
from accounts.permissions import has_permission
from notices.models import Notice
from notices.turns import Group
from notices.wording import text_of
from notices.writing import role_of

PER_PAGE = 25
UNREAD, MUST_ACT, ALL = "unread", "act", "all"


@dataclass(frozen=True)
class Line:
    """One notice as the page shows it, in the reader's language."""

    notice: Notice
    text: str
    role: str


def _own(request: HttpRequest) -> Any:
    return Notice.objects.of(request.user)


@never_cache
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Of all the person's roles; each says in which."""
    own = _own(request)
    show = request.GET.get("show", UNREAD)
    group = request.GET.get("group", "")
    counts = own.aggregate(
        unread=Count("pk", filter=Q(read_at=None)),
        act=Count("pk", filter=Q(read_at=None, must_act=True)),
        all=Count("pk"),
        newest=Max("event_id"),
    )
    conditions = {UNREAD: Q(read_at=None), MUST_ACT: Q(read_at=None, must_act=True)}
    found = own.filter(conditions.get(show, Q()))
    if group in Group.values:
        found = found.filter(group=group)
    page = Paginator(
        found.select_related("event", "membership__organisation").order_by("-event_id"), PER_PAGE
    ).get_page(request.GET.get("page"))
    lines = [
        Line(
            notice,
            text_of(notice.event, notice.subject, must_act=notice.must_act),
            role_of(notice.membership),
        )
        for notice in page.object_list
    ]
    context = {
        "page": page,
        "lines": lines,
        "tabs": _tabs(request, show, counts),
        "groups": Group.choices,
        "group": group,
        "show": show,
        "unread": counts["unread"],
        # What comes while the page is looked at stays unread.
        "newest": counts["newest"] or 0,
        "may_announce": has_permission(request.actor, "notices.write_announcement", None),
        "may_see_letters": has_permission(request.actor, "notices.read_letters", None),
    }
    return render(request, "notices/notice_list.html", context)


def _tabs(request: HttpRequest, show: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = ((UNREAD, _("Unread")), (MUST_ACT, _("Expected from you")), (ALL, _("All")))
    return [
        {
            "url": f"{reverse('notices:list')}?show={key}",
            "label": label,
            "count": counts[key],
            "current": key == show,
        }
        for key, label in labels
    ]


@never_cache
@require_safe
def open_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks it read and goes to its page, in the role in which it was told."""
    found = _own(request).select_related("membership__organisation")
    notice = get_object_or_404(found, pk=pk)
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    _act_as(request, notice)
    if not notice.link:
        return redirect(f"{reverse('notices:list')}?show={ALL}")
    return redirect(notice.link)


def _act_as(request: HttpRequest, notice: Notice) -> None:
    """The page belongs to one of the person's roles; another one would not find it."""
    membership = notice.membership
    mine = getattr(request, "memberships", [])
    if request.actor == membership or membership not in mine:
        return
    request.session[SESSION_KEY] = str(membership.pk)
    messages.info(request, _("You act now as: %(role)s") % {"role": role_of(membership)})


@require_POST
def mark_read(request: HttpRequest, pk: UUID) -> HttpResponse:
    _own(request).filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return redirect(_back(request))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Those of the page that was looked at; what came since stays unread."""
    newest = request.POST.get("newest", "")
    found = _own(request).filter(read_at=None)
    if newest.isdigit():
        found = found.filter(event_id__lte=int(newest))
    group = request.POST.get("group", "")
    if group in Group.values:
        found = found.filter(group=group)
    found.update(read_at=timezone.now())
    messages.success(request, _("Marked as read."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else reverse("notices:list")


@never_cache
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for pages that look once a minute; nothing when nothing has changed."""
    unread = _own(request).unread().count()
    if request.GET.get("seen") == str(unread):
        return HttpResponse(status=204)
    request._unread_notices = unread
    return render(request, "notices/parts/bell.html")
