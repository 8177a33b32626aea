"""What calls a person: only what this person may do, and no longer than it waits."""

import pytest

from accounts.models import Membership, Role
from oversight.inspections.baskets import calls_for
from oversight.inspections.conducting import assign_inspector
from tests import scenarios

from . import scenes

LANGUAGE = "en"


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenes.an_inspector(posted_to=scenes.HERE)


def told(member: Membership) -> list[str]:
    return [call.text for call in calls_for(member, on=scenes.today())]


def test_inspections_call_whoever_may_take_or_conduct_them(inspector: Membership) -> None:
    stranger = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    inspection = scenes.unscheduled(inspector)
    assert told(inspector) == ["1 inspection to be given out"]
    assert told(stranger) == []
    assign_inspector(inspection=inspection, actor=inspector, inspector=inspector.user)
    assert told(inspector) == ["1 inspection of yours"]
    assert told(scenarios.a_person(Role.CHAMBER_OFFICER)) == []


def test_a_list_calls_a_head_who_planned_none_of_it_until_it_is_approved(
    inspector: Membership,
) -> None:
    head = scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)
    author = scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)
    scenes.listed(inspector)
    scenes.listed(inspector)
    call = "1 half-yearly list to approve"
    assert call in told(head)
    assert call not in told(inspector)
    scenes.listed(author)
    assert call not in told(author)
    scenes.approved(head)
    assert call not in told(head)
