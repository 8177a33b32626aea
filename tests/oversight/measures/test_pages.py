"""The pages: who sees what, buttons that are never refused, fixed queries, the subject's side."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from oversight.control.inbox import inbox_of
from oversight.models import Appeal, Measure, Posting
from reference.models import Department, MeasureType
from tests import scenarios
from tests.issuance.conftest import sign_in
from tests.oversight.measures.builders import (
    GROUNDS,
    a_measure_in_force,
    after,
    again,
    an_attested_auditor,
    another_head,
    appealed,
    approved,
    head,
    inspector,
    propose,
    replied,
    speaker,
    status_of,
)
from workplace.baskets.gathering import Basket

__all__ = ["sign_in"]

LANGUAGE = "en"

pytestmark = pytest.mark.django_db
SignIn = Callable[[Membership], Client]
ENGLISH = {"accept-language": "en"}


def page(client: Client, name: str, *args: str, **query: str) -> Any:
    return client.get(reverse(name, args=args), query, headers=ENGLISH)


def press(client: Client, measure: Measure, command: str, **values: str) -> Any:
    return client.post(
        reverse("oversight:measure-command", args=[measure.number, command]),
        {"version": str(again(measure).version), **values},
        headers=ENGLISH,
        follow=True,
    )


def text_of(answer: Any) -> str:
    return answer.content.decode()


def forms_on(text: str, number: str) -> set[str]:
    """The commands that the page offers."""
    names = ("withdraw", "approve", "reject", "impose", "drop", "reply", "pay", "execute", "lift")
    return {name for name in names if f"/committee/measures/{number}/{name}/" in text}


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("oversight:measure-list", 0),
        ("oversight:measure-export", 0),
        ("oversight:measure-propose", 0),
        ("oversight:measure-detail", 1),
        ("oversight:measure-appeal", 1),
        ("oversight:appeal-list", 0),
    ],
)
def test_to_everybody_else_the_desk_does_not_exist(sign_in: SignIn, name: str, args: int) -> None:
    measure = a_measure_in_force("revoke_certificate")
    given = [measure.number] * args
    for role in (Role.APPLICANT, Role.AUDITOR, Role.EXPERT_HEAD, Role.CHAMBER_OFFICER):
        person = scenarios.a_person(role)
        assert page(sign_in(person), name, *given, format="csv").status_code == 404, role
    assert page(Client(), name, *given).status_code in (302, 404)
    assert page(sign_in(inspector()), name, *given, format="csv").status_code == 200


BUTTONS = [
    ("proposed, to be heard", "proposer", {"withdraw"}),
    ("proposed, to be heard", "another inspector", set()),
    ("proposed, to be heard", "head", {"approve", "reject"}),
    ("proposed, at once", "head", {"impose", "reject"}),
    ("approved", "proposer", {"reply"}),
    ("approved", "head", {"drop"}),
    ("replied", "head", {"impose", "drop"}),
    ("replied", "proposer", set()),
    ("in force", "head", {"lift"}),
    ("in force", "proposer", set()),
    ("fine", "proposer", {"pay"}),
    ("fine", "head", {"pay", "lift"}),
    ("referral", "proposer", {"execute"}),
]


def a_measure(state: str) -> Measure:
    match state:
        case "proposed, to be heard":
            return propose("revoke_certificate")
        case "proposed, at once":
            return propose("suspend_certificate")
        case "approved":
            return approved(propose("revoke_certificate"))
        case "replied":
            return replied(approved(propose("revoke_certificate")))
        case "in force":
            return a_measure_in_force("suspend_certificate")
        case "fine":
            return a_measure_in_force("administrative_case_auditor")
    return a_measure_in_force(state)


@pytest.mark.parametrize(("state", "who", "expected"), BUTTONS)
def test_only_buttons_that_are_not_refused_are_shown(
    sign_in: SignIn, state: str, who: str, expected: set[str]
) -> None:
    measure = a_measure(state)
    person = {
        "proposer": inspector(),
        "head": head(),
        "another inspector": scenarios.a_person(Role.INSPECTOR, inspector().organisation),
    }[who]
    shown = text_of(page(sign_in(person), "oversight:measure-detail", measure.number))
    assert forms_on(shown, measure.number) == expected


def test_the_page_says_why_the_proposer_has_no_button_and_the_post_is_refused(
    sign_in: SignIn,
) -> None:
    measure = propose("revoke_certificate")
    head()
    both = scenarios.as_member(inspector().user, Role.COMMITTEE_HEAD, inspector().organisation)
    client = sign_in(both)
    shown = text_of(page(client, "oversight:measure-detail", measure.number))
    assert "You proposed this measure: another person approves or rejects it." in shown
    assert "approve" not in forms_on(shown, measure.number)
    assert press(client, measure, "approve").status_code == 403
    assert again(measure).status == "proposed"


def test_from_the_proposal_to_the_decision_in_the_browser(sign_in: SignIn) -> None:
    certificate = scenarios.a_certificate("valid")
    proposer, decider = sign_in(inspector()), sign_in(head())
    chosen = page(proposer, "oversight:measure-propose", certificate=certificate.number)
    assert "Revocation of a CT-KZ certificate" in text_of(chosen)
    address = reverse("oversight:measure-propose") + "?type=revoke_certificate"
    sent = {
        "form_token": str(uuid.uuid4()),
        "certificate": certificate.number,
        "reason": "false_data",
        "grounds": GROUNDS,
    }
    for _time in range(2):
        answer = proposer.post(address, sent, headers=ENGLISH, follow=True)
        assert "another person approves or rejects it" in text_of(answer)
    measure = Measure.objects.get()
    assert press(decider, measure, "approve").status_code == 200
    subject = sign_in(speaker(measure))
    shown = text_of(page(subject, "control:measure", measure.number))
    assert "You may reply until" in shown
    subject.post(
        reverse("control:measure-reply", args=[measure.number]),
        {"reply-text": "Не согласны.", "version": str(again(measure).version)},
        headers=ENGLISH,
    )
    assert again(measure).reply == "Не согласны."
    press(decider, measure, "impose", **{"impose-note": "Доводы не приняты."})
    assert again(measure).status == "in_force"
    assert status_of(certificate) == "revoked"
    again_pressed = press(decider, measure, "impose", **{"impose-note": "Ещё раз."})
    assert again_pressed.status_code == 409
    assert certificate.changes.count() == 1
    shown = text_of(page(subject, "control:measure", measure.number))
    assert "Доводы не приняты." in shown
    assert "File an appeal" in shown


def test_the_subject_appeals_and_another_person_decides(sign_in: SignIn) -> None:
    measure = a_measure_in_force("revoke_certificate")
    subject, judge = sign_in(speaker(measure)), another_head()
    subject.post(
        reverse("control:measure-appeal", args=[measure.number]),
        {"appeal-text": "Просим отменить.", "appeal-form_token": str(uuid.uuid4())},
        headers=ENGLISH,
    )
    appeal = Appeal.objects.get()
    shown = text_of(page(sign_in(head()), "oversight:appeal-detail", appeal.number))
    assert "a person who took no part decides" in shown
    assert "/allow/" not in shown
    client = sign_in(judge)
    shown = text_of(page(client, "oversight:appeal-detail", appeal.number))
    assert "/allow/" in shown
    client.post(
        reverse("oversight:appeal-decide", args=[appeal.number, "allow"]),
        {"version": "1", "allow-note": "Не подтвердилось."},
        headers=ENGLISH,
    )
    assert status_of(measure.certificate) == "valid"
    assert "Не подтвердилось." in text_of(page(subject, "control:measure", measure.number))


def test_nobody_else_sees_a_measure_against_another(sign_in: SignIn) -> None:
    measure = a_measure_in_force("revoke_certificate")
    auditor_case = a_measure_in_force("administrative_case_auditor")
    stranger = sign_in(scenarios.a_person(Role.APPLICANT))
    for number in (measure.number, auditor_case.number):
        assert page(stranger, "control:measure", number).status_code == 404
        answer = stranger.post(reverse("control:measure-reply", args=[number]), {})
        assert answer.status_code == 404
    auditor = sign_in(speaker(auditor_case))
    assert page(auditor, "control:measure", auditor_case.number).status_code == 200
    assert page(auditor, "control:measure", measure.number).status_code == 404


@pytest.mark.parametrize("state", ["proposed", "rejected", "withdrawn"])
def test_before_the_notice_the_subject_knows_nothing(sign_in: SignIn, state: str) -> None:
    measure = propose("revoke_certificate")
    if state != "proposed":
        by, command = (head(), "reject") if state == "rejected" else (inspector(), "withdraw")
        press(sign_in(by), measure, command, **{f"{command}-note": "Нет."})
    assert again(measure).status == state
    assert page(sign_in(speaker(measure)), "control:measure", measure.number).status_code == 404
    assert inbox_of(speaker(measure)) == []


def called(person: Membership, key: str = "waiting") -> list[str]:
    """What of measures and appeals lies in the person's tab, by its kind."""
    basket = Basket(person)
    tab = next(tab for tab in basket.tabs if tab.key == key)
    kinds = [row.kind for row in basket.rows(tab, basket.counts().by_tab[key])[:100]]
    return sorted(kind for kind in kinds if kind in ("measure", "appeal"))


