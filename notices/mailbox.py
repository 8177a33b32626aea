"""A mail server for the demo: letters are kept and shown on a page, nothing leaves."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from .models import SentMail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Takes every letter; one that comes twice, by its Message-ID, is one letter."""
        rows = [row for message in email_messages for row in _rows(message)]
        SentMail.objects.bulk_create(rows, ignore_conflicts=True)
        return len(email_messages)


def _rows(message: EmailMessage) -> list[SentMail]:
    headers = {name: str(value) for name, value in message.message().items()}
    return [
        SentMail(
            message_id=f"{headers['Message-ID']} {address}"[:300],
            to=address,
            subject=str(message.subject),
            body=str(message.body),
            html=_html(message),
            language=headers.get("Content-Language", "")[:2],
            headers=headers,
        )
        for address in message.to
    ]


def _html(message: EmailMessage) -> str:
    for content, kind in getattr(message, "alternatives", ()):
        if kind == "text/html":
            return str(content)
    return ""
