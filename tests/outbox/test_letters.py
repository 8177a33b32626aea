"""Letters: promised with their reason, sent once, tried again, given up, never repeated blindly."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.db import DatabaseError, transaction
from django.utils import timezone

from outbox import letters
from outbox.delivering import deliver, message_of
from outbox.letters import (
    SEND_LETTER,
    WAITS,
    forget,
    forget_letters,
    send_again,
    send_letter,
    withdraw_letters,
    write_letter,
)
from outbox.models import Letter, LetterState, OutboxItem
from tests.outbox.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db


def a_letter(key: str = "test:1", to: str = "primerov@example.kz") -> Letter:
    with transaction.atomic():
        return write_letter(
            key=key, to=to, subject="Case\nЗ-1", body="Text\n", html="<p>Text</p>", language="ru"
        )


def send(letter: Letter) -> Letter:
    send_letter(str(letter.pk), at=timezone.now())
    letter.refresh_from_db()
    return letter


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 3
        yield running


def is_done(letter: Letter) -> bool:
    return OutboxItem.objects.get(task=SEND_LETTER, key=str(letter.pk)).done_at is not None


def test_a_letter_is_one_row_per_key_and_its_subject_one_line() -> None:
    first, again = a_letter(), a_letter()
    assert first == again
    assert first.subject == "Case З-1"
    assert OutboxItem.objects.filter(task=SEND_LETTER).count() == 1


def test_a_letter_of_a_command_that_failed_is_never_written() -> None:
    @transaction.atomic
    def fails_at_the_end() -> None:
        write_letter(key="test:1", to="a@example.kz", subject="s", body="b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_at_the_end()
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_letter_without_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        write_letter(key="test:1", to="a@example.kz", subject="s", body="b")


def test_the_server_gets_it_once_however_often_the_task_runs(server: MailServer) -> None:
    letter = a_letter()
    for _turn in range(3):
        send(letter)
    (taken,) = server.taken
    assert letter.state == LetterState.SENT
    assert taken["To"] == "primerov@example.kz"
    assert taken["Message-ID"] == f"<{letter.pk}@127.0.0.1>"
    assert taken["Content-Language"] == "ru"
    assert {part.get_content_type() for part in taken.walk()} >= {"text/plain", "text/html"}
    assert is_done(letter)


def test_its_row_says_handing_while_the_text_is_on_its_way(server: MailServer) -> None:
    letter = a_letter()
    states: list[object] = []
    hand_over = letters._hand_over

    def noted(one: Letter, **options: Any) -> None:
        states.append(Letter.objects.get(pk=one.pk).state)
        hand_over(one, **options)
        states.append(Letter.objects.get(pk=one.pk).state)
        states.append(len(server.taken))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters, "_hand_over", noted)
        send(letter)
    assert states == ["waiting", "handing", 0]
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("verb", "reply", "state", "error"),
    [
        ("CONNECT", "421 busy", "waiting", "421 busy"),
        ("CONNECT", "", "waiting", "SMTPServerDisconnected"),
        ("MAIL", "451 later", "waiting", "451 later"),
        ("MAIL", "550 who are you", "waiting", "550 who are you"),
        ("RCPT", "450 box is full", "waiting", "450 box is full"),
        ("RCPT", "550 no such box", "failed", "550 no such box"),
        ("DATA", "451 later", "waiting", "451 later"),
        ("DATA", "554 no", "failed", "554 no"),
        ("END", "452 no room", "waiting", "452 no room"),
        ("END", "554 spam", "failed", "554 spam"),
        ("END", "", "unclear", "SMTPServerDisconnected"),
    ],
)
def test_what_the_server_says_decides_what_becomes_of_the_letter(
    server: MailServer, verb: str, reply: str, state: str, error: str
) -> None:
    server.on[verb] = lambda _verb: reply
    letter = send(a_letter())
    assert letter.state == state
    assert error in letter.last_error
    assert server.taken == []
    assert is_done(letter) == (state != "waiting")


def test_trouble_at_the_farewell_does_not_undo_what_was_taken(server: MailServer) -> None:
    letter = a_letter()
    server.on["taken"] = lambda _verb: ""
    server.on["QUIT"] = lambda _verb: ""
    assert send(letter).state == LetterState.SENT


def test_a_server_that_is_away_is_asked_again_with_growing_waits_then_given_up(
    settings: Any,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    letter = a_letter()
    for wait in WAITS:
        send(letter)
        item = OutboxItem.objects.get(key=str(letter.pk))
        assert item.done_at is None
        assert abs((item.available_at - timezone.now() - wait).total_seconds()) < 5
        assert letter.state == LetterState.WAITING
    send(letter)
    assert letter.state == LetterState.FAILED
    assert "ConnectionRefused" in letter.last_error
    assert is_done(letter)


def test_every_attempt_has_the_same_identifier_and_date(server: MailServer) -> None:
    letter = a_letter()
    replies = iter(["452 no room", "250 taken"])
    server.on["END"] = lambda _verb: next(replies)
    offered: list[str] = []

    def noted(one: Letter, *, hand_over: Any) -> None:
        message = message_of(one, get_connection()).message()
        offered.append(f"{message['Message-ID']} {message['Date']}")
        deliver(one, hand_over=hand_over)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters, "deliver", noted)
        send(letter)
        send(letter)
    (taken,) = server.taken
    assert letter.attempts == 1
    assert offered == [f"{taken['Message-ID']} {taken['Date']}"] * 2


def test_of_two_workers_only_one_hands_it_over(server: MailServer) -> None:
    """The other one stands before the server with the letter when the first has handed it over."""
    letter = a_letter()
    inside: list[Any] = []

    def second_comes_in(one: Letter, *, hand_over: Any) -> None:
        if not inside:
            inside.append(True)
            send_letter(str(one.pk), at=timezone.now())
        deliver(one, hand_over=hand_over)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters, "deliver", second_comes_in)
        send(letter)
    assert letter.state == LetterState.SENT
    assert len(server.taken) == 1
    assert server.connections == 2


def test_a_letter_left_in_the_hand_of_a_dead_worker_becomes_unclear_and_stays_so(
    server: MailServer, settings: Any
) -> None:
    letter = a_letter()
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.HANDING, handed_at=timezone.now())
    # Its worker may still be at work.
    assert send(letter).state == LetterState.HANDING
    assert not is_done(letter)
    later = timezone.now() + timedelta(seconds=settings.CTKZ_LETTER_HANDING_SECONDS + 1)
    for _turn in range(2):
        send_letter(str(letter.pk), at=later)
    letter.refresh_from_db()
    assert letter.state == LetterState.UNCLEAR
    assert is_done(letter)
    assert server.taken == []


def test_a_person_may_send_an_unclear_or_failed_letter_again(server: MailServer) -> None:
    server.on["RCPT"] = lambda _verb: "550 no such box"
    letter = send(a_letter())
    assert letter.state == LetterState.FAILED
    server.on.clear()
    assert send_again(letter=letter)
    assert send(letter).state == LetterState.SENT
    assert not send_again(letter=letter)
    assert len(server.taken) == 1


def test_a_letter_not_wanted_any_more_does_not_go(server: MailServer) -> None:
    letter, other = a_letter(), a_letter("test:2")
    assert withdraw_letters(keys=["test:1"]) == 1
    assert send(letter).state == LetterState.WITHDRAWN
    assert send(other).state == LetterState.SENT
    assert withdraw_letters(keys=["test:2"]) == 0
    assert len(server.taken) == 1


def test_addresses_and_texts_of_old_letters_are_erased_and_the_rest_stays(settings: Any) -> None:
    sent, waiting = send(a_letter()), a_letter("test:2")
    later = timezone.now() + timedelta(days=settings.CTKZ_LETTER_KEEP_DAYS + 1)
    assert forget_letters(at=timezone.now()) == 0
    assert forget_letters(at=later) == 1
    sent.refresh_from_db()
    assert (sent.to, sent.body, sent.html, sent.headers) == ("", "", "", {})
    assert sent.state == LetterState.SENT
    waiting.refresh_from_db()
    assert waiting.to
    forget(keys=["test:2"], at=later)
    waiting.refresh_from_db()
    assert (waiting.to, waiting.state) == ("", LetterState.WITHDRAWN)


@pytest.mark.parametrize(
    ("was", "becomes"), [("sent", "waiting"), ("waiting", "sent"), ("unclear", "sent")]
)
def test_the_database_refuses_a_state_out_of_order(was: str, becomes: str) -> None:
    letter = a_letter()
    for state in {"sent": ["handing", "sent"], "unclear": ["handing", "unclear"]}.get(was, []):
        Letter.objects.filter(pk=letter.pk).update(state=state)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state=becomes)


def test_other_ways_of_sending_are_asked_once_too(settings: Any) -> None:
    letter = send(a_letter())
    assert letter.state == LetterState.SENT
    assert [one.to for one in mail.outbox] == [["primerov@example.kz"]]


@pytest.mark.parametrize(
    ("address", "masked"), [("primerov@example.kz", "pr…@example.kz"), ("", "")]
)
def test_an_address_is_shown_masked(address: str, masked: str) -> None:
    assert Letter(to=address).masked_to == masked
