"""Handing one letter to the mail server, and what is known when that goes wrong."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from .models import Letter

HandOver = Callable[[], None]


class AlreadyHanded(Exception):
    """Another worker hands this letter over, or has done so."""


class NotTaken(Exception):
    """The server does not have the letter; `for_good` when asking again would change nothing."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class PerhapsTaken(Exception):
    """The connection broke while the server was taking the letter."""


class _Exchange:
    """What one conversation with the server has come to."""

    def __init__(self, hand_over: HandOver) -> None:
        self.hand_over = hand_over
        self.began = False
        self.taken = False

    def begin(self) -> None:
        self.hand_over()
        self.began = True


def _connection_class(base: type[smtplib.SMTP], exchange: _Exchange) -> type[smtplib.SMTP]:
    class Handing(base):  # type: ignore[valid-type, misc]
        """Says so before the text of the letter leaves, and knows when the server has it."""

        def data(self, msg: Any) -> tuple[int, bytes]:
            exchange.begin()
            code, answer = super().data(msg)
            exchange.taken = code == 250
            return code, answer

    return Handing


class _HandingBackend(EmailBackend):
    exchange: _Exchange

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        base = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        return _connection_class(base, self.exchange)


def deliver(letter: Letter, *, hand_over: HandOver) -> None:
    """Returns when the server has the letter; `hand_over` is called just before its text goes.

    Raises `NotTaken`, `PerhapsTaken`, or whatever `hand_over` raises, with nothing sent.
    """
    exchange = _Exchange(hand_over)
    connection = _connection(exchange)
    is_smtp = isinstance(connection, _HandingBackend)
    message = message_of(letter, connection)
    if not is_smtp:
        exchange.begin()
    try:
        connection.send_messages([message])
    except (smtplib.SMTPException, OSError) as fault:
        # Trouble at the farewell: the letter was taken before.
        if not exchange.taken:
            raise _what_it_means(fault, exchange, is_smtp=is_smtp) from fault


def _connection(exchange: _Exchange) -> BaseEmailBackend:
    connection: BaseEmailBackend = get_connection()
    if not isinstance(connection, EmailBackend):
        return connection
    careful = _HandingBackend()
    careful.exchange = exchange
    return careful


def _what_it_means(fault: Exception, exchange: _Exchange, *, is_smtp: bool) -> Exception:
    reason = _reason(fault)
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in fault.recipients.values()]
        return NotTaken(reason, for_good=all(code >= 500 for code in codes))
    if isinstance(fault, smtplib.SMTPDataError):
        return NotTaken(reason, for_good=fault.smtp_code >= 500)
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return NotTaken(reason, for_good=True)
    # A file or a table says clearly that it failed; a broken connection says nothing.
    if exchange.began and is_smtp:
        return PerhapsTaken(reason)
    # Also a refused password or sender: our own set-up, which is mended and tried again.
    return NotTaken(reason)


def _reason(fault: Exception) -> str:
    """The server's code and words, without the address, which stands in the row anyway."""
    answer: bytes | str
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(fault.recipients.values()))
    elif isinstance(fault, smtplib.SMTPResponseException):
        code, answer = fault.smtp_code, fault.smtp_error
    else:
        return type(fault).__name__
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {words}"[:300]


def message_of(
    letter: Letter, connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The same bytes at every attempt: Message-ID and date are the row's own."""
    host = urlsplit(settings.CTKZ_PUBLIC_URL).hostname
    headers = {
        "Message-ID": f"<{letter.pk}@{host}>",
        "Date": format_datetime(timezone.localtime(letter.created_at)),
        "Auto-Submitted": "auto-generated",
        **letter.headers,
    }
    if letter.language:
        headers["Content-Language"] = letter.language
    message = EmailMultiAlternatives(
        letter.subject, letter.body, to=[letter.to], headers=headers, connection=connection
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message
