"""What people fill in about a plan; the form checks shape, the service checks law."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversight.models import ControlPlan

DAY = {"type": "date"}
LARGEST = 5_000


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )


class PlanForm(forms.Form):
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(
        label=_("Title"),
        help_text=_("For example: Desk control, fourth quarter 2026"),
        max_length=200,
    )
    issued_from = _day(
        _("Certificates issued from"), _("The first day of issue that takes part in the draw.")
    )
    issued_until = _day(_("Until, inclusive"), _("The last day of issue that takes part."))
    due_on = _day(
        _("To be checked by"), _("The last day for the conclusion of every check of the plan.")
    )
    by_risk = forms.IntegerField(
        label=_("By risk"),
        help_text=_("So many certificates with the highest scores"),
        min_value=0,
        max_value=LARGEST,
    )
    by_lottery = forms.IntegerField(
        label=_("By lottery"),
        help_text=_("So many drawn from all the others"),
        min_value=0,
        max_value=LARGEST,
    )
    strata = forms.MultipleChoiceField(
        label=_("The lottery is spread over"),
        help_text=_("Without a choice every certificate of the period has the same chance."),
        choices=ControlPlan.Stratum.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
