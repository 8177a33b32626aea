"""The draw: by the portal alone, once, from the first state of the log after the commitment.

Two steps, so that nothing is done twice however often the worker is killed: the draw itself, in
one transaction with its event; then its desk checks, each batch in one of its own.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import audit
import outbox
from accounts.errors import DomainError
from documents.canonical import sha256_hex
from oversight.control.checks import open_check
from oversight.models import ControlPlan, FrameEntry
from oversight.papers import order_paper
from workflow.moving import advance, locked

from .frame import entries_of
from .plan_papers import DRAW_PAPER
from .proofs import closing_checkpoint, draw_bytes, drawn_from, selected_of

DRAW = "oversight.draw_plan"
# The log publishes every two seconds.
WAIT = timedelta(seconds=3)
BATCH = 20


def draw_plan(plan_id: str) -> None:
    """Safe to run any number of times, side by side too."""
    plan = ControlPlan.objects.get(pk=plan_id)
    if plan.status == "committed" and not _drawn(plan):
        outbox.failed(DRAW, plan_id, _("Waits for the log."), again_at=_soon())
        return
    try:
        while _open_some_checks(plan):
            pass
    except DomainError as refusal:
        outbox.failed(DRAW, plan_id, str(refusal))


def _soon() -> datetime:
    return timezone.now() + WAIT


@transaction.atomic
def _drawn(plan: ControlPlan) -> bool:
    """Whether the plan is drawn now; not before the log holds the commitment."""
    plan = locked(plan)
    if plan.status != "committed":
        return True
    checkpoint = closing_checkpoint(plan)
    if checkpoint is None:
        return False
    entries = entries_of(plan)
    root = bytes(checkpoint.root).hex()
    seed, drawn = drawn_from(entries, plan, root=root)
    plan.checkpoint = checkpoint.note
    plan.checkpoint_size = checkpoint.size
    plan.seed = seed.hex()
    plan.draw_sha256 = sha256_hex(draw_bytes(plan, entries, drawn, seed=seed, at=checkpoint))
    plan.drawn_at = timezone.now()
    advance(
        plan,
        "draw",
        audit.SYSTEM,
        number=plan.number,
        checkpoint_size=checkpoint.size,
        root=root,
        selected=len(drawn.selected),
        draw_sha256=plan.draw_sha256,
    )
    order_paper(DRAW_PAPER, str(plan.pk))
    return True


@transaction.atomic
def _open_some_checks(plan: ControlPlan) -> bool:
    """Opens the next checks of the list; whether there may be more. The last run closes the work.

    The lock makes a second worker wait and then find what the first one did.
    """
    plan = locked(plan)
    if plan.status not in ("drawn", "closed"):
        outbox.done(DRAW, str(plan.pk))
        return False
    opened = set(plan.checks.values_list("frame_entry__number", flat=True))
    missing = [one for one in selected_of(plan) if one.entry.number not in opened]
    if not missing:
        outbox.done(DRAW, str(plan.pk))
        return False
    batch = missing[:BATCH]
    rows = FrameEntry.objects.filter(plan=plan, number__in=[one.entry.number for one in batch])
    entries = {row.number: row for row in rows.select_related("certificate")}
    for one in batch:
        entry = entries[one.entry.number]
        open_check(
            certificate=entry.certificate,
            way=one.way,
            actor=audit.SYSTEM,
            plan=plan,
            frame_entry=entry,
            score=entry.score,
            due_on=plan.due_on,
        )
    return True
