"""The public register: who is attested, for what, and everything that happened to it.

Nothing here shows an IIN or an e-mail address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from reference.models import Chamber, CodeEntry
from workflow.transitions import Status

from .bans import ban_in_words, bans_on
from .models import Attestation, AttestationCase, Suspension
from .scope import Kind, Language
from .workflow import ATTESTATION_WORKFLOW

STATES: dict[str, Status] = {
    "in_force": Status(_("In force"), "good", "check"),
    **{name: ATTESTATION_WORKFLOW.statuses[name] for name in ("suspended", "revoked", "expired")},
}


def entries(*, on: date) -> QuerySet[Attestation]:
    """The latest attestation of each person with `state` on that day, by name.

    `state` comes from dates alone, as everywhere else.
    """
    same = Attestation.objects.filter(user=OuterRef("user"))
    first = (
        Attestation.objects.filter(number=OuterRef("number"))
        .order_by()
        .values("number")
        .annotate(first=Min("valid_from"))
    )
    revoked = AttestationCase.objects.revoked(on=on).filter(
        user=OuterRef("user"), revoked_on__gte=OuterRef("valid_from")
    )
    suspended = Suspension.objects.in_force(on=on).filter(case__user=OuterRef("user"))
    return (
        Attestation.objects.filter(
            pk=Subquery(same.order_by("-valid_from", "-pk").values("pk")[:1])
        )
        .annotate(
            first_from=Subquery(first.values("first")),
            state=Case(
                When(Exists(revoked), then=Value("revoked")),
                When(valid_until__lt=on, then=Value("expired")),
                When(Exists(suspended), then=Value("suspended")),
                default=Value("in_force"),
                output_field=CharField(),
            ),
        )
        .filter(first_from__lte=on)
        .order_by("user__full_name", "number")
    )


def found(listed: QuerySet[Attestation], asked: Mapping[str, str]) -> QuerySet[Attestation]:
    """Narrowed by name or number, HS group and region; the state is narrowed apart."""
    if text := asked.get("q", "").strip():
        listed = listed.filter(Q(user__full_name__icontains=text) | Q(number__icontains=text))
    if digits := asked.get("hs", "").strip()[:2]:
        listed = listed.filter(Q(chapters=[]) | Q(chapters__contains=[digits]))
    if region := asked.get("region", ""):
        listed = listed.filter(Q(region="") | Q(region=region))
    return listed


def with_people(listed: QuerySet[Attestation], *, on: date) -> QuerySet[Attestation]:
    """With names and present organisations, for a list or a download."""
    places = (
        Membership.objects.in_force(on=on)
        .filter(role=Role.AUDITOR)
        .select_related("organisation")
        .order_by("organisation__name_ru")
    )
    return listed.select_related("user").prefetch_related(
        Prefetch("user__memberships", queryset=places, to_attr="places")
    )


@dataclass(frozen=True)
class Entry:
    """One line of the register in words."""

    user_id: UUID
    name: str
    number: str
    state: str
    first_from: date
    valid_until: date
    kinds: tuple[str, ...]
    chapters: tuple[str, ...]
    languages: tuple[str, ...]
    region: str
    organisations: tuple[str, ...]

    @property
    def status_info(self) -> Status:
        return STATES[self.state]


def entries_in_words(listed: QuerySet[Attestation]) -> list[Entry]:
    regions = {chamber.kato: chamber.name for chamber in Chamber.objects.all()}
    return [
        Entry(
            user_id=row.user_id,
            name=row.user.full_name,
            number=row.number,
            state=row.state,
            first_from=row.first_from,
            valid_until=row.valid_until,
            kinds=tuple(str(Kind(kind).label) for kind in row.kinds),
            chapters=tuple(row.chapters),
            languages=tuple(Language(code).label for code in row.languages),
            region=regions.get(row.region, ""),
            organisations=tuple(place.organisation.name for place in row.user.places),
        )
        for row in listed
    ]


@dataclass(frozen=True)
class Happening:
    """One thing in the history of an auditor: given, extended, suspended, revoked."""

    on: date
    kind: str
    number: str
    until: date | None = None
    reason: str = ""
    lifted_on: date | None = None


@dataclass(frozen=True)
class AuditorFile:
    """Everything that the public may know of one auditor."""

    entry: Entry
    history: tuple[Happening, ...]
    places: tuple[Membership, ...]
    suspended_until: date | None = None
    # In words: no new acts by a decision of the Committee.
    bans: tuple[str, ...] = ()


def auditor_file(user_id: UUID, *, on: date) -> AuditorFile | None:
    listed = entries_in_words(with_people(entries(on=on).filter(user=user_id), on=on))
    if not listed:
        return None
    places = Membership.objects.filter(user=user_id, role=Role.AUDITOR).select_related(
        "organisation"
    )
    suspensions = Suspension.objects.in_force(on=on).filter(case__user=user_id)
    return AuditorFile(
        listed[0],
        tuple(histories([user_id])[user_id]),
        tuple(places),
        suspensions.aggregate(until=Max("until_on"))["until"],
        tuple(ban_in_words(ban) for ban in bans_on([user_id], None, on=on).values()),
    )


def histories(user_ids: list[UUID]) -> dict[UUID, list[Happening]]:
    """What happened to each of these people, the last first; three queries for any number."""
    found_by_user: dict[UUID, list[Happening]] = {user_id: [] for user_id in user_ids}
    reasons = {
        (entry.list, entry.code): entry.name
        for entry in CodeEntry.objects.filter(list__in=("suspension_reason", "revocation_reason"))
    }
    seen: set[str] = set()
    for row in Attestation.objects.filter(user__in=user_ids).order_by("valid_from"):
        kind = "extended" if row.number in seen else "attested"
        seen.add(row.number)
        happening = Happening(row.valid_from, kind, row.number, until=row.valid_until)
        found_by_user[row.user_id].append(happening)
    suspensions = Suspension.objects.filter(case__user__in=user_ids).select_related("case")
    for suspension in suspensions:
        found_by_user[suspension.case.user_id].append(
            Happening(
                suspension.from_on,
                "suspended",
                suspension.case.number or "",
                until=suspension.until_on,
                reason=reasons.get(("suspension_reason", suspension.reason), suspension.reason),
                lifted_on=suspension.lifted_on,
            )
        )
    revoked = AttestationCase.objects.filter(user__in=user_ids, revoked_on__isnull=False)
    for case in revoked:
        reason = reasons.get(("revocation_reason", case.revocation_reason), case.revocation_reason)
        found_by_user[case.user_id].append(
            Happening(
                case.revoked_on,
                "revoked",
                case.number or "",
                reason=reason,
                lifted_on=case.reinstated_on,
            )
        )
    for happenings in found_by_user.values():
        # Of two on one day the one that came later in the life of an attestation stands first.
        happenings.sort(key=lambda happening: happening.on)
        happenings.reverse()
    return found_by_user


def register_rows(*, on: date) -> list[dict[str, Any]]:
    """The whole register for the download, each person with the complete history."""
    listed = entries_in_words(with_people(entries(on=on), on=on))
    stories = histories([entry.user_id for entry in listed])
    return [
        {
            "id": str(entry.user_id),
            "name": entry.name,
            "number": entry.number,
            "status": entry.state,
            "valid_from": entry.first_from.isoformat(),
            "valid_until": entry.valid_until.isoformat(),
            "kinds": list(entry.kinds),
            "hs_groups": list(entry.chapters),
            "languages": list(entry.languages),
            "region": entry.region,
            "organisations": list(entry.organisations),
            "history": [
                {
                    "on": happening.on.isoformat(),
                    "kind": happening.kind,
                    "until": happening.until.isoformat() if happening.until else None,
                    "reason": happening.reason,
                    "lifted_on": happening.lifted_on.isoformat() if happening.lifted_on else None,
                }
                for happening in stories[entry.user_id]
            ],
        }
        for entry in listed
    ]


def auditors_of(organisation_id: UUID, *, on: date) -> list[tuple[User, Entry | None]]:
    """The organisation's auditors of that day with their line of the register, if they have one."""
    members = (
        Membership.objects.in_force(on=on)
        .filter(organisation=organisation_id, role=Role.AUDITOR)
        .select_related("user")
        .order_by("user__full_name")
    )
    people = [membership.user for membership in members]
    listed = entries_in_words(with_people(entries(on=on).filter(user__in=people), on=on))
    by_user = {entry.user_id: entry for entry in listed}
    return [(person, by_user.get(person.pk)) for person in people]
