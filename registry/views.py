"""The public face: anyone verifies a certificate, without signing in and without JavaScript."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from issuance.models import Certificate
from reference.numbers import CertificateNumber

from . import receipt_views
from .dropped import Dropped, examine_file
from .evidence import Proof, evidence, has_failed
from .facts import facts_of
from .forms import FileForm, OnDateForm
from .models import UnknownLookup, VerificationCount, Way
from .questions import (
    certificate_coded,
    certificates_numbered,
    earlier_numbered,
    is_chamber,
    number_of_slug,
    read_question,
    slug_of,
)
from .receipts import receipt_of_file
from .register_views import earlier_page
from .standing import Standing, standing_of
from .statuses import reason_label, status_rows
from .throttle import count_lookup

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everyone, never from a cache: an answer is about this moment."""
    return login_not_required(never_cache(view))


def counted(view: View) -> View:
    """A look-up: so many a minute for each address."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count_lookup(request)
        return view(request, *args, **kwargs)

    return wrapped


@public
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The two questions; `?number=` leads on to the certificate's own address."""
    if "number" not in request.GET:
        return _questions(request)
    text = request.GET["number"]
    try:
        question = read_question(text)
    except ValidationError as error:
        return _questions(request, typed=text[:100], error=error.messages[0], status=400)
    if question.number is None:
        return redirect("registry:verify-code", question.code)
    return redirect("registry:certificate", slug_of(question.number))


@public
@require_safe
@counted
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address in the QR."""
    certificate = certificate_coded(code)
    if certificate is None:
        return _unknown(request, Way.CODE)
    return _certificate(request, certificate, Way.CODE)


@public
@require_safe
@counted
def certificate(request: HttpRequest, slug: str, year: int | None = None) -> HttpResponse:
    """A certificate by its number; the last digit of the year repeats, so there may be several."""
    number = number_of_slug(slug)
    if number is None:
        return _questions(request, typed=slug[:100], status=404)
    if slug != slug_of(number):
        return redirect("registry:certificate", slug_of(number), permanent=True)
    found = certificates_numbered(number)
    earlier = earlier_numbered(number, besides=found)
    if year is not None:
        found = [one for one in found if one.year == year]
        earlier = [one for one in earlier if one.year == year]
    if not found and not earlier:
        return _unknown(request, Way.NUMBER, number)
    if len(found) + len(earlier) > 1:
        context = {"number": number, "slug": slug, "found": found, "earlier": earlier}
        return render(request, "registry/several.html", context)
    if earlier:
        return earlier_page(request, earlier[0])
    return _certificate(request, found[0], Way.NUMBER)


@public
@require_POST
@counted
def verify_file(request: HttpRequest) -> HttpResponse:
    """A dropped PDF, or the record of a receipt: compared, answered about, and forgotten."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _questions(request, file_form=form, status=400)
    if receipt := receipt_of_file(form.cleaned_data["pdf"]):
        return receipt_views.shown(request, receipt, is_dropped=True)
    dropped = examine_file(form.cleaned_data["pdf"])
    if dropped.certificate is not None:
        return _certificate(request, dropped.certificate, Way.FILE, dropped)
    UnknownLookup.add_one(Way.FILE, on=timezone.localdate(), number=dropped.claimed_number)
    return render(request, "registry/strange_file.html", {"dropped": dropped}, status=404)


def _verdict(answer: Standing, proofs: list[Proof], dropped: Dropped | None) -> str:
    """The page's answer in one word, for programs that read it: the worst thing found."""
    if has_failed(proofs):
        return "doubtful"
    if dropped is not None and not dropped.is_issued_file:
        return "other_file"
    return answer.code


def _questions(
    request: HttpRequest,
    *,
    typed: str = "",
    error: str = "",
    file_form: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"typed": typed, "error": error, "file_form": file_form}
    return render(request, "registry/verify.html", context, status=status)


def _unknown(
    request: HttpRequest, way: Way, number: CertificateNumber | None = None
) -> HttpResponse:
    UnknownLookup.add_one(way, on=timezone.localdate(), number=str(number or ""))
    context = {
        "number": number,
        "no_such_chamber": number is not None and not is_chamber(number),
        "typed": str(number or ""),
    }
    return render(request, "registry/unknown.html", context, status=404)


def _certificate(
    request: HttpRequest,
    certificate: Certificate,
    way: Way,
    dropped: Dropped | None = None,
) -> HttpResponse:
    now = timezone.localtime()
    date_form = OnDateForm(request.GET if "on" in request.GET else None)
    on: date = (date_form.is_valid() and date_form.cleaned_data["on"]) or now.date()
    VerificationCount.add_one(certificate, way, on=now.date())
    proofs = evidence(certificate)
    periods = list(certificate.periods.select_related("successor").defer("successor__record"))
    answer = standing_of(certificate, on=on, now=now, periods=periods)
    context = {
        "certificate": certificate,
        "facts": facts_of(bytes(certificate.document.record)),
        "answer": answer,
        "reason": reason_label(answer.code, answer.reason),
        "statuses": status_rows(periods),
        "proofs": proofs,
        "verdict": _verdict(answer, proofs, dropped),
        "dropped": dropped,
        "way": way.value,
        "has_proof": any(proof.code == "log" and proof.ok for proof in proofs),
        "on": on,
        "now": now,
        "date_form": date_form,
        "address": reverse("registry:certificate", args=[certificate.number.replace(" ", "-")]),
    }
    return render(request, "registry/certificate.html", context)
