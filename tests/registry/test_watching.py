"""Watchers: asked twice, told once, forgotten at the end."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import outbox
from accounts.errors import DomainError
from issuance.models import Certificate
from outbox.letters import SEND_LETTER, send_letter
from outbox.models import Letter, OutboxItem
from registry.models import Notice, Watch
from registry.watching import (
    CONFIRMATIONS_A_DAY,
    SEND_NOTICE,
    ask_to_watch,
    confirm_watch,
    end_watch,
    forget_watches,
    send_notice,
)
from tests.registry.lives import move
from tests.scenarios import a_certificate

LANGUAGE = "en"

pytestmark = pytest.mark.django_db
EMAIL = "zakup@example.kz"


def send_all() -> None:
    for item in OutboxItem.objects.unfinished().filter(task=SEND_LETTER):
        send_letter(item.key, at=timezone.now())


def a_watch(certificate: Certificate, language: str = "ru", email: str = EMAIL) -> Watch:
    ask_to_watch(certificate=certificate, email=email, language=language)
    watch = Watch.objects.get(certificate=certificate, email=email, ended_at=None)
    confirm_watch(watch=watch)
    send_all()
    mail.outbox.clear()
    return watch


def ask(client: Client, certificate: Certificate, email: str = EMAIL) -> Any:
    address = reverse("registry:watch-ask", args=[certificate.verify_code])
    return client.post(address, {"email": email}, headers={"accept-language": "en"})


def test_an_address_is_told_only_after_its_owner_confirmed(
    client: Client, certificate: Certificate
) -> None:
    assert EMAIL in ask(client, certificate).content.decode()
    send_all()
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    link = re.search(r"https?://\S+/watch/(\S+)/", letter.body)[1]
    page = reverse("registry:watch", args=[link])
    assert client.get(page).status_code == 200
    assert Watch.objects.get().confirmed_at is None
    move(certificate, "suspend", reason="under_inspection")
    send_all()
    assert len(mail.outbox) == 1
    client.post(reverse("registry:watch-confirm", args=[link]))
    move(certificate, "lift")
    send_all()
    assert len(mail.outbox) == 2
    assert "In force" in mail.outbox[1].subject


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_letter_is_in_the_language_of_the_page_and_links_to_the_certificate(
    certificate: Certificate, language: str
) -> None:
    watch = a_watch(certificate, language)
    move(certificate, "suspend", reason="under_inspection")
    send_all()
    (letter,) = mail.outbox
    assert certificate.number in letter.subject
    assert certificate.number.replace(" ", "-") in letter.body
    assert reverse("registry:watch", args=[watch.code]) in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    if language == "en":
        assert "Suspended" in letter.subject
        assert "Reason:" in letter.body


def test_a_replaced_certificate_is_told_with_its_successor() -> None:
    old, new = a_certificate(), a_certificate()
    a_watch(old, "en")
    move(old, "replace", successor=new)
    send_all()
    assert f"Replaced by certificate {new.number}" in mail.outbox[0].body


def test_a_rolled_back_change_writes_no_letter(certificate: Certificate) -> None:
    a_watch(certificate)
    with pytest.raises(DomainError):
        move(certificate, "lift")
    assert not Notice.objects.exclude(kind=Notice.CONFIRM).exists()


def test_a_letter_is_sent_once_however_often_its_task_runs(certificate: Certificate) -> None:
    a_watch(certificate)
    move(certificate, "suspend", reason="under_inspection")
    notice = Notice.objects.exclude(kind=Notice.CONFIRM).get()
    letter = Letter.objects.get(key=f"watch:{notice.pk}")
    for _turn in range(3):
        send_letter(str(letter.pk), at=timezone.now())
    assert len(mail.outbox) == 1
    assert OutboxItem.objects.get(key=str(letter.pk)).done_at is not None


def test_a_notice_promised_before_letters_were_kept_becomes_one(certificate: Certificate) -> None:
    watch = a_watch(certificate, "en")
    notice = Notice.objects.create(
        watch=watch, event_id=1, kind="certificate.suspended", status="suspended"
    )
    with transaction.atomic():
        outbox.enqueue(SEND_NOTICE, key=str(notice.pk), notice_id=str(notice.pk))
    for _turn in range(2):
        send_notice(str(notice.pk))
    send_all()
    assert "Suspended" in mail.outbox[0].subject
    assert len(mail.outbox) == 1
    assert OutboxItem.objects.get(task=SEND_NOTICE).done_at is not None


def test_one_click_ends_a_watch_and_erases_the_address(certificate: Certificate) -> None:
    watch = a_watch(certificate)
    move(certificate, "suspend", reason="under_inspection")
    answer = Client(enforce_csrf_checks=True).post(
        reverse("registry:watch", args=[watch.code]), {"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    watch.refresh_from_db()
    assert (watch.email, watch.ended_at is None) == ("", False)
    send_all()
    assert mail.outbox == []
    # Nor is the address kept in what was written before.
    assert set(Letter.objects.values_list("to", "body")) == {("", "")}


def test_asking_again_tells_nothing_about_the_address(
    client: Client, certificate: Certificate
) -> None:
    first = ask(client, certificate).content
    watch = Watch.objects.get()
    confirm_watch(watch=watch)
    again = ask(client, certificate, EMAIL.upper()).content.decode()
    assert Watch.objects.get() == watch
    assert Notice.objects.count() == 1
    csrf = re.compile(r'(csrf\w*"? ?(value|:) ?=?"|x-csrftoken": ")[^"]*|nonce="[^"]*"')
    plain = [csrf.sub("", text) for text in (first.decode(), again.replace(EMAIL.upper(), EMAIL))]
    assert plain[0] == plain[1]


def test_a_strangers_box_cannot_be_filled(certificate: Certificate) -> None:
    for _turn in range(CONFIRMATIONS_A_DAY + 3):
        ask_to_watch(certificate=certificate, email=EMAIL, language="ru")
    assert Notice.objects.count() == CONFIRMATIONS_A_DAY


def test_the_form_is_limited_and_refuses_what_is_no_address(
    client: Client, certificate: Certificate, settings: Any
) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = 2
    assert ask(client, certificate, "nobody").status_code == 400
    assert ask(client, certificate).status_code == 200
    assert ask(client, certificate).status_code == 429


def test_addresses_are_forgotten_when_nothing_can_come(certificate: Certificate) -> None:
    kept = a_watch(certificate)
    ask_to_watch(certificate=certificate, email="other@example.kz", language="ru")
    assert forget_watches(at=timezone.now() + timedelta(days=6)) == 0
    assert forget_watches(at=timezone.now() + timedelta(days=8)) == 1
    kept.refresh_from_db()
    assert kept.email == EMAIL
    assert forget_watches(at=timezone.now() + timedelta(days=3 * 366)) == 1
    end_watch(watch=kept)
    kept.refresh_from_db()
    assert kept.email == ""


def test_locally_letters_are_files(certificate: Certificate, settings: Any, tmp_path: Path) -> None:
    a_watch(certificate, "kk")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    move(certificate, "suspend", reason="under_inspection")
    send_all()
    (file,) = (tmp_path / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes())
    assert letter["To"] == EMAIL
    assert certificate.number in str(make_header(decode_header(letter["Subject"])))
