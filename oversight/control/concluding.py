"""The inspector's conclusion: a result, and a word on every indicator that had spoken."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from oversight.models import DeskCheck
from oversight.risk.outcomes import judge_indicators, spoken
from workflow.blockers import refuse_blocked
from workflow.moving import advance, guard, locked

from .blockers import concluding_blockers
from .violations import standing_violations

LONGEST_TEXT = 8000


@transaction.atomic
def conclude_check(
    *,
    check: DeskCheck,
    actor: Membership,
    result: str,
    conclusion: str,
    verdicts: Mapping[str, bool] | None = None,
    notes: Mapping[str, str] | None = None,
    seen_version: int | None = None,
) -> DeskCheck:
    """Ends the examination; the violations wait for a second person, the clock ends.

    Every indicator that spoke of the certificate is judged right or a false alarm, so that each
    keeps its own record.
    """
    check = locked(check)
    guard(check, "conclude", actor, seen_version=seen_version)
    if result not in DeskCheck.Result.values:
        raise DomainError("no_result", _("Say what the check gave."), field="result")
    if not conclusion.strip():
        raise DomainError("no_text", _("Write the conclusion."), field="conclusion")
    if len(conclusion) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="conclusion")
    refuse_blocked(concluding_blockers(check, result), code="not_ready_to_conclude")
    _check_judged(check, verdicts or {})
    if verdicts:
        judge_indicators(check=check, actor=actor, verdicts=verdicts, notes=notes or {})
    check.result = result
    check.conclusion = conclusion.strip()
    check.concluded_at = timezone.now()
    check.stop_clock()
    advance(
        check, "conclude", actor, result=result, violations=len(standing_violations(check))
    )  # fmt: skip
    return check


def _check_judged(check: DeskCheck, verdicts: Mapping[str, bool]) -> None:
    if {hit.indicator for hit in spoken(check)} - set(verdicts):
        raise DomainError(
            "not_judged",
            _("Say of every indicator that spoke whether it was right or a false alarm."),
        )
