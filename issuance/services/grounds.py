"""Grounds of a refusal."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from reference.models import CodeEntry


def check_reason(reason: str) -> None:
    """A refusal rests on a ground from the list in force today, never on a free word."""
    grounds = CodeEntry.objects.of("refusal_reason", on=timezone.localdate())
    if not grounds.filter(code=reason).exists():
        raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")
