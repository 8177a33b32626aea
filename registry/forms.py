"""The two questions that a stranger can ask: a number or a file."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinFormField
from accounts.models import Organisation
from issuance.numbering import CODE_ALPHABET, CODE_LENGTH
from reference.forms import DateInput
from reference.numbers import parse_certificate_number

from .models import Scope, Way
from .models.access import MOST_PER_MINUTE


class FileForm(forms.Form):
    pdf = forms.FileField(
        label=_("PDF of the certificate"),
        help_text=_("We compare it byte for byte with the issued one. The file is not kept."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the PDF of the certificate.")},
    )

    def clean_pdf(self) -> bytes:
        """The bytes themselves; the name and the announced type are only claims."""
        upload: UploadedFile = self.cleaned_data["pdf"]
        limit = settings.CTKZ_UPLOAD_MAX_BYTES
        if not upload.size:
            raise ValidationError(_("The file is empty."), code="empty")
        if upload.size > limit:
            raise ValidationError(
                _("The file is too large: at most %(megabytes)s MB."),
                code="too_large",
                params={"megabytes": limit // (1024 * 1024) or 1},
            )
        content = upload.read()
        # A receipt is dropped as its record too. A PDF begins at the very beginning: readers
        # accept the mark later on, in front of which anything may stand.
        if not content.startswith((b"%PDF-", b"{")):
            raise ValidationError(
                _("This is not a PDF. Drop the PDF file that you were given."), code="not_pdf"
            )
        return content


class OnDateForm(forms.Form):
    on = forms.DateField(
        label=_("On which day?"),
        help_text=_("For example the day of a delivery: what held at the end of it is shown."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={
            "invalid": _("This is not a date. Write it as 2026-11-22."),
            "required": _("Choose a day."),
        },
    )


class WatchForm(forms.Form):
    """Where to write when the status changes."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Type your e-mail."), "invalid": _("This is no e-mail.")},
    )


class ReceiptForm(forms.Form):
    """What was asked, as the page that answered knows it: hidden fields beside the button."""

    way = forms.ChoiceField(choices=Way.choices, widget=forms.HiddenInput)
    code = forms.RegexField(
        rf"^[{CODE_ALPHABET}]{{{CODE_LENGTH}}}$", required=False, widget=forms.HiddenInput
    )
    number = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(
        min_value=1995, max_value=2999, required=False, widget=forms.HiddenInput
    )
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Of what was not issued the number is asked for, in its normal form."""
        given = super().clean() or {}
        if not given.get("code"):
            given["number"] = parse_certificate_number(given.get("number", ""))
        return given


class ApiKeyForm(forms.Form):
    """A new key: for whom, for what, how much, how long."""

    name = forms.CharField(
        label=_("Whose and what for"),
        max_length=120,
        help_text=_("The program and whoever answers for it. You find the key again by this."),
    )
    organisation = BinIinFormField(
        label=_("BIN of the organisation"),
        required=False,
        help_text=_("Needed for a key that enters drawn quantities."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say what the key may do.")},
        help_text=_("Give only what the program needs; another key can be made later."),
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute"),
        min_value=1,
        max_value=MOST_PER_MINUTE,
        initial=600,
        help_text=_(
            "Calls above it are answered with a refusal and may be repeated a minute later."
        ),
    )
    valid_until = forms.DateField(
        label=_("In force until"),
        required=False,
        widget=DateInput,
        help_text=_("Afterwards the key is refused; make a new one before."),
    )

    def clean_organisation(self) -> Organisation | None:
        number = self.cleaned_data["organisation"]
        found = Organisation.objects.filter(bin=number).first() if number else None
        if number and found is None:
            raise ValidationError(_("No organisation of the portal has this BIN."))
        return found
