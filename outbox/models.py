"""The rows of the outbox: what was promised, how often it was sent, whether it is done."""

from __future__ import annotations

from datetime import datetime

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
