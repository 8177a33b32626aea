"""News from stage two: what a certificate is worth has changed."""

from typing import Any

from django.dispatch import receiver

from audit.models import AuditEvent
from issuance.models import Certificate
from issuance.signals import certificate_changed

from . import watching, webhooks
from .news import news_of


@receiver(certificate_changed)
def tell(certificate: Certificate, event: AuditEvent, **_news: Any) -> None:
    """Whoever asked to be told is told; promised in the transaction of the change."""
    news = news_of(certificate, event)
    if news is not None:
        webhooks.announce(news)
        watching.write_notices(news)
