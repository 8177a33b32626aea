"""A worker killed at any point of sending a letter: the person gets exactly one."""

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

import outbox
from outbox.letters import SEND_LETTER, write_letter
from outbox.models import Letter, OutboxItem
from tests.outbox.mail_server import MailServer, mail_server
from tests.workers import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]

INCLUDE = "tests.outbox.dying"
# Where the worker dies, and what is known of the letter in the end.
POINTS = {
    "before connecting": "sent",
    "connected, not handed over": "sent",
    "taken, not recorded": "unclear",
    "after recording": "sent",
}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: MailServer) -> Path:
    folder = tmp_path / "crashes"
    folder.mkdir()
    monkeypatch.setenv("CTKZ_TEST_CRASHES", str(folder))
    monkeypatch.setenv("CTKZ_EMAIL_URL", server.url)
    monkeypatch.setenv("CTKZ_LETTER_HANDING_SECONDS", "3")
    return folder


def start(new_worker: Callable[..., Worker]) -> Worker:
    """A busy machine may need a while."""
    return new_worker(include=INCLUDE, wait=False).wait_until_ready(timeout=180)


def a_letter(name: str) -> Letter:
    with transaction.atomic():
        return write_letter(key=f"test:{name}", to="primerov@example.kz", subject=name, body="Text")


def sweep_until(condition: Callable[[], bool], *, timeout: float = 300) -> None:
    """The sweeper's work, as beat would order it; each round later, so that no work waits."""
    deadline = time.monotonic() + timeout
    for hour in itertools.count(1):
        if condition():
            return
        assert time.monotonic() < deadline, list(Letter.objects.values_list("subject", "state"))
        outbox.relay(at=timezone.now() + timedelta(hours=hour))
        time.sleep(1)


def all_settled() -> bool:
    open_letters = Letter.objects.filter(state__in=("waiting", "handing"))
    open_work = OutboxItem.objects.filter(task=SEND_LETTER, done_at=None)
    return not open_letters.exists() and not open_work.exists()


def subjects(server: MailServer) -> list[str]:
    return sorted(str(letter["Subject"]) for letter in server.taken)


def test_a_worker_killed_at_each_point_leaves_the_person_with_exactly_one_letter(
    celery_worker_process: Callable[..., Worker], crashes: Path, server: MailServer
) -> None:
    for point in POINTS:
        (crashes / str(a_letter(point).pk)).write_text(point)
    start(celery_worker_process)
    sweep_until(all_settled)
    assert len(list(crashes.glob("died-*"))) == len(POINTS)
    assert subjects(server) == sorted(POINTS)
    assert dict(Letter.objects.values_list("subject", "state")) == POINTS


def test_a_whole_worker_shot_while_the_server_has_the_letter_sends_no_second_one(
    celery_worker_process: Callable[..., Worker], crashes: Path, server: MailServer
) -> None:
    shot: list[bool] = []
    worker = start(celery_worker_process)

    def shoot(_verb: str) -> str:
        """The letter is taken; its sender dies before it can hear so."""
        if not shot:
            shot.append(True)
            worker.kill()
        return ""

    server.on["taken"] = shoot
    a_letter("shot")
    sweep_until(lambda: bool(shot))
    start(celery_worker_process)
    sweep_until(all_settled)
    assert subjects(server) == ["shot"]
    assert Letter.objects.get().state == "unclear"


def test_many_workers_and_many_promises_of_one_letter_send_it_once(
    celery_worker_process: Callable[..., Worker], crashes: Path, server: MailServer
) -> None:
    letters = [a_letter(f"letter {number}") for number in range(5)]
    for _worker in range(2):
        celery_worker_process(include=INCLUDE, wait=False)
    for hour in range(1, 6):
        # The same work given out again and again, as after a broker that lost its mind.
        outbox.relay(at=timezone.now() + timedelta(hours=hour))
    sweep_until(all_settled)
    assert subjects(server) == sorted(letter.subject for letter in letters)
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
