"""Fields for dates and files; those for figures and countries are the portal's own."""

from typing import Any

from django import forms

from reference.forms import CountryField, FigureField, MoneyField, PercentField

__all__ = [
    "CountryField",
    "DateInput",
    "FigureField",
    "MoneyField",
    "PercentField",
    "SeveralFilesField",
    "SeveralFilesInput",
]


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
