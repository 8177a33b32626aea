"""The commitment: frame, sizes and the digest of a secret are fixed and told to everyone.

From here on nobody can move a certificate in or out, and nobody knows the draw: its seed needs a
state of the log that does not exist yet.
"""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from documents.canonical import sha256_hex
from oversight.models import ControlPlan, FrameEntry
from oversight.papers import order_paper
from oversight.risk.weights import versions
from workflow.moving import advance, guard, locked

from .draw import RULES_SHA256
from .drawing import DRAW
from .frame import Candidate, candidates, entries_of, frame_bytes
from .plan_papers import PLAN_PAPER

NONCE_BYTES = 32
BATCH = 2_000


@transaction.atomic
def commit_plan(
    *, plan: ControlPlan, actor: Membership, seen_version: int | None = None
) -> ControlPlan:
    """Freezes the frame and promises the draw; by another person than the plan's author."""
    plan = locked(plan)
    guard(plan, "commit", actor, seen_version=seen_version)
    found = candidates(
        issued_from=plan.issued_from, issued_until=plan.issued_until, strata=plan.strata
    )
    _check_frame(plan, found)
    _keep_frame(plan, found)
    nonce = secrets.token_bytes(NONCE_BYTES)
    plan.nonce = nonce
    plan.nonce_sha256 = hashlib.sha256(nonce).hexdigest()
    plan.risk_versions = versions(timezone.localdate())
    # What is committed is what the database holds, not what was meant to get there.
    frozen = entries_of(plan)
    plan.frame_size = len(frozen)
    plan.frame_sha256 = sha256_hex(frame_bytes(plan, frozen))
    plan.committed_at = timezone.now()
    plan.committed_by = actor.user
    event = advance(plan, "commit", actor, **_commitment(plan))
    plan.committed_event = event.pk
    plan.save(update_fields=["committed_event"])
    outbox.enqueue(DRAW, key=str(plan.pk), plan_id=str(plan.pk))
    order_paper(PLAN_PAPER, str(plan.pk))
    return plan


def _check_frame(plan: ControlPlan, found: list[Candidate]) -> None:
    wanted = plan.by_risk + plan.by_lottery
    if len(found) < wanted:
        raise DomainError(
            "frame_too_small",
            ngettext(
                "Only %(found)s certificate was issued in this period, and %(wanted)s are to be "
                "selected. Take a longer period or smaller numbers.",
                "Only %(found)s certificates were issued in this period, and %(wanted)s are to be "
                "selected. Take a longer period or smaller numbers.",
                len(found),
            )
            % {"found": len(found), "wanted": wanted},
        )
    if len({candidate.number for candidate in found}) != len(found):
        raise DomainError("numbers_twice", _("One number of a certificate comes twice."))
    if plan.frame.exists():
        raise DomainError(
            "frame_touched",
            _("Certificates were entered into this plan past the portal. Cancel it."),
        )


def _keep_frame(plan: ControlPlan, found: list[Candidate]) -> None:
    FrameEntry.objects.bulk_create(
        (
            FrameEntry(
                plan=plan,
                certificate_id=candidate.certificate_id,
                number=candidate.number,
                stratum=candidate.stratum,
                score=candidate.score,
                indicator=candidate.indicator,
            )
            for candidate in found
        ),
        batch_size=BATCH,
    )


def _commitment(plan: ControlPlan) -> dict[str, str | int]:
    return {
        "number": plan.number,
        "frame_size": plan.frame_size,
        "frame_sha256": plan.frame_sha256,
        "nonce_sha256": plan.nonce_sha256,
        "by_risk": plan.by_risk,
        "by_lottery": plan.by_lottery,
        "risk_versions": plan.risk_versions,
        "rules_sha256": RULES_SHA256,
    }
