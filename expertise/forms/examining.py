"""What the expert organisation and its auditor fill in."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expertise.models import Examination
from reference.code_lists import code_choices

from .partial import PartialForm


class RejectForm(forms.Form):
    reason = forms.ChoiceField(
        help_text=_("The applicant sees it, with your explanation"),
        label=_("Reason"),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        help_text=_("What to mend before the request is filed again"),
        label=_("Explanation for the applicant"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = code_choices("expertise_refusal_reason", on=timezone.localdate())
        self.fields["reason"].choices = reasons


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("What is needed from the applicant"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Name the goods lines and the documents, so that one answer is enough."),
    )


class ExaminationForm(PartialForm, forms.ModelForm):
    needed = frozenset({"identification"})

    class Meta:
        model = Examination
        fields = ("identification",)
        widgets = {"identification": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "identification": _(
                "How it was established that the goods are those of the request: marking, "
                "model, drawings, samples."
            ),
        }
