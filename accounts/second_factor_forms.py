"""What people type on the pages of the second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .second_factor import LONGEST_NAME


class CodeForm(forms.Form):
    """At the door: a code of the application, or a recovery code in its place."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_(
            "Six digits from the application on your telephone. If the telephone is not at hand, "
            "one of your recovery codes (eight digits)."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class FirstCodeForm(forms.Form):
    """At home: the application shows that it has taken the secret over."""

    code = forms.CharField(
        label=_("Code of the application"),
        max_length=20,
        help_text=_("Six digits that the application shows for CT-KZ now."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the key"),
        max_length=LONGEST_NAME,
        help_text=_("By it you will tell this key from your others, for example “Blue, office”."),
    )


class ConfirmForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("The one you sign in with. Nobody else at this computer should change this."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
