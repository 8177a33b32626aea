"""The page of one signature: who, with which certificate, what was checked, and how to check it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from .downloads import download
from .models import ElectronicSignature
from .purposes import purpose_of, sees_subject

CHECKS: dict[str, str | Promise] = {
    "size": _("The signature is of a usual size"),
    "encoding": _("The file is a sound electronic signature"),
    "content": _("The signature carries no other document"),
    "digest": _("What was signed is this record, byte for byte"),
    "signature": _("The signature fits the key of its certificate"),
    "algorithm": _("The algorithm is strong enough"),
    "authority": _("The certificate leads to a root that the portal trusts by its digest"),
    "validity": _("The certificate was valid at that time"),
    "usage": _("The certificate is meant for signing"),
    "revocation": _("The certificate was not revoked at that time"),
    "person": _("The IIN of the certificate is the signer's own"),
    "organisation": _("The BIN of the certificate is the organisation's"),
    "role": _("The certificate gives the right to sign this"),
}
# Of these the technical detail says something to people.
DETAILED = ("digest", "signature", "authority", "organisation")
# A check that was passed over because the purpose does not ask for it.
NOT_ASKED = "none asked for"


@dataclass(frozen=True)
class Told:
    """One check in words, as the component of checks shows it."""

    label: str | Promise
    detail: str
    ok: bool
    url: str = ""


def find_signature(request: HttpRequest, pk: UUID) -> ElectronicSignature:
    """Seen by the signer and by whoever sees what was signed; to others it does not exist."""
    signatures = ElectronicSignature.objects.select_related("signer", "organisation")
    signature = get_object_or_404(signatures, pk=pk)
    actor = request.actor
    if actor is None:
        raise Http404
    is_own = signature.signer_id == actor.user_id and signature.organisation == actor.organisation
    if not (is_own or sees_subject(signature.subject_type, signature.subject_id, actor)):
        raise Http404
    return signature


@require_safe
def signature_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    signature = find_signature(request, pk)
    return render(
        request,
        "documents/signature_detail.html",
        {
            "signature": signature,
            "purpose": purpose_of(signature.purpose),
            "checks": told(signature),
        },
    )


def told(signature: ElectronicSignature) -> list[Told]:
    return [
        Told(
            CHECKS.get(each["code"], each["code"]),
            each["detail"] if each["code"] in DETAILED else "",
            each["ok"],
        )
        for each in signature.checks
        if each["detail"] != NOT_ASKED
    ]


@require_safe
def signature_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    signature = find_signature(request, pk)
    return download(signature.record_bytes, _file_name(signature, "json"), "application/json")


@require_safe
def signature_cms(request: HttpRequest, pk: UUID) -> HttpResponse:
    signature = find_signature(request, pk)
    name = _file_name(signature, "json.p7s")
    return download(signature.cms_bytes, name, "application/pkcs7-signature")


@require_safe
def signature_how_to_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How to check the signature without this portal."""
    signature = find_signature(request, pk)
    text = render_to_string(
        "documents/how_to_check.txt",
        {
            "signature": signature,
            "record_name": _file_name(signature, "json"),
            "cms_name": _file_name(signature, "json.p7s"),
        },
    )
    return download(text.encode(), _file_name(signature, "txt"), "text/plain; charset=utf-8")


def _file_name(signature: ElectronicSignature, ending: str) -> str:
    return f"{signature.purpose}-{signature.record_sha256[:12]}.{ending}"
