"""Entries of an applicant's own catalogue, and the usual bill of a product."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from accounts.models import Membership
from expertise.models import (
    CatalogueMaterial,
    CatalogueProduct,
    CatalogueSupplier,
    OriginDocument,
)
from expertise.own_catalogue.entries import VALUE_FIELDS
from expertise.own_catalogue.using import materials_for, suppliers_for
from reference.currencies import TENGE

from .fields import CountryField, FigureField, MoneyField, PercentField
from .filing import SMALLEST_QUANTITY
from .materials import LONGEST_FORM, MATERIAL_CODE
from .partial import RowForm, say_nothing


class ProductForm(RowForm):
    use_required_attribute = False

    price_kzt = MoneyField(
        label=_("Usual price of one unit, ₸"),
        required=False,
        help_text=_("Ex works, without VAT. It is put into a new line and can be changed there."),
    )

    class Meta:
        model = CatalogueProduct
        fields = (
            "name_ru", "name_kk", "name_en", "hs_code", "kp_ved", "unit", "standard", "price_kzt",
            "operations",
        )  # fmt: skip
        widgets = {
            "name_ru": forms.Textarea(attrs={"rows": 2}),
            "name_kk": forms.Textarea(attrs={"rows": 2}),
            "name_en": forms.Textarea(attrs={"rows": 2}),
            "operations": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "name_ru": _("As it stands on your invoices and on the product's passport"),
            "name_kk": _("As it stands on the label or in the Kazakh invoice"),
            "name_en": _("For certificates that go abroad; as in the export contract"),
            "hs_code": _("10 digits; on a customs declaration they stand in box 33"),
            "kp_ved": _("For example 28.29.82; on the form of your statistical report"),
            "unit": _("The unit in which the price is given; on an invoice beside the quantity"),
            "standard": _("Number of the standard the goods are made by, as in their passport"),
            "operations": _("The operations in their order, as in the process chart"),
        }

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].empty_label = _("Choose")

    def clean_price_kzt(self) -> Any:
        price = self.cleaned_data["price_kzt"]
        if price is not None and price <= 0:
            raise ValidationError(_("The amount must be more than zero."), code="not_positive")
        return price


class MaterialEntryForm(RowForm):
    use_required_attribute = False

    country = CountryField(
        label=_("Country of origin"),
        required=False,
        help_text=_("Its code or its name; it stands on the certificate of origin or in box 34"),
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
    )
    origin_document = forms.ChoiceField(
        label=_("Document of origin"),
        required=False,
        choices=OriginDocument.choices,
        help_text=_("The paper that proves where the material comes from"),
    )
    local_percent = PercentField(
        label=_("Its local content, %"),
        required=False,
        help_text=_("Only from the material's own CT-KZ certificate"),
    )

    class Meta:
        model = CatalogueMaterial
        fields = (
            "name_ru", "name_kk", "name_en", "hs_code", "unit", "country", "supplier",
            "origin_document", "document", "local_percent",
        )  # fmt: skip
        help_texts = {
            "name_ru": _("As it stands on the supplier's invoice"),
            "name_kk": _("As it stands on a Kazakh invoice, if there is one"),
            "name_en": _("As it stands on a foreign invoice, if there is one"),
            "hs_code": _("4, 6 or 10 digits; box 33 of the customs declaration"),
            "unit": _("The unit in which you buy it; on the invoice beside the quantity"),
            "supplier": _("Who sells it; add new suppliers on their own page"),
            "document": _("Number and date, as on the paper itself"),
        }

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].empty_label = _("Choose")
        self.fields["supplier"].queryset = suppliers_for(actor)
        self.fields["supplier"].empty_label = _("Not known")

    def clean_hs_code(self) -> str:
        text = normalise_text_id(self.cleaned_data.get("hs_code") or "").replace(".", "")
        if text and not MATERIAL_CODE.fullmatch(text):
            raise ValidationError(_("The code of a material has 4, 6 or 10 digits."), code="length")
        return text


class SupplierForm(RowForm):
    use_required_attribute = False

    country = CountryField(
        label=_("Country"),
        required=False,
        help_text=_("Its code or its name; where the supplier is registered"),
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
    )

    class Meta:
        model = CatalogueSupplier
        fields = ("name", "bin", "foreign_id", "country")
        help_texts = {
            "name": _("As in the contract or on the invoice"),
            "bin": _("12 digits; on the invoice beside the seller's name"),
            "foreign_id": _("Of a supplier abroad: the tax number on its invoice"),
        }

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class UsualRowForm(forms.Form):
    """One material of the usual bill with what it costs in one unit of the product."""

    use_required_attribute = False
    says_optional = False

    material = forms.ModelChoiceField(
        label=_("Material"),
        queryset=CatalogueMaterial.objects.none(),
        required=False,
        help_text=_("From your catalogue; add new materials on their own page"),
    )
    value_kzt = MoneyField(
        label=_("Value in one unit of the product, ₸"),
        required=False,
        help_text=_("Price of the material by its norm of consumption, without VAT"),
    )

    def __init__(self, *args: Any, choices: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["material"].queryset = CatalogueMaterial.objects.all()
        # Asked for once for all rows of the page.
        self.fields["material"].choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("material") and values.get("value_kzt") is None:
            self.add_error("value_kzt", _("Say what it costs in one unit of the product."))
        if values.get("value_kzt") is not None and not values.get("material"):
            self.add_error("material", _("Choose the material."))
        return values


class BaseUsualBill(forms.BaseFormSet):
    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        materials = materials_for(actor).in_use()
        choices = [("", _("Choose")), *((m.pk, material_label(m)) for m in materials)]
        super().__init__(*args, form_kwargs={"choices": choices}, **kwargs)

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this material")
        if index:
            say_nothing(form)

    def rows(self, product: CatalogueProduct) -> list[dict[str, Any]]:
        """The rows that stay; one that was left as it was keeps its currency and rate."""
        known = {(row.material_id, row.value_kzt): row for row in product.bill.all()}
        rows = []
        for form in self.forms:
            values = form.cleaned_data
            if not values.get("material") or self._should_delete_form(form):
                continue
            row = known.get((values["material"].pk, values["value_kzt"]))
            money = (
                {name: getattr(row, name) for name in VALUE_FIELDS}
                if row
                else {"value_kzt": values["value_kzt"], "currency": TENGE}
            )
            rows.append({"material": values["material"], **money})
        return rows


def material_label(material: CatalogueMaterial) -> str:
    parts = [material.name, material.hs_code, material.country]
    if material.supplier:
        parts.append(material.supplier.name)
    return " · ".join(part for part in parts if part)


UsualBill = forms.formset_factory(
    UsualRowForm, formset=BaseUsualBill, extra=3, can_delete=True, max_num=LONGEST_FORM
)
FORMS = {
    "products": ProductForm,
    "materials": MaterialEntryForm,
    "suppliers": SupplierForm,
}


class TakeForm(forms.Form):
    """How many of a product of the catalogue the request is about."""

    quantity = FigureField(
        label=_("Quantity"),
        max_digits=18,
        decimal_places=6,
        validators=[
            MinValueValidator(SMALLEST_QUANTITY, _("The quantity must be more than zero."))
        ],
        help_text=_("In the product's unit, as in the contract or in the plan of production"),
    )
