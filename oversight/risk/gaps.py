"""Distances to limits, taken from the evaluations of signed acts once and for good."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

# Every part of the evaluation, however deep, that compares a share with a limit.
_PARTS = """strict $.result.root.**
    ? (exists (@.figures.percent) && exists (@.figures.limit))"""
_TAKE = """
    INSERT INTO oversight_limitgap
           (act_id, line, place, kind, "limit", percent, gap, auditor_id, signed_at, product_group)
    SELECT a.id, l.number, n.place, n.part ->> 'kind',
           (n.part #>> '{figures,limit}')::numeric, (n.part #>> '{figures,percent}')::numeric,
           (n.part #>> '{figures,limit}')::numeric - (n.part #>> '{figures,percent}')::numeric,
           a.signed_by_id, a.signed_at, left(l.hs_code, 2)
      FROM expertise_act a
      JOIN expertise_goodsline l ON l.request_id = a.request_id
      JOIN expertise_finding f ON f.line_id = l.id
     CROSS JOIN LATERAL jsonb_path_query(f.evaluation, %(parts)s, '{}', true)
           WITH ORDINALITY AS n(part, place)
     WHERE a.case_id = ANY(%(cases)s::uuid[]) AND a.status <> 'draft'
    ON CONFLICT (act_id, line, place) DO NOTHING
"""


def take_gaps(case_ids: Collection[UUID]) -> int:
    """Keeps the distances of the cases' acts; those that are there already stay."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"parts": _PARTS, "cases": sorted(map(str, case_ids))})
        return cursor.rowcount
