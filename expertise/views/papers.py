"""The documents of a case as the auditor's pages show them."""

from typing import Any

from django.db.models import Count

from expertise.line_ranges import shown
from expertise.models import ExpertiseRequest
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
