"""The bill of materials of one goods line, one row per material."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from expertise.models import Material, OriginDocument

from .fields import CountryField, MoneyField, PercentField
from .partial import RowForm

# A heading, a subheading or a whole code: suppliers' papers seldom give more than four digits.
_MATERIAL_CODE = re.compile(r"\d{4}|\d{6}|\d{10}", re.ASCII)


class MaterialForm(RowForm):
    country = CountryField(
        label=_("Country of origin"),
        required=False,
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
    )
    origin_document = forms.ChoiceField(
        label=_("Document of origin"), required=False, choices=OriginDocument.choices
    )
    local_percent = PercentField(label=_("Its local content, %"), required=False)
    value_kzt = MoneyField(label=_("Value in one unit, ₸"))

    class Meta:
        model = Material
        fields = (
            "name", "hs_code", "value_kzt", "country", "origin_document", "document",
            "local_percent", "supplier",
        )  # fmt: skip

    def clean_hs_code(self) -> str:
        text = normalise_text_id(self.cleaned_data.get("hs_code") or "").replace(".", "")
        if text and not _MATERIAL_CODE.fullmatch(text):
            raise ValidationError(_("The code of a material has 4, 6 or 10 digits."), code="length")
        return text

    def material(self) -> dict[str, Any]:
        """The row as the service takes it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class BaseMaterialFormSet(forms.BaseFormSet):
    def __init__(self, *args: Any, extra_rows: int | None = None, **kwargs: Any) -> None:
        if extra_rows is not None:
            self.extra = extra_rows
        super().__init__(*args, **kwargs)

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this material")

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
    MaterialForm, formset=BaseMaterialFormSet, extra=1, can_delete=True, max_num=300
)
