"""What waits at the rule desk: drafts of one's own, and versions and rulings to approve."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import COMMITTEE_ROLES, Membership
from accounts.permissions import has_permission

from .models import RulePack, Ruling


@dataclass(frozen=True)
class Call:
    """A line for the first page of a person: what waits besides cases, and where."""

    text: str
    url: str
    count: int = 1


def calls_for(actor: Membership) -> Iterator[Call]:
    if actor.role not in COMMITTEE_ROLES:
        return
    open_packs = RulePack.objects.filter(status__in=("draft", "checked")).defer("body")
    for pack in open_packs:
        if call := _about_pack(pack, actor):
            yield call
    for ruling in Ruling.objects.filter(status="proposed").select_related("dispute", "reading"):
        if has_permission(actor, "origin.approve_ruling", ruling):
            text = _("Approve the reading of row %(row)s") % {"row": ruling.dispute.row_id}
            yield Call(text, reverse("origin:ruling-detail", args=[ruling.pk]))


def _about_pack(pack: RulePack, actor: Membership) -> Call | None:
    if pack.status == "draft" and pack.author_id == actor.user_id:
        text = _("Finish your draft of the rules %(code)s") % {"code": pack.code}
        return Call(text, reverse("origin:pack-detail", args=[pack.pk]))
    if pack.status == "checked" and has_permission(actor, "origin.approve_pack", pack):
        text = _("Approve version %(code)s of the rules") % {"code": pack.code}
        return Call(text, reverse("origin:pack-impact", args=[pack.pk]))
    return None
