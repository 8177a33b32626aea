"""Fields that read figures, countries, dates and files the way people give them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reference.countries import country_code
from reference.currencies import currency_code
from reference.figures import CURRENCY, BadValue, read_number
from reference.units import alias_key


class FigureField(forms.DecimalField):
    """A decimal with a comma or a point and with spaces between thousands."""

    def __init__(self, *, tails: frozenset[str] = frozenset({""}), **kwargs: Any) -> None:
        self.tails = tails
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: object) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            reading = read_number(text)
        except BadValue as fault:
            raise ValidationError(fault.reason, code=fault.code) from fault
        if alias_key(reading.tail) not in self.tails:
            raise ValidationError(_("Write only the number here."), code="tail")
        return reading.number

    def prepare_value(self, value: object) -> object:
        """A stored figure is shown without idle zeros; what was typed stays as typed."""
        if not isinstance(value, Decimal):
            return value
        text = f"{value:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        is_english = (get_language() or "").startswith("en")
        return text if is_english else text.replace(".", ",")


class MoneyField(FigureField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            tails=CURRENCY, **{"max_digits": 18, "decimal_places": 2, "min_value": 0, **kwargs}
        )


class PercentField(FigureField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            tails=frozenset({"", "%"}),
            **{"max_digits": 5, "decimal_places": 2, "min_value": 0, "max_value": 100, **kwargs},
        )

    def to_python(self, value: object) -> Decimal | None:
        """0.35 may mean 0.35 % or 35 %: whoever means less than one writes the sign."""
        number = super().to_python(value)
        has_sign = not isinstance(value, str) or "%" in value
        if number is not None and 0 < number < 1 and not has_sign:
            raise ValidationError(
                _("%(number)s: write %(more)s for %(more)s %%, or %(number)s %% with the sign."),
                code="ambiguous",
                params={"number": f"{number:f}", "more": f"{(number * 100).normalize():f}"},
            )
        return number

    def prepare_value(self, value: object) -> object:
        shown = super().prepare_value(value)
        return f"{shown} %" if isinstance(value, Decimal) and 0 < value < 1 else shown


class CountryField(forms.CharField):
    """A country by its code or by its name in any of the three languages."""

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        code = country_code(text)
        if code is None:
            raise ValidationError(_("There is no country %(name)s."), params={"name": text})
        return code


class CurrencyField(forms.CharField):
    """A currency by its code, its sign or its name; empty means tenge."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"list": "currencies", "autocomplete": "off", "class": "short"}),
        )
        super().__init__(**kwargs)

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        code = currency_code(text)
        if code is None:
            raise ValidationError(_("There is no currency %(name)s."), params={"name": text})
        return code


class DateInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files; each is checked when it is taken."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": SeveralFilesInput(attrs={"multiple": True}), "allow_empty_file": True}
            | kwargs
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(file, initial) for file in files or [None]]
