"""The chamber's registers as their pages show them: each row with what the reader may do to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, Role
from accounts.permissions import has_permission
from workflow.transitions import Status

from .models import ChamberSeal, Mandate, Power

WAITS = Status(_("Waits for confirmation"), "wait", "pause")
IN_FORCE = Status(_("In force"), "good", "check")
TO_COME = Status(_("Not yet in force"), "progress", "half")
ENDED = Status(_("Ended"), "neutral", "cross")


@dataclass(frozen=True)
class RegisterRow:
    entry: Mandate | ChamberSeal
    status: Status
    may_confirm: bool
    may_end: bool

    @property
    def powers(self) -> list[str]:
        held = getattr(self.entry, "powers", [])
        return [str(power.label) for power in Power if power in held]


def mandate_rows(actor: Membership, *, on: date) -> list[RegisterRow]:
    """The Committee sees the mandates of all chambers, a chamber its own."""
    rows = Mandate.objects.select_related("chamber", "user", "entered_by", "confirmed_by")
    if actor.role not in COMMITTEE_ROLES:
        rows = rows.filter(chamber=actor.organisation_id)
    return _rows(rows.order_by("chamber__code", "-valid_from"), "mandate", actor, on)


def seal_rows(actor: Membership, *, on: date) -> list[RegisterRow]:
    rows = ChamberSeal.objects.select_related("chamber", "entered_by", "confirmed_by")
    if actor.role not in COMMITTEE_ROLES:
        rows = rows.filter(Q(chamber=actor.organisation_id) | Q(chamber__isnull=True))
    return _rows(rows.order_by("chamber__code", "-valid_from"), "seal", actor, on)


def entries_to_confirm(actor: Membership, *, on: date) -> int:
    """Counted by the same conditions as `issuance.confirm_mandate` and `issuance.confirm_seal`."""
    mandates = Mandate.objects.exclude(user=actor.user_id)
    count = 0
    for entries in (mandates, ChamberSeal.objects.all()):
        waiting = entries.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on), confirmed_at__isnull=True
        ).exclude(entered_by=actor.user_id)
        if actor.role == Role.CHAMBER_SIGNATORY:
            waiting = waiting.filter(Exists(_confirmers(on).filter(user=actor.user_id)))
            count += waiting.filter(chamber=actor.organisation_id).count()
        elif actor.role == Role.COMMITTEE_HEAD:
            count += waiting.filter(~Exists(_confirmers(on)), chamber__isnull=False).count()
    return count


def _confirmers(on: date) -> QuerySet[Mandate]:
    """Mandates that let somebody confirm in the chamber of the row outside."""
    return Mandate.objects.in_force(on=on).filter(
        chamber=OuterRef("chamber"), powers__contains=[Power.MANDATES]
    )


def _rows(
    entries: Iterable[Mandate | ChamberSeal], what: str, actor: Membership, on: date
) -> list[RegisterRow]:
    return [_row(entry, what, actor, on) for entry in entries]


def _row(entry: Mandate | ChamberSeal, what: str, actor: Membership, on: date) -> RegisterRow:
    is_over = entry.valid_until is not None and entry.valid_until < on
    if is_over:
        status = ENDED
    elif entry.confirmed_at is None:
        status = WAITS
    else:
        status = IN_FORCE if entry.valid_from <= on else TO_COME
    return RegisterRow(
        entry=entry,
        status=status,
        may_confirm=status is WAITS and has_permission(actor, f"issuance.confirm_{what}", entry),
        may_end=not is_over and has_permission(actor, f"issuance.end_{what}", entry),
    )
