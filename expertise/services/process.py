"""What the auditor saw: the process as operations, the visit to the site, the laboratory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from expertise.catalogue import known_operations
from expertise.models import (
    Examination,
    ExpertiseRequest,
    GoodsLine,
    LabResult,
    ProcessStep,
    RequestDocument,
    VisitAnswer,
)
from expertise.near_acts import keep_text
from expertise.services.evidence import Proof, checked_proof
from expertise.services.examining import examined
from reference.models import CodeEntry

VISIT_ITEMS = "site_visit_item"
STEPS_MAX = 300


@dataclass(frozen=True)
class StepRow:
    """One operation in its place; without a line it is common to all goods."""

    operation: str
    line: GoodsLine | None = None
    description: str = ""
    equipment: str = ""
    evidence: RequestDocument | None = None
    evidence_page: str = ""


@transaction.atomic
def save_process(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    rows: Sequence[StepRow],
    process: str | None = None,
) -> list[ProcessStep]:
    """Replaces the operations of the process, in the order given; `process` is it in words."""
    request = examined(request, actor)
    if len(rows) > STEPS_MAX:
        raise DomainError(
            "too_many_steps", _("At most %(count)s operations.") % {"count": STEPS_MAX}
        )
    known = known_operations(request, on=timezone.localdate())
    steps = [_step(request, number, row, known) for number, row in enumerate(rows, start=1)]
    request.steps.all().delete()
    ProcessStep.objects.bulk_create(steps)
    if process is not None:
        Examination.objects.filter(request=request).update(process=process.strip())
    keep_text(request, on=timezone.localdate())
    return steps


def _step(
    request: ExpertiseRequest, number: int, row: StepRow, known: frozenset[str]
) -> ProcessStep:
    if row.operation not in known:
        raise DomainError(
            "unknown_operation",
            _("Operation %(number)s is not in the catalogue of the rules in force.")
            % {"number": number},
            field="operation",
        )
    _refuse_strange_line(request, row.line)
    proof = checked_proof(request, Proof(row.evidence, row.evidence_page))
    return ProcessStep(
        request=request,
        line=row.line,
        number=number,
        operation=row.operation,
        description=row.description.strip(),
        equipment=row.equipment.strip()[:400],
        evidence=proof.document,
        evidence_page=proof.page,
    )


@dataclass(frozen=True)
class Answer:
    answer: str
    note: str = ""


@transaction.atomic
def save_visit(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    values: Mapping[str, Any],
    answers: Mapping[str, Answer],
) -> Examination:
    """Keeps whether the site was visited, when, who was there and what was seen.

    `values`: place, site_visit, visited_on, attended. Without a visit nothing was seen: date,
    people and answers are dropped. An item without an answer is open.
    """
    request = examined(request, actor)
    examination = request.examination
    examination.place = values.get("place", examination.place)
    examination.site_visit = bool(values["site_visit"])
    examination.visited_on = values.get("visited_on") if examination.site_visit else None
    examination.attended = values.get("attended", "") if examination.site_visit else ""
    _check_visit_day(request, examination.visited_on)
    examination.save()
    examination.visit_answers.all().delete()
    if examination.site_visit:
        VisitAnswer.objects.bulk_create(_answers(examination, answers))
    return examination


def _check_visit_day(request: ExpertiseRequest, day: date | None) -> None:
    """A correction keeps the submission of its first request, so its visit stays possible."""
    if day is None:
        return
    if day > timezone.localdate():
        raise DomainError(
            "visit_in_future", _("The visit cannot be later than today."), field="visited_on"
        )
    submitted = timezone.localdate(request.submitted_at)
    if day < submitted:
        raise DomainError(
            "visit_before_submission",
            _("The visit cannot be earlier than the request, submitted %(day)s.")
            % {"day": f"{submitted:%d.%m.%Y}"},
            field="visited_on",
        )


def _answers(examination: Examination, answers: Mapping[str, Answer]) -> list[VisitAnswer]:
    known = visit_items(on=timezone.localdate())
    if strangers := answers.keys() - known.keys():
        raise DomainError(
            "unknown_item", _("The checklist has no such item: %(item)s.") % {"item": strangers}
        )
    # In the order of the list, which the act keeps.
    given = [(item, answers[item]) for item in known if item in answers and answers[item].answer]
    if any(answer.answer not in VisitAnswer.Answer.values for _item, answer in given):
        raise DomainError("unknown_answer", _("Answer with yes, no or does not apply."))
    return [
        VisitAnswer(
            examination=examination, item=item, answer=answer.answer, note=answer.note.strip()
        )
        for item, answer in given
    ]


def visit_items(*, on: date) -> dict[str, str]:
    """The checklist of the day: item → its words in the active language."""
    return {entry.code: entry.name for entry in CodeEntry.objects.of(VISIT_ITEMS, on=on)}


@transaction.atomic
def save_lab_result(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    values: Mapping[str, Any],
    result: LabResult | None = None,
) -> LabResult:
    """Adds a laboratory's finding, or changes one.

    `values`: line, laboratory, protocol_number, dated_on, conclusion, evidence, evidence_page.
    """
    request = examined(request, actor)
    result = result or LabResult(request=request)
    if result.request_id != request.pk:
        raise DomainError("strange_result", _("The result is not of this request."))
    _refuse_strange_line(request, values.get("line"))
    proof = checked_proof(request, Proof(values.get("evidence"), values.get("evidence_page") or ""))
    if values["dated_on"] > timezone.localdate():
        raise DomainError(
            "protocol_in_future", _("The protocol cannot be later than today."), field="dated_on"
        )
    result.line = values.get("line")
    for name in ("laboratory", "protocol_number", "dated_on", "conclusion"):
        setattr(result, name, values[name])
    result.evidence, result.evidence_page = proof.document, proof.page
    result.save()
    return result


@transaction.atomic
def remove_lab_result(*, result: LabResult, actor: Membership) -> None:
    examined(result.request, actor)
    result.delete()


def _refuse_strange_line(request: ExpertiseRequest, line: GoodsLine | None) -> None:
    if line is not None and line.request_id != request.pk:
        raise DomainError("strange_line", _("A goods line is not of this request."), field="line")
