"""The address alone says what a basket shows; what it says wrongly is left out and told."""

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Role
from expertise.models import ExpertiseRequest
from issuance.models import Application
from reference.models import Parameter
from tests import scenarios
from workplace.baskets.choices import FilterForm
from workplace.baskets.gathering import Basket

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def numbers(actor: Membership, address: str) -> set[str]:
    basket = Basket(actor)
    seen = basket.filtered(FilterForm(basket, QueryDict(address)).filters)
    counts = seen.counts()
    rows = seen.found(counts.total)[:100]
    assert len(rows) == counts.total
    # The rules that came with the portal are seen by the Committee, too.
    return {str(row.number) for row in rows if row.kind != "pack"}


def page(client: Client, actor: Membership, address: str = "") -> str:
    client.force_login(actor.user)
    answer = client.get(f"/?{address}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def two(db: None) -> tuple[Application, ExpertiseRequest]:
    """One case at a chamber, another with an auditor."""
    return scenarios.an_application("submitted"), scenarios.a_request("in_expertise")


def test_each_filter_lets_through_what_it_names(
    two: tuple[Application, ExpertiseRequest],
) -> None:
    application, request = two
    inspector = scenarios.a_person(Role.INSPECTOR)
    first, second = {application.number}, {request.number}
    both = first | second
    experts = application.act.request.expert_organisation
    today = timezone.localdate()
    assert numbers(inspector, "") == both
    for address, expected in {
        "kind=application": first,
        "kind=request": second,
        "kind=complaint": set(),
        "stage=chamber": first,
        "stage=expertise": second,
        "stage=control": set(),
        "by=chamber": first,
        "by=experts": second,
        "by=applicant": set(),
        f"chamber={application.chamber.code}": first,
        f"experts={experts.bin}": first,
        f"experts={request.expert_organisation.bin}": second,
        f"auditor={request.auditor_id}": second,
        "hs=8421": both,
        "hs=85": set(),
        f"since={today}": both,
        f"since={today - dt.timedelta(days=1)}": set(),
        f"q={request.number}": second,
        f"kind=request&q={application.number}": set(),
    }.items():
        assert numbers(inspector, address) == expected, address


@pytest.mark.parametrize(("due", "days"), [("late", -1), ("today", 0)])
def test_what_presses_is_found_by_its_term(
    two: tuple[Application, ExpertiseRequest], due: str, days: int
) -> None:
    application, request = two
    inspector = scenarios.a_person(Role.INSPECTOR)
    day = timezone.localdate() + dt.timedelta(days=days)
    ExpertiseRequest.objects.filter(pk=request.pk).update(due_on=day)
    assert request.number in numbers(inspector, f"due={due}")
    assert application.number not in numbers(inspector, "due=late")


def test_a_stage_that_ends_before_the_whole_term_is_late_in_the_row_and_in_the_count() -> None:
    """The term of acceptance is over while the whole term still runs."""
    request = scenarios.a_request("submitted")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    long_ago = timezone.now() - dt.timedelta(days=20)
    ExpertiseRequest.objects.filter(pk=request.pk).update(
        status_since=long_ago, due_on=timezone.localdate() + dt.timedelta(days=9)
    )
    basket = Basket(head)
    counts = basket.counts()
    assert counts.late == 1
    row = basket.rows(basket.tabs[0], counts.by_tab["to_accept"])[0]
    assert row.days_left is not None
    assert row.days_left < 0


@pytest.mark.parametrize(("began", "late"), [(70, 0), (140, 1), (500, 1)])
def test_a_term_longer_than_the_window_is_late_on_its_day_and_not_before(
    began: int, late: int
) -> None:
    """Sixty working days are more than eighty of the calendar."""
    scenarios.reference_data()
    Parameter.objects.filter(key="term.request.submitted").update(value=60)
    request = scenarios.a_request("submitted")
    ExpertiseRequest.objects.filter(pk=request.pk).update(
        status_since=timezone.now() - dt.timedelta(days=began), due_on=None
    )
    basket = Basket(scenarios.actor_of(request, Role.EXPERT_HEAD))
    counts = basket.counts()
    assert counts.late == late
    row = basket.rows(basket.tabs[0], counts.by_tab["to_accept"])[0]
    assert row.days_left is not None
    assert (row.days_left < 0) == bool(late)


def test_chips_take_one_filter_away_and_keep_the_others(
    client: Client, two: tuple[Application, ExpertiseRequest]
) -> None:
    text = page(client, scenarios.a_person(Role.INSPECTOR), "tab=moving&kind=request&hs=8421")
    assert "What: Request for expertise" in text
    assert 'href="/?tab=moving&amp;hs=8421"' in text
    assert 'href="/?tab=moving&amp;kind=request"' in text
    assert 'href="/?kind=request&amp;hs=8421&amp;tab=stopped"' in text


@pytest.mark.parametrize("address", ["kind=spaceship", "due=never", "since=soon", "hs=abc"])
def test_a_bad_value_is_left_out_and_told(
    client: Client, two: tuple[Application, ExpertiseRequest], address: str
) -> None:
    text = page(client, scenarios.a_person(Role.INSPECTOR), f"tab=moving&{address}")
    assert "This part of the address means nothing here and was left out" in text
    assert two[0].number in text


def test_the_order_is_kept_in_the_address(two: tuple[Application, ExpertiseRequest]) -> None:
    application, request = two
    inspector = scenarios.a_person(Role.INSPECTOR)
    later = timezone.now() + dt.timedelta(hours=1)
    ExpertiseRequest.objects.filter(pk=request.pk).update(status_since=later)

    def ordered(address: str) -> list[Any]:
        basket = Basket(inspector)
        seen = basket.filtered(FilterForm(basket, QueryDict(address)).filters)
        tab = next(tab for tab in seen.tabs if tab.key == "moving")
        return [row.number for row in seen.rows(tab, 2)[:10]]

    assert ordered("sort=newest") == [request.number, application.number]
    assert ordered("sort=oldest") == [application.number, request.number]
    assert ordered("sort=number") == sorted([request.number, application.number])


def test_filters_cost_the_same_for_one_row_and_for_many(
    client: Client, django_assert_num_queries: Any
) -> None:
    inspector = scenarios.a_person(Role.INSPECTOR)
    application = scenarios.an_application("submitted")
    applicant = scenarios.staff_of(application, Role.APPLICANT)
    address = "tab=moving&kind=application&hs=84&by=chamber"
    page(client, inspector, address)
    with django_assert_num_queries(30, exact=False) as for_one:
        page(client, inspector, address)
    for _number in range(3):
        scenarios.an_application("submitted", applicant=applicant)
    with django_assert_num_queries(len(for_one)):
        text = page(client, inspector, address)
    assert len(text.encode()) < 150_000
