"""What the pages of stage two show, gathered in as many queries for ten rows as for one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

import audit
from accounts.models import Membership
from accounts.permissions import has_permission
from expertise.models import GoodsLine
from reference.code_lists import code_label
from reference.models import CodeEntry
from reference.parameters import parameter
from reference.working_days import Calendar
from workflow.story import Stage, case_stages
from workflow.transitions import Transition

from .blockers import checklist
from .holding import Hold, held_by_another
from .models import (
    Application,
    ApplicationQuestion,
    Certificate,
    ChecklistAnswer,
    Consultation,
    TakeOver,
)
from .waiting import Waiting, waiting_for

SHOWN_LINES = 10


@dataclass(frozen=True)
class Clock:
    """How long the chamber still has; `total` is the whole term, `days` None when no clock runs."""

    days: int | None
    total: int
    is_paused: bool


@dataclass(frozen=True)
class CaseFile:
    """One application with everything its page tells the reader."""

    application: Application
    certificate: Certificate | None
    signed: dict[str, Any]
    stages: list[Stage]
    events: Iterable[Any]
    waiting: Waiting
    clock: Clock
    actions: list[Transition]
    questions: list[ApplicationQuestion]
    checklist: list[tuple[CodeEntry, ChecklistAnswer | None]]
    sees_review: bool
    refusal: str
    proposed_refusal: str
    today: date
    sees_letter: bool = False
    hold: Hold | None = None
    consultations: list[Consultation] = field(default_factory=list)
    take_overs: list[TakeOver] = field(default_factory=list)

    @property
    def first_lines(self) -> list[dict[str, Any]]:
        return self.signed["lines"][:SHOWN_LINES]

    @property
    def other_lines(self) -> list[dict[str, Any]]:
        return self.signed["lines"][SHOWN_LINES:]

    @property
    def refused_lines(self) -> int:
        return sum(not line["originating"] for line in self.signed["lines"])

    def may(self, name: str) -> bool:
        return any(action.name == name for action in self.actions)


def case_file(application: Application, actor: Membership | None) -> CaseFile:
    sees_review = has_permission(actor, "issuance.view_review", application)
    now = timezone.now()
    return CaseFile(
        application=application,
        certificate=getattr(application, "certificate", None),
        signed=json.loads(bytes(application.act.record)),
        stages=case_stages(application.case_id),
        events=audit.timeline(application.case_id),
        waiting=waiting_for(application, actor),
        clock=clock_of(application, Calendar.current(), term_days()),
        actions=application.WORKFLOW.available(application, actor),
        questions=list(application.questions.select_related("asked_by", "answered_by")),
        checklist=checklist(application) if sees_review else [],
        sees_review=sees_review,
        refusal=reason_label(application.refusal_reason),
        proposed_refusal=reason_label(application.proposed_refusal),
        today=timezone.localdate(now),
        sees_letter=has_permission(actor, "issuance.view_letter", application),
        **(_of_the_desk(application, actor, at=now) if sees_review else {}),
    )


def _of_the_desk(
    application: Application, actor: Membership | None, *, at: datetime
) -> dict[str, Any]:
    """What the chamber and the Committee see besides: the chamber's own work on the case."""
    consultations = application.consultations.select_related("asked_by", "closed_by", "reply_file")
    return {
        "hold": held_by_another(application, actor, at=at) if actor else None,
        "consultations": list(consultations),
        "take_overs": list(
            application.take_overs.select_related("previous", "taken_by", "given_by")
        ),
    }


def reason_label(code: str) -> str:
    return code_label("refusal_reason", code) if code else ""


def term_days() -> int:
    """Working days that a chamber has for one application, today."""
    return parameter("certificate.deadline_days", on=timezone.localdate())


def clock_of(application: Application, calendar: Calendar, total: int) -> Clock:
    if application.due_on is None:
        return Clock(application.days_left, total, application.is_clock_paused)
    return Clock(calendar.between(timezone.localdate(), application.due_on), total, False)


@dataclass(frozen=True)
class ApplicationRow:
    application: Application
    clock: Clock


def application_rows(applications: Iterable[Application]) -> list[ApplicationRow]:
    calendar, total = Calendar.current(), term_days()
    return [
        ApplicationRow(application, clock_of(application, calendar, total))
        for application in applications
    ]


def with_goods(queryset: QuerySet[Any], *, request: str) -> QuerySet[Any]:
    """Annotates the first goods line and how many there are; `request` is the path to it."""
    lines = GoodsLine.objects.filter(request=OuterRef(request)).order_by("number")
    counted = lines.order_by().values("request").annotate(count=Count("pk"))
    return queryset.annotate(
        goods_name=Subquery(lines.values("name")[:1]),
        goods_hs_code=Subquery(lines.values("hs_code")[:1]),
        goods_count=Subquery(counted.values("count")[:1]),
    )
