"""News posted to addresses: written with the change, signed, posted until taken.

Form and signature follow the Standard Webhooks convention, so that receivers find libraries.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.canonical import sha256_hex

from .models import ApiKey, WebhookDelivery, WebhookEndpoint
from .news import STATUS_AFTER, News, told
from .posting import Answer, check_address, post_json

POST_WEBHOOK = "registry.post_webhook"
MOST_ENDPOINTS = 10
# After each failed attempt the wait before the next; when they are used up, a person decides.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600)
)


@transaction.atomic
def add_endpoint(*, key: ApiKey, url: str, kinds: Collection[str] = ()) -> WebhookEndpoint:
    """An address for news; no kinds: all. Its secret is `secret_of(endpoint)`."""
    check_address(url)
    unknown = sorted(set(kinds) - STATUS_AFTER.keys())
    if unknown:
        raise DomainError(
            "unknown_event",
            _("There is no such event: %(names)s") % {"names": ", ".join(unknown)},
            field="events",
        )
    ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.webhooks.filter(ended_at__isnull=True).count() >= MOST_ENDPOINTS:
        raise DomainError("too_many", _("A key has at most %(most)s.") % {"most": MOST_ENDPOINTS})
    endpoint = WebhookEndpoint.objects.create(
        key=key, url=url, kinds=sorted(set(kinds)), salt=secrets.token_hex(16)
    )
    audit.record(
        "webhook.added",
        actor=key.actor_ref(),
        subject=endpoint.subject_ref(),
        prefix=key.prefix,
        url_sha256=sha256_hex(url.encode()),
    )
    return endpoint


@transaction.atomic
def end_endpoint(*, endpoint: WebhookEndpoint, by: Membership | None = None) -> None:
    """Nothing more is posted there; `by` None: the key itself asks."""
    if by is not None:
        authorize(by, "registry.manage_api_keys", None)
    current = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    if current.ended_at is not None:
        return
    current.ended_at = timezone.now()
    current.save(update_fields=["ended_at"])
    audit.record(
        "webhook.ended",
        actor=by.ref() if by else current.key.actor_ref(),
        subject=current.subject_ref(),
        prefix=current.key.prefix,
    )


def secret_of(endpoint: WebhookEndpoint) -> str:
    return "whsec_" + base64.b64encode(_secret(endpoint)).decode()


def _secret(endpoint: WebhookEndpoint) -> bytes:
    return salted_hmac(
        "registry.webhooks", f"{endpoint.pk}:{endpoint.salt}", algorithm="sha256"
    ).digest()


def signature(secret: bytes, *, message_id: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over id, time and body: none of the three can be exchanged."""
    signed = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def announce(news: News) -> None:
    """Writes one delivery for each address that asked for such news; with the change or not."""
    body = json.dumps(
        {"type": news.event.event, "timestamp": told(news)["at"], "data": told(news)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    endpoints = WebhookEndpoint.objects.filter(
        ended_at__isnull=True, key__revoked_at__isnull=True
    ).order_by("pk")
    deliveries = [
        WebhookDelivery(
            endpoint=endpoint,
            event_id=news.event.pk,
            kind=news.event.event,
            subject=news.certificate.number,
            body=body,
        )
        for endpoint in endpoints
        if not endpoint.kinds or news.event.event in endpoint.kinds
    ]
    for delivery in WebhookDelivery.objects.bulk_create(deliveries):
        outbox.enqueue(POST_WEBHOOK, key=str(delivery.pk), delivery_id=str(delivery.pk))


def deliver(delivery_id: str) -> None:
    """One attempt. Killed at any point it is made again, under the same id.

    The attempt is counted before it is made, so that an answer that kills the worker is not
    asked for without end; the row is locked while the other side thinks.
    """
    if not _begin(delivery_id):
        return
    with transaction.atomic():
        delivery = _unlocked(delivery_id)
        if delivery is None:
            return
        answer = _post(delivery)
        delivery.last_answer = answer.text
        wait = None if answer.ok else _wait_after(delivery.attempts)
        now = timezone.now()
        delivery.next_at = now + wait if wait else None
        if answer.ok:
            delivery.delivered_at = now
        elif wait is None:
            delivery.parked_at = now
        delivery.save(update_fields=["last_answer", "next_at", "delivered_at", "parked_at"])
        if wait is None:
            outbox.done(POST_WEBHOOK, delivery_id)
        else:
            outbox.failed(POST_WEBHOOK, delivery_id, answer.text, again_at=delivery.next_at)


@transaction.atomic
def _begin(delivery_id: str) -> bool:
    delivery = _unlocked(delivery_id)
    if delivery is None:
        if WebhookDelivery.objects.filter(pk=delivery_id, delivered_at__isnull=False).exists():
            outbox.done(POST_WEBHOOK, delivery_id)
        return False
    endpoint = delivery.endpoint
    if endpoint.ended_at or not endpoint.key.is_in_force(on=timezone.localdate()):
        delivery.parked_at = timezone.now()
        delivery.last_answer = "ended"
        delivery.save(update_fields=["parked_at", "last_answer"])
        outbox.done(POST_WEBHOOK, delivery_id)
        return False
    delivery.attempts += 1
    delivery.save(update_fields=["attempts"])
    return True


def _unlocked(delivery_id: str) -> WebhookDelivery | None:
    """The delivery, unless it is finished or another worker is at it."""
    return (
        WebhookDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("endpoint__key")
        .filter(pk=delivery_id, delivered_at__isnull=True, parked_at__isnull=True)
        .first()
    )


def _post(delivery: WebhookDelivery) -> Answer:
    body = delivery.body.encode()
    stamp = str(int(time.time()))
    return post_json(
        delivery.endpoint.url,
        body=body,
        headers={
            "webhook-id": str(delivery.pk),
            "webhook-timestamp": stamp,
            "webhook-signature": signature(
                _secret(delivery.endpoint), message_id=str(delivery.pk), stamp=stamp, body=body
            ),
        },
    )


def _wait_after(attempts: int) -> timedelta | None:
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


@transaction.atomic
def send_again(*, delivery: WebhookDelivery, by: Membership | None = None) -> None:
    """Begins anew with what was given up; what was taken stays taken."""
    if by is not None:
        authorize(by, "registry.manage_api_keys", None)
    current = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if current.delivered_at is not None:
        raise DomainError("delivered", _("This was taken already."))
    if current.parked_at is None:
        return
    current.parked_at = None
    current.attempts = 0
    current.save(update_fields=["parked_at", "attempts"])
    outbox.enqueue(POST_WEBHOOK, key=str(current.pk), delivery_id=str(current.pk))
