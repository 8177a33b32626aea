"""What people fill in for the chamber's registers."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from reference.forms import DateInput

from .models import Power


class TermForm(forms.Form):
    valid_from = forms.DateField(
        label=_("In force from"),
        widget=DateInput(),
        help_text=_("The first day, as in the order."),
    )
    valid_until = forms.DateField(
        label=_("Until, inclusive"),
        required=False,
        widget=DateInput(),
        help_text=_("The last day, as in the order. Empty: until somebody ends it here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate()


class MandateForm(TermForm):
    user = forms.ModelChoiceField(
        label=_("Signatory"),
        queryset=User.objects.none(),
        empty_label=_("Choose the person"),
        help_text=_("The person whom the order names; signatories of your chamber are offered."),
    )
    position_kk = forms.CharField(
        label=_("Position in Kazakh"),
        max_length=200,
        help_text=_("As in the order, in Kazakh."),
    )
    position_ru = forms.CharField(
        label=_("Position in Russian"),
        max_length=200,
        help_text=_("As in the order, in Russian."),
    )
    basis = forms.CharField(
        label=_("Ground"), help_text=_("Order, its number and date."), max_length=200
    )
    powers = forms.MultipleChoiceField(
        label=_("What the person may decide"),
        choices=Power.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the order names."),
    )
    field_order = (
        "user", "position_kk", "position_ru", "basis", "powers", "valid_from", "valid_until",
    )  # fmt: skip

    def __init__(self, chamber: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(
            pk__in=chamber.memberships.current().filter(role=Role.CHAMBER_SIGNATORY).values("user")
        ).order_by("full_name")


class SealForm(TermForm):
    certificate = forms.FileField(
        label=_("File of the certificate"), help_text=_("PEM or DER, without the key.")
    )
    field_order = ("certificate", "valid_from", "valid_until")


class EndForm(forms.Form):
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DateInput(),
        help_text=_("The last day on which it holds; afterwards nothing can be signed under it."),
    )

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = today or timezone.localdate()
