"""Dated parameters: code asks what is in force on a day and never holds the figure itself."""

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from reference.models import Parameter

DEFAULT_SCHEME = "CT-KZ"


class ParameterMissingError(DomainError):
    """No value is in force: the reference data has to be completed before work can go on."""

    def __init__(self, key: str, on: date, scheme: str | None) -> None:
        super().__init__(
            "parameter_missing",
            _("No value of the parameter %(key)s is in force on %(day)s (%(scheme)s).")
            % {"key": key, "day": on.strftime("%d.%m.%Y"), "scheme": scheme or "-"},
        )
        self.key = key


def parameter_row(key: str, *, on: date, scheme: str | None = DEFAULT_SCHEME) -> Parameter:
    """The row in force on the day: the scheme's own before the common one, the latest first."""
    row = (
        Parameter.objects.filter(key=key)
        .filter(Q(scheme=scheme) | Q(scheme__isnull=True))
        .in_force(on=on)
        .order_by(F("scheme").desc(nulls_last=True), "-valid_from")
        .first()
    )
    if row is None:
        raise ParameterMissingError(key, on, scheme)
    return row


def parameter(key: str, *, on: date, scheme: str | None = DEFAULT_SCHEME) -> Any:
    """The value in force on the day; raises ParameterMissingError rather than guessing one."""
    return parameter_row(key, on=on, scheme=scheme).value
