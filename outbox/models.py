"""The rows of the outbox: what was promised, how often it was sent, whether it is done."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet["OutboxItem"]):
    def unfinished(self) -> OutboxQuerySet:
        return self.filter(done_at=None)

    def due(self, *, at: datetime) -> OutboxQuerySet:
        """Unfinished work that was never sent, or was sent so long ago that it may be lost."""
        return self.unfinished().filter(available_at__lte=at).order_by("available_at", "id")


class OutboxItem(models.Model):
    """One piece of work, known by its task and a key; rooms never look inside each other's."""

    task = models.CharField(_("task"), max_length=120)
    key = models.CharField(_("key"), max_length=120)
    kwargs = models.JSONField(_("arguments"), default=dict)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    available_at = models.DateTimeField(_("to be sent from"), db_default=Now())
    sent_at = models.DateTimeField(_("last sent at"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("times sent"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outbox item")
        verbose_name_plural = _("outbox items")
        constraints = [
            models.UniqueConstraint(fields=["task", "key"], name="outbox_one_row_per_work"),
        ]
        indexes = [
            # The sweeper asks every few seconds; finished rows must cost it nothing.
            models.Index(
                fields=["available_at", "id"],
                name="outbox_unfinished",
                condition=models.Q(done_at=None),
            ),
            models.Index(
                fields=["done_at"],
                name="outbox_finished",
                condition=models.Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"


class LetterState(models.TextChoices):
    """What is known of a letter; each follows from a row committed before or after the deed."""

    WAITING = "waiting", _("Waiting")
    # Committed just before the text goes to the mail server.
    HANDING = "handing", _("Being handed over")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    # Handed over by a worker that died before it could say so: may have gone, may not.
    UNCLEAR = "unclear", _("Not known whether sent")
    WITHDRAWN = "withdrawn", _("Not wanted any more")


LETTER_MOVES = [
    ("waiting", "handing"),
    ("waiting", "failed"),
    ("waiting", "withdrawn"),
    # The server said in so many words that it did not take it.
    ("handing", "waiting"),
    ("handing", "sent"),
    ("handing", "failed"),
    ("handing", "unclear"),
    # Again, on a person's order.
    ("failed", "waiting"),
    ("unclear", "waiting"),
]


class Letter(models.Model):
    """One e-mail to one address; the row is the promise that it goes, and goes once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # What the letter is about, named by the room that wrote it: `notice:…`, `digest:…`.
    key = models.CharField(_("key"), max_length=200, unique=True)
    # Address, text and headers are erased when the letter is old.
    to = models.EmailField(_("to"), blank=True)
    subject = models.CharField(_("subject"), max_length=400)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(_("text with markup"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=LetterState.choices, default=LetterState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-created_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=LetterState.values), name="letter_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(to="", body="", html=""),
                name="letter_erased_is_empty",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"],
                name="letter_not_sent",
                condition=~models.Q(state__in=("sent", "withdrawn")),
            ),
            models.Index(
                fields=["created_at"],
                name="letter_to_erase",
                condition=models.Q(erased_at=None),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="state_moves", field="state", transitions=LETTER_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def kind(self) -> str:
        """The first word of the key."""
        return re.split("[:-]", self.key, maxsplit=1)[0]

    @property
    def masked_to(self) -> str:
        """Enough to recognise an address that one knows, not enough to learn it."""
        name, at, host = self.to.partition("@")
        return f"{name[:2]}…{at}{host}" if at else ""
