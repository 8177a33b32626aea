"""Whose scores change when something happens to a case: one function for each way of seeing.

Facts look back from the moment of a case, so a new act changes what the acts after it see, those
of the same day, and those that share a file or a fingerprint with it. Nothing else.
"""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from .gathering import Nearness
from .gathering.rows import rows
from .indicators import INDICATORS
from .weights import Settings

Neighbours = Callable[[list[str], Settings, Nearness], set[UUID]]

_SAME_DAY = """
    SELECT DISTINCT o.case_id
      FROM expertise_act a
     CROSS JOIN LATERAL (SELECT date_trunc('day', a.signed_at AT TIME ZONE %(zone)s) AS day) d
      JOIN expertise_act o ON o.signed_by_id = a.signed_by_id
       AND o.signed_at >= d.day AT TIME ZONE %(zone)s
       AND o.signed_at < (d.day + interval '1 day') AT TIME ZONE %(zone)s
     WHERE a.case_id = ANY(%(cases)s::uuid[])
"""
_AUDITOR_LATER = """
    SELECT DISTINCT o.case_id
      FROM expertise_act a
      JOIN oversight_limitgap g ON g.act_id = a.id
       AND g.gap >= -%(band)s AND g.gap < 2 * %(band)s
      JOIN expertise_act o ON o.signed_by_id = a.signed_by_id AND o.signed_at >= a.signed_at
       AND o.signed_at < a.signed_at + make_interval(days => %(days)s)
     WHERE a.case_id = ANY(%(cases)s::uuid[])
"""
_PRODUCER_LATER = """
    SELECT DISTINCT o.case_id
      FROM expertise_act a
      JOIN expertise_expertiserequest r ON r.id = a.request_id AND r.producer_bin <> ''
      JOIN expertise_expertiserequest p ON p.producer_bin = r.producer_bin
      JOIN expertise_act o ON o.request_id = p.id AND o.signed_at >= a.signed_at
       AND o.signed_at < a.signed_at + make_interval(days => %(days)s)
     WHERE a.case_id = ANY(%(cases)s::uuid[])
"""
_APPLICANT_LATER = """
    SELECT DISTINCT p.case_id
      FROM issuance_application ap
      JOIN issuance_application p ON p.applicant_id = ap.applicant_id
       AND p.submitted_at >= ap.submitted_at
       AND p.submitted_at < ap.submitted_at + make_interval(days => %(days)s)
     WHERE ap.case_id = ANY(%(cases)s::uuid[]) AND EXISTS (
           SELECT 1 FROM expertise_act a
             JOIN expertise_expertiserequest r ON r.id = a.request_id
             JOIN accounts_organisation o ON o.id = ap.applicant_id
            WHERE a.id = ap.act_id AND (r.category = 'batch' OR r.producer_bin <> o.bin))
"""
# A paper that more producers share than are counted changes nothing any more.
_SAME_FILES = """
    WITH own AS (
        SELECT DISTINCT f.sha256
          FROM expertise_expertiserequest r
          JOIN expertise_requestdocument d ON d.request_id = r.id
          JOIN documents_storedfile f ON f.id = d.file_id
         WHERE r.case_id = ANY(%(cases)s::uuid[])),
    held AS (
        SELECT own.sha256, r.case_id,
               DENSE_RANK() OVER (PARTITION BY own.sha256 ORDER BY r.producer_bin) AS place
          FROM own
          JOIN documents_storedfile f ON f.sha256 = own.sha256
          JOIN expertise_requestdocument d ON d.file_id = f.id
          JOIN expertise_expertiserequest r ON r.id = d.request_id
          JOIN expertise_act a ON a.request_id = r.id)
    SELECT DISTINCT case_id FROM held h
     WHERE (SELECT MAX(place) FROM held m WHERE m.sha256 = h.sha256) <= %(most)s
"""


def _cases(sql: str, **parameters: Any) -> set[UUID]:
    return {row.case_id for row in rows(sql, parameters)}


def same_day(cases: list[str], settings: Settings, nearness: Nearness) -> set[UUID]:
    """Acts of the same auditor of the same day."""
    return _cases(_SAME_DAY, cases=cases)


def auditor_later(cases: list[str], settings: Settings, nearness: Nearness) -> set[UUID]:
    """Later acts of the same auditor, when a share of this one lies around a limit."""
    days = int(settings.threshold("bunching", "days"))
    band = settings.threshold("bunching", "band_points")
    return _cases(_AUDITOR_LATER, cases=cases, days=days, band=band)


def producer_later(cases: list[str], settings: Settings, nearness: Nearness) -> set[UUID]:
    """Later acts about goods of the same producer."""
    days = max(settings.threshold(code, "days") for code in ("constant_pair", "quantity_jump"))
    return _cases(_PRODUCER_LATER, cases=cases, days=int(days))


def applicant_later(cases: list[str], settings: Settings, nearness: Nearness) -> set[UUID]:
    """Later applications of the same applicant, after a batch or one for another producer."""
    days = max(settings.threshold(code, "days") for code in ("intermediary", "repeated_batches"))
    return _cases(_APPLICANT_LATER, cases=cases, days=int(days))


