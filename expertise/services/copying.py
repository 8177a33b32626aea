"""Rows of one request written again for another: goods, materials, papers."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import models

from expertise.models import ExpertiseRequest, GoodsLine, Material, RequestDocument

Lines = Mapping[UUID, GoodsLine]
Documents = Mapping[UUID, RequestDocument]


def values_of(row: models.Model, *, without: Iterable[str]) -> dict[str, Any]:
    """Every column of a row but its key and those that tie it to its case."""
    left_out = {row._meta.pk.attname, *without}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def copy_lines(source: ExpertiseRequest, target: ExpertiseRequest) -> dict[UUID, GoodsLine]:
    """The lines of `target` by the keys of the lines they were copied from."""
    copies = {
        line.pk: GoodsLine(request=target, **values_of(line, without=["request_id"]))
        for line in source.lines.order_by("number")
    }
    GoodsLine.objects.bulk_create(copies.values())
    return copies


def copy_documents(
    documents: Iterable[RequestDocument], target: ExpertiseRequest, lines: Lines
) -> dict[UUID, RequestDocument]:
    """The same stored files, with the day on which each was really added."""
    found = list(documents)
    copies = {
        document.pk: RequestDocument(request=target, **values_of(document, without=["request_id"]))
        for document in found
    }
    RequestDocument.objects.bulk_create(copies.values())
    for document in found:
        copies[document.pk].added_at = document.added_at
    RequestDocument.objects.bulk_update(copies.values(), ["added_at"])
    names_line = RequestDocument.lines.through
    names_line.objects.bulk_create(
        names_line(
            requestdocument=copies[row.requestdocument_id], goodsline=lines[row.goodsline_id]
        )
        for row in names_line.objects.filter(requestdocument__in=copies)
        if row.goodsline_id in lines
    )
    return copies


def copy_materials(source: ExpertiseRequest, lines: Lines, documents: Documents) -> None:
    """A proof that was not copied leaves its material without one."""
    Material.objects.bulk_create(
        Material(
            line=lines[material.line_id],
            evidence=documents.get(material.evidence_id) if material.evidence_id else None,
            **values_of(material, without=["line_id", "evidence_id"]),
        )
        for material in Material.objects.filter(line__request=source).order_by("pk")
    )
