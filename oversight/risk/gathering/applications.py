"""Facts of applications: when they came, from whom, and how fast they were decided."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from oversight.risk.facts import ApplicationFacts
from oversight.risk.weights import Settings

from .rows import rows

_NOT_WORDS = re.compile(r"[\W_]+")

_APPLICATIONS = """
    SELECT ap.id, ap.case_id, ap.number, ap.act_id, a.number AS act_number, ap.submitted_at,
           ap.decided_at, ap.applicant_id, ap.chamber_id, r.category, r.producer_bin,
           r.producer_address_ru, o.bin, o.address_ru,
           (ap.submitted_at AT TIME ZONE %(zone)s)::date
               - (a.signed_at AT TIME ZONE %(zone)s)::date AS days
      FROM issuance_application ap
      JOIN expertise_act a ON a.id = ap.act_id
      JOIN expertise_expertiserequest r ON r.id = a.request_id
      JOIN accounts_organisation o ON o.id = ap.applicant_id
     WHERE ap.case_id = ANY(%(cases)s::uuid[]) AND ap.submitted_at IS NOT NULL
"""
# Producers other than the applicant, whose applications it filed within the window.
_PRODUCERS = """
    SELECT ap.id, COUNT(DISTINCT r.producer_bin) AS producers
      FROM issuance_application ap
      JOIN accounts_organisation o ON o.id = ap.applicant_id
      JOIN issuance_application p ON p.applicant_id = ap.applicant_id
       AND p.submitted_at <= ap.submitted_at
       AND p.submitted_at > ap.submitted_at - make_interval(days => %(days)s)
      JOIN expertise_act a ON a.id = p.act_id
      JOIN expertise_expertiserequest r
        ON r.id = a.request_id AND r.producer_bin NOT IN ('', o.bin)
     WHERE ap.id = ANY(%(applications)s::uuid[])
     GROUP BY ap.id
"""
_BATCHES = """
    SELECT ap.id, COUNT(DISTINCT p.id) AS batches
      FROM issuance_application ap
      JOIN expertise_act a ON a.id = ap.act_id
      JOIN expertise_expertiserequest r ON r.id = a.request_id AND r.category = 'batch'
      JOIN expertise_goodsline mine ON mine.request_id = r.id
      JOIN issuance_application p ON p.applicant_id = ap.applicant_id AND p.case_id <> ap.case_id
       AND p.submitted_at < ap.submitted_at
       AND p.submitted_at > ap.submitted_at - make_interval(days => %(days)s)
      JOIN expertise_act pa ON pa.id = p.act_id
      JOIN expertise_expertiserequest pr ON pr.id = pa.request_id AND pr.category = 'batch'
       AND pr.producer_bin = r.producer_bin
      JOIN expertise_goodsline other
        ON other.request_id = pr.id AND other.hs_code = mine.hs_code
     WHERE ap.id = ANY(%(applications)s::uuid[])
     GROUP BY ap.id
"""
_VIOLATIONS = """
    SELECT ap.id, COUNT(DISTINCT v.id) AS violations
      FROM issuance_application ap
      JOIN oversight_violation v ON v.organisation_id = ap.chamber_id AND v.fault = 'chamber'
       AND v.confirmed_at > ap.submitted_at - make_interval(days => %(days)s)
       AND v.set_aside_at IS NULL
      LEFT JOIN issuance_certificate c ON c.id = v.certificate_id
     WHERE ap.id = ANY(%(applications)s::uuid[]) AND c.case_id IS DISTINCT FROM ap.case_id
     GROUP BY ap.id
"""


def applications_of(
    cases: Sequence[str], settings: Settings
) -> list[tuple[ApplicationFacts, UUID]]:
    """Every application filed in the cases, with the act it rests on."""
    found = rows(_APPLICATIONS, {"cases": cases})
    keys = [str(row.id) for row in found]

    def counted(sql: str, code: str) -> dict[UUID, int]:
        days = int(settings.threshold(code, "days"))
        return {row[0]: row[1] for row in rows(sql, {"applications": keys, "days": days})}

    producers = counted(_PRODUCERS, "intermediary")
    batches = counted(_BATCHES, "repeated_batches")
    violations = counted(_VIOLATIONS, "chamber_violations")
    return [
        (
            ApplicationFacts(
                id=row.id,
                case_id=row.case_id,
                number=row.number or "",
                act_number=row.act_number,
                submitted_at=row.submitted_at,
                applicant_id=row.applicant_id,
                chamber_id=row.chamber_id,
                is_batch=row.category == "batch",
                days_after_act=row.days,
                minutes=_minutes(row),
                is_intermediary=row.producer_bin not in ("", row.bin),
                producers=producers.get(row.id, 0),
                has_same_address=_is_same_address(row.producer_address_ru, row.address_ru),
                batches_before=batches.get(row.id, 0),
                chamber_violations=violations.get(row.id, 0),
            ),
            row.act_id,
        )
        for row in found
    ]


def _minutes(row: Any) -> int | None:
    if row.decided_at is None:
        return None
    return int((row.decided_at - row.submitted_at).total_seconds() // 60)


def _is_same_address(one: str, other: str) -> bool:
    """Letters and figures alone decide; points and commas are written as everyone likes."""
    plain = _NOT_WORDS.sub(" ", one.casefold()).strip()
    return bool(plain) and plain == _NOT_WORDS.sub(" ", other.casefold()).strip()
