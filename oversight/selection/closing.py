"""The end of a plan: closed when every check is, cancelled before anything could be drawn."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.errors import DomainError
from accounts.models import Membership
from oversight.models import ControlPlan, DeskCheck
from workflow.moving import advance, guard, locked

from .proofs import closing_checkpoint


class ChecksAreOpen(DomainError):
    """A plan with open checks is not closed; `checks` are those."""

    def __init__(self, checks: Sequence[DeskCheck]) -> None:
        super().__init__(
            "open_checks",
            ngettext(
                "%(count)s check of this plan is still open. Nothing was changed.",
                "%(count)s checks of this plan are still open. Nothing was changed.",
                len(checks),
            )
            % {"count": len(checks)},
        )
        self.checks = checks


def open_checks(plan: ControlPlan) -> QuerySet[DeskCheck]:
    return plan.checks.exclude(status="closed").order_by("number")


def is_opened(plan: ControlPlan) -> bool:
    """Whether every certificate of the draw has its check."""
    return plan.checks.count() == plan.by_risk + plan.by_lottery


@transaction.atomic
def close_plan(
    *, plan: ControlPlan, actor: Membership, seen_version: int | None = None
) -> ControlPlan:
    """Everything is checked: the secret, the seed, the frame and the draw become public."""
    plan = locked(plan)
    guard(plan, "close", actor, seen_version=seen_version)
    if checks := list(open_checks(plan)):
        raise ChecksAreOpen(checks)
    if not is_opened(plan):
        raise DomainError("not_opened", _("The checks of this plan are still being opened."))
    plan.closed_at = timezone.now()
    advance(
        plan,
        "close",
        actor,
        number=plan.number,
        nonce=bytes(plan.nonce or b"").hex(),
        seed=plan.seed,
        draw_sha256=plan.draw_sha256,
        checked=plan.checks.count(),
        with_violations=plan.checks.filter(result=DeskCheck.Result.VIOLATIONS).count(),
    )
    return plan


@transaction.atomic
def cancel_plan(
    *, plan: ControlPlan, actor: Membership, seen_version: int | None = None
) -> ControlPlan:
    """Before the draw only: once the log fixes the seed, nobody may look at it and walk away."""
    plan = locked(plan)
    guard(plan, "cancel", actor, seen_version=seen_version)
    if plan.status == "committed" and closing_checkpoint(plan) is not None:
        raise DomainError(
            "draw_is_fixed", _("The draw is fixed already: the plan is not cancelled any more.")
        )
    advance(plan, "cancel", actor, number=plan.number)
    return plan
