"""Why work was given on is read on the page of the case, by the house that gave it."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from issuance import services
from tests import scenarios
from tests.oversight.inspections import scenes
from workplace.models import HandOver

from .pages import get, main, page, people_of

pytestmark = pytest.mark.django_db

LANGUAGE = "en"

WHY = "Болеет с понедельника, срок идёт."


def given_on(thing: Any, by: Membership, to: Membership | None = None) -> HandOver:
    return HandOver.objects.create(
        subject_type=thing.SUBJECT_TYPE,
        subject_id=thing.pk,
        case_id=thing.case_id,
        previous=getattr(thing, "auditor", None),
        given_to=to.user if to else None,
        given_by=by.user,
        note=WHY,
    )


def test_a_request_given_on_is_told_to_the_experts_and_to_nobody_else() -> None:
    application = scenarios.an_application("under_review")
    people = people_of(application)
    request = application.act.request
    given_on(request, people[Role.EXPERT_HEAD])
    for role, actor in people.items():
        is_house = actor.organisation_id == request.expert_organisation_id
        for part in ("detail", "notes"):
            shown = main(get(actor, page(part, application.case_id)))
            assert (WHY in shown) is is_house, (role, part)
            assert ('id="given-on"' in shown) is is_house, (role, part)


def test_a_review_given_on_is_told_to_whoever_sees_the_review() -> None:
    application = scenarios.an_application("under_review")
    people = people_of(application)
    second = scenarios.a_person(Role.CHAMBER_OFFICER, application.chamber)
    services.reassign_application(
        application=application,
        actor=people[Role.CHAMBER_SIGNATORY],
        reviewer=second.user,
        note=WHY,
        seen_version=None,
    )
    sees = {Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY, Role.INSPECTOR, Role.COMMITTEE_HEAD}
    for role, actor in people.items():
        shown = main(get(actor, page("detail", application.case_id)))
        assert (WHY in shown) is (role in sees), role


def test_who_left_the_house_is_still_told_of_there() -> None:
    request = scenarios.a_request("in_expertise")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    leaver = scenarios.a_person(Role.EXPERT_HEAD, request.expert_organisation)
    given_on(request, leaver)
    Membership.objects.filter(pk=leaver.pk).update(valid_until=timezone.localdate())
    assert WHY in main(get(head, page("detail", request.case_id)))


def test_an_inspection_given_on_is_told_on_its_own_page() -> None:
    inspector = scenes.an_inspector(posted_to=scenes.HERE)
    head = scenes.an_inspector(scenes.HERE, inspector.organisation, role=Role.COMMITTEE_HEAD)
    inspection = scenes.unscheduled(inspector)
    given_on(inspection, head, inspector)
    address = reverse("oversight:inspection-detail", args=[inspection.number])
    assert WHY in main(get(head, address))


def test_many_hand_overs_cost_the_queries_of_one(django_assert_max_num_queries: Any) -> None:
    request = scenarios.a_request("in_expertise")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    costs = []
    for more in (1, 9):
        for _each in range(more):
            given_on(request, head, scenarios.a_person(Role.AUDITOR, request.expert_organisation))
        with django_assert_max_num_queries(90) as counted:
            get(head, page("detail", request.case_id))
        costs.append(len(counted))
    assert costs[0] == costs[1]
