"""Where a case stands: what it waits for and from whom, and what its reader may do now."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from documents.sealing import sealing_problem
from expertise.models import ExpertiseRequest
from expertise.waiting import act_actions, actions, expected_from, waits_for
from issuance.blockers import review_blockers
from issuance.holding import Hold, held_by_another
from issuance.life import Life, life_of
from issuance.models import Application, Certificate
from issuance.views.applications import buttons_of, checks_of
from issuance.waiting import waiting_for
from workflow.transitions import Status
from workplace.deadlines.clocks import Clock, clock_of

from .whole import WholeCase

# Commands whose form stands on the page of the application, and where on it.
IN_PLACE = {"answer": "questions", "close_consultation": "consultations"}


@dataclass(frozen=True)
class Button:
    """A link, a plain command, or a command that asks once more; `version` is what was seen."""

    label: str | Promise
    url: str
    style: str = "secondary"
    kind: str = "link"  # link | post | confirm
    question: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Expected:
    title: str
    text: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Standing:
    """`thing` is what the case has come to and what everybody waits for."""

    thing: ExpertiseRequest | Application | Certificate
    status: Status
    sentence: str
    since: datetime
    clock: Clock | None
    expected: Expected | None
    buttons: list[Button]
    checks: list[dict[str, Any]] = field(default_factory=list)
    hold: Hold | None = None


def standing_of(case: WholeCase, life: Life | None) -> Standing:
    """The furthest thing of the case that still moves, told as its own page tells it.

    A link that has a button of its own is not offered twice.
    """
    standing = _standing(case, life)
    expected = standing.expected
    if expected and expected.url in {button.url for button in standing.buttons}:
        return replace(standing, expected=replace(expected, url="", link=""))
    return standing


def _standing(case: WholeCase, life: Life | None) -> Standing:
    if case.correction is not None:
        return _of_request(case, case.correction)
    application = case.application
    if application is None:
        assert case.request is not None  # noqa: S101  a case without parts is not found
        return _of_request(case, case.request)
    if application.status == "approved":
        return _of_certificate(case, application.certificate, life)
    return _of_application(case, application)


def _of_request(case: WholeCase, request: ExpertiseRequest) -> Standing:
    expected = expected_from(request, case.actor)
    return Standing(
        thing=request,
        status=request.status_info,
        sentence=waits_for(request),
        since=request.status_since,
        clock=clock_of(request),
        expected=Expected(expected.title, expected.text, expected.url, expected.link)
        if expected
        else None,
        buttons=request_buttons(case, request),
    )


def request_buttons(case: WholeCase, request: ExpertiseRequest) -> list[Button]:
    return [
        Button(one.label, one.url, one.style, one.kind, one.question, request.version)
        for one in actions(request, case.actor)
    ]


def act_buttons(case: WholeCase) -> list[Button]:
    if case.act is None:
        return []
    return [
        Button(one.label, one.url, one.style, one.kind, one.question)
        for one in act_actions(case.act, case.actor)
    ]


def _of_application(case: WholeCase, application: Application) -> Standing:
    waiting = waiting_for(application, case.actor)
    hold = None
    if case.sees_review:
        hold = held_by_another(application, case.actor, at=timezone.now())
    is_reviewed = case.sees_review and application.status in ("submitted", "under_review")
    page = reverse("issuance:application-detail", args=[application.pk])
    return Standing(
        thing=application,
        status=application.status_info,
        sentence=waiting.sentence,
        since=application.status_since,
        clock=clock_of(application),
        expected=Expected(
            waiting.title, waiting.text, waiting.url or page, waiting.link or _("Go there")
        )
        if waiting.title
        else None,
        buttons=application_buttons(case, application, is_held=hold is not None),
        checks=checks_of(review_blockers(application)) if is_reviewed else [],
        hold=hold,
    )


def application_buttons(
    case: WholeCase, application: Application, *, is_held: bool = False
) -> list[Button]:
    open_now = application.WORKFLOW.available(application, case.actor)
    page = reverse("issuance:application-detail", args=[application.pk])
    in_place = [
        Button(action.label, f"{page}#{IN_PLACE[action.name]}", "primary")
        for action in open_now
        if action.name in IN_PLACE
    ]
    others = [
        Button(
            one["label"],
            one.get("link") or one["url"],
            one["style"],
            "link" if "link" in one else "confirm" if one["question"] else "post",
            one.get("question", ""),
            application.version,
        )
        for one in buttons_of(open_now, application, is_held=is_held)
    ]
    return in_place + others


def _of_certificate(case: WholeCase, certificate: Certificate, life: Life | None) -> Standing:
    waiting = waiting_for(certificate.application, case.actor)
    expected = None
    if life and life.to_decide:
        expected = Expected(
            _("Expected from you: decide on a change"),
            str(life.to_decide.get_kind_display()),
            reverse("issuance:change-detail", args=[life.to_decide.pk]),
            _("Open the proposal"),
        )
    elif waiting.title:
        expected = Expected(waiting.title, waiting.text, waiting.url, waiting.link)
    change = life and (life.to_decide or life.waiting)
    return Standing(
        thing=certificate,
        status=certificate.status_info,
        sentence=waiting.sentence,
        since=certificate.status_since,
        clock=(clock_of(change) if change else None) or clock_of(certificate),
        expected=expected,
        buttons=list(_resuming(case, certificate)),
    )


def _resuming(case: WholeCase, certificate: Certificate) -> Iterable[Button]:
    """A stopped issue is started again, once it can be sealed."""
    open_now = certificate.WORKFLOW.available(certificate, case.actor)
    if open_now and not sealing_problem():
        url = reverse("issuance:certificate-resume", args=[certificate.pk])
        for action in open_now:
            yield Button(action.label, url, action.style, "post", "", certificate.version)


def life_after_issue(case: WholeCase) -> Life | None:
    """What happened to the last certificate since its issue, and what the reader may begin."""
    return life_of(case.certificate, case.actor) if case.certificate else None