def test_the_inbox_and_the_desks_tell_what_waits() -> None:
    measure = propose("revoke_certificate")
    assert called(head()) == ["measure"]
    assert called(inspector()) == []
    measure = approved(measure)
    assert called(head()) == []
    items = [item for item in inbox_of(speaker(measure)) if measure.number in item.title]
    assert [(item.is_open, item.due_on) for item in items] == [(True, measure.due_on)]
    replied(measure)
    items = [item for item in inbox_of(speaker(measure)) if measure.number in item.title]
    assert [item.is_open for item in items] == [False]
    assert called(head()) == ["measure"]
    appealed(a_measure_in_force("administrative_case_auditor"))
    assert called(another_head()) == ["appeal", "measure"]
    assert called(head()) == ["measure"]


def test_the_inspector_is_called_to_what_is_not_executed_in_time() -> None:
    measure = a_measure_in_force("recall_notice")
    Membership.objects.update(valid_until=None)
    with after(measure.execute_by):
        assert called(inspector(), "free") == []
    with after(measure.execute_by + dt.timedelta(days=1)):
        assert called(inspector(), "free") == ["measure"]


def test_a_foreign_department_sees_neither_the_row_nor_the_page(sign_in: SignIn) -> None:
    measure = a_measure_in_force("revoke_certificate")
    elsewhere = Department.objects.exclude(pk__in=("000", measure.department_id)).first()
    local = scenarios.a_person(Role.INSPECTOR, inspector().organisation)
    Posting.objects.create(user=local.user, department=elsewhere, since=timezone.localdate())
    client = sign_in(local)
    assert measure.number not in text_of(page(client, "oversight:measure-list"))
    assert page(client, "oversight:measure-detail", measure.number).status_code == 403
    assert measure.number not in text_of(page(client, "oversight:measure-export", format="csv"))


