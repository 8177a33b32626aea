"""Signing the second approval of a mass action."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.permissions import has_permission
from documents import purposes, signing
from documents.models import SigningItem, SigningSession
from expertise.signatures import record_of
from issuance.change_records import REASONS_OF
from oversight.models import MassAction
from reference.code_lists import code_label

from .deciding import PURPOSE, action_record, approve_action


def begin_signing(action: MassAction, actor: Membership, *, seen_version: int) -> SigningSession:
    return signing.begin(
        purpose=PURPOSE,
        actor=actor,
        records=[
            signing.ToSign(
                subject=action.subject_ref(),
                label=action.number,
                record=action_record(action),
                arguments={"seen_version": seen_version},
            )
        ],
        return_url=reverse("oversight:mass-detail", args=[action.number]),
    )


def summary(item: SigningItem) -> list[purposes.Fact]:
    """The decision in words, with how many certificates it changes."""
    record = record_of(item)
    return [
        (_("What is done"), MassAction.Kind(record["kind"]).label),
        (_("Certificates"), str(record["total"])),
        (_("Reason"), code_label(REASONS_OF[record["kind"]], record["reason"])),
        (_("What it rests on"), record["grounds"]),
        (_("Digest of the list"), record["list_sha256"]),
    ]


def complete(item: SigningItem, actor: Membership) -> str:
    action = MassAction.objects.get(pk=item.subject_id)
    approve_action(
        action=action, actor=actor, seen_version=item.arguments["seen_version"], signed=item
    )
    return reverse("oversight:mass-detail", args=[action.number])


def may_see(action_id: str, actor: Membership) -> bool:
    return has_permission(actor, "oversight.read_mass_action", None)


purposes.register(
    PURPOSE,
    label=_("Second approval of a mass action"),
    holding=signing.Holding.ORGANISATION,
    complete=complete,
    summary=summary,
    done=_("The approval is signed; the work has begun."),
)
purposes.register_sight(MassAction.SUBJECT_TYPE, may_see)
