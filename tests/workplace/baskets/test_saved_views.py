"""Saved views: a person's own, under a name, with one that is shown first."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from tests import scenarios
from workplace.models import SavedView

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Membership:
    return scenarios.a_person(Role.CHAMBER_OFFICER)


def signed_in(client: Client, actor: Membership) -> Client:
    client.force_login(actor.user)
    return client


def save(client: Client, name: str, query: str, **more: str) -> None:
    answer = client.post(
        reverse("workplace:view-save"), {"path": "/", "name": name, "query": query, **more}
    )
    assert answer.status_code == 302


def test_a_view_is_kept_opened_renamed_and_removed(client: Client, officer: Membership) -> None:
    signed_in(client, officer)
    save(client, "Filters of engines", "tab=free&hs=8421&page=3&q=")
    view = SavedView.objects.get()
    assert (view.page, view.query) == ("home", "tab=free&hs=8421")
    text = client.get("/?hs=8421&tab=free").content.decode()
    assert 'href="/?tab=free&amp;hs=8421" aria-current="true"' in text
    client.post(reverse("workplace:view-change", args=[view.pk]), {"name": "Engines"})
    view.refresh_from_db()
    assert view.name == "Engines"
    client.post(reverse("workplace:view-remove", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_the_same_name_again_changes_what_it_shows(client: Client, officer: Membership) -> None:
    signed_in(client, officer)
    save(client, "Mine", "tab=mine")
    save(client, " Mine ", "tab=free")
    assert SavedView.objects.get().query == "tab=free"


def test_the_first_one_is_shown_when_the_page_is_opened_and_there_is_one(
    client: Client, officer: Membership
) -> None:
    signed_in(client, officer)
    save(client, "Free ones", "tab=free", is_first="1")
    save(client, "Late ones", "due=late", is_first="1")
    assert client.get("/").headers["Location"] == "/?due=late"
    assert client.get("/?tab=mine").status_code == 200
    view = SavedView.objects.get(is_first=True)
    client.post(
        reverse("workplace:view-change", args=[view.pk]), {"name": view.name, "do": "not_first"}
    )
    assert client.get("/").status_code == 200


def test_nobody_touches_the_view_of_another(client: Client, officer: Membership) -> None:
    view = SavedView.objects.create(user=officer.user, page="home", name="Mine", query="tab=mine")
    stranger = signed_in(client, scenarios.a_person(Role.CHAMBER_OFFICER))
    for name in ("view-change", "view-remove"):
        address = reverse(f"workplace:{name}", args=[view.pk])
        assert stranger.post(address, {"name": "X"}).status_code == 404
    assert "Mine</a>" not in stranger.get("/").content.decode()


@pytest.mark.parametrize("path", ["https://example.kz/", "/no/such/page/", "//example.kz", ""])
def test_a_view_is_of_a_page_of_the_portal(client: Client, officer: Membership, path: str) -> None:
    answer = signed_in(client, officer).post(
        reverse("workplace:view-save"), {"path": path, "name": "X", "query": ""}
    )
    assert answer.status_code == 404
    assert not SavedView.objects.exists()


def test_a_person_keeps_no_more_than_a_page_can_show(client: Client, officer: Membership) -> None:
    signed_in(client, officer)
    for number in range(21):
        save(client, f"View {number}", f"tab=mine&q={number}")
    assert SavedView.objects.count() == 20


def shown_counts(client: Client, address: str) -> dict[str, int]:
    """Every saved view on the page with the number it tells."""
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    row = answer.content.decode().partition('aria-label="Saved views"')[2].partition("</ul>")[0]
    found = re.findall(r'<a href="([^"]*)"[^>]*>[^<]*<b>(\d+)</b>', row)
    return {html.unescape(url): int(number) for url, number in found}


def test_every_view_of_the_basket_says_how_much_it_shows(client: Client) -> None:
    application = scenarios.an_application("submitted")
    scenarios.an_application("submitted", chamber=application.chamber)
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    bin_ = application.applicant.bin
    queries = ["tab=free", f"tab=all&q={bin_}", "due=late", "tab=mine", "hs=99", "kind=nonsense"]
    for query in queries:
        SavedView.objects.create(user=officer.user, page="home", name=query, query=query)
    counts = shown_counts(signed_in(client, officer), "/?tab=mine")
    assert set(counts) == {f"/?{query}" for query in queries}
    for address, number in counts.items():
        page = client.get(address).context["page"]
        assert page.paginator.count == number, address
    assert counts["/?tab=free"] == 2
    assert counts[f"/?tab=all&q={bin_}"] == 1


# By page: who opens it, and three views of it.
PAGES: dict[str, tuple[str, tuple[str, str, str]]] = {
    "home": (Role.CHAMBER_OFFICER, ("tab=free", "due=late", "hs=84")),
    "workplace:late-list": (Role.CHAMBER_OFFICER, ("cut=late", "cut=all", "cut=soon")),
    "expertise:request-list": (Role.EXPERT_HEAD, ("q=Примеров", "sort=number", "status=draft")),
    "expertise:act-list": (Role.EXPERT_HEAD, ("q=AE", "sort=number", "sort=-number")),
    "issuance:application-list": (Role.CHAMBER_OFFICER, ("status=submitted", "q=zz", "q=")),
    "issuance:certificate-list": (Role.INSPECTOR, ("status=valid", "q=zz", "status=revoked")),
    "issuance:change-list": (Role.INSPECTOR, ("status=proposed", "q=zz", "status=in_force")),
    "auditors:case-list": (Role.INSPECTOR, ("tab=waiting", "sort=since", "q=zz")),
    **{
        f"oversight:{name}-list": (Role.INSPECTOR, ("tab=all", "q=zz", "sort=nothing"))
        for name in (
            "case", "check", "recommendation", "violation", "inspection", "complaint", "measure",
            "listing",
        )
    },
    **{
        f"oversight:{name}-list": (Role.INSPECTOR, ("status=draft", "q=", "status=filed"))
        for name in ("mass", "plan", "appeal")
    },
}  # fmt: skip


def a_reader(page: str) -> Membership:
    """With something on most of the pages."""
    role = PAGES[page][0]
    certificate = scenarios.a_certificate("valid")
    application = scenarios.an_application("submitted", chamber=certificate.application.chamber)
    if role == Role.EXPERT_HEAD:
        return scenarios.actor_of(application.act.request, role)
    if role == Role.CHAMBER_OFFICER:
        return scenarios.staff_of(application, role)
    return scenarios.a_person(role)


@pytest.mark.parametrize("page", PAGES)
def test_views_on_every_list_say_how_much_they_show_for_a_fixed_price(
    page: str, client: Client, django_assert_max_num_queries: Any
) -> None:
    actor = a_reader(page)
    queries = PAGES[page][1]
    signed_in(client, actor)
    address = f"{reverse(page)}?{queries[0]}"
    client.get(address)
    costs = []
    for query in queries:
        SavedView.objects.create(user=actor.user, page=page, name=query, query=query)
        with django_assert_max_num_queries(90) as spent:
            counts = shown_counts(client, address)
        costs.append(len(spent))
    # Views that are counted in one statement; what lets nothing through needs none.
    assert costs[1] == costs[2], costs
    assert costs[0] in (costs[1], costs[1] - 1)
    assert len(counts) == len(queries)
    for view, number in counts.items():
        assert client.get(view).context["page"].paginator.count == number, view


@pytest.mark.parametrize("page", PAGES)
def test_the_first_view_opens_every_list_but_overrides_no_address(
    page: str, client: Client
) -> None:
    actor = a_reader(page)
    queries = PAGES[page][1]
    view = SavedView.objects.create(
        user=actor.user, page=page, name="First", query=queries[-1] or "q=", is_first=True
    )
    signed_in(client, actor)
    opened = client.get(reverse(page))
    assert opened.headers["Location"] == f"{reverse(page)}?{view.query}"
    assert client.get(opened.headers["Location"]).status_code == 200
    for other in ("q=", "page=1", queries[0]):
        assert client.get(f"{reverse(page)}?{other}").status_code == 200, other
    view.delete()
    assert client.get(reverse(page)).status_code == 200
