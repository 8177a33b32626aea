"""Risk of a whole register against a bare read of the rows that it looks at."""

import time
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from oversight.models import RiskScore
from oversight.risk.following import score_register, signed_cases
from oversight.risk.gathering import Nearness
from oversight.risk.scoring import score_cases
from oversight.risk.weights import settings_in_force
from tests.bench.timing import shown, table

# What the facts are made from, without records and without counting anything around.
READ = (
    "SELECT a.id, a.number, a.signed_at, r.producer_bin FROM expertise_act a"
    " JOIN expertise_expertiserequest r ON r.id = a.request_id",
    "SELECT l.request_id, l.number, l.hs_code, l.quantity, f.evaluation::text"
    " FROM expertise_goodsline l JOIN expertise_finding f ON f.line_id = l.id",
    "SELECT d.request_id, f.sha256 FROM expertise_requestdocument d"
    " JOIN documents_storedfile f ON f.id = d.file_id",
    "SELECT request_id, kind, bits FROM expertise_fingerprint",
    "SELECT id, number, act_id, submitted_at, decided_at FROM issuance_application",
    "SELECT id, number, application_id FROM issuance_certificate",
)


def run() -> None:
    connection.ensure_connection()
    bare = _clock(_read)
    first = _clock(lambda: _score(everything=False))
    again = _clock(lambda: _score(everything=True))
    objects, cases = RiskScore.objects.count(), len(signed_cases())
    table(
        f"Risk of {cases:,} cases, {objects:,} acts, applications and certificates, by the clock",
        ["what", "in all", "objects a second", "× bare read"],
        [
            [name, shown(taken), f"{objects / taken:,.0f}", f"{taken / bare:.1f}"]
            for name, taken in (
                ("bare read of the same rows", bare),
                ("score_risk, everything new", first),
                ("score_risk --all, nothing changed", again),
            )
        ],
    )
    _one()


def _one() -> None:
    """What follows one new act: its own case, with the fingerprints of the whole register."""
    settings, case = settings_in_force(on=timezone.localdate()), signed_cases()[-1]
    taken = {
        "fingerprints of the register read": _clock(lambda: Nearness.read(settings)),
        "one case, everything read": _clock(lambda: score_cases([case], settings)),
    }
    table(
        "One case",
        ["what", "by the clock"],
        [[name, shown(duration)] for name, duration in taken.items()],
    )


def _read() -> None:
    with connection.cursor() as cursor:
        for sql in READ:
            cursor.execute(sql)
            cursor.fetchall()


def _score(*, everything: bool) -> None:
    for _progress in score_register(everything=everything):
        pass


def _clock(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
