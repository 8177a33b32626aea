"""Materials gathered into kinds, so that one document can prove many of them at once."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet

from .models import ExpertiseRequest, Material

# What makes materials one kind: the same goods on the same paper, or everything of a supplier.
KINDS = {
    "name": ("name", "supplier", "country", "origin_document", "document"),
    "supplier": ("supplier",),
}
SAME_MATERIAL = ("name", "supplier", "document")


def kinds_of_materials(request: ExpertiseRequest, by: str) -> QuerySet[Material, dict[str, Any]]:
    """One row per kind: its materials, their lines, and the documents that prove them now."""
    return (
        Material.objects.filter(line__request=request)
        .order_by()
        .values(*KINDS[by])
        .annotate(
            ids=ArrayAgg("pk"),
            names=ArrayAgg("name", distinct=True),
            lines=ArrayAgg("line__number", distinct=True),
            total=Count("pk"),
            proved=Count("pk", filter=Q(evidence__isnull=False)),
            documents=ArrayAgg("evidence", distinct=True),
            pages=ArrayAgg("evidence_page", distinct=True),
        )
        .order_by(*KINDS[by])
    )


def key_of(kind: dict[str, Any], by: str) -> str:
    """A short name of the kind that stays the same between showing and saving a page."""
    text = json.dumps([kind[name] for name in KINDS[by]], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def same_elsewhere(request: ExpertiseRequest, materials: Iterable[Material]) -> dict[int, int]:
    """Materials of other lines that are the same as one of these: their key → its key."""
    first = {tuple(getattr(row, name) for name in SAME_MATERIAL): row.pk for row in materials}
    others = Material.objects.filter(line__request=request).values_list("pk", *SAME_MATERIAL)
    return {pk: first[tuple(rest)] for pk, *rest in others if tuple(rest) in first}
