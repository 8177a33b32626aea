"""Signing the answer to a complaint: what is signed, and what is done once it is signed."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.permissions import has_permission
from documents import purposes, signing
from documents.models import SigningItem, SigningSession
from expertise.signatures import record_of
from oversight.models import Complaint

from .answering import PURPOSE, answer_complaint, record_to_sign


def begin_signing(complaint: Complaint, actor: Membership, *, seen_version: int) -> SigningSession:
    """Shows the second person the answer that the signature will send."""
    return signing.begin(
        purpose=PURPOSE,
        actor=actor,
        records=[
            signing.ToSign(
                subject=complaint.subject_ref(),
                label=complaint.number,
                record=record_to_sign(complaint, actor),
                arguments={"seen_version": seen_version},
            )
        ],
        return_url=reverse("oversight:complaint-detail", args=[complaint.number]),
    )


def summary(item: SigningItem) -> list[purposes.Fact]:
    record = record_of(item)
    return [
        (_("Complaint"), record["number"]),
        (_("Outcome"), Complaint.Outcome(record["outcome"]).label),
        (_("Violations"), str(len(record["violations"]))),
        (_("Answer"), record["answer"]),
    ]


def complete(item: SigningItem, actor: Membership) -> str:
    """Sends the signed answer; the service compares the record once more."""
    complaint = Complaint.objects.get(pk=item.subject_id)
    answer_complaint(
        complaint=complaint, actor=actor, seen_version=item.arguments["seen_version"], signed=item
    )
    return reverse("oversight:complaint-detail", args=[complaint.number])


def may_see(complaint_id: str, actor: Membership) -> bool:
    complaint = Complaint.objects.filter(pk=complaint_id).first()
    return complaint is not None and has_permission(actor, "oversight.read_complaint", complaint)


purposes.register(
    PURPOSE,
    label=_("Answer to a complaint"),
    holding=signing.Holding.ORGANISATION,
    complete=complete,
    summary=summary,
    done=_("The answer is signed and on its way to the complainant."),
)
purposes.register_sight(Complaint.SUBJECT_TYPE, may_see)
