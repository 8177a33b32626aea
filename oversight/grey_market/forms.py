"""Reports of sellers by anybody, and what the Committee fills in about them."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversight.models import GreyListing
from oversight.strangers import EvidenceField, OpenForm
from reference.forms import DateInput
from reference.models import Department
from reference.parameters import parameter

from .reporting import LONGEST_TEXT


def _text(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=widget, **options)


def today() -> date:
    return timezone.localdate()


class ReportForm(OpenForm):
    address = forms.CharField(
        label=_("Where is it offered?"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Address of the site or the page, name of the account, telephone, or name of the seller"
        ),
        error_messages={"required": _("Say where it is offered.")},
    )
    text = _text(
        _("What is offered, and for how much"),
        rows=5,
        help_text=_("In the words of the offer, with the price. Only the Committee reads it."),
        error_messages={"required": _("Say what is offered.")},
    )
    seen_on = forms.DateField(
        label=_("When you saw it"),
        widget=DateInput,
        initial=today,
        help_text=_("The last day on which you could open the offer."),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("This is not a date. Write it as 2026-11-22."),
        },
    )
    files = EvidenceField(
        label=_("Screenshots"),
        kinds=("png", "jpg", "pdf"),
        help_text=_("Up to 5 pictures or PDF files. They help to prove it after it is gone."),
    )
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=300,
        required=False,
        help_text=_("Only if we may ask you something. It is never published."),
    )

    def clean_seen_on(self) -> date:
        day: date = self.cleaned_data["seen_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."), code="not_yet")
        return day

    def report(self) -> dict[str, Any]:
        values = self.cleaned_data
        named = ("address", "text", "seen_on", "contact", "files")
        return {name: values[name] for name in named} | {
            "form_token": self.form_token,
            "language": (get_language() or "")[:2],
        }


class ConfirmForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the seller"),
        max_length=300,
        required=False,
        help_text=_("As the page or account names it. It is published with a blocked address."),
    )
    description = _text(_("What is offered there"), help_text=_("It stands in the request."))
    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Department.objects.exclude(pk=Department.CENTRAL),
        required=False,
        empty_label=_("not known"),
        help_text=_("Where the seller is, by its telephone or address. Its department goes on."),
    )


class NoteForm(forms.Form):
    note = _text(_("Why"), rows=3)


class SendForm(forms.Form):
    body = forms.CharField(
        label=_("The body that blocks"),
        max_length=400,
        help_text=_("Its full name; the request is addressed to it. The usual one stands here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = parameter("grey_market.blocking_body", on=timezone.localdate())
        self.fields["body"].initial = usual["kk" if get_language() == "kk" else "ru"]


class BlockForm(forms.Form):
    blocked_on = forms.DateField(
        label=_("Blocked on"),
        widget=DateInput,
        initial=today,
        help_text=_("The first day, as in the reply of the body."),
    )
    reference = forms.CharField(
        label=_("Number of the decision"),
        max_length=120,
        help_text=_("Number of the decision on blocking, as in the reply of the body."),
    )


class SeenForm(forms.Form):
    note = _text(_("What follows from it"), rows=3, required=False)
    listing = forms.ModelChoiceField(
        label=_("Seller behind it"),
        queryset=GreyListing.objects.none(),
        required=False,
        empty_label=_("not known"),
        help_text=_("The alert is then shown on the page of this seller."),
    )

    def __init__(self, sellers: QuerySet[GreyListing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listing: Any = self.fields["listing"]
        listing.queryset = sellers.exclude(status="dismissed")
        listing.label_from_instance = lambda row: f"{row.number} · {row.address}"
