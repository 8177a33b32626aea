"""How a person wants to be told, with and without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notices.choosing import save_choices, stop_letters, user_of
from notices.forms import PreferencesForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _save(request.user, form)
        messages.success(request, _("Your choice is kept."))
        return redirect("notices:preferences")
    return _page(request, form, coded=False)


# The code in the letter is the right to do it; mail programs end letters in one click, by a
# request that knows no token of a page (RFC 8058).
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, code: str) -> HttpResponse:
    """Opening the link changes nothing: programs that look into letters open every link."""
    user = user_of(code)
    if user is None:
        raise Http404
    with translation.override(user.language):
        if request.method == "POST" and "List-Unsubscribe" in request.POST:
            stop_letters(user=user)
            return HttpResponse(_("Letters are switched off."), content_type="text/plain")
        form = PreferencesForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            _save(user, form)
            messages.success(request, _("Your choice is kept."))
            return redirect("notices:unsubscribe", code)
        return _page(request, form, coded=True)


def _save(user: User, form: PreferencesForm) -> None:
    save_choices(user=user, by_group=form.by_group(), hour=form.cleaned_data["hour"])


def _page(request: HttpRequest, form: PreferencesForm, *, coded: bool) -> HttpResponse:
    status = 400 if form.is_bound and not form.is_valid() else 200
    context = {"form": form, "coded": coded}
    return render(request, "notices/preferences.html", context, status=status)
