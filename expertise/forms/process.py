"""The process as operations, the visit with its checklist, results of a laboratory."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from expertise.catalogue import Catalogue, Entry
from expertise.models import Examination, ExpertiseRequest, GoodsLine, LabResult, VisitAnswer
from expertise.services.evidence import PAGE_MAX
from expertise.services.process import STEPS_MAX, Answer, StepRow

from .evidence import Papers, PlainSelect
from .fields import DateInput
from .partial import RowForm, say_nothing

PREFIX = "steps"
STEP_FIELDS = ("operation", "line", "description", "equipment", "evidence", "evidence_page")


class StepForm(forms.Form):
    use_required_attribute = False
    # A row left blank is left out; a row begun needs its operation.
    says_optional = False

    operation = forms.ChoiceField(
        help_text=_("From the catalogue of the rules, in the order of the production"),
        label=_("Operation"),
        required=False,
    )
    line = forms.ChoiceField(
        help_text=_("The goods it is done to, if not to all of them"),
        label=_("Goods"),
        required=False,
        widget=PlainSelect,
    )
    description = forms.CharField(
        help_text=_("What is done, with what, at which norms; as in the process chart"),
        label=_("How it is done"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    equipment = forms.CharField(
        help_text=_("Machine and model, as on its plate or in the list of equipment"),
        label=_("Equipment"),
        required=False,
        max_length=400,
    )
    evidence = forms.ChoiceField(
        help_text=_("The document or photograph of the case that shows it"),
        label=_("Proved by"),
        required=False,
        widget=PlainSelect,
    )
    evidence_page = forms.CharField(
        help_text=_("Where on it: 3, or 3-5"),
        label=_("Page"),
        required=False,
        max_length=PAGE_MAX,
        widget=forms.TextInput(attrs={"class": "page", "autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        catalogue: Catalogue,
        lines: Mapping[str, GoodsLine],
        papers: Papers,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue, self.lines, self.papers = catalogue, lines, papers
        self.fields["operation"].choices = operation_choices(catalogue)
        self.fields["line"].choices = [
            ("", _("All goods")),
            *((key, f"{line.number}. {line.name[:60]}") for key, line in lines.items()),
        ]
        self.fields["evidence"].choices = papers.choices

    @property
    def entry(self) -> Entry | None:
        code = self["operation"].value()
        return self.catalogue.entry(code) if code else None

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in STEP_FIELDS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("operation") and any(values.get(name) for name in STEP_FIELDS):
            self.add_error("operation", _("Choose the operation."))
        return values

    def row(self) -> StepRow:
        values = self.cleaned_data
        return StepRow(
            operation=values["operation"],
            line=self.lines.get(values["line"]),
            description=values["description"],
            equipment=values["equipment"],
            evidence=self.papers.get(values["evidence"]),
            evidence_page=values["evidence_page"],
        )


def operation_choices(catalogue: Catalogue) -> list[tuple[Any, Any]]:
    """Those that the rules name for these goods first; what never suffices last."""
    groups = (
        (_("Named by the rules for these goods"), catalogue.named),
        (_("Other operations"), catalogue.sufficient),
        (_("Do not suffice alone"), catalogue.insufficient),
    )
    return [
        ("", _("Choose")),
        *(
            (title, [(entry.code, entry.name) for entry in entries])
            for title, entries in groups
            if entries
        ),
    ]


class BaseStepFormSet(forms.BaseFormSet):
    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        if index:
            say_nothing(form)


StepFormSet = forms.formset_factory(StepForm, formset=BaseStepFormSet, extra=0, max_num=STEPS_MAX)


def typed_rows(post: QueryDict) -> list[dict[str, str]]:
    """The rows of a page as they were typed, for moving and adding without saving."""
    text = post.get(f"{PREFIX}-TOTAL_FORMS", "0")
    count = min(int(text), STEPS_MAX) if text.isascii() and text.isdigit() else 0
    return [
        {name: post.get(f"{PREFIX}-{index}-{name}", "") for name in STEP_FIELDS}
        for index in range(count)
    ]


class VisitForm(forms.Form):
    """The visit and an answer to every item of its checklist."""

    use_required_attribute = False
    YES, NO = "yes", "no"

    place = forms.CharField(
        help_text=_("Address of the workshop, as in the documents on the premises"),
        label=_("Place of the expertise"),
        required=False,
        max_length=400,
    )
    site_visit = forms.ChoiceField(
        help_text=_("Without a visit the act rests on documents alone"),
        label=_("Was the production site visited?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=forms.RadioSelect,
    )
    visited_on = forms.DateField(
        help_text=_("The day you were there, as in the record of the visit"),
        label=_("Date of the visit"),
        required=False,
        widget=DateInput(attrs={"class": "short"}),
    )
    attended = forms.CharField(
        label=_("Who was present"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Names and posts"),
    )

    def __init__(self, items: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checklist = items
        for code, words in items.items():
            self.fields[f"answer_{code}"] = forms.ChoiceField(
                label=words,
                required=False,
                choices=VisitAnswer.Answer.choices,
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{code}"] = forms.CharField(label=_("Note"), required=False)

    def items(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(code, self[f"answer_{code}"], self[f"note_{code}"]) for code in self.checklist]

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "place": cleaned["place"],
            "site_visit": cleaned["site_visit"] == self.YES,
            "visited_on": cleaned["visited_on"],
            "attended": cleaned["attended"],
        }

    def answers(self) -> dict[str, Answer]:
        cleaned = self.cleaned_data
        return {
            code: Answer(cleaned[f"answer_{code}"], cleaned[f"note_{code}"])
            for code in self.checklist
            if cleaned[f"answer_{code}"]
        }

    @classmethod
    def initial_of(cls, examination: Examination) -> dict[str, Any]:
        initial: dict[str, Any] = {
            "place": examination.place,
            "site_visit": cls.YES if examination.site_visit else cls.NO,
            "visited_on": examination.visited_on,
            "attended": examination.attended,
        }
        for answer in examination.visit_answers.all():
            initial[f"answer_{answer.item}"] = answer.answer
            initial[f"note_{answer.item}"] = answer.note
        return initial


class LabResultForm(RowForm):
    line = forms.ModelChoiceField(
        help_text=_("The goods the sample was taken from"),
        label=_("Goods"),
        queryset=GoodsLine.objects.none(),
        required=False,
    )
    evidence = forms.ChoiceField(
        help_text=_("Put the protocol with the documents first, then choose it here"),
        label=_("Protocol among the documents"),
        required=False,
    )
    evidence_page = forms.CharField(
        help_text=_("Where the conclusion stands"),
        label=_("Page"),
        required=False,
        max_length=PAGE_MAX,
    )

    class Meta:
        model = LabResult
        fields = (
            "laboratory", "protocol_number", "dated_on", "line", "conclusion", "evidence",
            "evidence_page",
        )  # fmt: skip
        help_texts = {
            "laboratory": _("As at the head of the protocol, with its accreditation"),
            "protocol_number": _("At the head of the protocol, without the sign №"),
            "dated_on": _("The day at the head of the protocol"),
            "conclusion": _("What it says of the goods, as it stands at its end"),
        }
        widgets = {
            "dated_on": DateInput(attrs={"class": "short"}),
            "conclusion": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, request: ExpertiseRequest, papers: Papers, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.papers = papers
        self.fields["line"].queryset = request.lines.all()
        self.fields["line"].empty_label = _("All goods")
        self.fields["evidence"].choices = papers.choices
        self.initial["evidence"] = str(self.instance.evidence_id or "")

    def clean_evidence(self) -> Any:
        return self.papers.get(self.cleaned_data["evidence"])

    def _post_clean(self) -> None:
        """The service puts the values on the row; the form only reads them."""
