"""News from stage two: what a certificate is worth has changed."""

from typing import Any

from django.dispatch import receiver

from audit.models import AuditEvent
from issuance.models import Certificate
from issuance.signals import certificate_changed

from . import watching, webhooks
from .news import news_of
from .register import take_certificate


@receiver(certificate_changed)
def tell(certificate: Certificate, event: AuditEvent, **_news: Any) -> None:
    """The register follows, and whoever asked to be told is told, all with the change itself."""
    news = news_of(certificate, event)
    if news is not None:
        take_certificate(certificate)
        webhooks.announce(news)
        watching.write_notices(news)
