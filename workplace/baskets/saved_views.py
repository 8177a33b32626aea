"""Addresses of saved views: each does one thing and leads back to the page it came from."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import DomainError
from workplace.models import SavedView

from .saving import change_view, page_of, save_view


def _back(view: SavedView, query: str = "") -> HttpResponse:
    page = reverse(view.page)
    return redirect(f"{page}?{query}" if query else page)


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    path = request.POST.get("path", "")
    try:
        page = page_of(path)
    except DomainError as refusal:
        raise Http404 from refusal
    query = request.POST.get("query", "")
    try:
        view = save_view(
            user=request.user,  # type: ignore[arg-type]
            page=page,
            name=request.POST.get("name", ""),
            query=query,
            is_first=bool(request.POST.get("is_first")),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect(f"{path}?{query}" if query else path)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return _back(view, view.query)


@require_POST
def view_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Renamed, put first or no longer first."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    first = {"first": True, "not_first": False}.get(request.POST.get("do", ""))
    try:
        change_view(view=view, name=request.POST.get("name"), is_first=first)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The view “%(name)s” is changed.") % {"name": view.name})
    return _back(view, view.query)


@require_POST
def view_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    query = view.query
    view.delete()
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return _back(view, query)
