"""Facts of goods lines: what was found of them, how near to the limits, how much usually."""

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from origin.books import parsed
from origin.lookup import lookup
from origin.packs import GENERAL, RulePack
from oversight.risk.facts import Limit, Line
from oversight.risk.weights import Settings

from .rows import rows

HUNDREDTH = Decimal("0.01")

_LINES = """
    SELECT l.request_id, l.number, l.hs_code, l.quantity,
           COALESCE(f.is_originating, false) AS is_originating,
           COALESCE(f.criterion, '') AS criterion, COALESCE(f.reading, '') AS reading,
           COALESCE(f.evaluation #>> '{result,verdict}', '') AS verdict,
           COALESCE(f.evaluation #>> '{result,row}', '') AS rule,
           COALESCE(f.evaluation #>> '{result,reading}', '') AS followed,
           COALESCE(f.evaluation #>> '{result,pack_sha256}', '') AS pack,
           COALESCE(f.evaluation #>> '{inputs,operations}', '[]') AS operations,
           f.evaluation #>> '{inputs,price_kzt}' AS price,
           (SELECT SUM((m ->> 'value_kzt')::numeric)
              FROM jsonb_array_elements(f.evaluation #> '{inputs,materials}') m
             WHERE NOT (m ->> 'is_local')::boolean
               AND length(m ->> 'hs_code') >= 4
               AND left(m ->> 'hs_code', 4) = left(l.hs_code, 4)) AS same_heading_kzt
      FROM expertise_goodsline l
      LEFT JOIN expertise_finding f ON f.line_id = l.id
     WHERE l.request_id = ANY(%(requests)s::uuid[])
"""
_LIMITS = """
    SELECT a.request_id, g.line, g.kind, g.limit, g.percent, g.gap
      FROM oversight_limitgap g JOIN expertise_act a ON a.id = g.act_id
     WHERE a.request_id = ANY(%(requests)s::uuid[])
"""
# The same goods are those of the same six digits in the same unit.
_USUAL = """
    SELECT mine.request_id, mine.number, COUNT(*) AS lines,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY other.quantity) AS quantity
      FROM expertise_act a
      JOIN expertise_expertiserequest r ON r.id = a.request_id
      JOIN expertise_goodsline mine ON mine.request_id = r.id
      JOIN expertise_expertiserequest p
        ON p.producer_bin = r.producer_bin AND p.case_id <> r.case_id
      JOIN expertise_act o ON o.request_id = p.id AND o.status <> 'draft'
       AND o.signed_at < a.signed_at
       AND o.signed_at > a.signed_at - make_interval(days => %(days)s)
      JOIN expertise_goodsline other ON other.request_id = p.id
       AND other.unit_id = mine.unit_id AND left(other.hs_code, 6) = left(mine.hs_code, 6)
     WHERE a.request_id = ANY(%(requests)s::uuid[]) AND r.producer_bin <> ''
     GROUP BY mine.request_id, mine.number
"""


def lines_of(requests: Sequence[str], settings: Settings) -> dict[UUID, list[Line]]:
    """The goods lines of the requests."""
    limits: dict[tuple[UUID, int], list[Limit]] = defaultdict(list)
    for row in rows(_LIMITS, {"requests": requests}):
        limits[row.request_id, row.line].append(Limit(row.kind, row.limit, row.percent, row.gap))
    days = int(settings.threshold("quantity_jump", "days"))
    usual = {
        (row.request_id, row.number): row
        for row in rows(_USUAL, {"requests": requests, "days": days})
    }
    found: dict[UUID, list[Line]] = defaultdict(list)
    for row in rows(_LINES, {"requests": requests}):
        key = row.request_id, row.number
        found[row.request_id].append(_line(row, limits.get(key, ()), usual.get(key)))
    return found


def _line(row: Any, limits: Sequence[Limit], usual: Any) -> Line:
    pack = parsed(row.pack) if row.pack else None
    operations: list[str] = json.loads(row.operations)
    return Line(
        number=row.number,
        hs_code=row.hs_code,
        quantity=row.quantity,
        is_originating=row.is_originating,
        criterion=row.criterion,
        verdict=row.verdict,
        rule=row.rule,
        reading=row.reading or row.followed,
        passed_rows=_passed_rows(row, pack),
        operations=len(operations),
        sufficient_operations=_sufficient(operations, pack),
        same_heading_percent=_percent(row),
        limits=tuple(limits),
        usual_quantity=usual.quantity if usual else None,
        earlier_lines=usual.lines if usual else 0,
    )


def _passed_rows(row: Any, pack: RulePack | None) -> tuple[str, ...]:
    """Rows of the list that name the code, where the general rule was taken instead."""
    if pack is None or row.rule != GENERAL:
        return ()
    return tuple(named.id for named in lookup(pack, row.hs_code).rows)


def _sufficient(operations: Sequence[str], pack: RulePack | None) -> int:
    if pack is None:
        return len(operations)
    known = pack.operations
    return sum(code not in known or known[code].sufficient for code in operations)


def _percent(row: Any) -> Decimal:
    price = Decimal(row.price or 0)
    if not row.same_heading_kzt or price <= 0:
        return Decimal(0)
    return (row.same_heading_kzt * 100 / price).quantize(HUNDREDTH)
