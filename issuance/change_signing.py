"""Signing the decision on a change: what is signed, and what is done once it is signed."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from documents import purposes, signing
from documents.models import SigningItem, SigningSession
from expertise.signatures import named
from expertise.signatures import record_of as signed_record
from reference.code_lists import code_label

from .change_records import DECIDE, REASONS_OF
from .changing import PURPOSE, decide_change, record_to_sign, reject_change
from .models import CertificateChange


def begin_signing(
    change: CertificateChange, actor: Membership, *, decision: str, note: str, seen_version: int
) -> SigningSession:
    """Shows the decider the decision that the signature will carry out."""
    return signing.begin(
        purpose=PURPOSE,
        actor=actor,
        records=[
            signing.ToSign(
                subject=change.subject_ref(),
                label=str(change),
                record=record_to_sign(change, actor, decision=decision, note=note),
                arguments={"decision": decision, "note": note, "seen_version": seen_version},
            )
        ],
        return_url=reverse("issuance:change-detail", args=[change.pk]),
    )


def summary(item: SigningItem) -> list[purposes.Fact]:
    """The decision in words: a rejection is not to be taken for its opposite."""
    record = signed_record(item)
    facts: list[purposes.Fact] = [
        (_("Decision"), _("Decide as proposed") if record["decision"] == DECIDE else _("Reject")),
        (_("Applicant"), named(record["applicant"]["name"])),
        (_("Reason"), code_label(REASONS_OF[record["kind"]], record["reason"]["code"])),
        (_("What it rests on"), record["grounds"]),
    ]
    if record["note"]:
        facts.append((_("Note"), record["note"]))
    return facts


def complete(item: SigningItem, actor: Membership) -> str:
    """Carries out the signed decision; the service compares the record once more."""
    change = CertificateChange.objects.select_related("certificate__application").get(
        pk=item.subject_id
    )
    given = item.arguments
    command = decide_change if given["decision"] == DECIDE else reject_change
    command(
        change=change,
        actor=actor,
        note=given["note"],
        seen_version=given["seen_version"],
        signed=item,
    )
    return reverse("issuance:change-detail", args=[change.pk])


def may_see(change_id: str, actor: Membership) -> bool:
    return CertificateChange.objects.visible_to(actor).filter(pk=change_id).exists()


purposes.register(
    PURPOSE,
    label=_("Decision on a certificate"),
    holding=signing.Holding.ORGANISATION,
    complete=complete,
    summary=summary,
    done=_("The decision is signed and in force."),
)
purposes.register_sight(CertificateChange.SUBJECT_TYPE, may_see)
