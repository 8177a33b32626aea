"""Forms of the register of readings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from origin.conditions import Condition, Words
from origin.errors import PackError
from origin.models import Dispute
from origin.pack_files import parse_condition
from origin.packs import RulePack
from origin.services.readings import NewReading
from reference.forms import DateInput


def _text(label: Any, rows: int = 2, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class DisputeForm(forms.Form):
    row_id = forms.CharField(
        label=_("Row of the rules"),
        max_length=60,
        help_text=_("Its name in the version in force."),
    )
    question_kk = _text(
        _("What is disputed, in Kazakh"),
        help_text=_("One question with the disputed words of the row. It is shown with the rule."),
    )
    question_ru = _text(
        _("What is disputed, in Russian"), help_text=_("The same question in Russian.")
    )
    question_en = _text(
        _("What is disputed, in English"), help_text=_("The same question in English.")
    )

    def question(self) -> Words:
        return _words(self.cleaned_data, "question")


class ReadingForm(forms.Form):
    """One way to read the row: in words, and as a condition that can be evaluated."""

    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("Short: a, b, strict."))
    words_kk = _text(
        _("In words, in Kazakh"),
        help_text=_("What the row demands if it is read so. Auditors choose by this sentence."),
    )
    words_ru = _text(_("In words, in Russian"), help_text=_("The same sentence in Russian."))
    words_en = _text(_("In words, in English"), help_text=_("The same sentence in English."))
    condition = forms.CharField(
        label=_("As a condition"),
        help_text=_("The same for the calculation, for example foreign_share_at_most: 50."),
        widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
    )

    def __init__(self, pack: RulePack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack = pack
        self._condition: Condition | None = None

    def clean_condition(self) -> str:
        text = self.cleaned_data["condition"]
        try:
            self._condition = parse_condition(text, operations=self.pack.operations)
        except PackError as error:
            raise ValidationError([str(problem) for problem in error.problems]) from error
        return text

    def reading(self) -> NewReading:
        values = self.cleaned_data
        return NewReading(values["code"], _words(values, "words"), self._condition)


class PrecedentForm(forms.Form):
    reading = forms.ModelChoiceField(
        label=_("Decided by the reading"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("The one that the act or the decision follows."),
    )
    text = _text(
        _("What was decided"),
        rows=4,
        help_text=_("The goods, the question and the decision, without names of companies."),
    )
    act_number = forms.CharField(
        label=_("Number of the act"),
        max_length=40,
        required=False,
        help_text=_("As in the heading of the act. Empty, if you name another source below."),
    )
    source = forms.CharField(
        label=_("Other source"),
        max_length=400,
        required=False,
        help_text=_("A court decision, a letter of the Committee, an inspection."),
    )

    def __init__(self, dispute: Dispute, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_readings(self, dispute)


class RulingForm(forms.Form):
    reading = forms.ModelChoiceField(
        label=_("The reading that holds"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("New acts follow it alone, once another person has approved the ruling."),
    )
    holds_from = forms.DateField(
        label=_("Holds from"),
        widget=DateInput,
        help_text=_("Tomorrow at the earliest. Acts signed before keep the reading they chose."),
    )
    reason = _text(_("Reason"), rows=4)

    def __init__(self, dispute: Dispute, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_readings(self, dispute)


class CloseForm(forms.Form):
    reason = _text(_("Why the dispute is over"), rows=3)


def _offer_readings(form: forms.Form, dispute: Dispute) -> None:
    form.fields["reading"].queryset = dispute.readings.all()
    form.fields["reading"].label_from_instance = lambda reading: f"{reading.code}: {reading.words}"


def _words(values: dict[str, Any], stem: str) -> Words:
    return Words(*(values[f"{stem}_{code}"].strip() for code in ("kk", "ru", "en")))
