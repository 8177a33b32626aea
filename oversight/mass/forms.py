"""What people fill in about a mass action; forms check shape, services check law."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from issuance.change_records import REASONS_OF
from issuance.changing import LONGEST_GROUNDS
from oversight.models import MassAction
from reference.code_lists import code_choices
from reference.models import Chamber

from .conditions import Conditions
from .preparing import FORWARD

DAY = {"type": "date"}


class PrepareForm(forms.Form):
    """The reasons offered are those of both kinds; the service keeps them apart."""

    kind = forms.ChoiceField(
        label=_("What is done"),
        widget=forms.RadioSelect,
        help_text=_("A suspension stops the certificates for a time, a revocation ends them."),
    )
    auditor = forms.ModelChoiceField(
        label=_("On acts of the auditor"),
        queryset=None,
        required=False,
        help_text=_(
            "Whose acts the certificates rest on; with an empty field acts of all auditors."
        ),
    )
    expert_organisation = forms.ModelChoiceField(
        label=_("On acts of the expert organisation"),
        queryset=None,
        required=False,
        help_text=_(
            "Whose acts the certificates rest on; with an empty field those of all organisations."
        ),
    )
    chamber = forms.ModelChoiceField(
        label=_("Issued by the chamber"),
        queryset=None,
        required=False,
        help_text=_(
            "The territorial chamber on the certificates; with an empty field all of them."
        ),
    )
    signed_from = forms.DateField(
        label=_("Acts signed from"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_(
            "The first day on which an act concerned was signed, as at the end of the act."
        ),
    )
    signed_until = forms.DateField(
        label=_("Acts signed until"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("The last such day, inclusive."),
    )
    reason = forms.ChoiceField(label=_("Reason"))
    grounds = forms.CharField(
        label=_("What it rests on"),
        help_text=_("It stands in the order on each certificate."),
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["kind"].choices = [(kind, MassAction.Kind(kind).label) for kind in FORWARD]
        self.fields["auditor"].queryset = User.objects.filter(
            memberships__role=Role.AUDITOR
        ).distinct()
        self.fields["expert_organisation"].queryset = Organisation.objects.filter(kind="expert")
        self.fields["chamber"].queryset = Chamber.objects.all()
        self.fields["reason"].choices = [
            (MassAction.Kind(kind).label, code_choices(REASONS_OF[kind], on=today))
            for kind in FORWARD
        ]

    def conditions(self) -> Conditions:
        given = self.cleaned_data
        return Conditions(
            auditor=given["auditor"].pk if given["auditor"] else None,
            expert_organisation=(
                given["expert_organisation"].pk if given["expert_organisation"] else None
            ),
            chamber=given["chamber"].pk if given["chamber"] else "",
            signed_from=given["signed_from"],
            signed_until=given["signed_until"],
        )


class WayBackForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=_("What it rests on"),
        max_length=LONGEST_GROUNDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What has changed since: the decision or finding with its number and day. "
            "It stands in every order."
        ),
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = code_choices(REASONS_OF[kind], on=timezone.localdate())


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
