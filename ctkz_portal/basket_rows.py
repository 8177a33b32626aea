"""One row of a work basket: what it is about, what it waits for, since when, how long is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import COMMITTEE_ROLES, Membership, Role
from expertise.models import ExpertiseRequest
from issuance.models import Application
from reference.working_days import Calendar
from workflow.transitions import Status

# An answer and the change of status it makes are one step, some milliseconds apart.
SAME_STEP = timedelta(minutes=1)
REPLIED = Status(gettext_lazy("Reply received"), "wait", "arrow")
RETURNED = Status(gettext_lazy("Returned by the signatory"), "wait", "arrow")
NO_REPLY = Status(gettext_lazy("No reply within the term"), "bad", "clock")
TO_SEND = Status(gettext_lazy("To be sent to a chamber"), "wait", "arrow")
LONGEST_TITLE = 90


@dataclass(frozen=True)
class Row:
    number: str
    url: str
    title: str
    party: str
    codes: tuple[str, ...]
    status: Status
    who: str
    since: datetime
    submitted_at: datetime | None
    days_left: int | None
    is_paused: bool
    due_on: date | None

    @property
    def most_urgent(self) -> tuple[bool, date, datetime]:
        return (self.due_on is None, self.due_on or date.max, self.since)


def rows_of(
    things: Iterable[ExpertiseRequest | Application],
    *,
    actor: Membership,
    calendar: Calendar,
    today: date,
) -> list[Row]:
    return [
        _request_row(thing, actor, calendar, today)
        if isinstance(thing, ExpertiseRequest)
        else _application_row(thing, actor, calendar, today)
        for thing in things
    ]


def _request_row(
    request: ExpertiseRequest, actor: Membership, calendar: Calendar, today: date
) -> Row:
    act = getattr(request, "act", None)
    experts = request.expert_organisation.name if request.expert_organisation else ""
    party = experts if actor.role == Role.APPLICANT else request.applicant.name
    return Row(
        number=request.label,
        url=reverse("expertise:request-detail", args=[request.pk]),
        title=_goods(request),
        party=party,
        codes=_codes(request, act.number if act else ""),
        status=_request_status(request, actor),
        who=_request_waits_for(request, experts),
        since=request.status_since,
        submitted_at=request.submitted_at,
        days_left=request.working_days_left(on=today, calendar=calendar),
        is_paused=request.is_clock_paused,
        due_on=request.due_on,
    )


def _application_row(
    application: Application, actor: Membership, calendar: Calendar, today: date
) -> Row:
    chamber = application.chamber.name
    party = chamber if actor.role == Role.APPLICANT else application.applicant.name
    certificate = getattr(application, "certificate", None)
    return Row(
        number=application.label,
        url=reverse("issuance:application-detail", args=[application.pk]),
        title=_goods(application),
        party=party,
        codes=_codes(application, certificate.number if certificate else application.act.number),
        status=_application_status(application, today),
        who=_application_waits_for(application, chamber),
        since=application.status_since,
        submitted_at=application.submitted_at,
        days_left=application.working_days_left(on=today, calendar=calendar),
        is_paused=application.is_clock_paused,
        due_on=application.due_on,
    )


def _goods(thing: ExpertiseRequest | Application) -> str:
    name, count = thing.goods_name, thing.goods_count or 0
    if not name:
        return _("No goods yet")
    title = Truncator(name).chars(LONGEST_TITLE)
    if count < 2:
        return title
    more = ngettext("and %(count)d more line", "and %(count)d more lines", count - 1)
    return f"{title}, {more % {'count': count - 1}}"


def _codes(thing: ExpertiseRequest | Application, number: str) -> tuple[str, ...]:
    digits = thing.goods_hs_code or ""
    code = " ".join(part for part in (digits[:4], digits[4:6], digits[6:9], digits[9:]) if part)
    return tuple(part for part in (code, number) if part)


def _request_status(request: ExpertiseRequest, actor: Membership) -> Status:
    if request.status == "in_expertise" and _just_replied(request):
        return REPLIED
    is_unsent = request.status == "concluded" and request.act.is_positive
    if is_unsent and actor.role in (Role.APPLICANT, *COMMITTEE_ROLES):
        return TO_SEND
    return request.status_info


def _application_status(application: Application, today: date) -> Status:
    if application.consulted_until and application.consulted_until < today:
        return NO_REPLY
    if application.status == "under_review":
        if _just_replied(application):
            return REPLIED
        if application.return_note:
            return RETURNED
    if application.status == "approved":
        return application.certificate.status_info
    return application.status_info


def _just_replied(thing: ExpertiseRequest | Application) -> bool:
    return thing.replied_at is not None and thing.status_since - thing.replied_at < SAME_STEP


def _request_waits_for(request: ExpertiseRequest, experts: str) -> str:
    match request.status:
        case "draft":
            return _("not submitted yet")
        case "submitted" | "accepted":
            return experts
        case "in_expertise":
            return str(request.auditor)
        case "awaiting_applicant":
            return request.applicant.name
    return ""


def _application_waits_for(application: Application, chamber: str) -> str:
    match application.status:
        case "draft":
            return _("not submitted yet")
        case "submitted" | "recommended":
            return chamber
        case "under_review":
            return str(application.reviewer)
        case "awaiting_applicant":
            return application.applicant.name
        case "in_consultation":
            return _("the reply of %(body)s") % {"body": application.consulted_body}
    return ""
