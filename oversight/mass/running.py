"""Carrying out a mass action: one certificate, one transaction, one event; stage after stage.

A worker may be killed anywhere: what it had done is done, what it had not is taken up again.
"""

import uuid

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership, Role
from issuance.imposing import impose_change
from oversight.models import MassAction, MassActionItem
from oversight.papers import order_paper
from reference.parameters import parameter
from workflow.moving import advance, locked

from .deciding import RUN

State = MassActionItem.State
# The paper on what was done.
ORDER = "mass_action"


def run_stage(action_id: str) -> None:
    """Changes up to a stage of certificates, then sends itself on; safe to run side by side."""
    action = MassAction.objects.get(pk=action_id)
    decider = decider_of(action) if action.status == "running" else None
    size: int = parameter("mass_action.stage", on=timezone.localdate())
    for _number in range(size):
        if decider is None or not _next(action, decider):
            break
    with transaction.atomic():
        current = locked(action)
        waits = current.items.filter(state=State.WAITING).exists()
        outbox.done(RUN, action_id)
        if current.status != "running":
            return
        if waits:
            outbox.enqueue(RUN, key=action_id, action_id=action_id)
        else:
            _finish(current)


@transaction.atomic
def _next(action: MassAction, decider: Membership) -> bool:
    """The next certificate; False when there is none or somebody stopped the action."""
    # Shared, so that two workers go on side by side; a stop waits for the certificate in hand.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM oversight_massaction WHERE id = %s FOR SHARE", [action.pk]
        )
        if cursor.fetchone() != ("running",):
            return False
    item = (
        action.items.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.WAITING)
        .select_related("certificate")
        .defer("certificate__record")
        .order_by("ordinal")
        .first()
    )
    if item is None:
        return False
    try:
        with transaction.atomic():
            item.change = impose_change(
                certificate=item.certificate,
                kind=action.kind,
                reason=action.reason,
                grounds=action.grounds,
                proposed_by=action.proposed_by,
                decided_by=decider,
                basis=f"{action.number} {action.decision_sha256}",
                # The same item is the same deed, however often it is taken up.
                form_token=uuid.uuid5(action.pk, str(item.certificate_id)),
            )
        item.state = State.DONE
    except DomainError as refusal:
        # It moved on since the dry run; the others go on, and people read why this one did not.
        item.state = State.SKIPPED
        item.note = f"{refusal.code}: {refusal.message}"[:300]
        audit.record(
            "mass_action.certificate_left",
            actor=audit.SYSTEM,
            subject=action.subject_ref(),
            case=str(action.case_id),
            certificate=item.number,
            refusal=refusal.code,
        )
    item.done_at = timezone.now()
    item.save(update_fields=["state", "note", "change", "done_at"])
    return True


def _finish(action: MassAction) -> None:
    done = action.items.filter(state=State.DONE).count()
    action.finished_at = timezone.now()
    advance(action, "finish", audit.SYSTEM, done=done, left=action.total - done)
    order_paper(ORDER, str(action.pk))


def decider_of(action: MassAction) -> Membership:
    found = (
        Membership.objects.filter(user=action.approved_by, role=Role.COMMITTEE_HEAD)
        .select_related("user", "organisation")
        .order_by("-valid_from")
        .first()
    )
    if found is None:
        raise DomainError("no_decider", _("Whoever approved the action holds no office any more."))
    return found
