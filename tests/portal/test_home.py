"""The work basket: every case in one tab, the same number of queries for one case and for ten."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.models import COMMITTEE_ROLES, Membership, Role
from expertise.models import ExpertiseRequest
from issuance.models import Application, Certificate
from tests.scenarios import (
    a_certificate,
    a_person,
    a_request,
    actor_of,
    an_act,
    an_application,
    staff_of,
)
from workplace.baskets.emptiness import COMES
from workplace.baskets.gathering import Basket, Merged
from workplace.baskets.tabs import TABS

REQUEST_STATUSES = (
    "draft", "submitted", "accepted", "in_expertise", "awaiting_applicant", "concluded",
    "rejected", "withdrawn",
)  # fmt: skip
APPLICATION_STATUSES = (
    "submitted", "under_review", "awaiting_applicant", "recommended", "refused", "withdrawn",
)  # fmt: skip


def signed_in(client: Client, actor: Membership) -> Client:
    client.force_login(actor.user)
    return client


def page_of(client: Client, actor: Membership, **query: str) -> str:
    answer = signed_in(client, actor).get("/", query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def numbers_in(basket: Basket, key: str) -> list[str]:
    tab = next(tab for tab in basket.tabs if tab.key == key)
    return [row.number for row in basket.rows(tab, basket.counts().by_tab[key])[:100]]


def sorted_out(basket: Basket) -> dict[str, list[str]]:
    return {tab.key: numbers_in(basket, tab.key) for tab in basket.tabs}


def a_population() -> Membership:
    """Cases in every status, all of one applicant, one expert organisation and one chamber."""
    first = a_request("submitted")
    applicant = actor_of(first, Role.APPLICANT)
    shared: dict[str, Any] = {"applicant": applicant, "experts": first.expert_organisation}
    for status in REQUEST_STATUSES:
        a_request(status, **shared)
    an_act(positive=False, **shared)
    for status in APPLICATION_STATUSES:
        an_application(status, **shared)
    a_certificate("issuing", **shared)
    a_certificate("issue_failed", **shared)
    a_certificate("valid", **shared)
    return applicant


@pytest.fixture
def actors(db: None) -> dict[Role, Membership]:
    applicant = a_population()
    application = Application.objects.latest("created_at")
    request = application.act.request
    actors = {role: staff_of(application, role) for role in Role if role not in COMMITTEE_ROLES}
    actors[Role.APPLICANT] = applicant
    actors[Role.AUDITOR] = actor_of(request, Role.AUDITOR)
    actors |= {role: a_person(role) for role in COMMITTEE_ROLES}
    return actors


def test_every_case_lies_in_one_tab_of_each_role_and_every_tab_opens(
    client: Client, actors: dict[str, Membership]
) -> None:
    """One test: the population takes longer to grow than all that is asked of it."""
    for role, actor in actors.items():
        the_tabs_are_honest(Basket(actor))
        for language in ("kk", "ru", "en"):
            for tab in TABS[role]:
                answer = signed_in(client, actor).get(
                    "/", {"tab": tab.key}, headers={"accept-language": language}
                )
                assert answer.status_code == 200, (role, tab.key)
    everything_filed_is_there(actors[Role.APPLICANT])
    counts = {role: Basket(actor).counts().by_tab for role, actor in actors.items()}
    counts[Role.AUDITOR] = of_all_auditors(actors[Role.AUDITOR])
    the_tabs_hold_what_they_name(counts)


def of_all_auditors(one: Membership) -> Counter[str]:
    """Rotation may have given the cases to several auditors of the organisation."""
    counted: Counter[str] = Counter()
    for auditor in Membership.objects.filter(
        role=Role.AUDITOR, organisation=one.organisation_id
    ).select_related("user"):
        counted.update(Basket(auditor).counts().by_tab)
    return counted


def the_tabs_are_honest(basket: Basket) -> None:
    tabs = sorted_out(basket)
    role = basket.actor.role
    assert {key: len(numbers) for key, numbers in tabs.items()} == basket.counts().by_tab, role
    for one, other in combinations(tabs.values(), 2):
        # Drafts have no number to tell them apart by.
        assert not (set(one) & set(other)) - {"draft", "черновик"}, role


def everything_filed_is_there(applicant: Membership) -> None:
    cases = ExpertiseRequest.objects.visible_to(applicant).values("case_id").distinct().count()
    assert sum(Basket(applicant).counts().by_tab.values()) == cases


def the_tabs_hold_what_they_name(counts: Mapping[str, Mapping[str, int]]) -> None:
    assert counts[Role.APPLICANT] == {"waiting": 4, "moving": 9, "done": 6}
    head = counts[Role.EXPERT_HEAD]
    assert (head["to_accept"], head["to_assign"], head["under_expertise"]) == (2, 1, 2)
    auditor = counts[Role.AUDITOR]
    assert (auditor["mine"], auditor["paused"]) == (1, 1)
    officer = counts[Role.CHAMBER_OFFICER]
    assert (officer["mine"], officer["free"], officer["paused"]) == (1, 1, 1)
    assert officer["deciding"] == 3
    signatory = counts[Role.CHAMBER_SIGNATORY]
    assert (signatory["to_decide"], signatory["stopped"], signatory["returned"]) == (1, 1, 0)
    inspector = counts[Role.INSPECTOR]
    assert (inspector["stopped"], inspector["issued"]) == (1, 1)


def test_a_reviewer_has_nothing_to_decide_in_the_own_case(db: None) -> None:
    application = an_application("recommended")
    reviewer = staff_of(application, Role.CHAMBER_OFFICER)
    signatory = a_person(Role.CHAMBER_SIGNATORY, reviewer.organisation)
    both = Membership.objects.create(
        user=reviewer.user,
        organisation=reviewer.organisation,
        role=Role.CHAMBER_SIGNATORY,
        valid_from=timezone.localdate(),
    )
    assert Basket(both).counts().by_tab["to_decide"] == 0
    assert Basket(both).counts().by_tab["elsewhere"] == 1
    assert Basket(signatory).counts().by_tab["to_decide"] == 1


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CHAMBER_OFFICER, Role.INSPECTOR])
def test_ten_cases_cost_no_more_queries_than_one(
    client: Client, db: None, role: str, django_assert_num_queries: Any
) -> None:
    from_one = an_application("submitted")
    applicant = staff_of(from_one, Role.APPLICANT)
    actor = {
        Role.APPLICANT: applicant,
        Role.CHAMBER_OFFICER: staff_of(from_one, Role.CHAMBER_OFFICER),
    }.get(Role(role)) or a_person(role)
    tab = {Role.APPLICANT: "moving", Role.CHAMBER_OFFICER: "free"}.get(Role(role), "moving")
    signed_in(client, actor).get("/")
    with django_assert_num_queries(30, exact=False) as for_one:
        assert client.get("/", {"tab": tab}).content.count(b"<tr>") == 2
    for _number in range(2):
        an_application("submitted", applicant=applicant)
    with django_assert_num_queries(len(for_one)):
        assert client.get("/", {"tab": tab}).content.count(b"<tr>") == 4


def test_the_heading_counts_and_the_lead_says_what_presses(client: Client, db: None) -> None:
    request = a_request("in_expertise")
    auditor = actor_of(request, Role.AUDITOR)
    today = timezone.localdate()
    ExpertiseRequest.objects.filter(pk=request.pk).update(due_on=today - timedelta(days=4))
    text = page_of(client, auditor)
    assert "Waiting for you today: 1 case" in text
    assert "1 of them is late." in text
    assert "late</span>" in text
    ExpertiseRequest.objects.filter(pk=request.pk).update(due_on=today)
    assert "1 has its last day today." in page_of(client, auditor)


def test_the_most_urgent_case_stands_first(db: None) -> None:
    later = a_request("submitted")
    sooner = a_request("submitted", experts=later.expert_organisation)
    today = timezone.localdate()
    ExpertiseRequest.objects.filter(pk=later.pk).update(due_on=today + timedelta(days=9))
    ExpertiseRequest.objects.filter(pk=sooner.pk).update(due_on=today)
    basket = Basket(actor_of(later, Role.EXPERT_HEAD))
    assert numbers_in(basket, "to_accept") == [sooner.number, later.number]


def test_an_empty_basket_says_what_to_do_next(client: Client, db: None) -> None:
    text = page_of(client, a_person(Role.APPLICANT))
    assert "Nothing waits for you" in text
    assert "Begin a request" in text
    assert "names you as the auditor" in page_of(client, a_person(Role.AUDITOR))


def test_an_empty_tab_of_an_applicant_leads_to_the_draft_too(client: Client, db: None) -> None:
    draft = a_request("draft")
    applicant = actor_of(draft, Role.APPLICANT)
    for tab in ("moving", "done"):
        text = page_of(client, applicant, tab=tab)
        assert f'href="{reverse("expertise:request-detail", args=[draft.pk])}"' in text
        assert "Go on with the draft" in text
        assert "Begin a request" in text


@pytest.mark.parametrize("role", TABS)
def test_every_empty_tab_says_what_comes_here(role: str, client: Client, db: None) -> None:
    actor = a_person(role)
    said = set()
    for tab in TABS[role]:
        text = page_of(client, actor, tab=tab.key)
        with translation.override("en"):
            told = str(COMES[role][tab.key])
        assert escape(told) in text, tab.key
        said.add(told)
    assert len(said) == len(TABS[role])


def test_a_case_is_found_by_number_bin_company_product_and_code(client: Client, db: None) -> None:
    application = an_application("submitted")
    officer = staff_of(application, Role.CHAMBER_OFFICER)
    applicant = application.applicant
    words = [application.number, applicant.bin, applicant.name_ru, "PF-0001A", "8421310000"]
    for word in words:
        text = page_of(client, officer, q=str(word))
        assert application.number in text, word
        assert "Found" in text
    assert "Nothing was found" in page_of(client, officer, q="no such thing")


def test_nobody_finds_a_case_of_another_organisation(client: Client, db: None) -> None:
    request = a_request("submitted")
    stranger = a_person(Role.APPLICANT)
    text = page_of(client, stranger, q=request.number)
    assert "Nothing was found" in text
    assert escape(request.applicant.name_ru) not in text


def test_pages_of_a_merged_list_neither_repeat_nor_lose_a_row(db: None) -> None:
    first = a_request("submitted")
    applicant = actor_of(first, Role.APPLICANT)
    for _number in range(3):
        a_request("submitted", applicant=applicant, experts=first.expert_organisation)
        an_application("submitted", applicant=applicant)
    basket = Basket(applicant)
    tab = next(tab for tab in basket.tabs if tab.key == "moving")
    rows: Merged = basket.rows(tab, basket.counts().by_tab["moving"])
    in_pages = [row.number for start in range(0, 8, 2) for row in rows[start : start + 2]]
    assert in_pages == [row.number for row in rows[:100]]
    assert len(set(in_pages)) == len(rows) == 7


def test_the_week_counts_what_was_issued_in_it(client: Client, db: None) -> None:
    certificate: Certificate = a_certificate("valid")
    signatory = staff_of(certificate.application, Role.CHAMBER_SIGNATORY)
    assert Basket(signatory).figures().done == 1
    later = Basket(signatory, now=timezone.now() + timedelta(days=8))
    assert later.counts().by_tab["done"] == 0


def test_a_person_without_a_role_is_told_so(client: Client, db: None) -> None:
    actor = a_person(Role.APPLICANT)
    Membership.objects.filter(pk=actor.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9),
        valid_until=timezone.localdate() - timedelta(days=1),
    )
    text = page_of(client, actor)
    assert "no role in any organisation" in text
