"""What the days do by themselves: delivery nobody opened, reminders, and the end of a term.

Safe to run at any time and any number of times: every row is read again under lock, what is done
is not done twice.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import audit
from oversight.models import Recommendation
from reference import working_days
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

from .recommendations import mark_delivered

# What an unexecuted recommendation leads to; pages and papers say it in words.
CONTROL_WITH_VISIT = "control_with_visit"


@dataclass
class Kept:
    """How many of each a run did."""

    delivered: int = 0
    reminded: int = 0
    lapsed: int = 0


def keep_terms(*, on: date) -> Kept:
    """`on` is the day in Kazakhstan."""
    kept = Kept()
    remind_until = working_days.add(on, parameter("recommendation.reminder_days", on=on))
    for pk in _in_question(remind_until):
        with transaction.atomic():
            _keep_one(locked(Recommendation(pk=pk)), kept, on=on, remind_until=remind_until)
    return kept


def _in_question(remind_until: date) -> list[UUID]:
    due = Q(status__in=("prepared", "sent"), due_on__lte=remind_until)
    unopened = Q(status="sent", delivered_on__isnull=True)
    return list(Recommendation.objects.filter(due | unopened).values_list("pk", flat=True))


def _keep_one(recommendation: Recommendation, kept: Kept, *, on: date, remind_until: date) -> None:
    if recommendation.status == "sent" and recommendation.delivered_on is None:
        assert recommendation.sent_at is not None  # noqa: S101 - sent with its moment
        sent_on = timezone.localdate(recommendation.sent_at)
        days: int = parameter("recommendation.deemed_delivered_days", on=sent_on)
        if working_days.between(sent_on, on) >= days:
            mark_delivered(recommendation, audit.SYSTEM, opened=False)
            kept.delivered += 1
        return
    if recommendation.due_on is None:
        return
    if recommendation.status == "sent" and recommendation.due_on < on:
        _lapse(recommendation)
        kept.lapsed += 1
    elif recommendation.reminded_on is None and recommendation.due_on <= remind_until:
        _remind(recommendation, on=on)
        kept.reminded += 1


def _remind(recommendation: Recommendation, *, on: date) -> None:
    recommendation.reminded_on = on
    recommendation.save(update_fields=["reminded_on"])
    is_sent = recommendation.status == "sent"
    audit.record(
        "recommendation.reminded" if is_sent else "recommendation.sending_reminded",
        actor=audit.SYSTEM,
        subject=recommendation.subject_ref(),
        case=str(recommendation.case_id),
        due_on=str(recommendation.due_on),
    )


def _lapse(recommendation: Recommendation) -> None:
    """Unexecuted in its term: a ground for preventive control with a visit."""
    guard(recommendation, "lapse", audit.SYSTEM)
    recommendation.consequence = CONTROL_WITH_VISIT
    recommendation.ended_at = timezone.now()
    recommendation.stop_clock()
    advance(
        recommendation, "lapse", audit.SYSTEM,
        execute_by=str(recommendation.execute_by), consequence=CONTROL_WITH_VISIT,
    )  # fmt: skip
