"""What the Committee wants of an organisation: one page, filled by every job that asks something.

`register_inbox` takes a callable that gives the items of a person; it is asked at each reading.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from oversight.models import CheckQuestion, DeskCheck, Recommendation

from .apart import addressed

AUDITOR_OF_CHECK = "certificate__application__act__signed_by"


@dataclass(frozen=True)
class InboxItem:
    """One thing that the organisation has to answer, or may; `is_open`: it waits."""

    kind: str | Promise
    title: str
    url: str
    since: datetime
    due_on: date | None = None
    is_open: bool = True
    note: str | Promise = ""


Source = Callable[[Membership], Iterable[InboxItem]]
_sources: list[Source] = []


def register_inbox(source: Source) -> Source:
    if source not in _sources:
        _sources.append(source)
    return source


def inbox_of(actor: Membership) -> list[InboxItem]:
    """What waits first, the nearest term before the others."""
    items = [item for source in _sources for item in source(actor)]
    return sorted(
        items,
        key=lambda item: (not item.is_open, item.due_on or date.max, -item.since.timestamp()),
    )


@register_inbox
def _questions(actor: Membership) -> Iterator[InboxItem]:
    rows = CheckQuestion.objects.filter(
        addressed(actor, organisation="addressee", auditor=f"check_of__{AUDITOR_OF_CHECK}")
    ).select_related("check_of__certificate")
    for question in rows.defer("check_of__certificate__record"):
        is_open = question.answered_at is None and question.check_of.status == "awaiting_reply"
        yield InboxItem(
            kind=gettext_lazy("Question"),
            title=_("Question about certificate %(number)s")
            % {"number": question.check_of.certificate.number},
            url=reverse("control:question", args=[question.pk]),
            since=question.asked_at,
            due_on=question.due_on if is_open else None,
            is_open=is_open,
            note=""
            if is_open
            else gettext_lazy("answered")
            if question.answered_at
            else gettext_lazy("the term has passed"),
        )


@register_inbox
def _recommendations(actor: Membership) -> Iterator[InboxItem]:
    rows = Recommendation.objects.filter(
        addressed(actor, organisation="addressee", auditor=f"desk_check__{AUDITOR_OF_CHECK}"),
        sent_at__isnull=False,
    ).select_related("desk_check__certificate")
    for found in rows.defer("desk_check__certificate__record"):
        yield InboxItem(
            kind=gettext_lazy("Recommendation"),
            title=_("Recommendation %(number)s on certificate %(certificate)s")
            % {
                "number": found.number,
                "certificate": found.desk_check.certificate.number,
            },
            url=reverse("control:recommendation", args=[found.number]),
            since=found.sent_at or found.prepared_at,
            due_on=found.due_on if found.status == "sent" else None,
            is_open=found.status == "sent",
            note=found.status_info.label,
        )


@register_inbox
def _conclusions(actor: Membership) -> Iterator[InboxItem]:
    rows = conclusions_about(actor).filter(status__in=("concluded", "objected"))
    for check in rows:
        is_open = check.status == "concluded" and check.objected_at is None
        yield InboxItem(
            kind=gettext_lazy("Conclusion of a desk check"),
            title=_("Conclusion about certificate %(number)s")
            % {"number": check.certificate.number},
            url=reverse("control:conclusion", args=[check.number]),
            since=check.concluded_at or check.created_at,
            is_open=is_open,
            note=gettext_lazy("may be objected to") if is_open else "",
        )


def conclusions_about(actor: Membership) -> QuerySet[DeskCheck]:
    """Concluded checks whose violations name the person's organisation."""
    named = addressed(actor, organisation="violations__organisation", auditor=AUDITOR_OF_CHECK)
    return (
        DeskCheck.objects.filter(
            named,
            violations__set_aside_at__isnull=True,
            result=DeskCheck.Result.VIOLATIONS,
            status__in=("concluded", "objected", "closed"),
        )
        .select_related("certificate")
        .defer("certificate__record")
        .distinct()
    )
