"""How the desk of attestation narrows its list."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reference.forms import DateInput

from .models.cases import CaseQuerySet

LONGEST_QUESTION = 200


class CaseFilterForm(forms.Form):
    q = forms.CharField(label=_("Name, number, IIN"), required=False)
    applied_from = forms.DateField(
        label=_("Applied from"),
        required=False,
        widget=DateInput,
        help_text=_("The first day on which the application came in."),
    )
    applied_to = forms.DateField(
        label=_("Applied until"),
        required=False,
        widget=DateInput,
        help_text=_("The last day on which the application came in."),
    )

    def narrowed(self, cases: CaseQuerySet) -> CaseQuerySet:
        """Nothing for days that cannot be read: the form says what is wrong with them."""
        if not self.is_valid():
            return cases.none()
        asked = self.cleaned_data
        if text := asked["q"][:LONGEST_QUESTION]:
            cases = cases.filter(
                Q(user__full_name__icontains=text)
                | Q(number__icontains=text)
                | Q(user__iin__startswith=text)
            )
        if day := asked["applied_from"]:
            cases = cases.filter(applied_at__date__gte=day)
        if day := asked["applied_to"]:
            cases = cases.filter(applied_at__date__lte=day)
        return cases
