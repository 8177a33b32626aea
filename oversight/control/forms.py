"""What people fill in about checks, violations and recommendations; services check law."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from oversight.models import DeskCheck, Fault
from oversight.risk.scores import Reason
from reference.code_lists import code_choices

from .violations import LONGEST_TEXT, VIOLATIONS, legal_references

FILES = ("pdf", "jpg", "png", "xlsx", "docx")


def _text(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=widget, **options)


class OrderForm(forms.Form):
    number = forms.CharField(
        label=_("Certificate number"),
        max_length=40,
        help_text=_("As on the certificate or in the register, for example KZ 6 120 00318."),
    )


class AssignForm(forms.Form):
    inspector = forms.ModelChoiceField(
        label=_("Inspector"),
        queryset=None,
        help_text=_("Of the department or the central office; nobody who took part in the case."),
    )

    def __init__(self, inspectors: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [user.pk for user in inspectors]
        self.fields["inspector"].queryset = User.objects.filter(pk__in=keys).order_by("full_name")


class AskForm(forms.Form):
    addressee = forms.ModelChoiceField(
        label=_("Whom to ask"),
        queryset=None,
        help_text=_("Only organisations of this case can be asked."),
    )
    text = _text(_("Question"), help_text=_("The organisation sees it with the number alone."))

    def __init__(self, sides: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["addressee"].queryset = Organisation.objects.filter(pk__in=list(sides))


class NoteForm(forms.Form):
    text = _text(_("Note"), rows=3, help_text=_("Only the Committee reads it."))


class AnswerForm(forms.Form):
    answer = _text(
        _("Answer to the objection"),
        help_text=_("To each of its points. The organisation reads it with the conclusion."),
    )


class ConcludeForm(forms.Form):
    """The result, and a word on every indicator that had spoken."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=DeskCheck.Result.choices,
        widget=forms.RadioSelect,
        help_text=_("It has to agree with the violations recorded in this check."),
    )
    conclusion = _text(
        _("Conclusion"),
        rows=5,
        help_text=_("What was compared with what, and what follows. Whoever closes it reads this."),
    )
    RIGHT, WRONG = "right", "wrong"

    def __init__(
        self, risk: Iterable[Reason], *args: Any, offered: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if offered is not None:
            labels = dict(DeskCheck.Result.choices)
            self.fields["result"].choices = [(each, labels[each]) for each in offered]
        self.indicators = [reason.indicator for reason in risk]
        for reason in risk:
            self.fields[f"verdict_{reason.indicator}"] = forms.ChoiceField(
                label=reason.words,
                choices=[(self.RIGHT, _("was right")), (self.WRONG, _("a false alarm"))],
                widget=forms.RadioSelect,
            )

    def verdicts(self) -> dict[str, bool]:
        return {
            code: self.cleaned_data[f"verdict_{code}"] == self.RIGHT for code in self.indicators
        }


class ViolationForm(forms.Form):
    code = forms.ChoiceField(
        label=_("Violation"),
        help_text=_("The kind of violation, from the list in force on that day."),
    )
    fault = forms.ChoiceField(
        label=_("Whose fault"),
        choices=Fault.choices,
        widget=forms.RadioSelect,
        help_text=_("Whose duty was broken; the recommendation goes there."),
    )
    text = _text(_("What was found"), help_text=_("Line, figure and document."))
    legal_ref = forms.CharField(
        label=_("Norms"),
        max_length=400,
        required=False,
        help_text=_("Left empty: the norms of the list below are taken."),
    )
    documents = forms.MultipleChoiceField(
        label=_("Evidence from the case"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The documents in which the violation can be seen; they stay named with it."),
    )
    upload = forms.FileField(
        label=_("Evidence of your own"),
        required=False,
        help_text=_("PDF, photograph, spreadsheet or text document"),
    )

    def __init__(self, documents: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = timezone.localdate()
        self.fields["code"].choices = [("", "—"), *code_choices(VIOLATIONS, on=on)]
        self.fields["documents"].choices = documents
        if not documents:
            del self.fields["documents"]

    def norms(self) -> list[tuple[str, str]]:
        """Every violation with its norms, for the reader of the form."""
        norms = legal_references(on=timezone.localdate())
        named = code_choices(VIOLATIONS, on=timezone.localdate())
        return [(name, norms.get(code, "")) for code, name in named]


class PointsForm(forms.Form):
    """One point a line, in both official languages side by side."""

    ru = forms.CharField(
        label=_("What to do, in Russian"),
        help_text=_("One point a line"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    kk = forms.CharField(
        label=_("What to do, in Kazakh"),
        help_text=_("The same points in the same order"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if len(_lines(values.get("ru", ""))) != len(_lines(values.get("kk", ""))):
            self.add_error("kk", _("There must be as many points in Kazakh as in Russian."))
        return values

    def points(self) -> list[dict[str, str]]:
        pairs = zip(_lines(self.cleaned_data["kk"]), _lines(self.cleaned_data["ru"]), strict=True)
        return [{"kk": kk, "ru": ru} for kk, ru in pairs]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class DecisionForm(forms.Form):
    note = _text(_("Answer to the objection"))


class MissingForm(forms.Form):
    note = _text(_("What is still missing"), rows=3)


class ReplyForm(forms.Form):
    """What an organisation writes to the Committee, with a file if it has one."""

    text = _text(
        _("Your reply"),
        rows=6,
        help_text=_(
            "Point by point, with the documents that prove it. It cannot be changed later."
        ),
    )
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, photograph, spreadsheet or text document"),
    )

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
