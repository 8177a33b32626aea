"""What the applicant fills in, one thing per page."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from expertise.document_types import applicants_types
from expertise.models import Category, ExpertiseRequest, GoodsLine
from origin.criteria import SUFFICIENT_PROCESSING, WHOLLY_PRODUCED, criterion_of_processing
from reference.code_lists import code_choices

from .fields import DateInput, FigureField, MoneyField, PercentField, SeveralFilesField
from .partial import PartialForm, RowForm
from .plain import plain, plain_row

SMALLEST_QUANTITY = Decimal("0.000001")
CRITERIA = [
    (SUFFICIENT_PROCESSING, _("Д – sufficiently processed in Kazakhstan")),
    (WHOLLY_PRODUCED, _("П – wholly produced in Kazakhstan")),
]


class PartiesForm(PartialForm, RowForm):
    category = forms.ChoiceField(
        help_text=_(
            "Serial production: the same goods over a year. Batch: one delivery under one contract."
        ),
        label=_("What is the certificate for?"),
        choices=Category.choices,
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(
        help_text=_(
            "What you will show the certificate for: customs, a tender, a register of producers"
        ),
        label=_("Purpose"),
        widget=forms.RadioSelect,
    )
    needed = frozenset(
        {
            "category", "purpose", "expert_organisation", "producer_bin", "producer_name_ru",
            "producer_address_ru", "operations", "recipient_bin", "recipient_name",
            "recipient_address", "contract_number", "contract_on",
        }
    )  # fmt: skip

    class Meta:
        model = ExpertiseRequest
        fields = (
            "category", "purpose", "expert_organisation",
            "producer_bin", "producer_name_ru", "producer_name_kk",
            "producer_address_ru", "producer_address_kk", "operations",
            "recipient_bin", "recipient_name", "recipient_address",
            "contract_number", "contract_on", "invoice_number", "invoice_on",
            "chamber", "goes_to_chamber_by_itself",
        )  # fmt: skip
        widgets = {
            "contract_on": DateInput,
            "invoice_on": DateInput,
            "operations": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "expert_organisation": _(
                "It examines the goods; its auditors must know your kind of them"
            ),
            "producer_bin": _(
                "12 digits, on the producer's certificate of registration; spaces do not matter"
            ),
            "producer_name_ru": _("As in the certificate of registration, with the legal form"),
            "producer_name_kk": _("As in the Kazakh text of the certificate of registration"),
            "producer_address_kk": _("The same address in Kazakh, as in the lease or title deed"),
            "recipient_name": _("The buyer, as in the contract"),
            "recipient_bin": _("12 digits; in the contract among the details of the buyer"),
            "recipient_address": _("Of the buyer, as in the contract"),
            "contract_number": _("On the first page of the contract, without the sign №"),
            "contract_on": _("The day it was signed, on its first page"),
            "invoice_number": _("At the top of the invoice, without the sign №"),
            "invoice_on": _("The day at the top of the invoice"),
            "goes_to_chamber_by_itself": _(
                "You need not come back: a positive act goes on by itself"
            ),
            "operations": _(
                "The operations in their order: from materials to the finished goods. "
                "The auditor compares this with what is seen on site."
            ),
            "producer_address_ru": _(
                "Where the goods are really made, as in the lease or title deed of the workshop"
            ),
            "chamber": _("The regional chamber that will issue the certificate"),
        }

    @classmethod
    def stored(cls, request: ExpertiseRequest) -> dict[str, str]:
        return plain_row(request, cls.Meta.fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (
            ("expert_organisation", OrganisationKind.EXPERT),
            ("chamber", OrganisationKind.CHAMBER),
        ):
            field = self.fields[name]
            field.queryset = Organisation.objects.filter(kind=kind)
            field.empty_label = _("Choose")
        self.fields["purpose"].choices = code_choices("purpose", on=timezone.localdate())
        for name in ("contract_on", "invoice_on"):
            self.fields[name].widget.attrs["class"] = "short"


class LineForm(RowForm):
    """One goods line. Its price may come later, the rest makes it a line."""

    quantity = FigureField(
        help_text=_(
            "A batch: as in the invoice. Serial production: the output planned for the year."
        ),
        label=_("Quantity"),
        max_digits=18,
        decimal_places=6,
        validators=[
            MinValueValidator(SMALLEST_QUANTITY, _("The quantity must be more than zero."))
        ],
    )
    price_kzt = MoneyField(
        label=_("Price of one unit, ₸"),
        required=False,
        help_text=_("Ex works, without VAT. The local content is calculated from it."),
    )
    cost_kzt = MoneyField(
        label=_("Production cost of one unit, ₸"),
        required=False,
        help_text=_("Without VAT and profit. The local content is calculated from it."),
    )
    claimed_criterion = forms.ChoiceField(
        help_text=_("Д: there are foreign materials. П: everything is from Kazakhstan."),
        label=_("Criterion of origin that you claim"),
        required=False,
        choices=[("", _("Not claimed")), *CRITERIA],
    )
    claimed_percent = PercentField(
        help_text=_("As in your own calculation of the cost; the portal calculates it anew"),
        label=_("Local content that you claim, %"),
        required=False,
    )

    class Meta:
        model = GoodsLine
        fields = (
            "name", "hs_code", "kp_ved", "quantity", "unit", "price_kzt", "cost_kzt",
            "claimed_criterion", "claimed_percent",
        )  # fmt: skip
        widgets = {"name": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": _(
                "As it has to stand on the certificate: name, model, standard, as in the product's "
                "passport"
            ),
            "hs_code": _("10 digits; on a customs declaration they stand in box 33"),
            "kp_ved": _("For example 28.29.82; on the form of your statistical report"),
            "unit": _("By the classifier of units (OKEI, MKEI); as on the invoice"),
        }

    def __init__(self, *args: Any, asks_cost: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_cost:
            self.fields["price_kzt"].help_text = _("Ex works, without VAT.")
        else:
            del self.fields["cost_kzt"]
        self.initial["claimed_criterion"] = (self.instance.claimed_criterion or "")[:1]
        self.fields["unit"].empty_label = _("Choose")

    @classmethod
    def stored(cls, line: GoodsLine | None, *, asks_cost: bool) -> dict[str, str]:
        """What the form shows of a stored line, as plain text; of a new one, that all is empty."""
        names = [name for name in cls.Meta.fields if asks_cost or name != "cost_kzt"]
        if line is None:
            return dict.fromkeys(names, "")
        return {
            **plain_row(line, names),
            "claimed_criterion": line.claimed_criterion[:1],
        }


def line_values(values: Mapping[str, Any], line: GoodsLine | None) -> dict[str, Any]:
    """The values as the service takes them: Д carries the heading of the goods themselves."""
    if not {"hs_code", "claimed_criterion"} & values.keys():
        return dict(values)
    was, code = (line.claimed_criterion[:1], line.hs_code) if line else ("", "")
    criterion = values.get("claimed_criterion", was)
    if criterion == SUFFICIENT_PROCESSING:
        criterion = str(criterion_of_processing(values.get("hs_code", code)))
    return {**values, "claimed_criterion": criterion}


class PriceForm(forms.Form):
    """Prices of many lines on one page, one input per line."""

    use_required_attribute = False

    def __init__(self, lines: list[GoodsLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {f"price_{line.number}": line for line in lines}
        for name, line in self.lines.items():
            self.fields[name] = MoneyField(
                label=_("Price of line %(number)s, ₸") % {"number": line.number},
                required=False,
                initial=line.price_kzt,
            )

    def rows(self) -> list[tuple[GoodsLine, forms.BoundField]]:
        return [(line, self[name]) for name, line in self.lines.items()]

    @staticmethod
    def stored(lines: Iterable[GoodsLine]) -> dict[str, str]:
        return {f"price_{line.number}": plain(line.price_kzt) for line in lines}

    def prices(self, values: Mapping[str, Any]) -> dict[int, Any]:
        """Line number → price, of the fields in `values`."""
        return {self.lines[name].number: value for name, value in values.items()}


class SheetForm(forms.Form):
    """A spreadsheet to import; what it holds is checked by the reader."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("An .xlsx or .csv file; columns are recognised by their headings"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class DocumentForm(forms.Form):
    type = forms.ChoiceField(
        help_text=_("What the paper is: its title says it"), label=_("Kind of document")
    )
    number = forms.CharField(
        help_text=_("As on the paper, without the sign №"),
        label=_("Document number"),
        required=False,
        max_length=60,
    )
    dated_on = forms.DateField(
        help_text=_("The day on the paper itself, not the day you send it"),
        label=_("Document date"),
        required=False,
        widget=DateInput(attrs={"class": "short"}),
    )
    files = SeveralFilesField(
        label=_("Files"), help_text=_("PDF, JPG, PNG, XLSX, CSV or DOCX; several at once if needed")
    )

    def __init__(self, *args: Any, category: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = applicants_types(on=timezone.localdate(), category=category)
        self.fields["type"].choices = [("", _("Choose")), *kinds]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Put documents with the case first, then send the answer."),
    )
