"""Signing in and out, choosing for whom one acts, language and one's own details."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from . import services
from .errors import DomainError
from .forms import DemoSignInForm, PasswordForm, SignInForm
from .middleware import SESSION_KEY
from .models import Membership, Role, User

GET_OR_POST = ["GET", "HEAD", "POST"]
DEMO_PEOPLE_SHOWN = 24


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_OR_POST)
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next_address(request))
    form = _sign_in_form(request)
    if form.is_bound and form.is_valid():
        try:
            user = services.sign_in(request=request, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _enter(request, user)
    return render(
        request,
        "accounts/login.html",
        {
            "form": form,
            "next": _next_address(request),
            "demo_people": _demo_people(),
            "demo_password": settings.CTKZ_DEMO_PASSWORD if settings.CTKZ_DEMO else "",
        },
    )


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    """Opens a new session under a new key, in the language that the person chose before."""
    address = _next_address(request)
    open_session(request, user)
    if len(services.memberships_of(user)) > 1:
        address = f"{reverse('accounts:choose')}?{urlencode({'next': address})}"
    return _with_language(redirect(address), user.language)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    close_session(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@require_http_methods(GET_OR_POST)
def choose(request: HttpRequest) -> HttpResponse:
    """For which organisation and in which role the person acts until they choose again."""
    memberships: list[Membership] = getattr(request, "memberships", [])
    if request.method == "POST":
        wanted = request.POST.get("membership", "")
        if wanted not in {str(membership.pk) for membership in memberships}:
            raise Http404
        request.session[SESSION_KEY] = wanted
        return redirect(_next_address(request))
    return render(
        request,
        "accounts/choose.html",
        {"memberships": memberships, "next": _next_address(request)},
    )


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    try:
        chosen = get_supported_language_variant(request.POST.get("language", ""), strict=True)
    except LookupError:
        raise Http404 from None
    if isinstance(request.user, User):
        services.choose_language(user=request.user, language=chosen)
    return _with_language(redirect(_next_address(request)), chosen)


@never_cache
@sensitive_post_parameters("current", "new")
@require_http_methods(GET_OR_POST)
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = PasswordForm(user, request.POST or None)
    if form.is_bound and form.is_valid():
        services.change_password(user=user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        messages.success(request, _("The password was changed."))
        return redirect("accounts:profile")
    return render(
        request,
        "accounts/profile.html",
        {"form": form, "memberships": getattr(request, "memberships", [])},
    )


def _sign_in_form(request: HttpRequest) -> SignInForm:
    if request.method == "POST":
        return SignInForm(request.POST)
    if settings.CTKZ_DEMO and request.GET.get("as"):
        filled = {"email": request.GET["as"], "password": settings.CTKZ_DEMO_PASSWORD}
        return DemoSignInForm(initial=filled)
    return SignInForm()


def _demo_people() -> list[Membership]:
    """Whom the demo offers to be, in the order of the cycle; nobody outside the demo."""
    if not settings.CTKZ_DEMO:
        return []
    members = Membership.objects.current().select_related("user", "organisation")
    in_cycle = list(Role)
    return sorted(
        members[:DEMO_PEOPLE_SHOWN],
        key=lambda member: (in_cycle.index(Role(member.role)), member.user.full_name),
    )


def _next_address(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of this portal; otherwise the work basket."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse(settings.LOGIN_REDIRECT_URL)


def _with_language(response: HttpResponse, chosen: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 60 * 60,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
