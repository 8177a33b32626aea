"""The documents of a case as the auditor's pages show them."""

from typing import Any

from django.db.models import Count
from django.utils import timezone

from expertise.catalogue import catalogue_for
from expertise.document_types import PHOTOS
from expertise.line_ranges import shown
from expertise.models import ExpertiseRequest
from expertise.services.process import VISIT_ITEMS
from reference.code_lists import code_choices, code_label


def papers_of(obj: ExpertiseRequest, user_id: Any) -> list[dict[str, Any]]:
    """The documents in the order of the act, each with who added it and what it proves."""
    names = dict(code_choices("document_type", on=obj.created_at.date()))
    documents = (
        obj.documents.select_related("file", "added_by")
        .prefetch_related("lines")
        .annotate(
            materials_count=Count("proves_materials", distinct=True),
            findings_count=Count("proves_findings", distinct=True),
        )
    )
    return [
        {
            "ref": ref,
            "document": item,
            "kind": names.get(item.type) or code_label("document_type", item.type),
            "lines": shown(line.number for line in item.lines.all()),
            "is_own": item.added_by_id == user_id,
        }
        for ref, item in enumerate(documents, start=1)
    ]


def photographs(obj: ExpertiseRequest, kind: str, user_id: Any) -> list[dict[str, Any]]:
    documents = obj.documents.filter(type=kind).select_related("file").prefetch_related("lines")
    return [
        {
            "document": item,
            "lines": shown(line.number for line in item.lines.all()),
            "is_own": item.added_by_id == user_id,
        }
        for item in documents
        if item.is_picture
    ]


def established(obj: ExpertiseRequest) -> dict[str, Any]:
    """What the auditor established about the request as a whole, for whoever may read it."""
    examination = getattr(obj, "examination", None)
    steps = list(obj.steps.select_related("line", "evidence"))
    catalogue = catalogue_for(obj, on=timezone.localdate()) if steps else None
    answers = examination.visit_answers.order_by("pk") if examination else ()
    photos = obj.documents.filter(type__in=PHOTOS).select_related("file")
    return {
        "examination": examination,
        "operations": [(step, catalogue.entry(step.operation)) for step in steps]
        if catalogue
        else [],
        "visit_answers": [(code_label(VISIT_ITEMS, row.item), row) for row in answers],
        "lab_results": obj.lab_results.select_related("line", "evidence"),
        "photographs": [item for item in photos if item.is_picture],
    }
