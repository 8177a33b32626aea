"""Asking for the effect of a proposal on the acts in force; a later room measures it."""

from django.db import transaction

import audit
import outbox
from accounts.models import Membership
from accounts.permissions import authorize
from origin.books import fingerprint
from origin.models import ImpactRun, RulePack, Ruling

# Acts live in a later room, which is known here by the name of its task alone.
MEASURE_IMPACT = "expertise.measure_impact"


@transaction.atomic
def measure_impact(*, proposal: RulePack | Ruling, actor: Membership) -> ImpactRun:
    """A run for exactly this text; one that is under way is given back instead of a second."""
    authorize(actor, "origin.measure_impact", proposal)
    # The lock makes a second press of the button wait, and find the run of the first.
    proposal = type(proposal)._default_manager.select_for_update(of=("self",)).get(pk=proposal.pk)
    measured = fingerprint(proposal)
    under_way = ImpactRun.objects.filter(
        body_sha256=measured, finished_at__isnull=True, failed_reason=""
    ).first()
    if under_way is not None:
        return under_way
    run = ImpactRun.objects.create(
        rule_pack=proposal if isinstance(proposal, RulePack) else None,
        ruling=proposal if isinstance(proposal, Ruling) else None,
        body_sha256=measured,
        requested_by=actor.user,
    )
    outbox.enqueue(MEASURE_IMPACT, key=str(run.pk), run_id=str(run.pk))
    audit.record(
        "impact.requested",
        actor=actor.ref(),
        subject=proposal.subject_ref(),
        case=str(proposal.case_id),
        run=str(run.pk),
        body_sha256=measured,
    )
    return run
