"""Papers and photographs of the auditor, and which of them proves what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from expertise.document_types import PHOTOS, applicants_types, auditors_own_types
from expertise.line_ranges import LineRange, parse_lines
from expertise.line_ranges import shown as shown_lines
from expertise.models import ExpertiseRequest, GoodsLine, RequestDocument
from expertise.services.evidence import PAGE_MAX, Proof
from reference.figures import BadValue

from .fields import DateInput, SeveralFilesField


class LinesField(forms.CharField):
    """Goods lines by their numbers: 3, or 1-20, or 1, 3, 5-8; blank means all of them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": _("Goods lines"),
            "required": False,
            "help_text": _("For example 3, or 1-20, or 1, 5-8; blank means all"),
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, value: Any) -> LineRange:
        text = super().clean(value)
        if not text:
            return LineRange()
        try:
            return parse_lines(text)
        except BadValue as fault:
            raise ValidationError(fault.reason, code=fault.code) from fault


class WithLines(forms.Form):
    """Reads the named lines of a request; no line stands for all."""

    def __init__(self, request: ExpertiseRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_lines(self) -> list[GoodsLine]:
        named: LineRange = self.cleaned_data["lines"]
        if named.is_all:
            return []
        numbers = set(named.numbers())
        found = list(self.request.lines.filter(number__in=numbers))
        if missing := sorted(numbers - {line.number for line in found}):
            raise ValidationError(
                _("The request has no lines %(lines)s.") % {"lines": shown_lines(missing)}
            )
        return found


class EvidenceForm(WithLines):
    type = forms.ChoiceField(
        help_text=_("What the paper is: its title says it"), label=_("Kind of document")
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=300,
        help_text=_("Left blank, the name of the file is taken"),
    )
    number = forms.CharField(
        help_text=_("As on the paper, without the sign №"),
        label=_("Document number"),
        required=False,
        max_length=60,
    )
    dated_on = forms.DateField(
        help_text=_("The day on the paper itself"),
        label=_("Document date"),
        required=False,
        widget=DateInput(attrs={"class": "short"}),
    )
    lines = LinesField()
    files = SeveralFilesField(
        label=_("Files"), help_text=_("PDF, JPG, PNG, XLSX, CSV or DOCX; several at once if needed")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        own = [kind for kind in auditors_own_types(on=today) if kind[0] not in PHOTOS]
        others = applicants_types(on=today, category=self.request.category)
        self.fields["type"].choices = [
            ("", _("Choose")),
            (_("Of the expertise"), own),
            (_("Of the applicant and the goods"), others),
        ]


class PhotoForm(WithLines):
    files = SeveralFilesField(
        label=_("Photographs"), help_text=_("JPG or PNG; several at once if needed")
    )
    title = forms.CharField(
        label=_("Caption"),
        required=False,
        max_length=300,
        help_text=_("What is seen: marking, model, a machine at work"),
    )
    lines = LinesField()


class DescribeForm(WithLines):
    title = forms.CharField(
        help_text=_("What it is, so that others find it in the act"),
        label=_("Title or caption"),
        max_length=300,
    )
    number = forms.CharField(
        help_text=_("As on the paper, without the sign №"),
        label=_("Document number"),
        required=False,
        max_length=60,
    )
    dated_on = forms.DateField(
        help_text=_("The day on the paper itself"),
        label=_("Document date"),
        required=False,
        widget=DateInput(attrs={"class": "short"}),
    )
    lines = LinesField()

    @staticmethod
    def initial_of(document: RequestDocument) -> dict[str, Any]:
        return {
            "title": document.title,
            "number": document.number,
            "dated_on": document.dated_on,
            "lines": shown_lines(line.number for line in document.lines.all()),
        }


class PlainSelect(forms.Select):
    """A select written in one go: a page of a hundred rows has thousands of options."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        merged = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        flat = format_html_join("", ' {}="{}"', merged.items())
        return format_html("<select{}>{}</select>", flat, options)


@dataclass(frozen=True)
class Papers:
    """The documents of a case as choices; their numbers are those of the act."""

    documents: tuple[RequestDocument, ...]

    @classmethod
    def of(cls, request: ExpertiseRequest) -> "Papers":
        return cls(tuple(request.documents.select_related("file")))

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", "—"), *((str(paper.pk), label) for paper, label in self.labelled())]

    def labelled(self) -> Iterable[tuple[RequestDocument, str]]:
        for ref, paper in enumerate(self.documents, start=1):
            number = f", № {paper.number}" if paper.number else ""
            yield paper, f"{ref}. {paper}{number}"

    def get(self, pk: str | UUID | None) -> RequestDocument | None:
        return next((paper for paper in self.documents if str(paper.pk) == str(pk)), None)

    def ref(self, pk: UUID | None) -> int | None:
        return next((n for n, paper in enumerate(self.documents, 1) if paper.pk == pk), None)


@dataclass(frozen=True)
class Tie:
    """Materials that share one row of the page, and what proves them now."""

    key: str
    label: str
    material_ids: tuple[int, ...]
    document_id: UUID | None = None
    page: str = ""


class TiesForm(forms.Form):
    """A document and a page for each row; only rows that were changed are tied anew."""

    use_required_attribute = False

    def __init__(self, ties: Iterable[Tie], papers: Papers, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ties, self.papers = {tie.key: tie for tie in ties}, papers
        choices = papers.choices
        for key, tie in self.ties.items():
            self.fields[f"document_{key}"] = document_field(
                choices, initial=str(tie.document_id or ""), label=tie.label
            )
            self.fields[f"page_{key}"] = page_field(initial=tie.page, label=tie.label)

    def row(self, key: str) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"document_{key}"], self[f"page_{key}"]

    def proof(self, key: str) -> Proof:
        document = self.papers.get(self.cleaned_data[f"document_{key}"])
        return Proof(document, self.cleaned_data[f"page_{key}"])

    def changed(self) -> Mapping[int, Proof]:
        """Material → proof, of the rows that were changed."""
        changed = set(self.changed_data)
        return {
            pk: self.proof(key)
            for key, tie in self.ties.items()
            if {f"document_{key}", f"page_{key}"} & changed
            for pk in tie.material_ids
        }


def document_field(choices: list[tuple[str, str]], **kwargs: Any) -> forms.ChoiceField:
    label = kwargs.pop("label", _("Document"))
    return forms.ChoiceField(
        choices=choices,
        required=False,
        label=label,
        widget=PlainSelect(attrs={"aria-label": _("Document: %(row)s") % {"row": label}}),
        **kwargs,
    )


def page_field(**kwargs: Any) -> forms.CharField:
    label = kwargs.pop("label", _("Page"))
    attrs = {
        "class": "page", "autocomplete": "off", "aria-label": _("Page: %(row)s") % {"row": label},
    }  # fmt: skip
    return forms.CharField(
        required=False,
        max_length=PAGE_MAX,
        label=label,
        widget=forms.TextInput(attrs=attrs),
        **kwargs,
    )


class ProofForm(forms.Form):
    """One document and page, for many things at once."""

    document = forms.ChoiceField(
        help_text=_("Of the documents of the case; its number is that of the act"),
        label=_("Document"),
        required=False,
        widget=PlainSelect,
    )
    page = forms.CharField(
        help_text=_("Where on it the proof stands: 3, or 3-5"),
        label=_("Page"),
        required=False,
        max_length=PAGE_MAX,
        widget=forms.TextInput(attrs={"class": "page", "autocomplete": "off"}),
    )

    def __init__(self, papers: Papers, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = papers
        self.fields["document"].choices = papers.choices

    def proof(self) -> Proof:
        values = self.cleaned_data
        return Proof(self.papers.get(values["document"]), values["page"], values.get("note", ""))


class FindingProofForm(ProofForm):
    note = forms.CharField(
        help_text=_("One line: which fact it proves"),
        label=_("What it proves"),
        required=False,
        max_length=400,
    )
