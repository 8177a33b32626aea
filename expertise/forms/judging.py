"""The auditor's verdict on one line or on many."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expertise.services.judging import Verdict
from origin.criteria import SUFFICIENT_PROCESSING, WHOLLY_PRODUCED
from reference.code_lists import code_choices

from .partial import PartialForm

Options = Sequence[tuple[str, str | Promise]]


class VerdictForm(PartialForm, forms.Form):
    """Origin, criterion and reasons; figures are calculated, never typed.

    `rows` and `readings` are the conditions and readings that the lines leave open; without
    any, the form does not ask for them.
    """

    YES, NO = "yes", "no"
    # Each is needed with one of the answers; the service says which is missing.
    needed = frozenset(
        {
            *("criterion", "reason", "ground"),
            *("row", "choice_reason", "reading", "reading_reason"),
        }
    )

    is_originating = forms.ChoiceField(
        help_text=_("By the rules of origin in force on the day of the act"),
        label=_("Do the goods originate in Kazakhstan?"),
        choices=[(YES, _("Yes")), (NO, _("No, the line is refused"))],
        widget=forms.RadioSelect,
    )
    row = forms.ChoiceField(
        help_text=_("The rules name several for these goods; choose the one that fits them"),
        label=_("Which condition applies?"),
        required=False,
        widget=forms.RadioSelect,
    )
    choice_reason = forms.CharField(
        label=_("Why this condition"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What in the goods makes it the right one: material, use, construction."),
    )
    reading = forms.ChoiceField(
        help_text=_("The rules can be read in two ways here; say which one you follow"),
        label=_("Which reading do you follow?"),
        required=False,
        widget=forms.RadioSelect,
    )
    reading_reason = forms.CharField(
        help_text=_("The paragraph of the rules, or a ruling of the Committee"),
        label=_("Why this reading"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    criterion = forms.ChoiceField(
        help_text=_("As it stands on the certificate"),
        label=_("Criterion of origin"),
        required=False,
        choices=[
            ("", _("Choose")),
            (SUFFICIENT_PROCESSING, _("Д – sufficiently processed, with the line's own heading")),
            (WHOLLY_PRODUCED, _("П – wholly produced")),
        ],
    )
    ground = forms.ChoiceField(
        help_text=_("The paragraph of the rules that the goods fall under"),
        label=_("Wholly produced as"),
        required=False,
    )
    reason = forms.ChoiceField(
        help_text=_("What the line fails by; it stands in the act"),
        label=_("Reason of the refusal"),
        required=False,
    )
    justification = forms.CharField(
        help_text=_("What you saw and calculated, so that a second auditor can follow it"),
        label=_("Justification"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        rows: Options = (),
        readings: Options = (),
        grounds: Options = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        reasons = code_choices("line_negative_reason", on=timezone.localdate())
        self.fields["reason"].choices = [("", _("Choose")), *reasons]
        self.fields["ground"].choices = [("", _("Choose")), *grounds]
        self._offer("row", "choice_reason", rows)
        self._offer("reading", "reading_reason", readings)

    def _offer(self, name: str, why: str, options: Options) -> None:
        if options:
            self.fields[name].choices = list(options)
        else:
            del self.fields[name], self.fields[why]

    def verdict(self) -> Verdict:
        values = self.cleaned_data
        passes = values["is_originating"] == self.YES
        return Verdict(
            is_originating=passes,
            criterion=values["criterion"] if passes else "",
            ground=values["ground"] if passes else "",
            justification=values["justification"].strip(),
            reason=values["reason"],
            row=values.get("row", ""),
            choice_reason=values.get("choice_reason", "").strip(),
            reading=values.get("reading", ""),
            reading_reason=values.get("reading_reason", "").strip(),
        )
