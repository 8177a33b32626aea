"""Pages of the first person of an applicant: what they say, the signature, and what comes of it.

The sitting is kept in the session of the browser: an address would show it to others.
"""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.fields import BinIinFormField
from accounts.joining_views import count_kept, count_sent
from accounts.refusals import carried_out

from .downloads import download
from .eds.oids import USE_SIGNING
from .first_access import FirstPerson, begin_first_access, prove_first_access
from .forms import ENDINGS
from .models import FirstAccess
from .signing import longest_cms

GET_OR_POST = ["GET", "HEAD", "POST"]
SITTING = "first_access"


class FirstAccessForm(forms.Form):
    bin = BinIinFormField(
        label=_("BIN of the organisation, or IIN of the entrepreneur"),
        help_text=_("Twelve figures, in the certificate of registration."),
    )
    iin = BinIinFormField(
        label=_("Your IIN"), only="iin", help_text=_("On the back of the identity card.")
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("The letter with the last step comes there, and you will sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def said(self) -> FirstPerson:
        return FirstPerson(**self.cleaned_data, language=(get_language() or "ru").split("-")[0])


class SignatureForm(forms.Form):
    """The signature as text from NCALayer, or as a file made elsewhere."""

    cms = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("File of the signature"),
        required=False,
        help_text=_("The detached CMS signature over the record above: .cms, .p7s or the like."),
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )

    def signature(self) -> bytes:
        text: str = self.cleaned_data["cms"].strip()
        if text:
            return text.encode()
        upload = self.cleaned_data["file"]
        return bytes(upload.read(longest_cms() + 1)) if upload else b""

    def clean(self) -> None:
        super().clean()
        if not self.cleaned_data.get("cms") and not self.cleaned_data.get("file"):
            self.add_error(None, _("No signature came. Sign, or choose the signature file."))


def _begun(request: HttpRequest) -> FirstAccess:
    key: str = request.session.get(SITTING, "")
    first = FirstAccess.objects.filter(pk=key).first() if key else None
    if first is None:
        raise Http404
    return first


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def first_access(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        count_sent(request)
    form = FirstAccessForm(request.POST or None)
    if form.is_bound and form.is_valid():
        count_kept(request, counter="first_access_kept")
        begun = begin_first_access(said=form.said(), at=timezone.now())
        request.session[SITTING] = str(begun.pk)
        return redirect("documents:first-access-sign")
    return render(request, "documents/first_access.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def first_access_sign(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        count_sent(request)
    first = _begun(request)
    if first.proved_at:
        return redirect("documents:first-access-done")
    form = SignatureForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and carried_out(
        form,
        lambda _values: prove_first_access(first=first, cms=form.signature(), at=timezone.now()),
    ):
        return redirect("documents:first-access-done")
    context = {
        "first": first,
        "form": form,
        "is_over": timezone.now() >= first.expires_at,
        "bin": "" if first.bin == first.iin else first.bin,
        "ncalayer_url": settings.CTKZ_NCALAYER_URL,
        "eku_sign": USE_SIGNING,
        "locale": {"kk": "kk", "en": "en"}.get((get_language() or "ru").split("-")[0], "ru"),
        "is_demo_key": settings.CTKZ_EDS_DEMO_ALLOWED,
    }
    return render(request, "documents/first_access_sign.html", context)


@login_not_required
@never_cache
@require_safe
def first_access_record(request: HttpRequest) -> HttpResponse:
    """The very bytes that are signed."""
    return download(_begun(request).record_bytes, "first-access.json", "application/json")


@login_not_required
@never_cache
@require_safe
def first_access_done(request: HttpRequest) -> HttpResponse:
    first = _begun(request)
    if first.invitation is None:
        return redirect("documents:first-access-sign")
    return render(request, "documents/first_access_done.html", {"first": first})
