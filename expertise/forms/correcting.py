"""Why a signed act is corrected or annulled, and why an expertise is refused."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expertise.services.correcting import ANNULMENT_REASONS, CORRECTION_REASONS
from reference.code_lists import code_choices


class ReasonForm(forms.Form):
    """A reason from a list and an explanation in words."""

    reasons: ClassVar[str]

    reason = forms.ChoiceField(
        help_text=_("The nearest one; it stands in the register"),
        label=_("Reason"),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        help_text=_("In your own words: what is wrong and where it is seen"),
        label=_("Explanation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = code_choices(self.reasons, on=timezone.localdate())


class CorrectForm(ReasonForm):
    reasons = CORRECTION_REASONS


class AnnulForm(ReasonForm):
    reasons = ANNULMENT_REASONS


class RefuseForm(ReasonForm):
    reasons = "expertise_refusal_reason"
