"""Letters that the demo kept instead of sending them."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SentMail(models.Model):
    """One letter as a mail server would have taken it; a second copy is the same letter."""

    message_id = models.CharField(max_length=300, unique=True)
    to = models.EmailField(_("to"), db_index=True)
    subject = models.CharField(_("subject"), max_length=500)
    body = models.TextField(_("text"))
    html = models.TextField(blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("letter of the demo")
        verbose_name_plural = _("letters of the demo")
        ordering = ("-received_at", "-pk")
        indexes: ClassVar = [models.Index(fields=("-received_at",), name="sent_mail_newest")]

    def __str__(self) -> str:
        return self.subject
