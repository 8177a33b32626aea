"""Postings: made and ended by a head of the central office, kept, never overlapping."""

import datetime as dt

import pytest

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from oversight.departments import department_of, may_act_in
from oversight.inspections.postings import end_posting, inspectors_of, post_inspector
from oversight.models import Posting
from tests import scenarios

from . import scenes

LANGUAGE = "en"


@pytest.fixture
def head(db: None) -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD)


@pytest.fixture
def inspector(head: Membership) -> Membership:
    return scenes.an_inspector(organisation=head.organisation)


def test_a_posting_binds_a_person_to_the_region_until_it_ends(
    head: Membership, inspector: Membership
) -> None:
    here, elsewhere = scenes.department(), scenes.department(scenes.ELSEWHERE)
    assert may_act_in(inspector, elsewhere)
    posting = post_inspector(actor=head, user=inspector.user, department=here, since=scenes.today())
    assert may_act_in(inspector, here)
    assert not may_act_in(inspector, elsewhere)
    ended = end_posting(actor=head, posting=posting, until=scenes.today())
    tomorrow = scenes.today() + dt.timedelta(days=1)
    assert department_of(inspector, on=scenes.today()) == here
    assert department_of(inspector, on=tomorrow).is_central
    assert Posting.objects.get(pk=ended.pk).until == scenes.today()
    told = AuditEvent.objects.about("posting", posting.pk).order_by("id")
    assert [event.event for event in told] == ["posting.made", "posting.ended"]


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        ((0, None), (5, None), True),
        ((0, None), (-9, -1), False),
        ((0, 10), (10, 20), True),
        ((0, 10), (11, None), False),
        ((5, 10), (0, None), True),
    ],
)
def test_two_postings_never_overlap(
    first: tuple[int, int | None],
    second: tuple[int, int | None],
    overlaps: bool,
    head: Membership,
    inspector: Membership,
) -> None:
    def day(number: int | None) -> dt.date | None:
        return None if number is None else scenes.today() + dt.timedelta(days=number)

    def post(code: str, days: tuple[int, int | None]) -> Posting:
        return post_inspector(
            actor=head, user=inspector.user, department=scenes.department(code),
            since=day(days[0]) or scenes.today(), until=day(days[1]),
        )  # fmt: skip

    post(scenes.HERE, first)
    if overlaps:
        with pytest.raises(DomainError, match="End that posting first"):
            post(scenes.ELSEWHERE, second)
    else:
        post(scenes.ELSEWHERE, second)


def test_an_inspector_posts_nobody_and_nobody_is_posted_to_the_centre(
    head: Membership, inspector: Membership
) -> None:
    day = scenes.today()
    with pytest.raises(PermissionRefused):
        post_inspector(
            actor=inspector, user=inspector.user, department=scenes.department(), since=day
        )
    with pytest.raises(DomainError, match="central office"):
        post_inspector(
            actor=head, user=inspector.user, department=scenes.department("000"), since=day
        )
    with pytest.raises(DomainError, match="people of the Committee"):
        post_inspector(
            actor=head,
            user=scenarios.a_person(Role.CHAMBER_OFFICER).user,
            department=scenes.department(),
            since=day,
        )
    assert not Posting.objects.exists()


def test_a_head_who_is_posted_himself_posts_nobody(head: Membership, inspector: Membership) -> None:
    scenes.post(head, scenes.HERE)
    with pytest.raises(PermissionRefused):
        post_inspector(
            actor=head, user=inspector.user, department=scenes.department(), since=scenes.today()
        )


def test_inspectors_of_a_department_are_its_own_and_the_central_ones(
    head: Membership, inspector: Membership
) -> None:
    own = scenes.an_inspector(scenes.HERE, head.organisation)
    scenes.an_inspector(scenes.ELSEWHERE, head.organisation)
    found = inspectors_of(scenes.department(), on=scenes.today())
    assert {one.pk for one in found} == {own.user_id, inspector.user_id}
