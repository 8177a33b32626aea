"""Scores from facts, written only where facts or versions changed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from documents.canonical import canonical_bytes, sha256_hex
from oversight.models import RiskHit, RiskScore

from .facts import ActFacts, ApplicationFacts, CertificateFacts, Facts, facts_sha256, plain_facts
from .gaps import take_gaps
from .gathering import Gathered, Nearness, gather
from .indicators import ACT, APPLICATION, CERTIFICATE, INDICATORS
from .weights import Settings

MOST = Decimal(100)
HUNDREDTH = Decimal("0.01")
# The first half is "ctkz" in ASCII: two who score the same case wait for one another.
SCORING = (0x63746B7A, 40)


@dataclass(frozen=True)
class Spoken:
    """An indicator that spoke of an object."""

    indicator: str
    strength: Decimal
    points: Decimal
    facts: dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """One object with everything its row is made from."""

    subject: str
    facts: Facts
    digest: str
    spoken: tuple[Spoken, ...]
    act_id: UUID | None = None
    application_id: UUID | None = None

    @property
    def key(self) -> tuple[str, UUID]:
        return self.subject, self.facts.id


@dataclass(frozen=True)
class Outcome:
    """What a run looked at and what it had to write."""

    computed: int = 0
    written: int = 0
    # Cases of which something was written: others may see them differently now.
    changed: frozenset[UUID] = frozenset()

    def and_(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.computed + other.computed,
            self.written + other.written,
            self.changed | other.changed,
        )


def spoken_of(subject: str, facts: Facts, settings: Settings) -> tuple[Spoken, ...]:
    """What the indicators of this kind of object say. Pure."""
    found = []
    for code, known in INDICATORS.items():
        setting = settings[code]
        if known.subject != subject or not setting.is_on or setting.weight <= 0:
            continue
        hit = known.judge(facts, setting.threshold)
        if hit is not None:
            points = (setting.weight * hit.strength).quantize(HUNDREDTH, ROUND_HALF_UP)
            told = {name: plain_facts(value) for name, value in hit.facts.items()}
            found.append(Spoken(code, hit.strength, points, told))
    return tuple(found)


def points_of(spoken: Iterable[Spoken]) -> int:
    """The sum of the points, at most a hundred. Pure."""
    total = min(sum((one.points for one in spoken), Decimal(0)), MOST)
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def scored(gathered: Gathered, settings: Settings) -> Iterator[Scored]:
    """Acts and applications by themselves, a certificate with all that it rests on. Pure."""
    made: dict[UUID, Scored] = {}
    for act in gathered.acts.values():
        made[act.id] = _scored(ACT, act, settings, act_id=act.id)
    for application in gathered.applications.values():
        act_id = gathered.act_of[application.id]
        made[application.id] = _scored(
            APPLICATION, application, settings, act_id=act_id, application_id=application.id
        )
    yield from made.values()
    for certificate in gathered.certificates.values():
        application_id = gathered.application_of[certificate.id]
        act_id = gathered.act_of[application_id]
        below = [made[act_id], made[application_id]]
        yield _scored(
            CERTIFICATE,
            certificate,
            settings,
            below,
            act_id=act_id,
            application_id=application_id,
        )


def _scored(
    subject: str,
    facts: ActFacts | ApplicationFacts | CertificateFacts,
    settings: Settings,
    below: Iterable[Scored] = (),
    **keys: UUID,
) -> Scored:
    own, below = facts_sha256(facts), tuple(below)
    spoken = (*(one for part in below for one in part.spoken), *spoken_of(subject, facts, settings))
    digests = [own, *(part.digest for part in below)]
    digest = sha256_hex(canonical_bytes({"digests": digests})) if below else own
    return Scored(subject, facts, digest, spoken, **keys)


@transaction.atomic
def score_cases(
    case_ids: Collection[UUID], settings: Settings, nearness: Nearness | None = None
) -> Outcome:
    """Brings the scores of these cases up to their facts; what is unchanged is not written."""
    if not case_ids:
        return Outcome()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", SCORING)
    take_gaps(case_ids)
    found = list(scored(gather(case_ids, settings, nearness), settings))
    known = {
        (row.subject_type, row.subject_id): row
        for row in RiskScore.objects.filter(case_id__in=list(case_ids))
    }
    changed = [one for one in found if _is_news(one, known.get(one.key), settings)]
    _write(changed, settings)
    return Outcome(
        computed=len(found),
        written=len(changed),
        changed=frozenset(one.facts.case_id for one in changed),
    )


def _is_news(one: Scored, row: RiskScore | None, settings: Settings) -> bool:
    return row is None or row.versions != settings.versions or row.facts_sha256 != one.digest


def _write(changed: list[Scored], settings: Settings) -> None:
    if not changed:
        return
    at = timezone.now()
    rows = RiskScore.objects.bulk_create(
        [
            RiskScore(
                subject_type=one.subject,
                subject_id=one.facts.id,
                case_id=one.facts.case_id,
                act_id=one.act_id,
                application_id=one.application_id,
                certificate_id=one.facts.id if one.subject == CERTIFICATE else None,
                number=one.facts.number,
                points=points_of(one.spoken),
                versions=settings.versions,
                facts_sha256=one.digest,
                computed_at=at,
            )
            for one in changed
        ],
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id"],
        update_fields=["number", "points", "versions", "facts_sha256", "computed_at"],
    )
    RiskHit.objects.filter(score__in=[row.pk for row in rows]).delete()
    RiskHit.objects.bulk_create(
        RiskHit(
            score=row,
            indicator=said.indicator,
            strength=said.strength,
            points=said.points,
            facts=said.facts,
        )
        for row, one in zip(rows, changed, strict=True)
        for said in one.spoken
    )