def same_files(cases: list[str], settings: Settings, nearness: Nearness) -> set[UUID]:
    """Acts that hold a file of this one."""
    most = int(settings.threshold("shared_files", "widely")) + 1
    return _cases(_SAME_FILES, cases=cases, most=most)


def near_fingerprints(cases: list[str], settings: Settings, nearness: Nearness) -> set[UUID]:
    """Acts whose text or photographs are nearly those of this one."""
    return nearness.cases_near_to(cases)


READS: dict[str, Neighbours] = {
    "same_day": same_day,
    "auditor_later": auditor_later,
    "producer_later": producer_later,
    "applicant_later": applicant_later,
    "same_files": same_files,
    "near_fingerprints": near_fingerprints,
}
# What indicators read of things that are no cases of goods; see `touched`.
SOURCES = frozenset({"violations", "attestation", "lookups"})


def dependents(case_ids: Collection[UUID], settings: Settings, nearness: Nearness) -> set[UUID]:
    """The other cases whose facts hold something of these."""
    if not case_ids:
        return set()
    cases = sorted(map(str, case_ids))
    wanted = {name for known in INDICATORS.values() for name in known.reads} - SOURCES
    found: set[UUID] = set()
    for name in sorted(wanted):
        found |= READS[name](cases, settings, nearness)
    return found - set(case_ids)


_OWN = """
    SELECT DISTINCT a.case_id FROM expertise_act a
     WHERE a.case_id = ANY(%(cases)s::uuid[]) AND a.status <> 'draft'
"""
# Cases of an attestation: acts on the days on which it was suspended or revoked.
_ATTESTATIONS = """
    SELECT DISTINCT a.case_id
      FROM auditors_attestationcase c
      LEFT JOIN auditors_suspension s ON s.case_id = c.id
      JOIN expertise_act a ON a.signed_by_id = c.user_id
       AND (a.signed_at AT TIME ZONE %(zone)s)::date >= LEAST(s.from_on, c.revoked_on)
     WHERE c.case_id = ANY(%(cases)s::uuid[])
"""
# Of a desk check, a complaint or an inspection: everything of the one who is at fault.
_VIOLATIONS = """
    WITH said AS (
        SELECT v.fault, v.auditor_id, v.organisation_id, r.producer_bin
          FROM oversight_violation v
          LEFT JOIN oversight_deskcheck k ON k.id = v.desk_check_id
          LEFT JOIN oversight_complaint m ON m.id = v.complaint_id
          LEFT JOIN oversight_inspection i ON i.id = v.inspection_id
          LEFT JOIN issuance_certificate c ON c.id = v.certificate_id
          LEFT JOIN issuance_application ap ON ap.id = c.application_id
          LEFT JOIN expertise_act va ON va.id = COALESCE(v.act_id, ap.act_id)
          LEFT JOIN expertise_expertiserequest r ON r.id = va.request_id
         WHERE COALESCE(k.case_id, m.case_id, i.case_id) = ANY(%(cases)s::uuid[])
           AND v.confirmed_at IS NOT NULL)
    SELECT a.case_id FROM said JOIN expertise_act a ON a.signed_by_id = said.auditor_id
     WHERE said.fault = 'auditor'
    UNION
    SELECT a.case_id FROM said
      JOIN expertise_expertiserequest r
        ON r.producer_bin = said.producer_bin AND r.producer_bin <> ''
      JOIN expertise_act a ON a.request_id = r.id
     WHERE said.fault = 'applicant'
    UNION
    SELECT ap.case_id FROM said
      JOIN issuance_application ap ON ap.chamber_id = said.organisation_id
     WHERE said.fault = 'chamber' AND ap.submitted_at IS NOT NULL
"""


def touched(case_ids: Collection[UUID]) -> set[UUID]:
    """The cases of goods that entries of the log are about.

    An entry may belong to a story of its own: an attestation, a desk check, a complaint, an
    inspection; then the cases that it speaks of are meant.
    """
    cases = sorted(map(str, case_ids))
    found = {row.case_id for row in rows(_OWN, {"cases": cases})}
    for sql in (_ATTESTATIONS, _VIOLATIONS):
        found |= _cases(sql, cases=cases)
    return found


# Look-ups leave no entry in the log: they are counts of a day.
_LOOKED_UP = """
    SELECT DISTINCT c.case_id
      FROM registry_unknownlookup u
      JOIN issuance_certificate c ON c.issued_at IS NOT NULL
       AND left(c.number, -%(digits)s) = left(u.number, -%(digits)s)
       AND c.sequence BETWEEN right(u.number, %(digits)s)::int - %(span)s
           AND right(u.number, %(digits)s)::int + %(span)s
     WHERE u.day >= %(since)s AND u.number ~ '^KZ \\d \\d{3} \\d{5}$'
"""


def looked_up(settings: Settings, *, since: Any, digits: int) -> set[UUID]:
    """Cases of certificates beside which unknown numbers were asked for since that day."""
    span = int(settings.threshold("unknown_neighbours", "span"))
    return _cases(_LOOKED_UP, since=since, span=span, digits=digits)
