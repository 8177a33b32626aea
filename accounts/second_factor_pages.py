"""Pages of the second factor: asking for it at the door, and setting it up at home."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from ipaddress import ip_address
from typing import Any, cast

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.utils import decrypt, encrypt
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import arrivals, second_factor, services
from .entering import SECOND_STEP, let_in, next_address, who_waits
from .errors import DomainError
from .middleware import lacks_second_factor
from .models import SecondFactor, SignIn, User, Way
from .second_factor_forms import CodeForm, ConfirmForm, FirstCodeForm, KeyForm

GET_OR_POST = ["GET", "HEAD", "POST"]
CONFIRMED = "password_confirmed"
SECRET = "totp_secret"  # noqa: S105  the name of a place in the session
SHOW_CODES = "show_recovery_codes"


def password_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An open session is not proof of the person: the password is asked for a few minutes' work."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        said = request.session.get(CONFIRMED, 0)
        if timezone.now() > datetime.fromtimestamp(said, tz=UTC) + second_factor.STEP_TERM:
            query = urlencode({"next": request.path})
            return redirect(f"{reverse('accounts:second-factor-confirm')}?{query}")
        return view(request, *args, **kwargs)

    return guarded


# --- at the door -----------------------------------------------------------------------------


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(GET_OR_POST)
def check(request: HttpRequest) -> HttpResponse:
    """The step after the password; nobody is signed in before it is right."""
    waiting = who_waits(request)
    if waiting is None:
        messages.info(request, _("Please sign in again: the second step was not done in time."))
        return redirect("accounts:login")
    user, address = waiting
    form = CodeForm(request.POST if "code" in request.POST else None)
    refusal = ""
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            proved = _proved(request, user, form)
        except DomainError as error:
            if form.is_bound:
                form.add_error(error.field, str(error))
            else:
                refusal = str(error)
        else:
            return let_in(request, user, way=Way.PASSWORD, second_factor=proved, address=address)
    factors = second_factor.factors_of(user)
    return render(
        request,
        "accounts/second_factor_check.html",
        {
            "form": form,
            "refusal": refusal,
            "factors": factors,
            "options": json.dumps(second_factor.begin_key_check(user)) if factors.keys else "",
            "person": user,
        },
    )


def _proved(request: HttpRequest, user: User, form: CodeForm) -> SecondFactor:
    if form.is_bound:
        return second_factor.check_code(user=user, code=form.cleaned_data["code"])
    return second_factor.check_key(user=user, answer=_answer_of_key(request))


@login_not_required
@require_POST
def give_up(request: HttpRequest) -> HttpResponse:
    """Somebody else wants to sign in at this browser."""
    request.session.pop(SECOND_STEP, None)
    return redirect("accounts:login")


# --- at home ---------------------------------------------------------------------------------


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    return render(
        request,
        "accounts/second_factor.html",
        {
            "factors": second_factor.factors_of(user),
            "is_lacking": lacks_second_factor(request),
            "most_keys": second_factor.MOST_KEYS,
        },
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_OR_POST)
def confirm(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.confirm_password(
                request=request,
                user=cast(User, request.user),
                password=form.cleaned_data["password"],
            )
        except DomainError as error:
            form.add_error("password", str(error))
        else:
            request.session[CONFIRMED] = timezone.now().timestamp()
            return redirect(next_address(request))
    return render(
        request,
        "accounts/second_factor_confirm.html",
        {"form": form, "next": next_address(request)},
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(GET_OR_POST)
@password_again
def totp(request: HttpRequest) -> HttpResponse:
    """The secret is kept sealed in the session until the application has shown a right code."""
    user = cast(User, request.user)
    if second_factor.factors_of(user).totp:
        messages.info(request, _("An application is set up already."))
        return redirect("accounts:second-factor")
    secret = _secret_of(request)
    form = FirstCodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            second_factor.add_totp(user=user, secret=secret, code=form.cleaned_data["code"])
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            del request.session[SECRET]
            return _after_adding(request, SecondFactor.TOTP)
    address = get_adapter().build_totp_url(user, secret)
    return render(
        request,
        "accounts/second_factor_totp.html",
        {
            "form": form,
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "address": address,
            "picture": segno.make_qr(address, error="m").svg_data_uri(
                scale=5, border=2, dark="#13233a", light="#fff"
            ),
        },
    )


def _secret_of(request: HttpRequest) -> str:
    if SECRET not in request.session:
        request.session[SECRET] = encrypt(second_factor.new_secret())
    return str(decrypt(request.session[SECRET]))


@never_cache
@require_http_methods(GET_OR_POST)
@password_again
def key(request: HttpRequest) -> HttpResponse:
    """A security key, or the fingerprint reader of the device, by WebAuthn."""
    user = cast(User, request.user)
    form = KeyForm(request.POST or None)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            second_factor.add_key(
                user=user, name=form.cleaned_data["name"], answer=_answer_of_key(request)
            )
        except DomainError as error:
            refusal = str(error)
        else:
            return _after_adding(request, SecondFactor.WEBAUTHN)
    return render(
        request,
        "accounts/second_factor_key.html",
        {
            "form": form,
            "refusal": refusal,
            "options": json.dumps(second_factor.begin_key(user)),
            "is_by_number": _is_by_number(request),
        },
    )


@never_cache
@require_http_methods(GET_OR_POST)
@password_again
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    factors = second_factor.factors_of(user)
    found = [one for one in (factors.totp, *factors.keys) if one and one.pk == pk]
    if not found:
        raise Http404
    is_last = bool(factors.totp) + len(factors.keys) == 1
    if request.method == "POST":
        second_factor.remove(user=user, pk=pk)
        if is_last and arrivals.second_factor_of(request.session) != SecondFactor.SIGNATURE:
            arrivals.prove(request, SecondFactor.NONE)
        _end_others(request)
        messages.success(
            request, _("The second factor was removed. Sessions on other devices were ended.")
        )
        return redirect("accounts:second-factor")
    return render(
        request,
        "accounts/second_factor_remove.html",
        {"factor": found[0], "is_totp": found[0] == factors.totp, "is_last": is_last},
    )


@never_cache
@require_http_methods(GET_OR_POST)
@password_again
def codes(request: HttpRequest) -> HttpResponse:
    """Recovery codes are shown once, when they are made; a POST makes new ones."""
    user = cast(User, request.user)
    if request.method == "POST":
        second_factor.renew_codes(user=user)
        _end_others(request)
        request.session[SHOW_CODES] = True
        return redirect("accounts:second-factor-codes")
    factors = second_factor.factors_of(user)
    if not factors.is_set_up:
        return redirect("accounts:second-factor")
    shown = second_factor.codes_of(user) if request.session.pop(SHOW_CODES, False) else []
    return render(
        request,
        "accounts/second_factor_codes.html",
        {
            "codes": [f"{code[:4]} {code[4:]}" for code in shown],
            "left": factors.codes_left,
            "day": timezone.localdate(),
        },
    )


def _after_adding(request: HttpRequest, factor: SecondFactor) -> HttpResponse:
    """The first factor brings recovery codes: they are shown at once."""
    had_one = arrivals.second_factor_of(request.session) != SecondFactor.NONE
    arrivals.prove(request, factor)
    _end_others(request)
    messages.success(
        request, _("The second factor is set up. Sessions on other devices were ended.")
    )
    user = cast(User, request.user)
    is_first = len(_all(user)) == 1
    if is_first or not had_one:
        request.session[SHOW_CODES] = True
        return redirect("accounts:second-factor-codes")
    return redirect("accounts:second-factor")


def _all(user: User) -> list[Any]:
    factors = second_factor.factors_of(user)
    return [one for one in (factors.totp, *factors.keys) if one]


def _end_others(request: HttpRequest) -> None:
    """Whoever came in under the old rules comes in anew."""
    user = cast(User, request.user)
    arrivals.end_sessions(user=user, by=SignIn.End.FACTOR, keep=request.session)
    arrivals.rekey(request, user)


def _answer_of_key(request: HttpRequest) -> Any:
    """What the browser brought from the key; something unreadable is a wrong answer."""
    try:
        return json.loads(request.POST.get("credential", ""))
    except ValueError:
        return None


def _is_by_number(request: HttpRequest) -> bool:
    """Browsers give security keys to sites with a name only, not to a bare IP address."""
    try:
        ip_address(request.get_host().rpartition(":")[0].strip("[]") or request.get_host())
    except ValueError:
        return False
    return True
