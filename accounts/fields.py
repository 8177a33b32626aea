"""Model and form fields that hold a BIN or IIN and accept it the way people paste it."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import LENGTH, Kind, normalise_bin_iin, normalise_text_id


class BinIinFormField(forms.CharField):
    def __init__(self, *, only: str | None = None, **kwargs: Any) -> None:
        self.only = Kind(only) if only else None
        # No length limit on the input: a pasted number may carry spaces that we take out.
        kwargs.pop("max_length", None)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        return normalise_bin_iin(text, only=self.only) if normalise_text_id(text) else ""


class BinIinField(models.CharField):
    """Twelve digits as text; no form and no service can store a wrong check digit."""

    description = _("BIN or IIN")

    def __init__(self, *args: Any, only: str | None = None, **kwargs: Any) -> None:
        self.only = Kind(only) if only else None
        kwargs["max_length"] = LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        if self.only:
            kwargs["only"] = self.only.value
        return name, path, args, kwargs

    def _normalised(self, value: object) -> str | None:
        if value is None:
            return None
        return normalise_bin_iin(value, only=self.only) if normalise_text_id(value) else ""

    def to_python(self, value: object) -> str | None:
        return self._normalised(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = self._normalised(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": BinIinFormField, "only": self.only, **kwargs})