def test_the_tabs_hold_each_measure_once_and_filters_narrow(sign_in: SignIn) -> None:
    measures = {
        "to_approve": propose("revoke_certificate"),
        "replies_due": approved(propose("revoke_certificate")),
        "to_decide": replied(approved(propose("revoke_certificate"))),
        "in_force": a_measure_in_force("referral"),
        "ended": propose("suspend_certificate"),
    }
    client = sign_in(inspector())
    press(client, measures["ended"], "withdraw")
    for tab in measures:
        shown = text_of(page(client, "oversight:measure-list", tab=tab))
        for name, measure in measures.items():
            assert (measure.number in shown) is (name == tab), (tab, name)
    shown = text_of(page(client, "oversight:measure-list", type="referral"))
    assert measures["in_force"].number in shown
    assert measures["to_approve"].number not in shown
    shown = text_of(page(client, "oversight:measure-list", group="referral", since="2999-01-01"))
    assert "No measure fits these conditions" in shown
    exported = text_of(page(client, "oversight:measure-export", format="csv", group="referral"))
    assert measures["in_force"].number in exported
    assert measures["to_approve"].number not in exported


def test_every_type_has_its_form(sign_in: SignIn) -> None:
    client = sign_in(inspector())
    expected = {
        "certificate": 'name="certificate"',
        "act": 'name="act"',
        "auditor": 'name="auditor"',
        "organisation": 'name="organisation"',
        "subject": 'name="subject_name"',
    }
    for kind in MeasureType.objects.all():
        shown = text_of(page(client, "oversight:measure-propose", type=kind.code))
        for target, field in expected.items():
            is_asked = target == kind.target or (target, kind.target) == ("auditor", "subject")
            assert (field in shown) is is_asked, (kind.code, target)
        assert ("MCI" in shown) is kind.has_fine, kind.code


