"""What a proposed version of the rules, or a ruling, would change in the acts in force.

A worker goes through the acts in batches. Each batch is one transaction that keeps what changed,
how far it came and the last act it saw: a run stopped anywhere goes on from there, and a second
worker on the same run finds nothing to do twice.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import audit
import outbox
from accounts.errors import DomainError
from origin.books import fingerprint, rulebook_proposed
from origin.evaluation import Verdict, evaluate, reason_data
from origin.models import ImpactChange, ImpactRun
from origin.rulebook import RuleBook
from origin.services.impact import MEASURE_IMPACT

from .models import Act
from .replaying import line_facts_of

BATCH = 50
# A line that the proposed rules cannot judge at all, for example for want of an operation.
NOT_JUDGED = "not_judged"


@dataclass(frozen=True)
class Answer:
    verdict: str
    row: str
    reading: str
    reasons: tuple[dict[str, Any], ...] = ()

    @property
    def rule(self) -> str:
        return f"{self.row} {self.reading}".strip()


def measure_impact(run_id: str, *, batch: int = BATCH) -> None:
    """Finishes the run; safe to be called again after any end, its own included."""
    try:
        book = _begin(run_id)
        if book is None:
            return
        while _one_batch(run_id, book, batch):
            pass
    except DomainError as error:
        _fail(run_id, str(error))


def acts_in_force(*, on: date) -> QuerySet[Act]:
    return Act.objects.filter(status="signed", valid_until__gte=on)


@transaction.atomic
def _begin(run_id: str) -> RuleBook | None:
    """The proposed book; None when the run is over or is about an older text."""
    run = _locked(run_id)
    if run.finished_at is not None or run.failed_reason:
        outbox.done(MEASURE_IMPACT, run_id)
        return None
    proposal = run.proposal
    if fingerprint(proposal) != run.body_sha256:
        run.failed_reason = "changed"
        run.save(update_fields=["failed_reason"])
        outbox.done(MEASURE_IMPACT, run_id)
        return None
    if run.started_at is None:
        run.started_at = timezone.now()
        run.total = _acts_of(run).count()
        run.save(update_fields=["started_at", "total"])
    return rulebook_proposed(proposal)


@transaction.atomic
def _one_batch(run_id: str, book: RuleBook, size: int) -> bool:
    """Whether there may be more. The lock makes a second worker wait and go on behind this one."""
    run = _locked(run_id)
    if run.finished_at is not None:
        return False
    left = _acts_of(run).order_by("pk")
    if run.cursor is not None:
        left = left.filter(pk__gt=run.cursor)
    acts = list(left[:size])
    changes: list[ImpactChange] = []
    for act in acts:
        for line in json.loads(bytes(act.record))["lines"]:
            run.lines += 1
            if not line.get("evaluation"):
                run.lines_without_inputs += 1
                continue
            changes.extend(_change(run, act, line, book))
    ImpactChange.objects.bulk_create(changes)
    run.done += len(acts)
    if acts:
        run.cursor = acts[-1].pk
    is_last = len(acts) < size
    if is_last:
        _finish(run)
    run.save()
    return not is_last


def _finish(run: ImpactRun) -> None:
    run.finished_at = timezone.now()
    run.total = run.done
    proposal = run.proposal
    audit.record(
        "impact.measured",
        actor=audit.SYSTEM,
        subject=proposal.subject_ref(),
        case=str(proposal.case_id),
        run=str(run.pk),
        body_sha256=run.body_sha256,
        acts=run.done,
        changed_lines=run.changes.count(),
    )
    outbox.done(MEASURE_IMPACT, str(run.pk))


@transaction.atomic
def _fail(run_id: str, reason: str) -> None:
    run = _locked(run_id)
    run.failed_reason = reason
    run.save(update_fields=["failed_reason"])
    outbox.done(MEASURE_IMPACT, run_id)


def _locked(run_id: str) -> ImpactRun:
    runs = ImpactRun.objects.select_for_update(of=("self",))
    return runs.select_related("rule_pack", "ruling__dispute", "ruling__reading").get(pk=run_id)


def _acts_of(run: ImpactRun) -> QuerySet[Act]:
    """The acts in force when the run was asked for; those signed later are not waited for."""
    day = timezone.localdate(run.requested_at)
    return acts_in_force(on=day).filter(signed_at__lte=run.requested_at)


def _change(
    run: ImpactRun, act: Act, line: Mapping[str, Any], book: RuleBook
) -> Iterator[ImpactChange]:
    """The line, if the proposed rules judge it differently or by another rule."""
    before = _recorded(line["evaluation"]["result"])
    after = _proposed(line, book, on=timezone.localdate(act.signed_at))
    if (before.verdict, before.row, before.reading) == (after.verdict, after.row, after.reading):
        return
    yield ImpactChange(
        run=run,
        act_number=act.number,
        act_id=act.pk,
        line_number=line["number"],
        goods=line["name"],
        hs_code=line["hs_code"],
        before=before.verdict,
        after=after.verdict,
        row_before=before.rule,
        row_after=after.rule,
        reasons=list(after.reasons),
    )


def _recorded(result: Mapping[str, Any] | None) -> Answer:
    if result is None:
        return Answer(NOT_JUDGED, "", "")
    return Answer(result["verdict"], result["row"], result["reading"])


def _proposed(line: Mapping[str, Any], book: RuleBook, *, on: date) -> Answer:
    try:
        found = evaluate(line_facts_of(line), book, on=on)
    except DomainError as error:
        reason = {"code": error.code, "params": {}}
        return Answer(NOT_JUDGED, "", "", (reason,))
    reasons = tuple(reason_data(reason) for reason in found.reasons)
    row = "" if found.verdict is Verdict.CHOICE_NEEDED else found.row
    return Answer(found.verdict.value, row, found.reading, reasons)
