"""Who may decide what for a chamber on a day, and under which seal its documents go out."""

from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import Organisation, User

from .models import ChamberSeal, Mandate, Power


def mandate_in_force(user: User, chamber: Organisation, power: str, on: date) -> Mandate | None:
    """The mandate that gives this person the power in the chamber on that day; of several, the
    latest."""
    return (
        Mandate.objects.in_force(on=on)
        .filter(user=user, chamber=chamber, powers__contains=[power])
        .order_by("-valid_from", "-confirmed_at")
        .first()
    )


def has_one_who_confirms(chamber: Organisation, on: date) -> bool:
    """Whether anybody of the chamber may confirm its mandates; otherwise the Committee does."""
    held = Mandate.objects.in_force(on=on).filter(powers__contains=[Power.MANDATES])
    return held.filter(chamber=chamber).exists()


def seal_in_force(chamber: Organisation, certificate_sha256: str, on: date) -> ChamberSeal | None:
    """The row that lets the chamber's documents carry this seal on that day."""
    return (
        ChamberSeal.objects.in_force(on=on)
        .filter(Q(chamber=chamber) | Q(chamber__isnull=True), certificate_sha256=certificate_sha256)
        .first()
    )


def mandate_record(mandate: Mandate) -> dict[str, Any]:
    """How decisions and certificates state the mandate that they rest on."""
    return {
        "basis": mandate.basis,
        "valid_from": mandate.valid_from.isoformat(),
        "valid_until": mandate.valid_until.isoformat() if mandate.valid_until else None,
        "powers": sorted(mandate.powers),
    }
