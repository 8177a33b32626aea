"""Asking to be told of a change, confirming the address, ending it: without signing in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.callers import count_request

from .forms import WatchForm
from .models import Watch
from .questions import certificate_coded
from .watching import ask_to_watch, confirm_watch, end_watch


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate by the code of its QR; the answer says nothing about the address."""
    count_request(
        request,
        counter="watch",
        limit=settings.CTKZ_WRITE_PER_MINUTE,
        refusal=_("Too many requests from your address. Please wait a minute and try again."),
    )
    certificate = certificate_coded(code)
    if certificate is None:
        raise Http404
    form = WatchForm(request.POST or None)
    sent_to = ""
    if request.method == "POST" and form.is_valid():
        sent_to = form.cleaned_data["email"]
        language = (get_language() or "ru")[:2]
        ask_to_watch(certificate=certificate, email=sent_to, language=language)
    context = {"certificate": certificate, "form": form, "sent_to": sent_to}
    status = 400 if form.is_bound and not form.is_valid() else 200
    return render(request, "registry/watch_ask.html", context, status=status)


def _watch(code: str) -> Watch:
    watch = Watch.objects.select_related("certificate").filter(code=code).first()
    if watch is None:
        raise Http404
    return watch


# The code in the address is the right to do it; mail programs end a watch in one click, by a
# request that knows no token of a page (RFC 8058).
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, code: str) -> HttpResponse:
    """Opening the link changes nothing: programs that look into letters open every link."""
    found = _watch(code)
    if request.method == "POST":
        end_watch(watch=found)
        found.refresh_from_db()
    return render(request, "registry/watch.html", {"watch": found, "masked": masked(found.email)})


@login_not_required
@never_cache
@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    found = _watch(code)
    confirm_watch(watch=found)
    messages.success(request, _("The address is confirmed."))
    return redirect("registry:watch", code)


def masked(email: str) -> str:
    """Enough for its owner to know it again."""
    name, at, host = email.partition("@")
    return f"{name[:2]}…{at}{host}" if at else ""
