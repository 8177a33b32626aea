"""Events of a certificate's life after issue, and the sentences that the timeline shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import audit

from .models import CertificateChange

STATUS_FACTS = ("number", "reason_code")
KINDS = dict(CertificateChange.Kind.choices)


def kind_in_words(facts: Mapping[str, Any]) -> Mapping[str, str]:
    return {"kind": str(KINDS.get(facts["kind"], facts["kind"]))}


audit.register(
    "certificate_change.proposed",
    facts=("kind", "reason_code", "certificate"),
    sentence=_("A change of certificate %(certificate)s was proposed: %(kind)s"),
    in_words=kind_in_words,
)
audit.register(
    "certificate_change.decided",
    facts=("kind", "reason_code", "certificate", "record_sha256"),
    sentence=_("A second person decided on certificate %(certificate)s: %(kind)s"),
    in_words=kind_in_words,
)
audit.register(
    "certificate_change.imposed",
    facts=("kind", "reason_code", "certificate", "record_sha256", "basis"),
    sentence=_("Certificate %(certificate)s was changed by decision %(basis)s: %(kind)s"),
    in_words=kind_in_words,
)
audit.register(
    "certificate_change.rejected",
    facts=("kind", "certificate", "record_sha256"),
    sentence=_("The proposed change of certificate %(certificate)s was rejected: %(kind)s"),
    in_words=kind_in_words,
)
audit.register(
    "certificate_change.withdrawn",
    facts=("kind", "certificate"),
    sentence=_("The proposed change of certificate %(certificate)s was withdrawn: %(kind)s"),
    in_words=kind_in_words,
)
audit.register(
    "certificate_change.order_made",
    facts=("number", "certificate", "pdf_sha256"),
    sentence=_("Order %(number)s on certificate %(certificate)s was sealed"),
)
audit.register(
    "certificate.suspended",
    facts=STATUS_FACTS,
    sentence=_("Certificate %(number)s was suspended"),
    is_public=True,
)
audit.register(
    "certificate.suspension_lifted",
    facts=STATUS_FACTS,
    sentence=_("The suspension of certificate %(number)s was lifted"),
    is_public=True,
)
audit.register(
    "certificate.revoked",
    facts=STATUS_FACTS,
    sentence=_("Certificate %(number)s was revoked"),
    is_public=True,
)
audit.register(
    "certificate.revocation_set_aside",
    facts=STATUS_FACTS,
    sentence=_("The revocation of certificate %(number)s was set aside"),
    is_public=True,
)
audit.register(
    "certificate.replaced",
    facts=("number", "reason_code", "successor_number"),
    sentence=_("Certificate %(number)s was replaced by %(successor_number)s"),
    is_public=True,
)
audit.register(
    "application.replacement_created",
    facts=("act", "chamber", "certificate", "reason_code"),
    sentence=_("An application to replace certificate %(certificate)s was begun"),
)
audit.register(
    "certificate.duplicate_made",
    facts=(
        "number",
        "ordinal",
        "record_sha256",
        "act_sha256",
        "pdf_sha256",
        "seal_certificate_sha256",
    ),
    sentence=_("Duplicate %(ordinal)s of certificate %(number)s was sealed"),
    is_public=True,
)
audit.register(
    "certificate.original_handed_out",
    facts=("blank_number", "is_duplicate"),
    sentence=_("Paper original on blank %(blank_number)s was handed out"),
)
audit.register(
    "certificate.original_returned",
    facts=("blank_number",),
    sentence=_("Paper original on blank %(blank_number)s came back"),
)
audit.register(
    "certificate.quantity_drawn",
    facts=("line", "quantity", "document", "left"),
    sentence=_("%(quantity)s of line %(line)s was drawn; %(left)s is left"),
)
audit.register(
    "certificate.quantity_given_back",
    facts=("line", "quantity", "left"),
    sentence=_("%(quantity)s of line %(line)s was given back; %(left)s is left"),
)
audit.register(
    "certificate.over_use_refused",
    facts=("line", "quantity", "left", "document"),
    sentence=_("%(quantity)s of line %(line)s was refused: only %(left)s was left"),
)
audit.register_subject("certificate_change", "issuance:change-detail")
