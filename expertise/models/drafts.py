"""Pages of a draft that people have open, with what they typed and could not be saved yet."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .requests import ExpertiseRequest


class DraftPage(models.Model):
    """One page that one person opened: the form carries its key.

    `base` is what the page shows as stored: a later save changes only what differs from it, so
    two people on one step do not undo each other's work. `typed` is the form as it was sent when
    it could not be saved; it waits here until the step is saved or thrown away. `disputed` names
    the values that somebody else changed as well; they wait for the person's choice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ExpertiseRequest, models.CASCADE, related_name="open_pages")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    step = models.CharField(_("page"), max_length=60)
    base = models.JSONField(default=dict)
    typed = models.JSONField(null=True, blank=True)
    typed_at = models.DateTimeField(null=True, blank=True)
    disputed = models.JSONField(default=list)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("page of a draft")
        verbose_name_plural = _("pages of drafts")
        ordering = ("opened_at",)
        indexes: ClassVar = [models.Index(fields=("request", "user", "step"))]

    def __str__(self) -> str:
        return self.step
