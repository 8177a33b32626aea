"""The two questions that a stranger can ask: a number or a file."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    pdf = forms.FileField(
        label=_("PDF of the certificate"),
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
        # At the very beginning: readers accept the mark later on, in front of which anything
        # may stand.
        if not content.startswith(b"%PDF-"):
            raise ValidationError(
                _("This is not a PDF. Drop the PDF file that you were given."), code="not_pdf"
            )
        return content


class OnDateForm(forms.Form):
    on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={
            "invalid": _("This is not a date. Write it as 2026-11-22."),
            "required": _("Choose a day."),
        },
    )
