"""Approving a mass action: two people besides the author, each after looking at the sample."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from audit.models import AuditEvent
from documents import signing
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SigningItem
from oversight.models import MassAction
from workflow.moving import advance, guard, locked

PURPOSE = "mass_action.approve"
RUN = "oversight.run_mass_action"
SEEN = "mass_action.sample_seen"


@transaction.atomic
def propose_action(
    *, action: MassAction, actor: Membership, seen_version: int | None = None
) -> MassAction:
    """The list is frozen from here on."""
    action = locked(action)
    guard(action, "propose", actor, seen_version=seen_version)
    advance(action, "propose", actor, total=action.total, list_sha256=action.list_sha256)
    return action


@transaction.atomic
def look_at_sample(*, action: MassAction, actor: Membership) -> None:
    """Leaves one entry for each person; the approval asks for it."""
    authorize(actor, "oversight.read_mass_action", action)
    locked(action)
    if not has_seen_sample(action, actor):
        audit.record(
            SEEN,
            actor=actor.ref(),
            subject=action.subject_ref(),
            case=str(action.case_id),
            list_sha256=action.list_sha256,
        )


def has_seen_sample(action: MassAction, actor: Membership) -> bool:
    seen = AuditEvent.objects.about(MassAction.SUBJECT_TYPE, action.pk).filter(
        event=SEEN, actor_id=str(actor.user_id)
    )
    return seen.exists()


@transaction.atomic
def approve_first(
    *, action: MassAction, actor: Membership, seen_version: int | None = None
) -> MassAction:
    """The first approval, by anyone of the Committee but the author."""
    action = locked(action)
    guard(action, "approve_first", actor, seen_version=seen_version)
    _check_sample(action, actor)
    action.first_approved_by = actor.user
    action.first_approved_at = timezone.now()
    advance(action, "approve_first", actor, list_sha256=action.list_sha256)
    return action


def action_record(action: MassAction) -> dict[str, Any]:
    """What the second person signs: the list by its digest, and what is done with it."""
    return {
        "schema": "ctkz.mass-action/1",
        "number": action.number,
        "kind": action.kind,
        "conditions": action.conditions,
        "reason": action.reason,
        "grounds": action.grounds,
        "total": action.total,
        "list_sha256": action.list_sha256,
        "proposed_by": str(action.proposed_by_id),
        "first_approved_by": str(action.first_approved_by_id),
    }


@transaction.atomic
def approve_action(
    *,
    action: MassAction,
    actor: Membership,
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> MassAction:
    """The second approval, by a third person who signs; the work begins at once."""
    action = locked(action)
    guard(action, "approve", actor, seen_version=seen_version)
    _check_sample(action, actor)
    content = canonical_bytes(action_record(action))
    if signed is None:
        signing.refuse_unsigned(PURPOSE)
    else:
        action.signature = signing.accept(
            item=signed,
            purpose=PURPOSE,
            record=content,
            actor=actor,
            subject=action.subject_ref(),
            case=action.case_id,
        )
    action.approved_by = actor.user
    action.approved_at = action.started_at = timezone.now()
    action.decision_sha256 = sha256_hex(content)
    advance(
        action,
        "approve",
        actor,
        list_sha256=action.list_sha256,
        record_sha256=action.decision_sha256,
    )
    _go_on(action)
    return action


@transaction.atomic
def reject_action(
    *, action: MassAction, actor: Membership, note: str, seen_version: int | None = None
) -> MassAction:
    action = locked(action)
    guard(action, "reject", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    action.decision_note = note.strip()
    advance(action, "reject", actor)
    return action


@transaction.atomic
def withdraw_action(
    *, action: MassAction, actor: Membership, seen_version: int | None = None
) -> MassAction:
    action = locked(action)
    guard(action, "withdraw", actor, seen_version=seen_version)
    advance(action, "withdraw", actor)
    return action


@transaction.atomic
def stop_action(
    *, action: MassAction, actor: Membership, seen_version: int | None = None
) -> MassAction:
    """The certificate being changed at this moment is finished; the next one is not begun."""
    action = locked(action)
    guard(action, "stop", actor)
    action.stop_asked_by = actor.user
    advance(action, "stop", actor, done=action.items.exclude(state="waiting").count())
    return action


@transaction.atomic
def resume_action(
    *, action: MassAction, actor: Membership, seen_version: int | None = None
) -> MassAction:
    action = locked(action)
    guard(action, "resume", actor)
    action.stop_asked_by = None
    advance(action, "resume", actor)
    _go_on(action)
    return action


def _go_on(action: MassAction) -> None:
    outbox.enqueue(RUN, key=str(action.pk), action_id=str(action.pk))


def _check_sample(action: MassAction, actor: Membership) -> None:
    if not has_seen_sample(action, actor):
        raise DomainError("sample_unseen", _("Look at the drawn sample first."))
