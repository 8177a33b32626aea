"""Facts of certificates after issue."""

from collections.abc import Sequence
from uuid import UUID

from issuance.numbering import SEQUENCE_DIGITS
from oversight.risk.facts import CertificateFacts
from oversight.risk.weights import Settings

from .rows import rows

# The last digit of the year comes again after ten years: only look-ups since the year count.
_CERTIFICATES = """
    SELECT c.id, c.case_id, c.number, c.application_id,
           (SELECT COUNT(*) FROM issuance_overuse u WHERE u.certificate_id = c.id) AS over_uses,
           asked.numbers, asked.times
      FROM issuance_certificate c
      LEFT JOIN LATERAL (
          SELECT COUNT(DISTINCT u.number) AS numbers, SUM(u.count) AS times
            FROM registry_unknownlookup u
           WHERE left(u.number, -%(digits)s) = left(c.number, -%(digits)s)
             AND right(u.number, %(digits)s) BETWEEN
                 lpad(GREATEST(c.sequence - %(span)s, 0)::text, %(digits)s, '0')
                 AND lpad((c.sequence + %(span)s)::text, %(digits)s, '0')
             AND u.number <> c.number AND u.day >= make_date(c.year, 1, 1)) asked ON true
     WHERE c.case_id = ANY(%(cases)s::uuid[]) AND c.issued_at IS NOT NULL
"""


def certificates_of(
    cases: Sequence[str], settings: Settings
) -> list[tuple[CertificateFacts, UUID]]:
    """Every issued certificate of the cases, with its application."""
    span = int(settings.threshold("unknown_neighbours", "span"))
    found = rows(_CERTIFICATES, {"cases": cases, "span": span, "digits": SEQUENCE_DIGITS})
    return [
        (
            CertificateFacts(
                id=row.id,
                case_id=row.case_id,
                number=row.number,
                asked_numbers=row.numbers,
                asked_times=int(row.times or 0),
                over_uses=row.over_uses,
            ),
            row.application_id,
        )
        for row in found
    ]
