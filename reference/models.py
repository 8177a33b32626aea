"""Reference data: what the law and the classifiers say, as dated rows and not as code."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import in_language
from reference.bases import DatedQuerySet, Provenance, TrilingualName
from reference.control import Department, MeasureType
from reference.exchange_rates import ExchangeRate
from reference.numbering import NumberSequence
from reference.units import UnitAliases, alias_key

# Some stand in modules of their own; Django finds them here.
__all__ = [
    "CalendarDay",
    "Chamber",
    "CodeEntry",
    "Department",
    "ExchangeRate",
    "MeasureType",
    "NumberSequence",
    "Parameter",
    "Scheme",
    "Unit",
]


class Chamber(TrilingualName):
    """A regional chamber of entrepreneurs; its code is the RRR of certificate numbers."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    # The first two digits of the region in the classifier of territories (KATO).
    kato = models.CharField(_("KATO"), max_length=2, unique=True)

    class Meta:
        verbose_name = _("regional chamber")
        verbose_name_plural = _("regional chambers")
        ordering = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{3}$"), name="chamber_code_three_digits"
            ),
        ]


class UnitQuerySet(models.QuerySet["Unit"]):
    def aliases(self) -> UnitAliases:
        """Every spelling of every unit, for imports."""
        found: dict[str, str] = {}
        for unit in self:
            for spelling in unit.spellings():
                found.setdefault(alias_key(spelling), unit.code)
        return found


class Unit(TrilingualName):
    """A unit of measure; its code is that of the interstate classifier."""

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    symbol_kk = models.CharField(_("symbol in Kazakh"), max_length=20)
    symbol_ru = models.CharField(_("symbol in Russian"), max_length=20)
    symbol_en = models.CharField(_("symbol in English"), max_length=20)
    aliases = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of measure")
        verbose_name_plural = _("units of measure")
        ordering = ("sort", "code")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{3,4}$"), name="unit_code_digits"
            ),
        ]

    @property
    def symbol(self) -> str:
        return in_language(self, "symbol")

    def symbols(self) -> dict[str, str]:
        return {"kk": self.symbol_kk, "ru": self.symbol_ru}

    def spellings(self) -> list[str]:
        return [
            self.code,
            self.symbol_ru,
            self.symbol_kk,
            self.symbol_en,
            self.name_ru,
            self.name_kk,
            self.name_en,
            *self.aliases,
        ]


class Scheme(TrilingualName, Provenance):
    """A regime of certificates: CT-KZ now, its successors later."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    number_format = models.CharField(_("number format"), max_length=80)
    started_on = models.DateField(_("started on"))
    # First day without the regime. It caps the validity of every certificate issued under it.
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="scheme_ends_after_start",
            ),
        ]

    def is_open(self, *, on: date) -> bool:
        return self.started_on <= on and (self.ended_on is None or on < self.ended_on)

    def cap(self, valid_until: date) -> date:
        """No certificate outlives its regime."""
        if self.ended_on is None:
            return valid_until
        return min(valid_until, self.ended_on - timedelta(days=1))


class CodeEntryQuerySet(DatedQuerySet):
    def of(self, list_code: str, *, on: date, applies_to: str | None = None) -> Self:
        """The entries of a list that a person may choose on this day."""
        entries = self.filter(list=list_code).in_force(on=on)
        if applies_to is not None:
            entries = entries.filter(Q(applies_to=[]) | Q(applies_to__contains=[applies_to]))
        return entries


class CodeEntry(TrilingualName, Provenance):
    """One entry of a list: a purpose, a category, a kind of document, a ground for refusal."""

    code = models.CharField(_("code"), max_length=40)
    aliases = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text=_("other spellings found in registers and spreadsheets"),
    )
    applies_to = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text=_("categories the entry is for; empty means all"),
    )
    # Declared after the fields whose default is the built-in of the same name.
    list = models.CharField(_("list"), max_length=40)
    sort = models.PositiveSmallIntegerField(_("order"), default=100)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_until = models.DateField(_("in force until, inclusive"), null=True, blank=True)

    objects = CodeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a list")
        verbose_name_plural = _("entries of lists")
        ordering = ("list", "sort", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("list", "code"), name="code_entry_unique_in_list"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="code_entry_dates_in_order",
            ),
        ]


class Parameter(Provenance):
    """A deadline, a period, a pattern or an amount, in force between two days."""

    key = models.CharField(_("key"), max_length=80)
    # Without a scheme the parameter is common to all of them.
    scheme = models.ForeignKey(
        Scheme, verbose_name=_("scheme"), null=True, blank=True, on_delete=models.PROTECT
    )
    value = models.JSONField(_("value"))
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until, inclusive"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering = ("key", "scheme", "valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("key", "scheme", "valid_from"),
                nulls_distinct=False,
                name="parameter_unique_on_its_first_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="parameter_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from:%d.%m.%Y}"


class CalendarDay(models.Model):
    """A day the Government moved: it overrides weekends and public holidays."""

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y}"
