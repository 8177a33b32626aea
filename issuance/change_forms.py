"""What people fill in about a certificate after issue; forms check shape, services check law."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from reference.code_lists import code_choices

from .change_records import APPLICANTS_REASONS, REASONS_OF
from .changing import LONGEST_GROUNDS
from .ledger import Balance
from .models import CertificateChange, DrawDocument
from .replacing import REASONS, Restated

DAY = {"type": "date"}


class TokenForm(forms.Form):
    """A form that is one deed however often it is sent."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ProposalOfChangeForm(TokenForm):
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=_("What it rests on"),
        help_text=_("Facts, letters and findings. The decider and the applicant read it."),
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    upload = forms.FileField(
        label=_("Document"), help_text=_("A letter, a finding or a decision, PDF"), required=False
    )

    def __init__(self, kind: str, role: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = code_choices(REASONS_OF[kind], on=timezone.localdate())
        if role == Role.APPLICANT and kind == CertificateChange.Kind.REVOKE:
            choices = [(code, name) for code, name in choices if code in APPLICANTS_REASONS]
        self.fields["reason"].choices = choices


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Note to the decision"),
        max_length=LONGEST_GROUNDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RejectionForm(forms.Form):
    note = forms.CharField(
        label=_("Why the proposal is rejected"),
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReplacementForm(forms.Form):
    """Recipient and contract stand there as the certificate states them."""

    reason = forms.ChoiceField(label=_("Why it is replaced"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What is wrong in the certificate"),
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recipient_name_ru = forms.CharField(
        label=_("Recipient, in Russian"),
        max_length=400,
        help_text=_("With the legal form, as in the contract, for example ТОО «Пример-Сауда»."),
    )
    recipient_name_kk = forms.CharField(
        label=_("Recipient, in Kazakh"),
        max_length=400,
        required=False,
        help_text=_("As in the Kazakh text of the contract. Empty, the Russian name is printed."),
    )
    recipient_bin = forms.CharField(
        label=_("BIN / IIN of the recipient"),
        max_length=40,
        help_text=_("Twelve digits from the contract."),
    )
    recipient_address_ru = forms.CharField(
        label=_("Address of the recipient, in Russian"),
        max_length=400,
        help_text=_("As in the details of the parties at the end of the contract."),
    )
    recipient_address_kk = forms.CharField(
        label=_("Address of the recipient, in Kazakh"),
        max_length=400,
        required=False,
        help_text=_("The same address in Kazakh. Empty, the Russian one is printed."),
    )
    contract_number = forms.CharField(
        label=_("Number of the contract"),
        max_length=100,
        help_text=_("As on the first page of the contract."),
    )
    contract_on = forms.DateField(
        label=_("Date of the contract"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The day on the first page of the contract, not that of a supplement."),
    )
    invoice_number = forms.CharField(
        label=_("Number of the invoice"),
        max_length=100,
        required=False,
        help_text=_("As on the invoice that goes with the batch."),
    )
    invoice_on = forms.DateField(
        label=_("Date of the invoice"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The day printed at the top of the invoice."),
    )

    RESTATED = tuple(Restated.__dataclass_fields__)

    def __init__(self, before: Restated, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(before, name) for name in self.RESTATED})
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = code_choices(REASONS, on=timezone.localdate())
        self.names_parties = before != Restated()
        if not self.names_parties:
            for name in self.RESTATED:
                del self.fields[name]

    def restated(self) -> Restated | None:
        if not self.names_parties:
            return None
        return Restated(**{name: self.cleaned_data[name] for name in self.RESTATED})


class OriginalForm(forms.Form):
    blank_number = forms.CharField(
        label=_("Number of the blank"),
        help_text=_("Seven digits"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    handed_out_on = forms.DateField(
        label=_("Handed out"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The day on the receipt."),
    )
    received_by = forms.CharField(
        label=_("Received by"),
        max_length=200,
        help_text=_("Who signed the receipt: full name, and number of the power of attorney."),
    )
    is_duplicate = forms.BooleanField(
        label=_("This is a duplicate"),
        required=False,
        help_text=_("The paper bears the word “Duplicate”."),
    )


class ReturnedForm(forms.Form):
    returned_on = forms.DateField(
        label=_("Given back on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The day on which the paper came back to the chamber."),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class DrawForm(TokenForm):
    line = forms.TypedChoiceField(
        label=_("Line of the certificate"),
        coerce=int,
        help_text=_("The line under which the goods were sold; its number stands on the paper."),
    )
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=18,
        decimal_places=6,
        help_text=_("In the unit of the line, as in the document of the sale."),
    )
    document = forms.ChoiceField(
        label=_("Document"),
        choices=DrawDocument.choices,
        help_text=_("The document of the sale: waybill, invoice or electronic invoice."),
    )
    document_number = forms.CharField(
        label=_("Number of the document"),
        max_length=100,
        help_text=_("As on the document, for example ПР-0001."),
    )
    document_on = forms.DateField(
        label=_("Date of the document"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The day on the document, not the day of delivery."),
    )
    buyer_bin = forms.CharField(
        label=_("BIN / IIN of the buyer"),
        max_length=40,
        required=False,
        help_text=_("Twelve digits from the contract or the invoice."),
    )

    def __init__(self, balances: list[Balance], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [
            (balance.line, f"{balance.line}. {balance.name[:80]}") for balance in balances
        ]


class GiveBackForm(TokenForm):
    note = forms.CharField(label=_("Why it is given back"), max_length=500)
