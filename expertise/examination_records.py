"""The part of an act's record that tells what was examined: process, visit, laboratory, papers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from origin.packs import RulePack
from reference.code_lists import code_names

from .models import ExpertiseRequest

EVIDENCE = "finding__evidence"


def examination_record(
    request: ExpertiseRequest, refs: Mapping[Any, int], pack: RulePack
) -> dict[str, Any]:
    """What the auditor established; `refs` numbers the documents of the case."""
    examination = request.examination
    return {
        "began_on": examination.began_on.isoformat(),
        "place": examination.place,
        "site_visit": examination.site_visit,
        "visited_on": iso(examination.visited_on),
        "attended": examination.attended,
        "identification": examination.identification,
        "process": examination.process,
        "steps": [
            {
                "number": step.number,
                "line": step.line.number if step.line else None,
                "operation": operation_record(step.operation, pack),
                "description": step.description,
                "equipment": step.equipment,
                "evidence": evidence_record(step.evidence_id, step.evidence_page, refs),
            }
            for step in request.steps.select_related("line")
        ],
        "visit": [
            {
                "item": {"code": row.item, "name": code_names("site_visit_item", row.item)},
                "answer": row.answer,
                "note": row.note,
            }
            for row in examination.visit_answers.order_by("pk")
        ],
        "lab_results": [
            {
                "line": result.line.number if result.line else None,
                "laboratory": result.laboratory,
                "protocol_number": result.protocol_number,
                "dated_on": result.dated_on.isoformat(),
                "conclusion": result.conclusion,
                "evidence": evidence_record(result.evidence_id, result.evidence_page, refs),
            }
            for result in request.lab_results.select_related("line")
        ],
    }


def operation_record(code: str, pack: RulePack) -> dict[str, Any]:
    operation = pack.operations.get(code)
    name = operation.name if operation else None
    return {
        "code": code,
        "name": {"kk": name.kk if name else code, "ru": name.ru if name else code},
    }


def evidence_record(document_id: Any, page: str, refs: Mapping[Any, int]) -> dict[str, Any] | None:
    """The proving document by its number on the act, and the page of it."""
    return {"ref": refs[document_id], "page": page} if document_id else None


def corrected_record(request: ExpertiseRequest) -> dict[str, Any] | None:
    """The act that this one takes the place of."""
    if request.corrects_id is None:
        return None
    earlier = request.corrects.act
    return {"number": earlier.number, "sha256": earlier.record_sha256}


def assignment_record(request: ExpertiseRequest) -> dict[str, Any]:
    """How the auditor came to the request: chosen by the organisation, or drawn by lot."""
    draw = request.draws.filter(auditor=request.auditor_id).first()
    if draw is None:
        return {"way": "organisation", "draw": None, "checkpoint_size": None}
    return {"way": "lot", "draw": str(draw.pk), "checkpoint_size": draw.checkpoint_size}


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
