"""What people fill in for an attestation; forms check shape, services check law."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reference.code_lists import code_choices
from reference.forms import DateInput, SeveralFilesField
from reference.models import Chamber
from reference.parameters import parameter

from .declared import Interest
from .scope import CHAPTERS, Kind, Language, every_kind
from .services.applying import REQUIREMENTS

LONGEST_TEXT = 4000
_CHAPTERS_APART = re.compile(r"[\s,;]+")
_RANGE = re.compile(r"^(\d{2})[-–](\d{2})$")


class NoQuestions(forms.Form):
    """A command that needs nothing but the press of its button."""


class ChaptersField(forms.CharField):
    """Commodity groups as people write them: `84, 85` or `28-40`; empty means all."""

    def to_python(self, value: object) -> list[str]:
        if isinstance(value, list):
            return value
        text = re.sub(r"\s*[-–]\s*", "-", super().to_python(value).strip())
        found: set[str] = set()
        for part in filter(None, _CHAPTERS_APART.split(text)):
            span = _RANGE.match(part)
            if span and span[1] <= span[2]:
                found.update(chapter for chapter in CHAPTERS if span[1] <= chapter <= span[2])
            elif part in CHAPTERS:
                found.add(part)
            else:
                raise ValidationError(
                    _("There is no commodity group %(group)s. Write two digits, for example 84."),
                    params={"group": part},
                )
        return sorted(found)

    def prepare_value(self, value: object) -> object:
        return ", ".join(value) if isinstance(value, list) else value


class ApplicationForm(forms.Form):
    """The application; one drop zone for each requirement follows the fields of the person."""

    kinds = forms.MultipleChoiceField(
        label=_("What you want to examine"),
        choices=Kind.choices,
        initial=every_kind,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kinds of examination that you want to do; each needs its own training."),
    )
    chapters = ChaptersField(
        label=_("Commodity groups"),
        help_text=_("Two digits each, for example 84, 85 or 28-40. Leave it empty for all groups."),
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you work"),
        choices=Language.choices,
        initial=["kk", "ru"],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In which you read documents and write acts. The public register shows them."),
    )
    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        help_text=_("Where you go to see production. Companies find you by it in the register."),
    )
    education = forms.CharField(
        label=_("Education"),
        help_text=_("Institution, speciality, year."),
        max_length=400,
    )
    experience_years = forms.IntegerField(
        label=_("Years of experience"),
        min_value=0,
        max_value=70,
        help_text=_("Full years, as your employment records prove them."),
    )
    training_on = forms.DateField(
        label=_("Training completed on"),
        widget=DateInput,
        help_text=_("The day on the certificate of training, for example 14.03.2024."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = region_choices()
        today = timezone.localdate()
        least = _("At least %(years)s are needed.") % {
            "years": parameter("attestation.experience_years", on=today)
        }
        experience = self.fields["experience_years"]
        experience.help_text = f"{experience.help_text} {least}"
        self.requirements = code_choices(REQUIREMENTS, on=today)
        for code, name in self.requirements:
            self.fields[f"proof-{code}"] = SeveralFilesField(
                label=name, help_text=_("PDF, JPEG or PNG; several files are possible.")
            )

    def proof_fields(self) -> list[Any]:
        return [self[f"proof-{code}"] for code, _name in self.requirements]

    def values(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith("proof-")
        }

    def proofs(self) -> dict[str, list[Any]]:
        return {code: self.cleaned_data[f"proof-{code}"] for code, _name in self.requirements}


def region_choices() -> list[tuple[str, Any]]:
    chambers = [(chamber.kato, chamber.name) for chamber in Chamber.objects.all()]
    return [("", _("The whole country")), *chambers]


class ProofForm(forms.Form):
    requirement = forms.ChoiceField(
        label=_("What the document shows"),
        help_text=_("The requirement that this paper proves; one paper may be added to several."),
    )
    upload = forms.FileField(
        label=_("Document"), help_text=_("PDF, JPEG or PNG."), allow_empty_file=True
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"].choices = code_choices(REQUIREMENTS, on=timezone.localdate())


class DeclarationForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of interest"),
        choices=Interest.choices,
        help_text=_("What ties you to a company. You are never given its cases."),
    )
    identifier = forms.CharField(
        label=_("IIN, BIN, address, telephone or account"),
        help_text=_("An IIN for a relative, a BIN or IIN for a company."),
        max_length=400,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=400,
        required=False,
        help_text=_("Of the relative or the company, as in their papers."),
    )
    valid_from = forms.DateField(
        label=pgettext_lazy("period", "Since"),
        widget=DateInput,
        help_text=_("The first day of the interest: of work, of kinship, of a share."),
    )
    valid_until = forms.DateField(
        label=_("Until"),
        widget=DateInput,
        required=False,
        help_text=_("The last day of the interest. Leave it empty while it lasts."),
    )


class FindingForm(forms.Form):
    """What an inspector decides about one requirement."""

    is_met = forms.TypedChoiceField(
        label=_("The documents show it"),
        choices=[("yes", _("Met")), ("no", _("Not met"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=_("Compare each paper with the words of the requirement."),
    )
    finding = forms.CharField(
        label=_("What is missing"),
        max_length=500,
        required=False,
        help_text=_("One sentence that the applicant understands: what paper to bring."),
    )


class TestForm(forms.Form):
    # pytest would take the class for tests of its own.
    __test__ = False

    taken_on = forms.DateField(
        label=_("Taken on"),
        widget=DateInput,
        help_text=_("The day on the record of the test."),
    )
    score = forms.IntegerField(
        label=_("Right answers"),
        min_value=0,
        help_text=_("From the record of the test; not more than there were questions."),
    )
    questions = forms.IntegerField(
        label=pgettext_lazy("test", "Questions"),
        min_value=1,
        help_text=_("How many were asked, as in the record of the test."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["questions"].initial = parameter("attestation.test_questions", on=today)


class ResultsForm(forms.Form):
    file = forms.FileField(
        label=_("File with results"), help_text=_(".xlsx or .csv"), allow_empty_file=True
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Explanation"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PreparationForm(NoteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = False
        self.fields["note"].label = _("Note for the head of the department")


class ReasonForm(NoteForm):
    """A reason of a list, in words too."""

    reasons = "attestation_refusal_reason"
    reason = forms.ChoiceField(label=_("Reason"))
    field_order = ("reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = code_choices(self.reasons, on=timezone.localdate())
        self.fields["reason"].choices = [("", _("Choose the reason")), *listed]


class SuspensionForm(ReasonForm):
    reasons = "suspension_reason"


class RevocationForm(ReasonForm):
    reasons = "revocation_reason"


class RegisterForm(forms.Form):
    """The search of the public register."""

    q = forms.CharField(label=_("Name or number of the attestation"), required=False)
    hs = forms.RegexField(
        r"^\s*\d{2}[\d\s]*$",
        label=_("HS code or its first two digits"),
        required=False,
        error_messages={"invalid": _("Write at least two digits, for example 84.")},
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    status = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("Any region")), *region_choices()[1:]]
