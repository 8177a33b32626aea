"""Light, dark, or as the device has it: a choice of the browser's, kept in a cookie for a year."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE = "theme"
A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Theme:
    """`code` is empty where the page follows the device."""

    code: str
    label: str | Promise


THEMES = (Theme("", _("As the device")), Theme("light", _("Light")), Theme("dark", _("Dark")))
_KNOWN = {theme.code for theme in THEMES}


def theme_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in _KNOWN else ""


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in _KNOWN:
        raise Http404
    back = request.POST.get("next", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(back, hosts, request.is_secure())
    answer = redirect(back if is_ours else settings.LOGIN_REDIRECT_URL)
    if chosen:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=secure)
    else:
        answer.delete_cookie(COOKIE)
    return answer
