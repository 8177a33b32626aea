"""How the Committee settles a difference between two blind expertises."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ResolveForm(forms.Form):
    holding = forms.ChoiceField(
        help_text=_("Read both acts line by line before you decide"),
        label=_("Which verdict holds?"),
        choices=[
            ("first", _("That of the first act")),
            ("second", _("That of the second act")),
            ("neither", _("Neither of them")),
        ],
        widget=forms.RadioSelect,
    )
    resolution = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It counts in the quality figures of both auditors."),
    )
