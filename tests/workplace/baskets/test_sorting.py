"""Nothing in two places, nothing forgotten; what waits for a person is what the person may do."""

from itertools import combinations
from typing import Any

import pytest

from accounts.models import Membership, Role
from tests import scenarios
from tests.oversight.inspections import scenes as inspections
from workplace.baskets.gathering import Basket
from workplace.baskets.sources import SOURCES
from workplace.baskets.tabs import TABS

from .population import Population
from .turns_of_people import FREE, TURNS, WAITING

LANGUAGE = "en"


def everybody(world: Population) -> list[Membership]:
    """Each role, a second person of those that decide, one who serves in a region, and people in
    two roles at once."""
    officer = world.member(Role.CHAMBER_OFFICER)
    return [
        *world.people,
        scenarios.a_person(Role.COMMITTEE_HEAD, world.committee),
        inspections.an_inspector(inspections.HERE, world.committee),
        inspections.an_inspector(inspections.HERE, world.committee, role=Role.COMMITTEE_HEAD),
        scenarios.a_person(Role.CHAMBER_OFFICER, world.chamber),
        scenarios.as_member(officer.user, Role.CHAMBER_SIGNATORY, world.chamber),
        scenarios.as_member(world.applicant.user, Role.CHAMBER_OFFICER, world.chamber),
        scenarios.as_member(world.applicant.user, Role.EXPERT_HEAD, world.experts),
    ]


@pytest.mark.django_db
def test_each_thing_lies_in_one_place_and_waits_for_whoever_may_act() -> None:
    """One test: the population takes longer to grow than all that is asked of it."""
    scenarios.reference_data()
    world = Population()
    world.grow()
    seen: set[str] = set()
    for actor in everybody(world):
        basket = Basket(actor)
        for kind in basket.sources:
            if the_kind_is_sorted(basket, kind):
                seen.add(kind)
            turns_agree(basket, kind)
        counts_are_rows(basket)
    assert seen == {source.kind for source in SOURCES}


def the_kind_is_sorted(basket: Basket, kind: str) -> int:
    """Every visible thing under exactly one condition: of a tab, or of a reason to be in none."""
    source, sorting = basket.sources[kind]
    visible = source.visible(basket.reader)
    where = {**sorting.tabs, **{f"out: {why}": it for why, it in sorting.left_out.items()}}
    found = {
        name: set(visible.filter(condition).values_list("pk", flat=True))
        for name, condition in where.items()
    }
    told = (basket.actor.role, kind)
    for (one, its), (other, others) in combinations(found.items(), 2):
        assert not its & others, (told, one, other)
    everything = set(visible.values_list("pk", flat=True))
    assert set().union(*found.values()) == everything, told
    assert sum(len(ids) for ids in found.values()) == visible.count(), told
    assert sorting.tabs.keys() <= {tab.key for tab in TABS[basket.actor.role]}, told
    return len(everything)


def turns_agree(basket: Basket, kind: str) -> None:
    """In a tab that waits, or free to be taken, if and only if the person may do the step."""
    source, sorting = basket.sources[kind]
    waiting = {tab.key for tab in basket.tabs if tab.is_waiting}
    visible = source.visible(basket.reader)
    lies: dict[Any, str] = {}
    for key, condition in sorting.tabs.items():
        place = WAITING if key in waiting else FREE if key == "free" else ""
        for pk in visible.filter(condition).values_list("pk", flat=True):
            lies[pk] = place
    for thing in visible:
        turn = TURNS[kind](thing, basket.actor)
        told = (basket.actor.role, kind, getattr(thing, "status", ""), str(thing))
        assert lies.get(thing.pk, "") == (turn or ""), told


def counts_are_rows(basket: Basket) -> None:
    """What a tab's count says is what the tab shows, and no row is in two tabs."""
    counts = basket.counts()
    keys: list[str] = []
    for tab in basket.tabs:
        rows = basket.rows(tab, counts.by_tab[tab.key])[:1000]
        assert len(rows) == counts.by_tab[tab.key], (basket.actor.role, tab.key)
        keys += [row.key for row in rows]
    assert len(keys) == len(set(keys)) == sum(counts.by_tab.values())
    everything = basket.found(counts.total)[:2000]
    assert len(everything) == counts.total
    assert set(keys) <= {row.key for row in everything}
