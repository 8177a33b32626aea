"""Which attestations wait for whom: the tabs of the Committee's list, and a line for the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Role

from .bans import ban_in_words, bans_on
from .models import AttestationCase, Proposal, attestation_in_force
from .services.deciding import extension_window
from .waiting import waiting_for


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise


_TO_DECIDE = Tab("to_decide", gettext_lazy("Waits for the decision"))
_TO_ADMIT = Tab("to_admit", gettext_lazy("To admit"))
_TO_PREPARE = Tab("to_prepare", gettext_lazy("To prepare"))
_OTHERS = (
    Tab("to_test", gettext_lazy("Waits for the test")),
    Tab("in_force", gettext_lazy("Attested")),
    Tab("suspended", gettext_lazy("Suspended")),
    Tab("closed", gettext_lazy("Closed")),
)
TABS: dict[str, tuple[Tab, ...]] = {
    Role.INSPECTOR: (_TO_ADMIT, _TO_PREPARE, _TO_DECIDE, *_OTHERS),
    Role.COMMITTEE_HEAD: (_TO_DECIDE, _TO_ADMIT, _TO_PREPARE, *_OTHERS),
}
# On the way to an attestation; what the case waits for is told on the first page.
ON_THE_WAY = ("applied", "admitted", "tested")


def case_tabs() -> dict[str, Q]:
    """The conditions by the key of the tab; a case lies in exactly one."""
    pending = Exists(Proposal.objects.filter(case=OuterRef("pk"), outcome=Proposal.Outcome.PENDING))
    wants_extension = Q(status="attested", extension_asked_at__isnull=False)
    return {
        "to_decide": Q(pending),
        "to_admit": Q(status="applied"),
        "to_prepare": (Q(status="tested") | wants_extension) & ~Q(pending),
        "to_test": Q(status="admitted"),
        "in_force": Q(status="attested") & ~wants_extension & ~Q(pending),
        "suspended": Q(status="suspended") & ~Q(pending),
        "closed": Q(status__in=("revoked", "expired", "failed", "refused", "withdrawn")),
    }


@dataclass(frozen=True)
class Call:
    """A line for the first page of a person: what waits besides cases, and where."""

    text: str
    url: str
    count: int = 1


def calls_for(actor: Membership, *, on: date) -> Iterator[Call]:
    if actor.role == Role.AUDITOR:
        yield from _calls_on_bans(actor, reverse("auditors:mine"), on=on)
        yield from _calls_for_auditor(actor, on=on)
    elif actor.role == Role.EXPERT_HEAD:
        yield from _calls_on_bans(actor, reverse("auditors:own-list"), on=on)


def _calls_on_bans(actor: Membership, url: str, *, on: date) -> Iterator[Call]:
    """New acts are refused while a ban stands: said before anybody tries."""
    people = [actor.user_id] if actor.role == Role.AUDITOR else []
    for ban in bans_on(people, actor.organisation, on=on).values():
        yield Call(ban_in_words(ban), url)


def _calls_for_auditor(actor: Membership, *, on: date) -> Iterator[Call]:
    mine = reverse("auditors:mine")
    case = AttestationCase.objects.filter(user=actor.user).open().first()
    if case is None:
        if attestation_in_force(actor.user, on=on) is None:
            yield Call(_("You are not attested: apply for an attestation"), mine)
        return
    if case.status in ON_THE_WAY:
        waiting = waiting_for(case, actor, on=on)
        yield Call(waiting.title or waiting.sentence, mine)
    window = extension_window(case, on=on) if case.status == "attested" else None
    if window and window[0] <= on <= window[1] and case.extension_asked_at is None:
        text = _("Your attestation ends on %(day)s: ask for its extension") % {
            "day": window[1].strftime("%d.%m.%Y")
        }
        yield Call(text, mine)
    if case.status == "suspended":
        yield Call(_("Your attestation is suspended"), mine)
