"""What people fill in at stage two; forms check shape, services check law."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Organisation, OrganisationKind, User
from expertise.models import Act
from reference.code_lists import code_choices
from reference.forms import DateInput
from reference.models import CodeEntry

from .models import ChecklistAnswer
from .services import Answer

LONGEST_TEXT = 4000


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal where the person reads it: at its field, or above the form."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.message)


class NoQuestions(forms.Form):
    """A command that needs nothing but the press of its button."""


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=_("What the applicant has to explain or add"),
        help_text=_("The clock of the chamber stands still until the answer."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TakeOverForm(forms.Form):
    note = forms.CharField(
        label=_("Why you take the case over"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=_("Why the review is given back"),
        help_text=_("Whoever takes the application next reads it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReassignForm(forms.Form):
    """The service asks once more who may review; the form offers those who may today."""

    reviewer = forms.ModelChoiceField(
        label=_("Who reviews it from now on"),
        help_text=_("Officers of the chamber who took no part in the case as its author."),
        queryset=User.objects.none(),
    )
    note = forms.CharField(
        label=_("Why you give it on"),
        help_text=_("The new reviewer reads it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, reviewers: list[User] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.order_by("full_name")
        if reviewers is not None:
            people = people.filter(pk__in=[person.pk for person in reviewers])
        self.fields["reviewer"].queryset = people  # type: ignore[attr-defined]


class ConsultForm(forms.Form):
    body = forms.CharField(
        label=_("Whom you ask"), help_text=_("A body, a laboratory, a department."), max_length=300
    )
    address = forms.CharField(
        label=_("E-mail or postal address"),
        max_length=300,
        required=False,
        help_text=_("Where the letter goes: from the site of the body that is asked."),
    )
    outgoing_number = forms.CharField(
        label=_("Number of the letter"),
        max_length=60,
        required=False,
        help_text=_("From the stamp on your letter."),
    )
    text = forms.CharField(
        label=_("What is asked"),
        help_text=_("The clock of the chamber stands still until the reply."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReplyForm(forms.Form):
    """Left empty after the term it closes the question without a reply."""

    reply = forms.CharField(
        label=_("What was replied"),
        help_text=_(
            "In short, in the words of the reply. After the term it may stay empty: the question "
            "is closed without a reply."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    replied_on = forms.DateField(
        label=_("Date of the reply"),
        required=False,
        widget=DateInput(),
        help_text=_("The day on the reply, not the day on which it arrived."),
    )
    reply_number = forms.CharField(
        label=_("Number of the reply"),
        max_length=60,
        required=False,
        help_text=_("From the stamp on the reply."),
    )
    upload = forms.FileField(
        label=_("File of the reply"),
        required=False,
        help_text=_("A scan of the whole reply, with its stamp."),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("To each point that the chamber asks. It cannot be changed once it is sent."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class RecommendForm(forms.Form):
    note = forms.CharField(
        label=_("Note for the decider"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(forms.Form):
    note = forms.CharField(
        label=_("What the reviewer has to look at again"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefusalForm(forms.Form):
    reason = forms.ChoiceField(label=_("Ground of the refusal"))
    note = forms.CharField(
        label=_("Explanation"),
        help_text=_("The applicant reads it."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = code_choices("refusal_reason", on=timezone.localdate())
        self.fields["reason"].choices = [("", _("Choose the ground")), *grounds]


class ProposalForm(RefusalForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].help_text = _("The person who decides reads it.")


class ChamberForm(forms.Form):
    """The chamber that the request named comes first; most people only press the button."""

    chamber = forms.ModelChoiceField(
        label=_("Regional chamber"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose a chamber"),
        help_text=_("Any regional chamber may be chosen; it need not be that of your region."),
    )

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chamber"].queryset = Organisation.objects.filter(
            kind=OrganisationKind.CHAMBER
        ).order_by("code")
        self.fields["chamber"].initial = act.request.chamber_id


MET = "yes"
UNMET = "no"


class ChecklistForm(forms.Form):
    """Two fields for each item: whether it is in order, and what is not."""

    def __init__(
        self, rows: list[tuple[CodeEntry, ChecklistAnswer | None]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for item, answer in rows:
            self.fields[f"{item.code}-met"] = forms.ChoiceField(
                label=item.name,
                choices=[(MET, _("In order")), (UNMET, _("Not in order"))],
                # The browser asks for every answer before a recommendation; saving needs none.
                widget=forms.RadioSelect(attrs={"required": True}),
                required=False,
                initial="" if answer is None else (MET if answer.is_met else UNMET),
            )
            self.fields[f"{item.code}-note"] = forms.CharField(
                label=_("What is not in order"),
                max_length=500,
                required=False,
                initial=answer.note if answer else "",
                widget=forms.TextInput(attrs={"aria-label": _("Note") + f": {item.name}"}),
            )

    @classmethod
    def is_sent_with(cls, data: Mapping[str, Any]) -> bool:
        return any(name.endswith("-met") for name in data)

    def items(self) -> list[dict[str, Any]]:
        return [
            {
                "code": item.code,
                "label": item.name,
                "met": self[f"{item.code}-met"],
                "note": self[f"{item.code}-note"],
                "answer": answer,
            }
            for item, answer in self.rows
        ]

    def clean(self) -> dict[str, Any]:
        """Every item that is not in order and not explained is named at once."""
        cleaned = super().clean() or {}
        for item, _answer in self.rows:
            note = cleaned.get(f"{item.code}-note", "")
            if cleaned.get(f"{item.code}-met") == UNMET and not note.strip():
                self.add_error(f"{item.code}-note", _("Say what is not in order."))
        return cleaned

    def answers(self) -> dict[str, Answer]:
        """The items that were answered and are sound, also when others are not."""
        sound = {}
        for item, _answer in self.rows:
            met = self.cleaned_data.get(f"{item.code}-met")
            note = self.cleaned_data.get(f"{item.code}-note")
            if met and note is not None:
                sound[item.code] = Answer(met == MET, note)
        return sound
