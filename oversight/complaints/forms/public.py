"""What complainants fill in; the services check the law."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversight.complaints.filing import LONGEST_TEXT, Said
from oversight.complaints.named import Named, named_by
from oversight.models import Complaint
from oversight.strangers import EvidenceField, OpenForm
from reference.forms import DateInput

About = Complaint.About
# In the words of somebody who has a paper in hand.
SUBJECTS = (
    (About.CERTIFICATE, _("A certificate: what it says is not true")),
    (About.FORGERY, _("A forged certificate, or one offered for money")),
    (About.AUDITOR, _("An expert-auditor or an expert organisation")),
    (About.CHAMBER, _("A regional chamber of entrepreneurs")),
    (About.OTHER, _("Something else")),
)
NOT_YET = _("This day has not come yet.")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class _Telling(OpenForm):
    """What every complaint asks for."""

    text = forms.CharField(
        label=_("What happened"),
        max_length=LONGEST_TEXT,
        widget=_area(7),
        help_text=_("Who, when, where, and how you know it. Plain words are enough."),
        error_messages={"required": _("Say what happened.")},
    )
    learnt_on = forms.DateField(
        label=_("When you learnt of it"),
        required=False,
        widget=DateInput,
        error_messages={"invalid": _("This is not a date. Write it as 2026-11-22.")},
        help_text=_("Terms are counted from this day."),
    )
    files = EvidenceField()
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=300,
        required=False,
        help_text=_(
            "E-mail or telephone, if we may ask you something. Without it you read the answer "
            "here, with the number and the code that you get."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the answer"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        initial=get_language,
        help_text=_("The answer is written in this language."),
    )

    def clean_learnt_on(self) -> Any:
        day = self.cleaned_data["learnt_on"]
        if day and day > timezone.localdate():
            raise ValidationError(NOT_YET, code="not_yet")
        return day

    def said(self) -> Said:
        values = self.cleaned_data
        return Said(
            text=values["text"],
            language=values["language"],
            name=values.get("name", ""),
            contact=values["contact"],
            learnt_on=values["learnt_on"],
            files=values["files"],
        )


class ComplaintForm(_Telling):
    about = forms.ChoiceField(
        label=_("What is your complaint about?"),
        choices=SUBJECTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
        help_text=_("What fits best is enough: an inspector reads all that you write."),
    )
    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "KZ 6 120 00318"}),
        help_text=_("As it stands on the paper. Leave it empty if there is none."),
    )
    number_stands = forms.BooleanField(
        label=_("The number stands exactly so on the paper I have"),
        required=False,
        help_text=_("Mark it after you compared each digit and letter."),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("The answer is addressed to it; without it, to the number of the complaint."),
    )
    named: Named | None = None
    field_order = ("about", "number", "number_stands", "text", "learnt_on", "files", "name")

    @property
    def asks_again(self) -> bool:
        """The number is in no register: whether it stands so on the paper is asked."""
        return self.named is not None and not self.named.is_known

    def clean_number(self) -> str:
        text: str = self.cleaned_data["number"].strip()
        if not text:
            return ""
        self.named = named_by(text)
        if not self.named.number:
            raise ValidationError(
                _("No certificate with this code has been issued. Type the number instead."),
                code="unknown_code",
            )
        return self.named.number

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.asks_again and not values.get("number_stands") and "number" not in self.errors:
            self.add_error(
                "number",
                ValidationError(
                    _(
                        "No certificate %(number)s has been issued. Compare every digit with the "
                        "paper. If it stands there exactly so, tick the box below: we look at it "
                        "as a suspected forgery."
                    ),
                    code="unknown_number",
                    params={"number": values.get("number", "")},
                ),
            )
        is_missing = "number" not in self.errors and not values.get("number")
        if values.get("about") == About.CERTIFICATE and is_missing:
            self.add_error("number", _("Type the number of the certificate."))
        return values


class RefusalForm(_Telling):
    """The applicant is known; what is asked is what was wrong with the refusal."""

    late_reason = forms.CharField(
        label=_("Why the complaint comes late"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=_area(3),
        help_text=_("Only if more than three months have passed."),
    )
    field_order = ("text", "learnt_on", "late_reason", "files")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What is wrong with the refusal")
        self.fields["text"].help_text = _("Which facts or documents the chamber did not take in.")
        self.fields["learnt_on"].label = _("When you learnt of the refusal")
        self.fields["learnt_on"].help_text = _("Left empty: the day of the refusal.")


class FollowForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the complaint"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "CM-2026-00012"}),
        error_messages={"required": _("Type the number.")},
        help_text=_("From the receipt that you were given, for example CM-2026-00001."),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": "ABCD-EFGH-2345", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code.")},
        help_text=_("From the same receipt; it was shown once and is not kept by us."),
    )


class AdditionForm(OpenForm):
    text = forms.CharField(
        label=_("What you add"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=_area(4),
        help_text=_("What you learnt since then, and how. It cannot be changed once it is sent."),
    )
    files = EvidenceField()
