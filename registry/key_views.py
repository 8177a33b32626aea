"""Keys of the open API, on the desk of the Committee's head."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import has_permission
from workflow.refusals import carried_out, status_code

from . import webhooks
from .forms import ApiKeyForm
from .keys import NewKey, make_key, revoke_key
from .models import ApiKey, WebhookDelivery, WebhookEndpoint

DELIVERIES_SHOWN = 50

View = Callable[..., HttpResponse]


def for_the_head(view: View) -> View:
    """To everybody else the page does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "registry.manage_api_keys", None):
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(wrapped)


@for_the_head
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """Every key, and the form for a new one, which is shown in this answer and never again."""
    form = ApiKeyForm(request.POST or None)
    made: list[NewKey] = []
    if request.method == "POST" and carried_out(
        form, lambda given: made.append(make_key(by=request.actor, **given))
    ):
        form = ApiKeyForm()
    context = {
        "form": form,
        "new": made[0] if made else None,
        "keys": ApiKey.objects.select_related("organisation"),
    }
    status = 400 if form.is_bound and not form.is_valid() else status_code(form)
    return render(request, "registry/key_list.html", context, status=status)


@for_the_head
@require_safe
def key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(ApiKey.objects.select_related("organisation", "created_by"), pk=pk)
    deliveries = WebhookDelivery.objects.filter(endpoint__key=found).select_related("endpoint")
    context = {
        "key": found,
        "webhooks": found.webhooks.all(),
        "undelivered": deliveries.filter(delivered_at__isnull=True)[:DELIVERIES_SHOWN],
        "delivered": deliveries.filter(delivered_at__isnull=False).count(),
    }
    return render(request, "registry/key_detail.html", context)


@for_the_head
@require_POST
def revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    revoke_key(key=get_object_or_404(ApiKey, pk=pk), by=request.actor)
    messages.success(request, _("The key is revoked."))
    return redirect("registry:key-detail", pk)


@for_the_head
@require_POST
def end_webhook(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    endpoint = get_object_or_404(WebhookEndpoint.objects.select_related("key"), pk=pk)
    webhooks.end_endpoint(endpoint=endpoint, by=request.actor)
    messages.success(request, _("Nothing more is sent to this address."))
    return redirect("registry:key-detail", endpoint.key_id)


@for_the_head
@require_POST
def send_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    delivery = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), pk=pk)
    webhooks.send_again(delivery=delivery, by=request.actor)
    messages.success(request, _("It is sent again."))
    return redirect("registry:key-detail", delivery.endpoint.key_id)
