"""The chamber's registers as their pages show them: each row with what the reader may do to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, Role
from workflow.transitions import Status

from .models import ChamberSeal, Mandate, Power

WAITS = Status(_("Waits for confirmation"), "wait", "pause")
IN_FORCE = Status(_("In force"), "good", "check")
TO_COME = Status(_("Not yet in force"), "progress", "half")
ENDED = Status(_("Ended"), "neutral", "cross")
# In the order in which an entry goes through them.
STATES = {"waits": WAITS, "to_come": TO_COME, "in_force": IN_FORCE, "ended": ENDED}


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


def mandates_shown(actor: Membership, *, on: date) -> QuerySet[Any]:
    """The Committee sees the mandates of all chambers, a chamber its own."""
    found = Mandate.objects.select_related("chamber", "user", "entered_by", "confirmed_by")
    if actor.role not in COMMITTEE_ROLES:
        found = found.filter(chamber=actor.organisation_id)
    return _with_what_may_be_done(found, actor, on)


def seals_shown(actor: Membership, *, on: date) -> QuerySet[Any]:
    found = ChamberSeal.objects.select_related("chamber", "entered_by", "confirmed_by")
    if actor.role not in COMMITTEE_ROLES:
        found = found.filter(Q(chamber=actor.organisation_id) | Q(chamber__isnull=True))
    return _with_what_may_be_done(found, actor, on)


def _with_what_may_be_done(entries: QuerySet[Any], actor: Membership, on: date) -> QuerySet[Any]:
    """With `state` on that day and what the reader may do, all in the one query of the list."""

    def is_so(condition: Q) -> Case:
        return Case(When(condition, then=True), default=False, output_field=BooleanField())

    return entries.annotate(
        state=Case(
            When(valid_until__lt=on, then=Value("ended")),
            When(confirmed_at__isnull=True, then=Value("waits")),
            When(valid_from__lte=on, then=Value("in_force")),
            default=Value("to_come"),
            output_field=CharField(),
        ),
        is_confirmable=is_so(may_confirm(actor, entries.model, on=on)),
        is_endable=is_so(may_end(actor, entries.model, on=on)),
    )


def register_rows(entries: Iterable[Any]) -> list[RegisterRow]:
    return [
        RegisterRow(
            entry=entry,
            status=STATES[entry.state],
            may_confirm=entry.state == "waits" and entry.is_confirmable,
            may_end=entry.state != "ended" and entry.is_endable,
        )
        for entry in entries
    ]


def may_confirm(actor: Membership, model: type[Mandate | ChamberSeal], *, on: date) -> Q:
    """`issuance.confirm_mandate` and `issuance.confirm_seal` as a condition on rows of `model`."""
    entered = Q(entered_by=actor.user_id)
    apart = ~(entered | Q(user=actor.user_id)) if model is Mandate else ~entered
    if actor.role == Role.CHAMBER_SIGNATORY:
        confirms = Q(Exists(_confirmers(on).filter(user=actor.user_id)))
        return apart & confirms & Q(chamber=actor.organisation_id)
    if actor.role == Role.COMMITTEE_HEAD:
        return apart & ~Q(Exists(_confirmers(on))) & Q(chamber__isnull=False)
    return Q(pk__in=[])


def may_end(actor: Membership, model: type[Mandate | ChamberSeal], *, on: date) -> Q:
    """`issuance.end_mandate` and `issuance.end_seal` as a condition on rows of `model`."""
    if actor.role == Role.COMMITTEE_HEAD:
        return Q(pk__isnull=False)
    own = Q(entered_by=actor.user_id, confirmed_at__isnull=True)
    if actor.role == Role.CHAMBER_SIGNATORY:
        confirms = Q(Exists(_confirmers(on).filter(user=actor.user_id)))
        return own | (confirms & Q(chamber=actor.organisation_id))
    return own if actor.role == Role.CHAMBER_OFFICER else Q(pk__in=[])


def _confirmers(on: date) -> QuerySet[Mandate]:
    """Mandates that let somebody confirm in the chamber of the row outside."""
    return Mandate.objects.in_force(on=on).filter(
        chamber=OuterRef("chamber"), powers__contains=[Power.MANDATES]
    )
