"""Signing in and out, choosing for whom one acts, language and one's own details."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from . import arrivals, second_factor, services
from .entering import ask_second_factor, let_in, next_address, with_language
from .errors import DomainError
from .forms import DemoSignInForm, PasswordForm, SignInForm
from .middleware import SESSION_KEY
from .models import Membership, Role, SecondFactor, User, Way

GET_OR_POST = ["GET", "HEAD", "POST"]
DEMO_PEOPLE_SHOWN = 24
# Of a real portal; the demo asks nobody for a second factor and says so.
ROLES_WITH_FACTOR = frozenset(
    {Role.AUDITOR, Role.CHAMBER_SIGNATORY, Role.COMMITTEE_HEAD, Role.INSPECTOR, Role.EXPERT_HEAD}
)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_OR_POST)
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(next_address(request))
    form = _sign_in_form(request)
    if form.is_bound and form.is_valid():
        try:
            user = services.sign_in(request=request, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _go_on(request, user)
    return render(
        request,
        "accounts/login.html",
        {
            "form": form,
            "next": next_address(request),
            "demo_people": _demo_people(),
            "demo_password": settings.CTKZ_DEMO_PASSWORD if settings.CTKZ_DEMO else "",
            "has_signature": bool(settings.CTKZ_EDS_ROOTS_FILE),
            "signature_query": _signature_query(request, form),
        },
    )


def _go_on(request: HttpRequest, user: User) -> HttpResponse:
    """In, or on to the second factor for whoever has one."""
    if second_factor.is_needed_at_sign_in(user):
        return ask_second_factor(request, user, address=next_address(request))
    return let_in(
        request,
        user,
        way=Way.PASSWORD,
        second_factor=SecondFactor.NONE,
        address=next_address(request),
    )


def _signature_query(request: HttpRequest, form: SignInForm) -> str:
    """The other way in leads to the same page; in the demo it is taken by the same person."""
    query = {"next": next_address(request)}
    if settings.CTKZ_DEMO and request.GET.get("as"):
        query["as"] = request.GET["as"]
    return urlencode(query)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    arrivals.leave(request)
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
        return redirect(next_address(request))
    return render(
        request,
        "accounts/choose.html",
        {"memberships": memberships, "next": next_address(request)},
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
    return with_language(redirect(next_address(request)), chosen)


@never_cache
@sensitive_post_parameters("current", "new")
@require_http_methods(GET_OR_POST)
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = PasswordForm(request, request.POST or None)
    if form.is_bound and form.is_valid():
        services.change_password(request=request, user=user, password=form.cleaned_data["new"])
        messages.success(
            request, _("The password was changed. Sessions on other devices were ended.")
        )
        return redirect("accounts:profile")
    actor: Membership | None = getattr(request, "actor", None)
    return render(
        request,
        "accounts/profile.html",
        {
            "form": form,
            "memberships": getattr(request, "memberships", []),
            "past_memberships": services.past_memberships_of(user),
            "factors": second_factor.factors_of(user),
            "needs_factor": actor is not None and actor.role in ROLES_WITH_FACTOR,
            "is_asked": actor is not None and actor.role in settings.CTKZ_SECOND_FACTOR_ROLES,
        },
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
    members = Membership.objects.current().select_related("user", "organisation", "agent")
    in_cycle = list(Role)
    return sorted(
        members[:DEMO_PEOPLE_SHOWN],
        key=lambda member: (in_cycle.index(Role(member.role)), member.user.full_name),
    )
