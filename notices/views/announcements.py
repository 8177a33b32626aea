"""Announcements: for those who write them, and for those who read them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import has_permission
from notices.announcing import (
    change_announcement,
    note_reading,
    publish_announcement,
    retract_announcement,
    write_announcement,
)
from notices.audiences import announcements_for, people_told, written_by
from notices.columns import ANNOUNCEMENT_COLUMNS
from notices.filters import AnnouncementFilter
from notices.forms import AnnouncementForm, RetractionForm
from notices.models import Announcement
from notices.models.announcements import LANGUAGE_NAMES
from reference.lists import Listing
from workflow.refusals import carried_out, status_code


def _authors_only(request: HttpRequest) -> None:
    if not has_permission(request.actor, "notices.write_announcement", None):
        raise Http404


def _own(request: HttpRequest, pk: UUID) -> Announcement:
    _authors_only(request)
    found = written_by(request.actor).select_related("author__organisation", "author__user")
    return get_object_or_404(found, pk=pk)


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else None


@require_safe
def announcement_list(request: HttpRequest) -> HttpResponse:
    _authors_only(request)
    own = (
        written_by(request.actor)
        .select_related("author__user")
        .annotate(
            read=Count("readings"),
            closed=Count("readings", filter=Q(readings__closed_at__isnull=False)),
        )
    )
    found = AnnouncementFilter(request.GET, queryset=own)
    listing = Listing(
        request,
        found.qs,
        ANNOUNCEMENT_COLUMNS,
        name="announcements",
        first="-written",
        form=found.form,
        recount=lambda query: AnnouncementFilter(query, queryset=own).qs,
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "page": listing.page}
    return render(request, "notices/announcement_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_write(request: HttpRequest) -> HttpResponse:
    _authors_only(request)
    form = AnnouncementForm(request.actor, request.POST or None)
    made: list[Announcement] = []
    if request.method == "POST" and carried_out(
        form,
        lambda _values: made.append(write_announcement(actor=request.actor, values=form.values())),
    ):
        return redirect("notices:announcement-detail", made[0].pk)
    return _form_page(request, form, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    announcement = _own(request, pk)
    if not has_permission(request.actor, "notices.change_announcement", announcement):
        raise Http404
    form = AnnouncementForm(request.actor, request.POST or None, instance=announcement)
    if request.method == "POST" and carried_out(
        form,
        lambda _values: change_announcement(
            announcement=announcement,
            actor=request.actor,
            values=form.values(),
            seen_version=_version(request),
        ),
    ):
        return redirect("notices:announcement-detail", pk)
    return _form_page(request, form, announcement)


def _form_page(
    request: HttpRequest, form: forms.BaseForm, announcement: Announcement | None
) -> HttpResponse:
    context = {"form": form, "announcement": announcement}
    status = 400 if form.errors else 200
    code = status_code(form)
    return render(
        request, "notices/announcement_form.html", context, status=code if code != 200 else status
    )


@never_cache
@require_safe
def announcement_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _own(request, pk), RetractionForm())


def _detail(request: HttpRequest, announcement: Announcement, form: forms.Form) -> HttpResponse:
    can = announcement.WORKFLOW.available(announcement, request.actor)
    names = {transition.name for transition in can}
    context = {
        "announcement": announcement,
        "versions": _versions(announcement),
        "may_publish": "publish" in names,
        "may_retract": "retract" in names,
        "may_edit": has_permission(request.actor, "notices.change_announcement", announcement),
        "form": form,
        "people": people_told(announcement, on=timezone.localdate()).count(),
        "readings": announcement.readings.count(),
        "closings": announcement.readings.filter(closed_at__isnull=False).count(),
        "events": audit.timeline(announcement.case_id),
    }
    code = 400 if form.errors else 200
    return render(request, "notices/announcement_detail.html", context, status=code)


def _versions(announcement: Announcement) -> list[dict[str, str]]:
    return [
        {
            "code": code,
            "name": name,
            "title": getattr(announcement, f"title_{code}"),
            "text": getattr(announcement, f"text_{code}"),
        }
        for code, name in LANGUAGE_NAMES.items()
    ]


@require_POST
def announcement_publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    announcement = _own(request, pk)
    publish_announcement(
        announcement=announcement, actor=request.actor, seen_version=_version(request)
    )
    messages.success(request, _("The announcement is published."))
    return redirect("notices:announcement-detail", pk)


@require_POST
def announcement_retract(request: HttpRequest, pk: UUID) -> HttpResponse:
    announcement = _own(request, pk)
    form = RetractionForm(request.POST)

    def retract(values: dict[str, Any]) -> object:
        return retract_announcement(
            announcement=announcement,
            actor=request.actor,
            note=values["note"],
            seen_version=_version(request),
        )

    if carried_out(form, retract):
        messages.success(request, _("The announcement is retracted: nobody sees it any more."))
        return redirect("notices:announcement-detail", pk)
    return _detail(request, announcement, form)


def _readable(request: HttpRequest, pk: UUID) -> Announcement:
    mine = getattr(request, "memberships", [])
    found = announcements_for(mine, on=timezone.localdate())
    return get_object_or_404(found.select_related("author__organisation"), pk=pk)


@never_cache
@require_safe
def announcement_read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One announcement for whoever it is for; opening it counts as reading."""
    announcement = _readable(request, pk)
    note_reading(announcement=announcement, user=request.user, closed=False, at=timezone.now())
    return render(request, "notices/announcement_read.html", {"announcement": announcement})


@require_POST
def announcement_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    announcement = _readable(request, pk)
    note_reading(announcement=announcement, user=request.user, closed=True, at=timezone.now())
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return redirect(page if is_ours else reverse("home"))
