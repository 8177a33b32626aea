"""Model and form fields that normalise their text on the way in; BIN and IIN are the first."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import LENGTH, Kind, normalise_bank_account, normalise_bin_iin


class NormalisedFormField(forms.CharField):
    """Text that is read the way people paste it; the subclass says what is sound."""

    input_mode: ClassVar[str] = "text"

    def __init__(self, **kwargs: Any) -> None:
        # No length limit on the input: what is pasted may carry spaces that we take out.
        kwargs.pop("max_length", None)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", self.input_mode)
        self.widget.attrs.setdefault("autocomplete", "off")

    def normalise(self, value: str) -> str:
        raise NotImplementedError

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        return self.normalise(text) if text else ""


class NormalisedCharField(models.CharField):
    """Normalised before it is stored, whoever writes it: no service can keep an unsound value."""

    form_class: ClassVar[type[NormalisedFormField]]

    def normalise(self, value: object) -> str:
        raise NotImplementedError

    def _normalised(self, value: object) -> str | None:
        if value is None:
            return None
        return self.normalise(value) if str(value).strip() else ""

    def to_python(self, value: object) -> str | None:
        return self._normalised(value)

    def get_prep_value(self, value: Any) -> Any:
        # A search may ask for a part of the value or for something that is none.
        try:
            return super().get_prep_value(value)
        except ValidationError:
            return str(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = self._normalised(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": self.form_class, **kwargs})


class BinIinFormField(NormalisedFormField):
    input_mode = "numeric"

    def __init__(self, *, only: str | None = None, **kwargs: Any) -> None:
        self.only = Kind(only) if only else None
        super().__init__(**kwargs)

    def normalise(self, value: str) -> str:
        return normalise_bin_iin(value, only=self.only)


class BinIinField(NormalisedCharField):
    """Twelve digits as text with a check digit that fits."""

    description = _("BIN or IIN")
    form_class = BinIinFormField

    def __init__(self, *args: Any, only: str | None = None, **kwargs: Any) -> None:
        self.only = Kind(only) if only else None
        kwargs["max_length"] = LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        if self.only:
            kwargs["only"] = self.only.value
        return name, path, args, kwargs

    def normalise(self, value: object) -> str:
        return normalise_bin_iin(value, only=self.only)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"only": self.only, **kwargs})


class BankAccountFormField(NormalisedFormField):
    def normalise(self, value: str) -> str:
        return normalise_bank_account(value)


class BankAccountField(NormalisedCharField):
    """An account number in upper case and without spaces."""

    description = _("bank account")
    form_class = BankAccountFormField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 34
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def normalise(self, value: object) -> str:
        return normalise_bank_account(value)
