"""News reach a real receiver: signed, repeated until taken, once under one id."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import outbox.services
from accounts.errors import DomainError
from issuance.models import Certificate
from outbox.models import OutboxItem
from registry.keys import key_of, revoke_key
from registry.models import Scope, WebhookDelivery, WebhookEndpoint
from registry.posting import AddressRefused, check_address, is_public, post_json
from registry.webhooks import (
    POST_WEBHOOK,
    WAITS,
    add_endpoint,
    deliver,
    end_endpoint,
    secret_of,
    send_again,
)
from tests.registry.lives import a_key, bearer, move
from tests.registry.receiver import Receiver, receiving
from tests.scenarios import a_certificate
from tests.workers import Worker

LANGUAGE = "en"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def an_endpoint(url: str, *kinds: str) -> WebhookEndpoint:
    key = key_of(a_key(Scope.WEBHOOKS), on=timezone.localdate())
    return add_endpoint(key=key, url=url, kinds=kinds)


def news_of_a_suspension(certificate: Certificate) -> list[WebhookDelivery]:
    move(certificate, "suspend", reason="under_inspection")
    return list(WebhookDelivery.objects.filter(kind="certificate.suspended"))


@pytest.mark.django_db
def test_a_change_is_posted_with_a_signature_that_the_receiver_can_check(
    certificate: Certificate, receiver: Receiver
) -> None:
    endpoint = an_endpoint(receiver.url)
    (delivery,) = news_of_a_suspension(certificate)
    deliver(str(delivery.pk))
    (got,) = receiver.received
    secret = base64.b64decode(secret_of(endpoint).removeprefix("whsec_"))
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert got.path == "/news?from=ctkz"
    news = json.loads(got.body)
    assert news["type"] == "certificate.suspended"
    assert news["data"]["certificate"] == certificate.number
    assert news["data"]["status"] == "suspended"
    assert news["data"]["reason"] == "under_inspection"
    delivery.refresh_from_db()
    assert delivery.delivered_at is not None
    assert OutboxItem.objects.get(task=POST_WEBHOOK).done_at is not None


@pytest.mark.django_db
def test_a_rolled_back_change_tells_nothing(certificate: Certificate, receiver: Receiver) -> None:
    an_endpoint(receiver.url)
    with pytest.raises(DomainError):
        move(certificate, "lift")
    assert not WebhookDelivery.objects.exists()
    assert not OutboxItem.objects.filter(task=POST_WEBHOOK).exists()


@pytest.mark.django_db
def test_a_receiver_that_fails_gets_the_same_bytes_again_under_the_same_id(
    certificate: Certificate,
) -> None:
    with receiving(500, 302, 204) as receiver:
        an_endpoint(receiver.url)
        (delivery,) = news_of_a_suspension(certificate)
        for _attempt in range(4):
            deliver(str(delivery.pk))
        assert len(receiver.received) == 3
        assert len(set(receiver.ids)) == 1
        assert len({one.body for one in receiver.received}) == 1
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.last_answer) == (3, "204 No Content")


@pytest.mark.django_db
def test_the_waits_grow_until_it_is_given_up_and_can_be_sent_again(
    certificate: Certificate,
) -> None:
    with receiving(503) as receiver:
        an_endpoint(receiver.url)
        (delivery,) = news_of_a_suspension(certificate)
        for wait in WAITS:
            deliver(str(delivery.pk))
            delivery.refresh_from_db()
            assert delivery.parked_at is None
            item = OutboxItem.objects.get(task=POST_WEBHOOK, key=str(delivery.pk))
            assert item.available_at == delivery.next_at
            assert abs((delivery.next_at - timezone.now() - wait).total_seconds()) < 5
        deliver(str(delivery.pk))
        delivery.refresh_from_db()
        assert delivery.parked_at is not None
        assert OutboxItem.objects.get(task=POST_WEBHOOK).done_at is not None
        deliver(str(delivery.pk))
        assert len(receiver.received) == len(WAITS) + 1
        receiver.answers = [204]
        send_again(delivery=delivery)
        assert OutboxItem.objects.get(task=POST_WEBHOOK).done_at is None
        deliver(str(delivery.pk))
        delivery.refresh_from_db()
        assert delivery.delivered_at is not None
        with pytest.raises(DomainError):
            send_again(delivery=delivery)


@pytest.mark.django_db
def test_news_go_only_to_those_who_asked_and_may(
    certificate: Certificate, receiver: Receiver
) -> None:
    all_news = an_endpoint(receiver.url)
    an_endpoint(receiver.url, "certificate.revoked")
    ended, revoked = an_endpoint(receiver.url), an_endpoint(receiver.url)
    end_endpoint(endpoint=ended)
    revoke_key(key=revoked.key, by=None)
    assert [one.endpoint for one in news_of_a_suspension(certificate)] == [all_news]


@pytest.mark.django_db
def test_an_address_taken_off_meanwhile_gets_nothing(
    certificate: Certificate, receiver: Receiver
) -> None:
    endpoint = an_endpoint(receiver.url)
    (delivery,) = news_of_a_suspension(certificate)
    end_endpoint(endpoint=endpoint)
    deliver(str(delivery.pk))
    assert receiver.received == []
    delivery.refresh_from_db()
    assert delivery.parked_at is not None


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_one_id_delivered(
    celery_worker_process: Callable[..., Worker],
) -> None:
    certificate = a_certificate()
    with receiving() as receiver:
        receiver.hold = threading.Event()
        an_endpoint(receiver.url)
        worker = celery_worker_process()
        (delivery,) = news_of_a_suspension(certificate)
        wait_until(lambda: receiver.received)
        worker.kill()
        receiver.hold.set()
        receiver.hold = None
        celery_worker_process()
        OutboxItem.objects.filter(task=POST_WEBHOOK).update(available_at=timezone.now())
        outbox.services.relay(at=timezone.now())
        wait_until(lambda: WebhookDelivery.objects.filter(delivered_at__isnull=False).exists())
        assert set(receiver.ids) == {str(delivery.pk)}
        assert len(receiver.received) == 2


def wait_until(true: Callable[[], Any], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:0:0:0:0:0:1", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_posted_to(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/",
        "https://user:secret@news.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https:///nowhere",
        "ftp://news.example/",
        "https://news.example:99999/",
        "https://news.example/\r\nHost: inside",
        "https://no-such-host.invalid/",
    ],
)
def test_other_addresses_are_refused(url: str, settings: Any) -> None:
    settings.CTKZ_WEBHOOK_PRIVATE_ALLOWED = False
    with pytest.raises(AddressRefused):
        check_address(url)
    assert not post_json(url, body=b"{}", headers={}).ok


def test_a_host_that_leads_inside_later_is_not_reached(
    settings: Any, monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """The name was public when it was added; now it names the loopback address."""
    settings.CTKZ_WEBHOOK_PRIVATE_ALLOWED = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr("registry.posting.socket.getaddrinfo", lambda *_a, **_k: inside)
    assert not post_json(f"https://news.example:{port}/", body=b"{}", headers={}).ok
    assert receiver.received == []


@pytest.mark.django_db
def test_a_key_manages_its_own_addresses_and_sees_no_others(
    client: Client, receiver: Receiver, certificate: Certificate
) -> None:
    mine, other = a_key(Scope.WEBHOOKS), a_key(Scope.WEBHOOKS)
    made = client.post(
        "/api/v1/webhooks/", {"url": receiver.url, "events": ["certificate.suspended"]},
        content_type="application/json", headers=bearer(mine),
    )  # fmt: skip
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    (delivery,) = news_of_a_suspension(certificate)
    address = f"/api/v1/webhooks/{made.json()['id']}/"
    assert client.get(f"{address}deliveries/", headers=bearer(other)).status_code == 404
    assert client.delete(address, headers=bearer(other)).status_code == 404
    listed = client.get("/api/v1/webhooks/", headers=bearer(mine)).json()["webhooks"]
    assert [one["url"] for one in listed] == [receiver.url]
    assert "secret" not in listed[0]
    shown = client.get(f"{address}deliveries/", headers=bearer(mine)).json()["deliveries"]
    assert [one["id"] for one in shown] == [str(delivery.pk)]
    again = f"{address}deliveries/{delivery.pk}/send-again/"
    assert client.post(again, headers=bearer(mine)).status_code == 200
    assert client.delete(address, headers=bearer(mine)).status_code == 204
    assert client.get("/api/v1/webhooks/", headers=bearer(mine)).json() == {"webhooks": []}


@pytest.mark.django_db
def test_an_unknown_event_is_refused(client: Client, receiver: Receiver) -> None:
    refused = client.post(
        "/api/v1/webhooks/", {"url": receiver.url, "events": ["certificate.eaten"]},
        content_type="application/json", headers=bearer(a_key(Scope.WEBHOOKS)),
    )  # fmt: skip
    assert (refused.status_code, refused.json()["field"]) == (400, "events")
