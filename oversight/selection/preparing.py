"""Preparing a plan of desk control: its period, its sizes, what the lottery is spread over."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from oversight.models import ControlPlan
from oversight.papers import new_number
from workflow.moving import WrongStatus, check_version, locked

from .frame import KINDS

# Numbers of certificates come again after ten years; within a frame each is one certificate.
LONGEST_PERIOD_YEARS = 9


@transaction.atomic
def prepare_plan(
    *,
    actor: Membership,
    form_token: UUID,
    title: str,
    issued_from: dt.date,
    issued_until: dt.date,
    due_on: dt.date,
    by_risk: int,
    by_lottery: int,
    strata: Sequence[str],
) -> ControlPlan:
    """A plan that binds nobody yet; the same form sent twice is one plan."""
    authorize(actor, "oversight.prepare_plan", None)
    if known := ControlPlan.objects.filter(pk=form_token, created_by=actor.user).first():
        return known
    check_plan(issued_from, issued_until, due_on, by_risk, by_lottery)
    today = timezone.localdate()
    plan = ControlPlan.objects.create(
        pk=form_token,
        status=ControlPlan.WORKFLOW.initial,
        number=new_number("control_plan", "", today),
        title=title.strip(),
        created_by=actor.user,
        issued_from=issued_from,
        issued_until=issued_until,
        due_on=due_on,
        by_risk=by_risk,
        by_lottery=by_lottery,
        strata=[kind for kind in KINDS if kind in strata],
    )
    _record(plan, actor, "control_plan.prepared")
    return plan


@transaction.atomic
def change_plan(
    *,
    plan: ControlPlan,
    actor: Membership,
    title: str,
    issued_from: dt.date,
    issued_until: dt.date,
    due_on: dt.date,
    by_risk: int,
    by_lottery: int,
    strata: Sequence[str],
    seen_version: int | None = None,
) -> ControlPlan:
    """Only while nothing is committed, and only its author's: the second person reads, commits
    or sends back by word."""
    plan = locked(plan)
    authorize(actor, "oversight.change_plan", plan)
    if plan.status != "draft":
        raise WrongStatus("committed", _("A committed plan is not changed any more."))
    check_version(plan, seen_version)
    check_plan(issued_from, issued_until, due_on, by_risk, by_lottery)
    plan.title = title.strip()
    plan.issued_from, plan.issued_until, plan.due_on = issued_from, issued_until, due_on
    plan.by_risk, plan.by_lottery = by_risk, by_lottery
    plan.strata = [kind for kind in KINDS if kind in strata]
    # Whoever commits commits what the page showed.
    plan.version += 1
    plan.save()
    _record(plan, actor, "control_plan.changed")
    return plan


def check_plan(
    issued_from: dt.date, issued_until: dt.date, due_on: dt.date, by_risk: int, by_lottery: int
) -> None:
    today = timezone.localdate()
    if issued_until < issued_from:
        raise DomainError(
            "dates_crossed", _("The period ends before it begins."), field="issued_until"
        )
    if issued_until > today:
        raise DomainError(
            "not_over", _("The period must not reach into the future."), field="issued_until"
        )
    if issued_until.year - issued_from.year > LONGEST_PERIOD_YEARS - 1:
        raise DomainError(
            "too_long",
            _("The period is too long: numbers of certificates would come twice."),
            field="issued_from",
        )
    if due_on <= today:
        raise DomainError("due_passed", _("Leave time for the checks."), field="due_on")
    if by_risk + by_lottery < 1:
        raise DomainError("nothing", _("At least one certificate is selected."), field="by_lottery")


def _record(plan: ControlPlan, actor: Membership, event: str) -> None:
    audit.record(
        event,
        actor=actor.ref(),
        subject=plan.subject_ref(),
        case=str(plan.case_id),
        number=plan.number,
    )
