"""The order on a mass action that was carried out: what was decided, by whom, over which list."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from documents.models import SealedDocument
from issuance.change_records import REASONS_OF
from issuance.records import signature_record
from oversight.models import MassAction
from oversight.papers import (
    OF_A_HEAD,
    PaperToMake,
    code_names,
    head_of_paper,
    register_paper,
    text,
)
from workflow.moving import locked

from .running import ORDER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TITLES: dict[str, "_StrPromise"] = {
    MassAction.Kind.SUSPEND: _("Order on the suspension of certificates"),
    MassAction.Kind.REVOKE: _("Order on the revocation of certificates"),
    MassAction.Kind.LIFT: _("Order on lifting the suspension of certificates"),
    MassAction.Kind.SET_ASIDE: _("Order on setting aside the revocation of certificates"),
}


def make_order(action_id: str) -> PaperToMake | None:
    """Nothing while the work goes on: the list says of each certificate what became of it."""
    action = MassAction.objects.select_related(
        "approved_by", "first_approved_by", "signature", "undoes"
    ).get(pk=action_id)
    if action.document_id or action.status != "finished":
        return None
    return PaperToMake(
        record=order_record(action),
        subject_type=MassAction.SUBJECT_TYPE,
        subject_id=str(action.pk),
        number=action.number,
        case=str(action.case_id),
    )


def order_record(action: MassAction) -> dict[str, Any]:
    items = (
        action.items.select_related("certificate__application__applicant")
        .defer("certificate__record", "certificate__application__decision_record")
        .order_by("ordinal")
    )
    return {
        **head_of_paper(
            "mass_action",
            action.number,
            by=action.approved_by,
            at=action.finished_at,
            roles=OF_A_HEAD,
        ),
        "title": text(TITLES[action.kind]),
        "to": None,
        "about": _about(action),
        "sections": [
            {
                "heading": text(_("Certificates")),
                "text": None,
                "items": None,
                "table": {
                    "columns": [
                        text(_("Certificate")),
                        text(_("Applicant")),
                        text(_("Outcome")),
                    ],
                    "rows": [
                        [
                            item.number,
                            item.certificate.application.applicant.names(),
                            text(item.State(item.state).label),
                        ]
                        for item in items
                    ],
                },
            }
        ],
        "legal": [],
        "terms": [],
        "rights": text(
            _(
                "Each certificate has an order of its own; it may be appealed as that order says, "
                "within three months."
            )
        ),
        "signature": signature_record(action.signature),
        "verify_url": None,
    }


def _about(action: MassAction) -> list[dict[str, Any]]:
    return [
        {"label": text(_("Certificates")), "value": str(action.total)},
        {
            "label": text(_("Reason")),
            "value": code_names(REASONS_OF[action.kind], action.reason),
        },
        {"label": text(_("What it rests on")), "value": action.grounds},
        {"label": text(_("Digest of the list")), "value": action.list_sha256},
        {
            "label": text(_("First approval")),
            "value": action.first_approved_by.full_name if action.first_approved_by else "",
        },
    ]


def keep_order(action_id: str, document: SealedDocument) -> None:
    action = locked(MassAction.objects.get(pk=action_id))
    action.document = document
    action.save(update_fields=["document"])


register_paper(ORDER, maker=make_order, keep=keep_order)
