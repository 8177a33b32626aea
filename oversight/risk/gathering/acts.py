"""Facts of acts, and of what was around them when they were signed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from oversight.risk.facts import ActFacts
from oversight.risk.weights import Settings

from . import files, lines
from .nearness import Nearness
from .rows import rows

# A suspension covers both of its ends; a revocation ends what was given before it. The same rule
# as `AttestationQuerySet.in_force`, asked of each act's own day.
_ACTS = """
    SELECT a.id, a.case_id, a.number, a.signed_at, a.signed_by_id, a.is_positive, a.request_id,
           r.producer_bin, t.valid_until - d.day AS days_left,
           d.day BETWEEN t.valid_from AND t.valid_until
               AND NOT EXISTS (
                   SELECT 1 FROM auditors_suspension s
                     JOIN auditors_attestationcase c ON c.id = s.case_id
                    WHERE c.user_id = a.signed_by_id AND s.from_on <= d.day AND s.until_on >= d.day
                      AND (s.lifted_on IS NULL OR s.lifted_on > d.day))
               AND NOT EXISTS (
                   SELECT 1 FROM auditors_attestationcase c
                    WHERE c.user_id = a.signed_by_id
                      AND c.revoked_on BETWEEN t.valid_from AND d.day) AS is_attested,
           CASE WHEN r.corrects_id IS NULL THEN (
               SELECT MAX(e.at) FROM audit_event e
                WHERE e.subject_type = 'request' AND e.subject_id = r.id::text
                  AND e.event = 'request.assigned' AND e.at <= a.signed_at) END AS assigned_at
      FROM expertise_act a
      JOIN expertise_expertiserequest r ON r.id = a.request_id
      JOIN auditors_attestation t ON t.id = a.attestation_id
     CROSS JOIN LATERAL (SELECT (a.signed_at AT TIME ZONE %(zone)s)::date AS day) d
     WHERE a.case_id = ANY(%(cases)s::uuid[]) AND a.status <> 'draft'
"""
# An interval per threshold: what lies further back than that is not looked at.
_DAY = """
    SELECT a.id, COUNT(*) AS acts
      FROM expertise_act a
     CROSS JOIN LATERAL (SELECT date_trunc('day', a.signed_at AT TIME ZONE %(zone)s) AS day) d
      JOIN expertise_act o ON o.signed_by_id = a.signed_by_id AND o.status <> 'draft'
       AND o.signed_at >= d.day AT TIME ZONE %(zone)s
       AND o.signed_at < (d.day + interval '1 day') AT TIME ZONE %(zone)s
     WHERE a.id = ANY(%(acts)s::uuid[])
     GROUP BY a.id
"""
_PAIR = """
    SELECT a.id, COUNT(*) AS acts,
           COUNT(*) FILTER (WHERE o.signed_by_id = a.signed_by_id) AS pair
      FROM expertise_act a
      JOIN expertise_expertiserequest r ON r.id = a.request_id
      JOIN expertise_expertiserequest p ON p.producer_bin = r.producer_bin
      JOIN expertise_act o ON o.request_id = p.id AND o.status <> 'draft'
       AND o.signed_at <= a.signed_at
       AND o.signed_at > a.signed_at - make_interval(days => %(days)s)
     WHERE a.id = ANY(%(acts)s::uuid[]) AND r.producer_bin <> ''
     GROUP BY a.id
"""
_BUNCHING = """
    SELECT a.id,
           COUNT(DISTINCT g.act_id) FILTER (WHERE g.gap >= 0 AND g.gap < %(band)s) AS above,
           COUNT(DISTINCT g.act_id) FILTER (WHERE g.gap < 0 AND g.gap >= -%(band)s) AS below,
           COUNT(DISTINCT g.act_id) FILTER (WHERE g.gap >= %(band)s AND g.gap < 2 * %(band)s)
               AS beyond
      FROM expertise_act a
      JOIN oversight_limitgap g ON g.auditor_id = a.signed_by_id
       AND g.signed_at <= a.signed_at
       AND g.signed_at > a.signed_at - make_interval(days => %(days)s)
     WHERE a.id = ANY(%(acts)s::uuid[]) AND g.gap >= -%(band)s AND g.gap < 2 * %(band)s
     GROUP BY a.id
"""
_VISITS = """
    SELECT v.examination_id AS request_id, v.item
      FROM expertise_visitanswer v
     WHERE v.examination_id = ANY(%(requests)s::uuid[]) AND v.answer = 'no'
