"""Exchange rates: what a unit of a currency cost in tenge on a day, and who says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Rates are published for one unit or for a round number of them, so the division is exact.
ROUND_NUMBERS = (1, 10, 100, 1000, 10000)
RATE_DIGITS = 6

RateKey = tuple[str, date]


@dataclass(frozen=True, slots=True)
class KnownRate:
    """Tenge for one unit of the currency, with the source of the figure."""

    rate: Decimal
    source: str


Rates = Mapping[RateKey, KnownRate]


class ExchangeRate(models.Model):
    """The rate of one currency on one day, as its source publishes it."""

    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("date"))
    rate_kzt = models.DecimalField(_("rate, ₸"), max_digits=16, decimal_places=6)
    per_units = models.PositiveIntegerField(_("for how many units"), default=1)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        app_label = "reference"
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ("-on", "currency")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("currency", "on"), name="exchange_rate_once_a_day"),
            models.CheckConstraint(
                condition=Q(rate_kzt__gt=0, per_units__in=ROUND_NUMBERS),
                name="exchange_rate_is_positive_for_a_round_number",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$") & ~Q(currency="KZT"),
                name="exchange_rate_of_a_foreign_currency",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="exchange_rate_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on:%d.%m.%Y}: {self.rate_kzt} / {self.per_units}"

    @property
    def per_one(self) -> Decimal:
        return self.rate_kzt / self.per_units

    def clean(self) -> None:
        """A rate for one unit has to be kept without rounding."""
        if self.per_units not in ROUND_NUMBERS:
            raise ValidationError(
                {"per_units": _("Rates are given for 1, 10, 100, 1000 or 10000 units.")}
            )
        if self.rate_kzt is None:
            return
        if self.rate_kzt <= 0:
            raise ValidationError({"rate_kzt": _("The rate must be more than zero.")})
        if self.per_one != round(self.per_one, RATE_DIGITS):
            raise ValidationError(
                {"rate_kzt": _("The rate for one unit has more than six digits after the comma.")}
            )


def rates_for(wanted: Iterable[RateKey]) -> dict[RateKey, KnownRate]:
    """The known ones among the wanted rates, in one query; only the very day counts."""
    keys = set(wanted)
    if not keys:
        return {}
    rows = ExchangeRate.objects.filter(
        currency__in={currency for currency, _on in keys}, on__in={on for _currency, on in keys}
    )
    found = {(row.currency, row.on): KnownRate(row.per_one, row.source) for row in rows}
    return {key: found[key] for key in keys & found.keys()}
