"""Verification is free, but not for machines that try every number."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.callers import count_request


def count_lookup(request: HttpRequest) -> None:
    """Raises `TooManyRequests` past the limit of the minute for the caller's address."""
    count_request(
        request,
        counter="verify",
        limit=settings.CTKZ_VERIFY_PER_MINUTE,
        refusal=_("Too many checks from your address. Please wait a minute and try again."),
    )