def test_a_proposal_is_prefilled_from_what_it_was_begun_with(sign_in: SignIn) -> None:
    certificate = scenarios.a_certificate("valid")
    auditor = an_attested_auditor()
    client = sign_in(inspector())
    shown = text_of(
        page(
            client,
            "oversight:measure-propose",
            type="revoke_certificate",
            certificate=certificate.number,
        )
    )
    assert f'value="{certificate.number}"' in shown
    shown = text_of(
        page(
            client,
            "oversight:measure-propose",
            type="revoke_attestation",
            auditor=str(auditor.user_id),
        )
    )
    assert f'value="{auditor.user_id}" selected' in shown


@pytest.mark.parametrize(
    "query",
    [
        {"check": "no-such"},
        {"complaint": str(uuid.uuid4())},
        {"inspection": "\x00"},
        {"type": "nonsense"},
        {"type": "\x00"},
    ],
)
def test_what_does_not_exist_is_not_found(sign_in: SignIn, query: dict[str, str]) -> None:
    answer = page(sign_in(inspector()), "oversight:measure-propose", **query)
    assert answer.status_code == 404


def test_a_refused_form_keeps_what_was_typed(sign_in: SignIn) -> None:
    address = reverse("oversight:measure-propose") + "?type=revoke_certificate"
    sent = {
        "form_token": str(uuid.uuid4()),
        "certificate": "KZ 6 120 99999",
        "reason": "false_data",
        "grounds": GROUNDS,
    }
    shown = text_of(sign_in(inspector()).post(address, sent, headers=ENGLISH))
    assert "There is no certificate of this number." in shown
    assert GROUNDS in shown


def test_repetition_within_a_year_is_shown_to_the_decider(sign_in: SignIn) -> None:
    first = a_measure_in_force("administrative_case_auditor")
    second = propose("revoke_attestation", auditor=first.auditor)
    shown = text_of(page(sign_in(head()), "oversight:measure-detail", second.number))
    assert "Not the first within a year" in shown
    assert first.number in shown


@pytest.mark.parametrize("name", ["oversight:measure-list", "oversight:appeal-list"])
def test_the_number_of_queries_does_not_grow_with_the_rows(sign_in: SignIn, name: str) -> None:
    client = sign_in(head())

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert page(client, name).status_code == 200
        return len(caught)

    appealed(a_measure_in_force("administrative_case_auditor"))
    propose("revoke_certificate")
    page(client, name)
    before = queries()
    for _time in range(3):
        appealed(a_measure_in_force("administrative_case_auditor"))
        propose("revoke_certificate")
        propose("annul_act")
    assert queries() == before


def test_the_subjects_list_has_fixed_queries_too(sign_in: SignIn) -> None:
    measure = a_measure_in_force("administrative_case_auditor")
    client = sign_in(speaker(measure))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert page(client, "control:measures").status_code == 200
        return len(caught)

    page(client, "control:measures")
    before = queries()
    for _time in range(3):
        a_measure_in_force("administrative_case_auditor", auditor=measure.auditor)
    assert queries() == before
