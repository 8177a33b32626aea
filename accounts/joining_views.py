"""Pages for people who have no place yet: coming by a letter, and asking for access."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from .access import ask_for_access
from .callers import DAY_SECONDS, count_request
from .inviting import InvitationUnknown, accept, find_invitation, known_person
from .models import Invitation, User
from .organisation_forms import AccessForm, ConfirmForm, JoinForm
from .refusals import carried_out

GET_OR_POST = ["GET", "HEAD", "POST"]


def count_sent(request: HttpRequest) -> None:
    """A person is let through, a flood is not: by the minute, as other open forms are."""
    count_request(
        request,
        counter="open_form",
        limit=settings.CTKZ_WRITE_PER_MINUTE,
        refusal=_(
            "So much was sent from your address within a minute that nothing more is taken now. "
            "Please wait a minute and send it again."
        ),
    )


def count_kept(request: HttpRequest, *, counter: str) -> None:
    count_request(
        request,
        counter=counter,
        limit=settings.CTKZ_WRITE_PER_DAY,
        seconds=DAY_SECONDS,
        refusal=_(
            "So much was sent from your address today that nothing more is taken. Please come "
            "back tomorrow."
        ),
    )


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_OR_POST)
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever has the letter comes in; its page speaks the language of the letter."""
    if request.method == "POST":
        count_sent(request)
    try:
        invitation = find_invitation(code, at=timezone.now())
    except InvitationUnknown as refusal:
        return render(request, "accounts/join_unknown.html", {"refusal": refusal}, status=404)
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated:
        return _join(request, code, invitation)
    with translation.override(invitation.language):
        return _join(request, code, invitation)


def _join(request: HttpRequest, code: str, invitation: Invitation) -> HttpResponse:
    person = known_person(invitation)
    is_other = isinstance(request.user, User) and request.user.email != invitation.email
    form = _form(request, invitation, person)
    if (
        request.method == "POST"
        and not is_other
        and carried_out(
            form,
            lambda _values: accept(
                code=code,
                newcomer=form.newcomer() if isinstance(form, JoinForm) else None,
                at=timezone.now(),
            ),
        )
    ):
        return _welcome(request, invitation)
    context = {"invitation": invitation, "form": form, "person": person, "is_other": is_other}
    return render(request, "accounts/join.html", context, status=409 if is_other else 200)


def _form(
    request: HttpRequest, invitation: Invitation, person: User | None
) -> JoinForm | ConfirmForm:
    sent = request.POST if request.method == "POST" else None
    if person is not None:
        return ConfirmForm(sent)
    return JoinForm(
        sent,
        email=invitation.email,
        proved_iin=invitation.iin if invitation.invited_by_id is None else "",
        initial={
            "full_name": invitation.full_name,
            "iin": invitation.iin,
            "language": invitation.language,
        },
    )


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    place = {"organisation": invitation.organisation.name}
    if request.user.is_authenticated:
        messages.success(request, _("You act for %(organisation)s now.") % place)
        return redirect("accounts:choose")
    messages.success(request, _("Welcome! Sign in to act for %(organisation)s.") % place)
    return redirect("accounts:login")


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def access_ask(request: HttpRequest) -> HttpResponse:
    """The same answer for every organisation, known to the portal or not."""
    if request.method == "POST":
        count_sent(request)
    form = AccessForm(request.POST or None, initial=_of_user(request))
    if form.is_bound and form.is_valid():
        count_kept(request, counter="access_kept")
        if carried_out(form, lambda _values: ask_for_access(asked=form.asked(), at=timezone.now())):
            return redirect("accounts:access-asked")
    return render(request, "accounts/access_ask.html", {"form": form})


def _of_user(request: HttpRequest) -> dict[str, str]:
    user = request.user
    if not isinstance(user, User):
        return {}
    return {"full_name": user.full_name, "iin": user.iin, "email": user.email}


@login_not_required
@require_safe
def access_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/access_asked.html")
