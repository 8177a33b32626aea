"""A follower of the log passes nothing over, whenever it is killed."""

import uuid

import pytest
from django.db import transaction

import audit
from audit.refs import SYSTEM
from audit.sequencing import sequence
from oversight.tailing import AnotherFollower, Tail

pytestmark = pytest.mark.django_db


def happens(case: uuid.UUID, subject: str = "1") -> None:
    with transaction.atomic():
        audit.record(
            "case.viewed_by_committee",
            actor=SYSTEM,
            subject=audit.SubjectRef("request", subject, ""),
            case=case,
        )


def test_a_follower_sees_each_case_once_in_the_order_of_the_log() -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    happens(first)
    happens(second, "2")
    sequence()
    tail = Tail("example")
    with transaction.atomic():
        batch = tail.batch(limit=1)
        assert batch.case_ids == {first}
        assert batch.subjects == {("request", "1")}
        tail.advance(batch)
    with transaction.atomic():
        batch = tail.batch()
        assert batch.case_ids == {second}
        tail.advance(batch)
    with transaction.atomic():
        assert not tail.batch()
    assert tail.behind() == 0


def test_an_event_that_is_not_in_the_log_yet_comes_with_a_later_batch() -> None:
    early, late = uuid.uuid4(), uuid.uuid4()
    happens(early)
    sequence()
    happens(late)
    tail = Tail("example")
    with transaction.atomic():
        batch = tail.batch()
        assert batch.case_ids == {early}
        tail.advance(batch)
    sequence()
    with transaction.atomic():
        assert tail.batch().case_ids == {late}


def test_a_batch_that_was_not_finished_comes_again() -> None:
    case = uuid.uuid4()
    happens(case)
    sequence()
    tail = Tail("example")

    def killed() -> None:
        with transaction.atomic():
            tail.advance(tail.batch())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert tail.behind() == 1
    with transaction.atomic():
        assert tail.batch().case_ids == {case}


def test_two_followers_of_one_name_are_found_out() -> None:
    happens(uuid.uuid4())
    sequence()
    tail = Tail("example")
    with transaction.atomic():
        batch = tail.batch()
        tail.advance(batch)
        with pytest.raises(AnotherFollower):
            tail.advance(batch)


def test_after_everything_was_made_anew_only_what_came_since_is_left() -> None:
    happens(uuid.uuid4())
    sequence()
    tail = Tail("example")
    tail.skip_to(1)
    later = uuid.uuid4()
    happens(later)
    sequence()
    with transaction.atomic():
        assert tail.batch().case_ids == {later}
