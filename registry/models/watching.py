"""Who wants to be told when a certificate's status changes, and the letters about it."""

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from issuance.models import Certificate
from issuance.numbering import CODE_ALPHABET, CODE_LENGTH


def new_code() -> str:
    """128 bits for an address that cannot be guessed."""
    return "".join(secrets.choice(CODE_ALPHABET) for _position in range(CODE_LENGTH))


class Watch(models.Model):
    """An address that is told about one certificate, once its owner has confirmed it.

    The address is all that is known of a person here; it is erased when the watch ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="watches")
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("watch of a certificate")
        verbose_name_plural = _("watches of certificates")
        ordering = ("requested_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("certificate", "email"),
                condition=Q(ended_at__isnull=True),
                name="watch_one_per_address",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, email__gt="")
                | Q(ended_at__isnull=False, email=""),
                name="watch_ended_has_no_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}"


class Notice(models.Model):
    """One letter to one watcher: written with the change, sent by a worker."""

    CONFIRM = ""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    watch = models.ForeignKey(Watch, models.PROTECT, related_name="notices")
    # The event that is told; none for the letter that asks for confirmation.
    event_id = models.BigIntegerField(null=True)
    kind = models.CharField(_("event"), max_length=60, blank=True, default=CONFIRM)
    # What was so after the change; the letter may go out when another one has followed.
    status = models.CharField(_("status"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    successor_number = models.CharField(max_length=20, blank=True)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    # Of letters sent before `outbox.letters` kept them; nothing writes these any more.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("given up"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("letter to a watcher")
        verbose_name_plural = _("letters to watchers")
        ordering = ("-created_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("watch", "event_id"), name="notice_once_per_event")
        ]

    def __str__(self) -> str:
        return f"{self.kind or 'confirm'} {self.watch_id}"
