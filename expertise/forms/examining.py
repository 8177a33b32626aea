"""What the expert organisation and its auditor fill in."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership
from auditors.models import attested_auditors
from expertise.models import Examination, ExpertiseRequest
from expertise.services.examining import Verdict
from origin.criteria import SUFFICIENT_PROCESSING, WHOLLY_PRODUCED
from reference.code_lists import code_choices

from .fields import DateInput
from .partial import PartialForm


class RejectForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Explanation for the applicant"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = code_choices("expertise_refusal_reason", on=timezone.localdate())
        self.fields["reason"].choices = reasons


class AssignForm(forms.Form):
    """The organisation's attested auditors with what each has on the table now."""

    auditor = forms.ModelChoiceField(
        label=_("Auditor"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, request: ExpertiseRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_the_table = Q(user__assigned_requests__status__in=("in_expertise", "awaiting_applicant"))
        self.fields["auditor"].queryset = (
            attested_auditors(request.experts, on=timezone.localdate())
            .exclude(user__in=[request.created_by_id, request.submitted_by_id])
            .annotate(
                open_requests=Count("user__assigned_requests", filter=on_the_table, distinct=True)
            )
        )
        self.fields["auditor"].label_from_instance = _auditor_label


def _auditor_label(membership: Membership) -> str:
    count = membership.open_requests
    load = ngettext("%(count)d open request", "%(count)d open requests", count) % {"count": count}
    return format_html("{}<small>{}</small>", membership.user.full_name, load)


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("What is needed from the applicant"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Name the goods lines and the documents, so that one answer is enough."),
    )


class ExaminationForm(PartialForm, forms.ModelForm):
    needed = frozenset({"identification", "process"})

    class Meta:
        model = Examination
        fields = (
            "place", "site_visit", "visited_on", "attended", "identification", "process",
        )  # fmt: skip
        widgets = {
            "visited_on": DateInput(attrs={"class": "short"}),
            "attended": forms.Textarea(attrs={"rows": 2}),
            "identification": forms.Textarea(attrs={"rows": 5}),
            "process": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "identification": _(
                "How it was established that the goods are those of the request: marking, "
                "model, drawings, samples."
            ),
            "process": _("The operations that were seen and what they change in the materials."),
            "attended": _("Names and posts"),
        }


class VerdictForm(PartialForm, forms.Form):
    """The verdict on one line or on many; figures are calculated, never typed."""

    YES, NO = "yes", "no"
    # Each is needed with one of the answers; the service says which is missing.
    needed = frozenset({"criterion", "reason"})

    is_originating = forms.ChoiceField(
        label=_("Do the goods originate in Kazakhstan?"),
        choices=[(YES, _("Yes")), (NO, _("No, the line is refused"))],
        widget=forms.RadioSelect,
    )
    criterion = forms.ChoiceField(
        label=_("Criterion of origin"),
        required=False,
        choices=[
            ("", _("Choose")),
            (SUFFICIENT_PROCESSING, _("Д – sufficiently processed, with the line's own heading")),
            (WHOLLY_PRODUCED, _("П – wholly produced")),
        ],
    )
    justification = forms.CharField(
        label=_("Justification"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.ChoiceField(label=_("Reason of the refusal"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = code_choices("line_negative_reason", on=timezone.localdate())
        self.fields["reason"].choices = [("", _("Choose")), *reasons]

    def verdict(self) -> Verdict:
        values = self.cleaned_data
        return Verdict(
            is_originating=values["is_originating"] == self.YES,
            criterion=values["criterion"] if values["is_originating"] == self.YES else "",
            justification=values["justification"].strip(),
            reason=values["reason"],
        )
