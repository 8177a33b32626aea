"""The form that brings signatures made outside the browser."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import SigningItem

ENDINGS = ".cms,.p7s,.p7m,.p7b,.sig,.der,.pem,.txt"


class SignatureFilesForm(forms.Form):
    """One file for each record that waits for a signature."""

    def __init__(self, items: Iterable[SigningItem], *, is_one: bool, **options: Any) -> None:
        super().__init__(**options)
        for item in items:
            self.fields[f"cms-{item.pk}"] = forms.FileField(
                label=_("File of the signature") if is_one else item.label,
                required=is_one,
                widget=forms.FileInput(attrs={"accept": ENDINGS}),
            )
