"""The public calculator: goods, their materials and what was done to them; nothing is stored."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from origin.errors import OriginError
from origin.evaluation import LineFacts, MaterialFacts
from origin.lookup import plain_hs_code
from origin.packs import RulePack
from origin.pasted_materials import PastedRow
from reference.forms import MoneyField, PercentField

MOST_MATERIALS = 300
LONGEST_PASTE = 100_000
BLANK_ROWS = 3
PREFIX = "materials"
LOCAL = "local"
ORIGINS = [
    ("", _("foreign, unknown")),
    (LOCAL, _("Kazakhstani")),
]
TOO_MANY = _("At most %(num)d materials can be calculated here.")


class CalculatorForm(forms.Form):
    use_required_attribute = False

    name = forms.CharField(
        label=_("What are the goods?"),
        required=False,
        max_length=200,
        help_text=_("As in your price list. The answer does not depend on it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    hs_code = forms.CharField(
        label=_("HS code"),
        max_length=40,
        help_text=_("Ten digits, or at least the four of the heading."),
        error_messages={"required": _("The HS code decides which rule applies.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    price_kzt = MoneyField(
        label=_("Price of one unit, ₸"),
        help_text=_("Ex works, without VAT."),
        min_value=Decimal("0.01"),
        error_messages={"min_value": _("The price must be more than zero.")},
    )
    category = forms.ChoiceField(
        label=_("What is the certificate for?"),
        choices=[("serial", _("Serial production")), ("batch", _("A batch"))],
        initial="serial",
        widget=forms.RadioSelect,
        help_text=_("Serial: all that you make within the term. A batch: one lot for one buyer."),
    )
    wanted_percent = PercentField(
        label=_("Local content you need, %"),
        required=False,
        help_text=_("For example the share that a tender asks for."),
    )
    paste = forms.CharField(
        label=_("Paste rows from your spreadsheet"),
        required=False,
        max_length=LONGEST_PASTE,
        strip=False,
        help_text=_("Name, HS code, country, value: one material on a line."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    ground = forms.ChoiceField(
        label=_("Wholly produced in Kazakhstan?"),
        required=False,
        help_text=_("Only goods without any foreign material."),
    )
    operations = forms.MultipleChoiceField(
        label=_("What is done to the materials"),
        required=False,
        help_text=_("Mark what is done in Kazakhstan, as in your process chart."),
    )
    choice = forms.CharField(
        required=False,
        max_length=80,
        label=_("Which rule fits the goods?"),
        help_text=_("The one that names your goods. Until you choose, all are calculated."),
    )
    reading = forms.CharField(
        required=False,
        max_length=80,
        label=_("Which reading?"),
        help_text=_("It is not settled yet. The auditor will have to choose one and say why."),
    )

    def __init__(self, *args: Any, pack: RulePack, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [
            ("", _("No: it is made from materials")),
            *((code, ground.name.in_language(language)) for code, ground in pack.grounds.items()),
        ]
        self.fields["operations"].choices = [(code, code) for code in pack.operations]

    def clean_hs_code(self) -> str:
        try:
            return plain_hs_code(normalise_text_id(self.cleaned_data["hs_code"]))
        except OriginError as error:
            raise ValidationError(error.message, code=error.code) from error

    def line(self, materials: tuple[MaterialFacts, ...]) -> LineFacts:
        values = self.cleaned_data
        return LineFacts(
            number=1,
            name=values["name"],
            hs_code=values["hs_code"],
            price_kzt=values["price_kzt"],
            materials=materials,
            operations=tuple(values["operations"]),
            ground=values["ground"],
            choice=values["choice"],
            reading=values["reading"],
        )


class Cell(forms.BoundField):
    """A field of one row: its help stands once, in the head of the column."""

    @property
    def head_id(self) -> str:
        return f"{PREFIX}-{self.name}_helptext"

    @property
    def aria_describedby(self) -> str:
        error = f"{self.auto_id}_error" if self.errors else ""
        return f"{self.head_id} {error}".strip()


class MaterialRowForm(forms.Form):
    bound_field_class = Cell

    name = forms.CharField(
        label=_("Material"),
        required=False,
        max_length=200,
        help_text=_("As on the supplier's invoice."),
    )
    hs_code = forms.CharField(
        label=_("HS code"),
        required=False,
        max_length=40,
        help_text=_("Four digits at least: box 33 of the customs declaration."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    value_kzt = MoneyField(
        label=_("Value, ₸"), help_text=_("By the norm of consumption for one unit.")
    )
    origin = forms.ChoiceField(
        label=_("Origin"),
        required=False,
        choices=ORIGINS,
        help_text=_("Kazakhstani only with a document of origin."),
    )
    local_percent = PercentField(
        label=_("Its local content, %"),
        required=False,
        help_text=_("From its own CT-KZ certificate."),
    )

    def clean_hs_code(self) -> str:
        text = normalise_text_id(self.cleaned_data["hs_code"]).replace(".", "")
        if not text:
            return ""
        try:
            return plain_hs_code(text)
        except OriginError as error:
            raise ValidationError(error.message, code=error.code) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("local_percent") is not None and values.get("origin") != LOCAL:
            self.add_error(
                "local_percent", _("Only a Kazakhstani material has a share of local content.")
            )
        return values

    def material(self, number: int) -> MaterialFacts:
        values = self.cleaned_data
        return MaterialFacts(
            number=number,
            name=values["name"],
            hs_code=values["hs_code"],
            value_kzt=values["value_kzt"],
            is_local=values["origin"] == LOCAL,
            local_share_percent=values["local_percent"],
        )


class BaseMaterialRows(forms.BaseFormSet):
    default_error_messages = forms.BaseFormSet.default_error_messages | {"too_many_forms": TOO_MANY}

    def __init__(self, *args: Any, extra_rows: int = BLANK_ROWS, **kwargs: Any) -> None:
        self.extra = extra_rows
        super().__init__(*args, **kwargs)

    @property
    def heads(self) -> list[forms.BoundField]:
        """One field of each column, for the head above the rows."""
        return self.empty_form.visible_fields()

    def initial_form_count(self) -> int:
        """Nothing is stored, so a row that was emptied is a row that was removed."""
        return 0 if self.is_bound else super().initial_form_count()

    def materials(self) -> tuple[MaterialFacts, ...]:
        """The filled rows by their number on the page."""
        return tuple(
            form.material(number)
            for number, form in enumerate(self.forms, start=1)
            if form.has_changed()
        )


MaterialRows = forms.formset_factory(
    MaterialRowForm,
    formset=BaseMaterialRows,
    max_num=MOST_MATERIALS,
    absolute_max=MOST_MATERIALS + 1,
    validate_max=True,
)
ROW_FIELDS = tuple(MaterialRowForm.base_fields)


def typed_rows(data: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows as typed, sound or not; those without a word are left out."""
    count = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    rows = [
        {name: data.get(f"{PREFIX}-{index}-{name}", "") for name in ROW_FIELDS}
        for index in range(min(int(count) if count.isdecimal() else 0, MOST_MATERIALS + 1))
    ]
    return [row for row in rows if any(text.strip() for text in row.values())]


def pasted_row(row: PastedRow) -> dict[str, Any]:
    """A pasted row as the fields show it."""
    return {
        "name": row.name,
        "hs_code": row.hs_code,
        "value_kzt": row.value_kzt,
        "origin": LOCAL if row.is_local else "",
        "local_percent": "",
    }


def blank_rows(filled: int) -> int:
    return max(1, min(BLANK_ROWS, MOST_MATERIALS - filled)) if filled < MOST_MATERIALS else 0


def show_refusal(error: Any, form: CalculatorForm, rows: Any) -> None:
    """A refusal of the engine beside the field that it is about."""
    field = {"local_share_percent": "local_percent"}.get(error.field, error.field)
    number = getattr(error, "material", None)
    if number is not None and 0 < number <= len(rows.forms):
        row = rows.forms[number - 1]
        row.add_error(field if field in row.fields else None, error.message)
    else:
        form.add_error(field if field in form.fields else None, error.message)
