"""Coming back to a draft: where to go on, who else is here, what is thrown away or copied."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import authorize
from expertise.draft_places import place_of
from expertise.models import DraftPage
from expertise.services import bills, drafts
from expertise.steps import task_list

from .access import for_editing, visible_line, visible_request
from .saving import page_key


@require_safe
def request_go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To what was typed and is not saved, else to the first thing missing, else to the check."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    missing = task_list(obj, user=request.actor.user).next_url
    return redirect(missing) if missing else redirect("expertise:request-check", obj.pk)


@require_safe
def request_others(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who else is here; the page that asks says that it is still open."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.edit_request", obj)
    key = page_key(request.GET)
    if key is not None:
        drafts.mark_here(request=obj, actor=request.actor, key=key)
    others = drafts.others_here(obj, request.actor, at=timezone.now())
    return render(request, "expertise/others_here.html", {"others": others})


@require_POST
def request_throw_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was typed on one page and not saved goes; the page shows what is stored."""
    obj = visible_request(request, pk)
    own = DraftPage.objects.filter(request=obj, user=request.actor.user)
    page = get_object_or_404(own, pk=page_key(request.POST))
    place = place_of(obj.pk, page.step)
    drafts.throw_away(request=obj, actor=request.actor, step=page.step)
    messages.success(request, _("What you had typed here is gone; the page shows what is saved."))
    return redirect(place.url)


@require_POST
def request_line_copy(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    line = visible_line(request, pk, line_pk)
    copy = bills.copy_line(line=line, actor=request.actor)
    messages.success(
        request,
        _("Line %(number)s is a copy of line %(copied)s with its materials. Change what differs.")
        % {"number": copy.number, "copied": line.number},
    )
    return redirect("expertise:request-line", line.request_id, copy.pk)
