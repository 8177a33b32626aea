"""The dry run of a mass action: its list, frozen by digest, and the sample to look at."""

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.canonical import canonical_bytes, sha256_hex
from issuance.change_records import REASONS_OF
from issuance.changing import LONGEST_GROUNDS
from issuance.models import Certificate, StatusPeriod
from oversight.departments import check_department
from oversight.models import MassAction, MassActionItem, Measure
from oversight.papers import new_number
from reference.models import CodeEntry, Department
from reference.parameters import parameter
from workflow.moving import WrongStatus

from .conditions import Conditions, dry_run

Kind = MassAction.Kind
State = MassActionItem.State
INVERSE = {Kind.SUSPEND: Kind.LIFT, Kind.REVOKE: Kind.SET_ASIDE}
# A mass action goes forward by these; its way back has kinds of its own.
FORWARD = (Kind.SUSPEND, Kind.REVOKE)


@transaction.atomic
def prepare_action(
    *,
    actor: Membership,
    kind: str,
    conditions: Conditions,
    reason: str,
    grounds: str,
    measure: Measure | None = None,
) -> MassAction:
    """Finds what would be changed and keeps it as a list; changes no certificate."""
    authorize(actor, "oversight.propose_mass_action", None)
    check_department(actor, Department.objects.filter(pk=conditions.chamber or None).first())
    if kind not in FORWARD:
        raise DomainError("unknown_kind", _("There is no such action."), field="kind")
    _check_words(kind, reason, grounds)
    found = dry_run(conditions, kind, on=timezone.localdate())
    return _keep(
        actor=actor,
        kind=kind,
        conditions=conditions.as_data(),
        reason=reason,
        grounds=grounds,
        certificates=found.to_change,
        measure=measure,
    )


@transaction.atomic
def prepare_way_back(
    *, action: MassAction, actor: Membership, reason: str, grounds: str
) -> MassAction:
    """The same list undone: every certificate that still stands as that action left it."""
    authorize(actor, "oversight.propose_mass_action", None)
    if action.status not in ("finished", "stopped") or action.kind not in INVERSE:
        raise WrongStatus("no_way_back", _("Only an action that was carried out is undone."))
    if action.ways_back.exclude(status__in=("rejected", "withdrawn")).exists():
        raise DomainError("undone_already", _("The way back of this action exists already."))
    kind = INVERSE[Kind(action.kind)]
    _check_words(kind, reason, grounds)
    return _keep(
        actor=actor,
        kind=kind,
        conditions=action.conditions,
        reason=reason,
        grounds=grounds,
        certificates=_still_as_left(action),
        measure=action.measure,
        undoes=action,
    )


def _still_as_left(action: MassAction) -> QuerySet[Certificate]:
    """Those whose last word is this action's: what somebody decided since stays decided."""
    last_word = StatusPeriod.objects.filter(certificate=OuterRef("certificate"))
    standing = action.items.filter(
        state=State.DONE,
        change=Subquery(last_word.order_by("-since", "-pk").values("change")[:1]),
    )
    return Certificate.objects.filter(pk__in=standing.values("certificate")).order_by(
        "certified_at", "number"
    )


def _check_words(kind: str, reason: str, grounds: str) -> None:
    reasons = CodeEntry.objects.of(REASONS_OF[kind], on=timezone.localdate())
    if not reasons.filter(code=reason).exists():
        raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")
    if not grounds.strip():
        raise DomainError("no_grounds", _("Say what the change rests on."), field="grounds")
    if len(grounds) > LONGEST_GROUNDS:
        raise DomainError("too_long", _("The text is too long."), field="grounds")


def _keep(
    *,
    actor: Membership,
    kind: str,
    conditions: dict[str, str],
    reason: str,
    grounds: str,
    certificates: QuerySet[Certificate],
    measure: Measure | None,
    undoes: MassAction | None = None,
) -> MassAction:
    today = timezone.localdate()
    rows = list(certificates.values_list("pk", "number", "status"))
    if not rows:
        raise DomainError("nothing_found", _("No certificate fits these conditions."))
    digest = list_digest((number, status) for _pk, number, status in rows)
    action = MassAction.objects.create(
        status=MassAction.WORKFLOW.initial,
        number=new_number("mass_action", "", today),
        kind=kind,
        conditions=conditions,
        reason=reason,
        grounds=grounds.strip(),
        measure=measure,
        undoes=undoes,
        proposed_by=actor.user,
        list_sha256=digest,
        total=len(rows),
    )
    sampled = sample_of(digest, [number for _pk, number, _status in rows], sample_size())
    MassActionItem.objects.bulk_create(
        (
            MassActionItem(
                action=action,
                ordinal=ordinal,
                certificate_id=pk,
                number=number,
                status_before=status,
                in_sample=number in sampled,
            )
            for ordinal, (pk, number, status) in enumerate(rows, start=1)
        ),
        batch_size=1000,
    )
    audit.record(
        "mass_action.prepared",
        actor=actor.ref(),
        subject=action.subject_ref(),
        case=str(action.case_id),
        kind=kind,
        total=action.total,
        list_sha256=digest,
        undoes=undoes.number if undoes else "",
    )
    return action


def list_digest(rows: Iterable[tuple[str, str]]) -> str:
    """Of the numbers and the statuses they had, in order: what two people approve is this list."""
    listed = [[number, status] for number, status in rows]
    return sha256_hex(canonical_bytes({"certificates": listed}))


def sample_size() -> int:
    size: int = parameter("mass_action.sample", on=timezone.localdate())
    return size


def sample_of(digest: str, numbers: Iterable[str], size: int) -> set[str]:
    """Drawn by the digest of the list, so that nobody picks what is looked at."""
    return set(
        sorted(
            numbers, key=lambda number: hashlib.sha256(f"{digest}{number}".encode()).hexdigest()
        )[:size]
    )
