"""What calls a person: only what this person may do, and no longer than it waits."""

import pytest

from accounts.models import Membership, Role
from oversight.inspections.baskets import calls_for
from oversight.inspections.conducting import assign_inspector
from tests import scenarios
from workplace.baskets.filters import Filters
from workplace.baskets.gathering import Basket

from . import scenes

LANGUAGE = "en"


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenes.an_inspector(posted_to=scenes.HERE)


def told(member: Membership) -> list[str]:
    return [call.text for call in calls_for(member, on=scenes.today())]


def places(member: Membership) -> list[str]:
    """The tabs in which an inspection lies."""
    counts = Basket(member).filtered(Filters.of({"kind": "inspection"})).counts()
    return [key for key, count in counts.by_tab.items() if count]


def test_inspections_call_whoever_may_take_or_conduct_them(inspector: Membership) -> None:
    stranger = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    head = scenes.an_inspector(scenes.HERE, inspector.organisation, role=Role.COMMITTEE_HEAD)
    inspection = scenes.unscheduled(inspector)
    assert (places(inspector), places(head), places(stranger)) == (["free"], ["waiting"], [])
    assign_inspector(inspection=inspection, actor=inspector, inspector=inspector.user)
    assert (places(inspector), places(head)) == (["waiting"], ["moving"])


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
