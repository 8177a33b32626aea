"""Why a case took so long: pauses with their days and reasons, questions, returns, other hands.

Read from the log, for the rows of one page in one query.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import AuditEvent
from reference.working_days import Calendar, local_day

from .clocks import Clock, Counting

APPLICANT, BODY, EXPLANATION = "applicant", "body", "explanation"
# What stops a clock, and what lets it go on.
STOPS: Mapping[str, str] = {
    "request.question_asked": APPLICANT,
    "application.question_asked": APPLICANT,
    "application.consultation_asked": BODY,
    "desk_check.asked": EXPLANATION,
}
GOES_ON = frozenset(
    {
        "request.question_answered",
        "application.question_answered",
        "application.consultation_closed",
        "desk_check.answered",
        "desk_check.resumed",
    }
)
RETURNED = frozenset(
    {"application.returned", "complaint.draft_returned", "recommendation.returned"}
)
OTHER_HANDS = frozenset(
    {
        "request.released",
        "application.taken_over",
        "application.released",
        "application.reassigned",
        "complaint.handed_over",
    }
)
TOLD = frozenset(STOPS) | GOES_ON | RETURNED | OTHER_HANDS


@dataclass(frozen=True)
class Happening:
    event: str
    at: dt.datetime


def reasons_of(clocks: Iterable[Clock], counting: Counting) -> dict[tuple[str, str], list[str]]:
    """Sentences by the key of the clock; nothing for a thing that went straight on."""
    keys = {clock.key for clock in clocks}
    rows = AuditEvent.objects.filter(
        subject_type__in={subject_type for subject_type, _id in keys},
        subject_id__in={subject_id for _type, subject_id in keys},
        event__in=TOLD,
    ).order_by("pk")
    found: dict[tuple[str, str], list[Happening]] = defaultdict(list)
    for subject_type, subject_id, event, at in rows.values_list(
        "subject_type", "subject_id", "event", "at"
    ):
        found[subject_type, subject_id].append(Happening(event, at))
    return {key: told(found[key], counting.calendar, counting.today) for key in keys & found.keys()}


def told(happenings: Iterable[Happening], calendar: Calendar, today: dt.date) -> list[str]:
    """Each reason once, with how often and how many working days it took."""
    happenings = list(happenings)
    times, days = pauses(happenings, calendar, today)
    sentences = [_pause(kind, times[kind], days[kind]) for kind in times]
    returned = sum(each.event in RETURNED for each in happenings)
    if returned:
        text = ngettext("returned %(count)d time", "returned %(count)d times", returned)
        sentences.append(text % {"count": returned})
    hands = sum(each.event in OTHER_HANDS for each in happenings)
    if hands:
        text = ngettext(
            "passed to another person %(count)d time",
            "passed to another person %(count)d times",
            hands,
        )
        sentences.append(text % {"count": hands})
    return sentences


def pauses(
    happenings: Iterable[Happening], calendar: Calendar, today: dt.date
) -> tuple[Counter[str], Counter[str]]:
    """How often the clock was stopped for each reason, and for how many working days.

    As the clock counts: the day it stopped is not counted, the day it goes on is.
    """
    times: Counter[str] = Counter()
    days: Counter[str] = Counter()
    open_pause: tuple[str, dt.date] | None = None
    for each in happenings:
        if kind := STOPS.get(each.event):
            times[kind] += 1
            open_pause = (kind, local_day(each.at))
        elif each.event in GOES_ON and open_pause:
            days[open_pause[0]] += calendar.between(open_pause[1], local_day(each.at))
            open_pause = None
    if open_pause:
        days[open_pause[0]] += calendar.between(open_pause[1], today)
    return times, days


def _pause(kind: str, times: int, days: int) -> str:
    texts: dict[str, Callable[[], str]] = {
        APPLICANT: lambda: ngettext(
            "%(count)d question to the applicant", "%(count)d questions to the applicant", times
        ),
        BODY: lambda: ngettext(
            "%(count)d consultation of another body",
            "%(count)d consultations of another body",
            times,
        ),
        EXPLANATION: lambda: ngettext(
            "%(count)d explanation asked for", "%(count)d explanations asked for", times
        ),
    }
    stood = ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    return _("%(what)s: stood still for %(days)s") % {
        "what": texts[kind]() % {"count": times},
        "days": stood,
    }
