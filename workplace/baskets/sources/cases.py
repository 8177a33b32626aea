"""The cases themselves: requests for expertise, and applications to a chamber.

A case shows once: from the moment an application exists it stands for the case.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import COMMITTEE_ROLES, Role
from expertise.baskets import listed_requests, request_tabs
from expertise.filters import requests_matching
from expertise.models import ExpertiseRequest
from issuance.baskets import (
    NOT_YET_ISSUED,
    OPEN,
    application_tabs,
    last_applications,
    listed_applications,
    without_application,
)
from issuance.filters import matching
from issuance.holding import hold_of
from issuance.models import Application
from workflow.transitions import Status
from workplace.baskets.reading import Reader
from workplace.baskets.rows import Row, clock_of, codes_of, goods_in_words, spaced_code

from .base import EARLIER, ENDED, Kind, Paths, Sorting

# An answer and the change of status it makes are one step, some milliseconds apart.
SAME_STEP = timedelta(minutes=1)
REPLIED = Status(gettext_lazy("Reply received"), "wait", "arrow")
RETURNED = Status(gettext_lazy("Returned by the signatory"), "wait", "arrow")
NO_REPLY = Status(gettext_lazy("No reply within the term"), "bad", "clock")
TO_SEND = Status(gettext_lazy("To be sent to a chamber"), "wait", "arrow")
WAITS_FOR_APPLICANT = gettext_lazy("the clock stands still: the applicant must answer")
WAITS_FOR_BODY = gettext_lazy("the clock stands still: another body must answer")
STANDS_STILL = gettext_lazy("the clock stands still")


class Requests(Kind):
    kind: ClassVar[str] = "request"
    label: ClassVar[str | Promise] = gettext_lazy("Request for expertise")
    subject: ClassVar[str] = "request"
    paths: ClassVar[Paths] = Paths(
        chamber="chamber",
        experts="expert_organisation",
        auditor="auditor",
        applicant="applicant",
        scheme="scheme",
        request="pk",
    )

    def sorting(self, reader: Reader) -> Sorting | None:
        tabs = request_tabs(reader.actor, on=reader.today)
        if not tabs:
            return None
        if reader.is_committee:
            return Sorting(tabs, {ENDED: ~_any(tabs)})
        return Sorting(tabs)

    def visible(self, reader: Reader) -> QuerySet[ExpertiseRequest]:
        requests = ExpertiseRequest.objects.visible_to(reader.actor)
        sees_applications = application_tabs(reader.actor, now=reader.now)
        return without_application(requests) if sees_applications else requests

    def listed(self, things: QuerySet[ExpertiseRequest]) -> QuerySet[ExpertiseRequest]:
        return listed_requests(things)

    def stages(self) -> Mapping[str, Q]:
        return {
            "request": Q(status__in=("draft", "submitted", "accepted")),
            "expertise": Q(status__in=("in_expertise", "awaiting_applicant", "concluded")),
        }

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        is_blind = Q(blind_of__isnull=False)
        answers = Q(status="awaiting_applicant")
        unsent = Q(status="concluded", act__is_positive=True, act__status="signed")
        return {
            "applicant": Q(status="draft") | (answers & ~is_blind) | unsent,
            "experts": Q(status__in=("submitted", "accepted", "in_expertise")),
            "committee": answers & is_blind,
        }

    def matching(self, text: str) -> Q:
        return requests_matching(text)

    def row(self, request: ExpertiseRequest, reader: Reader) -> Row:
        act = getattr(request, "act", None)
        experts = request.expert_organisation.name if request.expert_organisation else ""
        is_own = reader.role == Role.APPLICANT
        return Row(
            kind=self.kind,
            pk=str(request.pk),
            version=request.version,
            kind_label=self.label,
            number=request.label,
            url=reverse("expertise:request-detail", args=[request.pk]),
            title=goods_in_words(request),
            party=experts if is_own else request.applicant.name,
            codes=codes_of(spaced_code(request.goods_hs_code), act.number if act else ""),
            status=_request_status(request, reader),
            who=_request_waits_for(request, experts),
            since=request.status_since,
            submitted_at=request.submitted_at,
            pause=WAITS_FOR_APPLICANT if request.is_clock_paused else "",
            **clock_of(request, reader),
        )


def _request_status(request: ExpertiseRequest, reader: Reader) -> Status:
    if request.status == "in_expertise" and _just_replied(request):
        return REPLIED
    is_unsent = request.status == "concluded" and request.act.is_positive
    if is_unsent and reader.role in (Role.APPLICANT, *COMMITTEE_ROLES):
        return TO_SEND
    return request.status_info


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


class Applications(Kind):
    kind: ClassVar[str] = "application"
    label: ClassVar[str | Promise] = gettext_lazy("Application to a chamber")
    subject: ClassVar[str] = "application"
    paths: ClassVar[Paths] = Paths(
        chamber="chamber",
        experts="act__request__expert_organisation",
        auditor="auditor",
        applicant="applicant",
        scheme="act__request__scheme",
        request="act__request",
    )

    def sorting(self, reader: Reader) -> Sorting | None:
        tabs = application_tabs(reader.actor, now=reader.now)
        if not tabs:
            return None
        if reader.role == Role.APPLICANT:
            return Sorting(tabs)
        return Sorting(tabs, {EARLIER: ~_any(tabs)})

    def visible(self, reader: Reader) -> QuerySet[Application]:
        return last_applications(Application.objects.visible_to(reader.actor))

    def listed(self, things: QuerySet[Application]) -> QuerySet[Application]:
        return (
            listed_applications(things)
            .select_related("opened_by")
            .defer("certificate__record", "act__record", "decision_record")
        )

    def stages(self) -> Mapping[str, Q]:
        return {
            "chamber": Q(status__in=("draft", "submitted")),
            "review": Q(status__in=("under_review", "awaiting_applicant", "in_consultation")),
            "decision": Q(status="recommended") | NOT_YET_ISSUED,
        }

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {
            "applicant": Q(status__in=("draft", "awaiting_applicant")),
            "chamber": Q(status__in=("submitted", "under_review", "recommended")) | NOT_YET_ISSUED,
            "other": Q(status="in_consultation"),
        }

    def matching(self, text: str) -> Q:
        return matching(text)

    def row(self, application: Application, reader: Reader) -> Row:
        chamber = application.chamber.name
        certificate = getattr(application, "certificate", None)
        is_own = reader.role == Role.APPLICANT
        return Row(
            kind=self.kind,
            pk=str(application.pk),
            version=application.version,
            kind_label=self.label,
            number=application.label,
            url=reverse("issuance:application-detail", args=[application.pk]),
            title=goods_in_words(application),
            party=chamber if is_own else application.applicant.name,
            codes=codes_of(
                spaced_code(application.goods_hs_code),
                certificate.number if certificate else application.act.number,
            ),
            status=_application_status(application, reader),
            who=_application_waits_for(application, chamber),
            since=application.status_since,
            submitted_at=application.submitted_at,
            pause=_application_pause(application),
            held_by=_held_by(application, reader),
            **clock_of(application, reader),
        )


def _application_status(application: Application, reader: Reader) -> Status:
    if application.consulted_until and application.consulted_until < reader.today:
        return NO_REPLY
    if application.status == "under_review":
        if _just_replied(application):
            return REPLIED
        if application.return_note:
            return RETURNED
    if application.status == "approved":
        return application.certificate.status_info
    return application.status_info


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


def _application_pause(application: Application) -> str | Promise:
    if not application.is_clock_paused:
        return ""
    reasons = {
        "awaiting_applicant": WAITS_FOR_APPLICANT,
        "in_consultation": WAITS_FOR_BODY,
    }
    return reasons.get(application.status, STANDS_STILL)


def _held_by(application: Application, reader: Reader) -> str:
    """Only the chamber's own people see who has the case open, and only another's hold."""
    if application.chamber_id != reader.actor.organisation_id:
        return ""
    if application.status not in OPEN:
        return ""
    hold = hold_of(application, at=reader.now, term=reader.lock_term)
    return hold.user.full_name if hold and hold.user.pk != reader.me else ""


def _just_replied(thing: ExpertiseRequest | Application) -> bool:
    return thing.replied_at is not None and thing.status_since - thing.replied_at < SAME_STEP


def _any(tabs: Mapping[str, Q]) -> Q:
    return Q(*tabs.values(), _connector=Q.OR)
