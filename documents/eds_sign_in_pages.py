"""The page of signing in with the electronic signature: through NCALayer, or with a file."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entering import next_address
from accounts.errors import DomainError
from accounts.models import Membership, User

from . import eds_sign_in, signing
from .downloads import download
from .forms import ENDINGS

PEOPLE_SHOWN = 24


class SignatureFileForm(forms.Form):
    file = forms.FileField(
        label=_("File of the signature"),
        help_text=_("The detached CMS signature over the task above: .cms, .p7s or the like."),
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if not eds_sign_in.is_offered():
        raise Http404
    if request.user.is_authenticated:
        return redirect(next_address(request))
    refusal = ""
    form = SignatureFileForm()
    if request.method == "POST":
        cms = _sent(request)
        if not cms:
            refusal = str(_("No signature came. Sign, or choose the signature file."))
        else:
            try:
                return eds_sign_in.enter_signed(request, cms=cms, address=next_address(request))
            except DomainError as error:
                refusal = str(error)
    eds_sign_in.task_of(request)
    return render(request, "documents/eds_sign_in.html", _page(request, form, refusal))


def _page(request: HttpRequest, form: SignatureFileForm, refusal: str) -> dict[str, Any]:
    person = _demo_person(request)
    return {
        "form": form,
        "refusal": refusal,
        "next": next_address(request),
        "ncalayer_url": settings.CTKZ_NCALAYER_URL,
        "locale": {"kk": "kk", "en": "en"}.get(get_language() or "ru", "ru"),
        "is_demo_key": settings.CTKZ_EDS_DEMO_ALLOWED,
        "iin": person.iin if person else "",
        "person": person,
        "demo_people": _demo_people(),
        "minutes": eds_sign_in.TERM_SECONDS // 60,
    }


def _sent(request: HttpRequest) -> bytes:
    """A file is read no further than needed to know that it is too large."""
    if text := request.POST.get("cms", "").strip():
        return text.encode()
    upload = request.FILES.get("file")
    return upload.read(signing.longest_cms() + 1) if upload else b""


@login_not_required
@never_cache
@require_safe
def sign_in_task(request: HttpRequest) -> HttpResponse:
    """The very bytes that are signed."""
    if not eds_sign_in.is_offered():
        raise Http404
    return download(eds_sign_in.task_of(request), "sign-in.json", "application/json")


def _demo_person(request: HttpRequest) -> User | None:
    """Nobody sits before the demo's stand-in for NCALayer, so the page says whose key to take."""
    email = request.GET.get("as") or request.POST.get("as") or ""
    if not settings.CTKZ_DEMO or not email:
        return None
    return User.objects.filter(email=email, is_active=True).first()


def _demo_people() -> list[Membership]:
    if not settings.CTKZ_DEMO:
        return []
    members = Membership.objects.current().exclude(user__iin="")
    return list(
        members.select_related("user", "organisation").order_by("user__full_name")[:PEOPLE_SHOWN]
    )
