"""What is late is counted once: by the basket, by its filter and by the clocks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, Role
from tests import scenarios
from tests.workplace.baskets.population import Population
from workplace.baskets.choices import FilterForm
from workplace.baskets.gathering import Basket
from workplace.baskets.home import ROWS_PER_PAGE
from workplace.baskets.rows import Row
from workplace.deadlines.clocks import Counting
from workplace.deadlines.late import Late

LANGUAGE = "en"
# Of these the basket shows the case that they belong to, which stands still or waits.
TOLD_BY_THEIR_CASE = {
    "certificate",
    "consultation",
    "application_question",
    "check_question",
    "request_question",
}
CONFIRMED_BY_HEADS = {"mandate", "chamber_seal"}
pytestmark = pytest.mark.django_db


@pytest.fixture(params=[20, 90])
def later(request: pytest.FixtureRequest) -> Iterator[list[Membership]]:
    """Some of everything, left lying for so many days."""
    scenarios.reference_data()
    world = Population()
    world.grow()
    actors = [*world.people, scenarios.a_person(Role.COMMITTEE_HEAD, world.committee)]
    with time_machine.travel(timezone.now() + timedelta(days=request.param), tick=False):
        yield actors


def late_rows(actor: Membership) -> list[Row]:
    basket = Basket(actor)
    seen = basket.filtered(FilterForm(basket, QueryDict("due=late")).filters)
    return list(seen.found(seen.counts().total)[:1000])


def test_the_figure_counts_what_its_link_shows(client: Client, later: list[Membership]) -> None:
    told = 0
    for actor in later:
        rows = late_rows(actor)
        assert Basket(actor).counts().late_anywhere == len(rows)
        assert all(row.days_left is not None and row.days_left < 0 for row in rows)
        told += len(rows)
    assert told > 20
    client.force_login(actor.user)
    home = client.get("/").content.decode()
    assert f'<a class="bad-text" href="/?tab=all&amp;due=late">{len(rows)}</a>' in home
    shown = client.get("/", {"tab": "all", "due": "late"}).content.decode()
    assert sum(row.number in shown for row in rows) >= min(len(rows), ROWS_PER_PAGE)


def test_baskets_and_clocks_call_the_same_things_late(later: list[Membership]) -> None:
    for actor in later:
        if actor.role not in COMMITTEE_ROLES:
            continue
        clocks = Late(actor, Counting.at()).clocks
        late = {clock.subject_id: clock.subject_type for clock in clocks if clock.is_late}
        rows = {row.pk: row.kind for row in late_rows(actor)}
        assert {rows[key] for key in rows.keys() - late.keys()} == set()
        beside = {late[key] for key in late.keys() - rows.keys()}
        if actor.role == Role.INSPECTOR:
            beside -= CONFIRMED_BY_HEADS
        assert beside <= TOLD_BY_THEIR_CASE
