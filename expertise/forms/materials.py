"""The bill of materials of one goods line, one row per material."""

import re
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from expertise.line_ranges import LineRange, parse_lines
from expertise.models import Material, OriginDocument
from expertise.valuation import (
    AMOUNT_DIGITS,
    RATE_DIGITS,
    BadValuation,
    Valuation,
    settled,
)
from reference.currencies import TENGE
from reference.exchange_rates import KnownRate, rates_for
from reference.figures import BadValue
from reference.forms import CurrencyField

from .fields import CountryField, DateInput, FigureField, MoneyField, PercentField
from .partial import PartialForm, RowForm, say_nothing

# A heading, a subheading or a whole code: suppliers' papers seldom give more than four digits.
MATERIAL_CODE = re.compile(r"\d{4}|\d{6}|\d{10}", re.ASCII)


VALUATION = ("currency", "amount", "rate", "rate_on", "rate_source")
# Django takes a thousand fields in one form; a longer bill is changed by a spreadsheet.
LONGEST_FORM = 60


class KnownRates:
    """The reference data's rates, each looked up once for all rows of a page."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, date], KnownRate | None] = {}

    def of(self, currency: str, on: date) -> KnownRate | None:
        key = (currency, on)
        if key not in self._found:
            self._found[key] = rates_for([key]).get(key)
        return self._found[key]


def initial_of(material: Material) -> dict[str, Any]:
    """A stored row as its form begins: either the value in tenge or the currency's part."""
    values = {name: getattr(material, name) for name in MaterialForm.Meta.fields}
    if material.currency == TENGE:
        return values | {"currency": ""}
    return values | {"value_kzt": None}


class MaterialForm(PartialForm, RowForm):
    # Asked for, unless the row is in another currency; the valuation says what is missing.
    needed = frozenset({"value_kzt"})

    country = CountryField(
        help_text=_(
            "Where it was made, not bought: box 34 of the customs declaration, or the certificate"
        ),
        label=_("Country of origin"),
        required=False,
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
    )
    origin_document = forms.ChoiceField(
        help_text=_("Without a Kazakhstani one the material counts as foreign"),
        label=_("Document of origin"),
        required=False,
        choices=OriginDocument.choices,
    )
    local_percent = PercentField(
        help_text=_("Only from the material's own CT-KZ certificate"),
        label=_("Its local content, %"),
        required=False,
    )
    value_kzt = MoneyField(
        help_text=_("Price without VAT by the norm of consumption for one unit of the goods"),
        label=_("Value in one unit, ₸"),
        required=False,
    )
    currency = CurrencyField(
        help_text=_("Three letters, as in the contract: USD, EUR, CNY"),
        label=_("Currency"),
        required=False,
    )
    amount = FigureField(
        help_text=_("By the norm of consumption for one unit of the goods, as on the invoice"),
        label=_("Value in one unit, in the currency"),
        required=False,
        max_digits=18,
        decimal_places=AMOUNT_DIGITS,
        min_value=0,
    )
    rate = FigureField(
        label=_("Rate, ₸ for one"),
        required=False,
        max_digits=16,
        decimal_places=RATE_DIGITS,
        help_text=_("Empty: the known rate of the day is taken"),
    )
    rate_on = forms.DateField(
        help_text=_("The day of the customs declaration or of the payment"),
        label=_("Rate of"),
        required=False,
        widget=DateInput(attrs={"class": "short"}),
    )
    rate_source = forms.CharField(
        help_text=_("For example the National Bank, or the bank that paid"),
        label=_("Whose rate"),
        required=False,
        max_length=200,
    )

    class Meta:
        model = Material
        fields = (
            "name", "hs_code", "value_kzt", "country", "origin_document", "document",
            "local_percent", "supplier", "currency", "amount", "rate", "rate_on", "rate_source",
        )  # fmt: skip
        help_texts = {
            "name": _("As on the supplier's invoice; your catalogue is offered as you type"),
            "hs_code": _("4, 6 or 10 digits; box 33 of the customs declaration"),
            "document": _("As on the paper itself: of the declaration, certificate or invoice"),
            "supplier": _("Who sold it to you, as on the invoice"),
        }

    def __init__(self, *args: Any, rates: "KnownRates | None" = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rates = rates or KnownRates()

    @property
    def is_foreign(self) -> bool:
        """Whether the part for another currency has something to show."""
        return any(self[name].value() or self[name].errors for name in VALUATION)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not {"value_kzt", *VALUATION} <= cleaned.keys():
            return cleaned
        declared = Valuation(
            value_kzt=cleaned["value_kzt"],
            currency=cleaned["currency"] or TENGE,
            **{name: cleaned[name] for name in VALUATION if name != "currency"},
        )
        # The value of a row in another currency follows from its amount and rate.
        if declared.is_foreign:
            declared = replace(declared, value_kzt=None)
        try:
            kept = settled(declared, self.rates.of)
        except BadValuation as bad:
            self.add_error(bad.field, ValidationError(bad.reason, code=bad.code))
            return cleaned
        return cleaned | asdict(kept)

    def clean_hs_code(self) -> str:
        text = normalise_text_id(self.cleaned_data.get("hs_code") or "").replace(".", "")
        if text and not MATERIAL_CODE.fullmatch(text):
            raise ValidationError(_("The code of a material has 4, 6 or 10 digits."), code="length")
        return text

    def material(self) -> dict[str, Any]:
        """The row as the service takes it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class BaseMaterialFormSet(forms.BaseFormSet):
    def __init__(self, *args: Any, extra_rows: int | None = None, **kwargs: Any) -> None:
        if extra_rows is not None:
            self.extra = extra_rows
        super().__init__(*args, form_kwargs={"rates": KnownRates()}, **kwargs)

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this material")
        if index:
            # Said once, at the first row: sixty times it would only be noise.
            say_nothing(form)
        # The script offers materials of the own catalogue under the name.
        form.fields["name"].widget.attrs.update(
            {
                "data-suggest": reverse("expertise:catalogue-find", args=["materials"]),
                "data-fill": f"{form.prefix}-",
                "data-then": "value_kzt",
                "data-label": _("Materials of the catalogue"),
                "data-found": _("Suggestions:"),
            }
        )

    def rows(self) -> list[dict[str, Any]]:
        """The filled rows that stay, as the service takes them."""
        return [values for form in self.forms if (values := self._values(form)) is not None]

    def sound_rows(self) -> list[Material]:
        """For a preview while typing: the rows that can already be counted."""
        return [
            Material(number=number, **form.material())
            for number, form in enumerate(self.forms, start=1)
            if form.is_valid() and form.has_changed() and not self._should_delete_form(form)
        ]

    def _values(self, form: forms.BaseForm) -> dict[str, Any] | None:
        if not form.has_changed() and not form.initial:
            return None
        if self._should_delete_form(form):
            return None
        return form.material()


MaterialFormSet = forms.formset_factory(
    MaterialForm, formset=BaseMaterialFormSet, extra=1, can_delete=True, max_num=LONGEST_FORM
)


class CopyBillForm(forms.Form):
    """For which other lines a bill of materials is to be used."""

    lines = forms.CharField(
        label=_("Goods lines"),
        max_length=400,
        help_text=_("3, or 1-20, or 1, 3, 5-8, or “all”"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_lines(self) -> LineRange:
        try:
            return parse_lines(self.cleaned_data["lines"])
        except BadValue as bad:
            raise ValidationError(bad.reason, code=bad.code) from bad
