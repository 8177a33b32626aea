"""Keeping the projections beside the log: the touched cases are made again, and no others.

A case is always made again as a whole from its rows and events, so that the order in which
news arrives, and how often, makes no difference.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import tiles
from expertise.models import ExpertiseRequest
from oversight.models import (
    Complaint,
    DeskCheck,
    GreyListing,
    Inspection,
    Measure,
    Recommendation,
)
from oversight.models.figures import CaseFacts, Happening, StageSpan
from oversight.tailing import Tail
from reference.working_days import Calendar

from .cases import CaseStory, Regions, facts_of, read_cases
from .control_rows import of_control
from .happenings import of_case
from .stages import stays
from .working_time import WorkingTime

FOLLOWER = "figures"
# Cases that are read and written at once.
CHUNK = 500
ROWS_AT_ONCE = 2_000
STORIES = (
    ExpertiseRequest, Complaint, DeskCheck, Recommendation, Measure, Inspection, GreyListing,
)  # fmt: skip

Progress = Callable[[int, int], None]


class Projector:
    """Reference data read once, for one run."""

    def __init__(self) -> None:
        self.regions = Regions()
        next_year = timezone.localdate() + dt.timedelta(days=366)
        self.working_time = WorkingTime(Calendar.current(), until=next_year)

    def project(self, case_ids: Collection[UUID]) -> None:
        """Makes everything of these cases again; called in a transaction."""
        for model in (CaseFacts, StageSpan, Happening):
            model._default_manager.filter(case_id__in=case_ids).delete()
        self.add(case_ids)

    def add(self, case_ids: Collection[UUID]) -> None:
        facts: list[CaseFacts] = []
        spans: list[StageSpan] = []
        counted = list(of_control(case_ids, self.regions))
        for story in read_cases(case_ids):
            own = facts_of(story, self.regions)
            facts.append(own)
            spans.extend(self._spans(story, own))
            counted.extend(of_case(story, own, self.regions))
        CaseFacts.objects.bulk_create(facts, batch_size=ROWS_AT_ONCE)
        StageSpan.objects.bulk_create(spans, batch_size=ROWS_AT_ONCE)
        Happening.objects.bulk_create(counted, batch_size=ROWS_AT_ONCE)

    def _spans(self, story: CaseStory, facts: CaseFacts) -> Iterator[StageSpan]:
        for stay in stays(story.entries):
            until = stay.until
            yield StageSpan(
                case_id=story.case_id,
                subject_type=stay.subject_type,
                subject_id=stay.subject_id,
                status=stay.status,
                is_pause=stay.is_pause,
                awaited=stay.awaited,
                since=stay.since,
                until=until,
                working_days=self.working_time.between(stay.since, until) if until else None,
                chamber_id=facts.chamber_id,
                expert_organisation_id=facts.expert_organisation_id,
                auditor_id=facts.auditor_id,
                region=facts.region,
                product_group=facts.product_group,
            )


@transaction.atomic
def project_new(limit: int = 2_000) -> int:
    """Follows the log by up to `limit` entries; how many cases were made again.

    The place in the log moves in the same transaction: killed in between, nothing is lost.
    """
    tail = Tail(FOLLOWER)
    batch = tail.batch(limit)
    if not batch:
        return 0
    if batch.case_ids:
        Projector().project(batch.case_ids)
    tail.advance(batch)
    return len(batch.case_ids)


def catch_up(*, batches: int = 50) -> int:
    """Follows the log to its end, a transaction for each batch; bounded for one run."""
    tail, total = Tail(FOLLOWER), 0
    for _round in range(batches):
        total += project_new()
        if not tail.behind():
            break
    return total


@transaction.atomic
def rebuild(progress: Progress | None = None) -> int | None:
    """Makes the projections of the whole register anew; pages show the old ones until it ends.

    None: another worker held the place in the log, and nothing was done.
    """
    tail = Tail(FOLLOWER)
    size = tiles.log_size()
    if not tail.hold():
        return None
    for model in (CaseFacts, StageSpan, Happening):
        model._default_manager.all().delete()
    case_ids = all_case_ids()
    projector = Projector()
    for start in range(0, len(case_ids), CHUNK):
        projector.add(case_ids[start : start + CHUNK])
        if progress:
            progress(min(start + CHUNK, len(case_ids)), len(case_ids))
    tail.skip_to(size)
    return len(case_ids)


def all_case_ids() -> list[UUID]:
    found: set[UUID] = set()
    for model in STORIES:
        found.update(model._default_manager.values_list("case_id", flat=True).distinct())
    return sorted(found)
