"""Whom the turns tell: every event is thought of, and the right people hear of the main ones."""

import re
from collections.abc import Callable

import pytest
from django.utils import translation

from accounts.models import Membership, Role
from audit.registry import event_kind, event_kinds
from expertise.services import assigning
from issuance.models import Application
from notices import turns
from notices.models import Notice
from oversight.control import questions
from tests import scenarios
from tests.notices.conftest import Tell
from tests.oversight.complaints.scenes import a_complaint
from tests.oversight.control.desk import a_desk
from tests.oversight.measures import builders as measures
from tests.registry.lives import move

LANGUAGE = "en"
pytestmark = pytest.mark.django_db

PLACEHOLDER = re.compile(r"%\((\w+)\)")
Scene = Callable[[], object]


def test_every_event_tells_somebody_or_says_why_not() -> None:
    known = {turn.event for turn in turns.turns()} | turns.silent().keys()
    # Tests of the log have kinds of events of their own.
    kinds = {kind.name for kind in event_kinds() if not kind.name.startswith("sample.")}
    assert kinds - known == set()
    assert all(turns.silent().values())


def test_an_event_is_given_once() -> None:
    turn = turns.turns()[0]
    with pytest.raises(ValueError, match="already"):
        turns.keep_silent(turn.event, reason="no")
    with pytest.raises(ValueError, match="already"):
        turns.register(turn.event, to=turn.to, text="", group=turns.Group.TURN)


@pytest.mark.parametrize("turn", turns.turns(), ids=lambda turn: turn.event)
def test_a_text_names_only_what_its_event_knows(turn: turns.Turn) -> None:
    for text in (str(turn.text), str(turn.text_to_act)):
        named = set(PLACEHOLDER.findall(text))
        assert named <= event_kind(turn.event).facts | {"subject", "actor"}


def submitted() -> object:
    experts = scenarios.an_organisation("expert")
    scenarios.a_person(Role.EXPERT_HEAD, experts)
    return scenarios.a_request("submitted", experts=experts)


def assigned() -> object:
    return scenarios.a_request("in_expertise")


def question_asked() -> object:
    return scenarios.a_request("awaiting_applicant")


def released() -> object:
    request = scenarios.a_request("in_expertise")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    scenarios.a_person(Role.EXPERT_HEAD, request.expert_organisation)
    return assigning.release_request(request=request, actor=head, reason="absent")


def act_signed() -> object:
    return scenarios.an_act()


def staffed(status: str) -> Application:
    chamber = scenarios.an_organisation("chamber")
    scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    return scenarios.an_application(status, chamber=chamber)


def recommended() -> object:
    return staffed("recommended")


def chamber_asked() -> object:
    return staffed("awaiting_applicant")


def refused() -> object:
    return staffed("refused")


def issued() -> object:
    return scenarios.a_certificate()


def suspended() -> object:
    certificate = scenarios.a_certificate()
    move(certificate, "suspend", reason="under_inspection")
    return certificate


def check_asked() -> object:
    desk = a_desk()
    application = desk.certificate.application
    return questions.ask_side(
        check=desk.check, actor=desk.inspector, addressee=application.applicant, text="Почему?"
    )


def complained() -> object:
    scenarios.a_person(Role.INSPECTOR)
    return a_complaint()


def notice_of_measure() -> object:
    return measures.approved(measures.propose("fine_chamber"))


@pytest.mark.parametrize(
    ("event", "scene", "expected"),
    [
        ("request.submitted", submitted, {("expert_head", True)}),
        ("request.assigned", assigned, {("auditor", True), ("applicant", False)}),
        ("request.released", released, {("expert_head", True), ("auditor", False)}),
        ("request.question_asked", question_asked, {("applicant", True)}),
        ("act.signed", act_signed, {("applicant", True), ("expert_head", False)}),
        ("application.recommended", recommended, {("chamber_signatory", True)}),
        ("application.question_asked", chamber_asked, {("applicant", True)}),
        (
            "application.refused",
            refused,
            {("applicant", False), ("chamber_officer", False), ("auditor", False)},
        ),
        (
            "certificate.issued",
            issued,
            {("applicant", False), ("chamber_officer", False), ("auditor", False)},
        ),
        (
            "certificate.suspended",
            suspended,
            {("applicant", False), ("auditor", False), ("chamber_signatory", False)},
        ),
        ("desk_check.asked", check_asked, {("applicant", True)}),
        ("complaint.received", complained, {("inspector", True)}),
    ],
)
def test_these_are_told_of_the_main_turns(
    tell: Tell, event: str, scene: Scene, expected: set[tuple[str, bool]]
) -> None:
    scene()
    tell()
    told = Notice.objects.filter(event__event=event).select_related("membership")
    assert {(notice.membership.role, notice.must_act) for notice in told} == expected
    for notice in told:
        assert str(notice.user_id) != notice.event.actor_id
        assert notice.link


def test_the_second_pair_of_eyes_is_told_and_never_the_first(tell: Tell) -> None:
    chamber = scenarios.an_organisation("chamber")
    application = scenarios.an_application("under_review", chamber=chamber)
    reviewer = Membership.objects.get(user=application.reviewer, role=Role.CHAMBER_OFFICER)
    scenarios.as_member(reviewer.user, Role.CHAMBER_SIGNATORY, chamber)
    other = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    scenarios.recommend(scenarios.check(application))
    tell()
    told = Notice.objects.filter(event__event="application.recommended")
    assert [notice.user_id for notice in told] == [other.user_id]


def test_a_blind_second_expertise_is_told_to_no_party() -> None:
    for event in ("second_opinion.considered", "second_opinion.agreed"):
        assert event in turns.silent()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_text_can_be_filled_in_every_language(language: str) -> None:
    with translation.override(language):
        for turn in turns.turns():
            words = dict.fromkeys(event_kind(turn.event).facts | {"subject", "actor"}, "x")
            assert str(turn.text) % words
            str(turn.text_to_act) % words