"""
# Confirmed within the window before the act, or later; of other cases.
_VIOLATIONS = """
    WITH counted AS (
        SELECT v.id, v.fault, v.auditor_id, v.confirmed_at,
               COALESCE(va.case_id, c.case_id) AS case_id, r.producer_bin
          FROM oversight_violation v
          LEFT JOIN issuance_certificate c ON c.id = v.certificate_id
          LEFT JOIN issuance_application ap ON ap.id = c.application_id
          LEFT JOIN expertise_act va ON va.id = COALESCE(v.act_id, ap.act_id)
          LEFT JOIN expertise_expertiserequest r ON r.id = va.request_id
         WHERE v.confirmed_at IS NOT NULL AND v.set_aside_at IS NULL
           AND v.fault IN ('auditor', 'applicant'))
    SELECT a.id,
           COUNT(*) FILTER (WHERE v.fault = 'auditor' AND v.auditor_id = a.signed_by_id
               AND v.confirmed_at > a.signed_at - make_interval(days => %(auditor_days)s))
               AS auditor,
           COUNT(*) FILTER (WHERE v.fault = 'applicant' AND v.producer_bin = mine.producer_bin
               AND v.confirmed_at > a.signed_at - make_interval(days => %(producer_days)s))
               AS producer
      FROM expertise_act a
      JOIN expertise_expertiserequest mine ON mine.id = a.request_id
      JOIN counted v ON v.case_id IS DISTINCT FROM a.case_id
       AND (v.auditor_id = a.signed_by_id OR v.producer_bin = mine.producer_bin)
     WHERE a.id = ANY(%(acts)s::uuid[])
     GROUP BY a.id
"""


def acts_of(cases: Sequence[str], settings: Settings, nearness: Nearness) -> dict[UUID, ActFacts]:
    """Every signed act of the cases: corrected and corrected ones alike."""
    acts = rows(_ACTS, {"cases": cases})
    keys = [str(act.id) for act in acts]
    requests = [str(act.request_id) for act in acts]
    day = {row.id: row.acts for row in rows(_DAY, {"acts": keys})}
    pairs = {row.id: row for row in rows(_PAIR, _window(keys, settings, "constant_pair"))}
    bunches = {row.id: row for row in rows(_BUNCHING, _bands(keys, settings))}
    faults = {row.id: row for row in rows(_VIOLATIONS, _violations(keys, settings))}
    refusals: dict[UUID, list[str]] = defaultdict(list)
    for row in rows(_VISITS, {"requests": requests}):
        refusals[row.request_id].append(row.item)
    goods = lines.lines_of(requests, settings)
    papers = files.files_of(requests, settings)
    return {
        act.id: ActFacts(
            id=act.id,
            case_id=act.case_id,
            number=act.number,
            signed_at=act.signed_at,
            auditor_id=act.signed_by_id,
            producer_bin=act.producer_bin,
            is_positive=act.is_positive,
            lines=tuple(goods.get(act.request_id, ())),
            minutes=_minutes(act),
            acts_that_day=day[act.id],
            near=nearness.near(act.request_id, act.case_id, act.producer_bin),
            attestation_days_left=act.days_left,
            is_attested=act.is_attested,
            visit_refusals=tuple(refusals[act.request_id]),
            evidence_sha256=papers.digest(act.request_id, nearness),
            shared_files=papers.shared(act.request_id, act.producer_bin),
            **_around(pairs.get(act.id), bunches.get(act.id), faults.get(act.id)),
        )
        for act in acts
    }


def _around(pair: Any, bunch: Any, fault: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    if pair:
        found |= {"producer_acts": pair.acts, "pair_acts": pair.pair}
    if bunch:
        found |= {"just_above": bunch.above, "beside": max(bunch.below, bunch.beyond)}
    if fault:
        found |= {"auditor_violations": fault.auditor, "producer_violations": fault.producer}
    return found


def _minutes(act: Any) -> int | None:
    if act.assigned_at is None:
        return None
    return int((act.signed_at - act.assigned_at).total_seconds() // 60)


def _window(keys: Sequence[str], settings: Settings, code: str) -> dict[str, Any]:
    return {"acts": keys, "days": int(settings.threshold(code, "days"))}


def _bands(keys: Sequence[str], settings: Settings) -> dict[str, Any]:
    band = settings.threshold("bunching", "band_points")
    return {**_window(keys, settings, "bunching"), "band": band}


def _violations(keys: Sequence[str], settings: Settings) -> dict[str, Any]:
    return {
        "acts": keys,
        "auditor_days": int(settings.threshold("auditor_violations", "days")),
        "producer_days": int(settings.threshold("producer_violations", "days")),
    }
