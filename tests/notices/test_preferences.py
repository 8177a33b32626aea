"""What a person may choose, and that one click in a letter is enough."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from notices.choosing import Choices, choices_of, code_of, default_of, stop_letters, user_of
from notices.models import Choice, DigestHour, Preference
from notices.turns import Group
from outbox.models import Letter
from tests import scenarios
from tests.notices.conftest import SignIn, Tell
from tests.notices.scenes import a_filed_request, asked_again

LANGUAGE = "en"
pytestmark = pytest.mark.django_db
PAGE = "notices:preferences"


def chosen(member: Membership, group: str, *, must_act: bool = False) -> str:
    return choices_of([member.user_id])[member.user_id].of(group, member, must_act=must_act)


def answers(**values: Any) -> dict[str, Any]:
    return {**dict.fromkeys(Group.values, "now"), "hour": "9", **values}


@pytest.mark.parametrize(
    ("role", "must_act", "expected"),
    [
        (Role.APPLICANT, False, Choice.NOW),
        (Role.APPLICANT, True, Choice.NOW),
        (Role.CHAMBER_OFFICER, False, Choice.DIGEST),
        (Role.CHAMBER_OFFICER, True, Choice.NOW),
        (Role.COMMITTEE_HEAD, False, Choice.DIGEST),
    ],
)
def test_without_a_choice_the_role_says(role: str, must_act: bool, expected: str) -> None:
    assert default_of(Group.TURN, role, must_act) == expected


@pytest.mark.parametrize(
    ("role", "must_act", "expected"),
    [
        (Role.APPLICANT, True, Choice.NEVER),
        (Role.CHAMBER_SIGNATORY, True, Choice.DIGEST),
        (Role.CHAMBER_SIGNATORY, False, Choice.NEVER),
        (Role.AUDITOR, True, Choice.DIGEST),
    ],
)
def test_whoever_decides_always_hears_of_what_waits_for_them(
    role: str, must_act: bool, expected: str
) -> None:
    member = Membership(role=role)
    choices = Choices({Group.TURN: Choice.NEVER})
    assert choices.of(Group.TURN, member, must_act=must_act) == expected


def test_a_choice_is_kept_and_shown(sign_in: SignIn) -> None:
    member = scenarios.a_person(Role.APPLICANT)
    client = sign_in(member)
    client.post(reverse(PAGE), answers(turn="never", deadline="digest", hour="14"))
    assert chosen(member, Group.TURN) == Choice.NEVER
    assert chosen(member, Group.DEADLINE) == Choice.DIGEST
    assert DigestHour.objects.get(user=member.user).hour == 14
    page = client.get(reverse(PAGE)).content.decode()
    assert re.search(r'name="turn" value="never"[^>]*checked', page)
    assert re.search(r'value="14" selected', page)


def test_a_decider_cannot_switch_off_what_others_wait_for_and_reads_why(sign_in: SignIn) -> None:
    member = scenarios.a_person(Role.CHAMBER_OFFICER)
    client = sign_in(member)
    page = client.get(reverse(PAGE)).content.decode()
    assert 'name="turn" value="never"' not in page
    assert 'name="mention" value="never"' in page
    assert "once a day is the least" in page
    assert client.post(reverse(PAGE), answers(turn="never")).status_code == 400
    assert not Preference.objects.exists()


def test_the_link_in_a_letter_opens_the_choice_without_signing_in(tell: Tell) -> None:
    request = a_filed_request("en")
    member = scenarios.actor_of(request, Role.APPLICANT)
    asked_again(request)
    tell()
    letter = Letter.objects.filter(to=member.user.email).last()
    assert letter
    link = letter.headers["List-Unsubscribe"].strip("<>").partition("/notices/")
    address = "/notices/" + link[2]
    # Programs that look into letters open every link: opening changes nothing.
    assert Client().get(address).status_code == 200
    assert not Preference.objects.exists()
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert chosen(member, Group.DEADLINE, must_act=True) == Choice.NEVER
    Client().post(address, answers(deadline="digest"))
    assert chosen(member, Group.DEADLINE) == Choice.DIGEST


def test_one_click_leaves_a_decider_the_daily_letter() -> None:
    member = scenarios.a_person(Role.AUDITOR)
    stop_letters(user=member.user)
    assert chosen(member, Group.TURN) == Choice.DIGEST
    assert chosen(member, Group.MENTION) == Choice.NEVER


def test_a_made_up_code_opens_nothing() -> None:
    member = scenarios.a_person()
    assert user_of(code_of(member.user)) == member.user
    for code in (code_of(member.user)[:-2] + "xx", "nothing"):
        assert user_of(code) is None
        assert Client().get(reverse("notices:unsubscribe", args=[code])).status_code == 404
