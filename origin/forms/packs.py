"""Forms of the rule desk: a version, its rows and its catalogue of operations."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from origin.codes import printed
from origin.conditions import LANGUAGES, Words
from origin.editing import read_row
from origin.errors import PackError, Problem
from origin.exporting import condition_yaml
from origin.pack_files import parse_condition
from origin.packs import Row, RulePack, condition_data
from reference.forms import DateInput

_BETWEEN_CODES = re.compile(r"[,;\n]+")
# `rows[0].codes[1]` is about the field `codes`.
_PART_OF_ROW = re.compile(r"^rows\[\d+\]\.(\w+)")
FIELD_OF_PART = {
    "name": "name_ru",
    "part": "part_ru",
    "note": "note_ru",
    "source": "source_act",
}


def _text(label: Any, *, rows: int = 2, required: bool = True, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, **options.pop("attrs", {})})
    return forms.CharField(label=label, required=required, widget=widget, **options)


class BeginForm(forms.Form):
    note = _text(
        _("What changes and why"),
        rows=3,
        help_text=_("Whoever approves the version reads this first."),
    )


class HeadForm(forms.Form):
    title_kk = forms.CharField(
        label=_("Title in Kazakh"),
        max_length=300,
        help_text=_(
            "The title of the act in Kazakh, as in the official text; people see it "
            "on acts of expertise."
        ),
    )
    title_ru = forms.CharField(
        label=_("Title in Russian"),
        max_length=300,
        help_text=_("The title of the act in Russian, as in the official text."),
    )
    title_en = forms.CharField(
        label=_("Title in English"),
        max_length=300,
        help_text=_("A translation; it has no official text."),
    )
    valid_from = forms.DateField(
        label=_("In force from"),
        widget=DateInput,
        help_text=_("Tomorrow at the earliest. Acts of earlier days keep the rules of their day."),
    )
    note = _text(_("What changes and why"), rows=3)

    def title(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}


class OperationForm(forms.Form):
    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_("Latin letters, digits and underscores; conditions name the operation by it."),
    )
    name_kk = forms.CharField(
        label=_("Name in Kazakh"),
        max_length=400,
        help_text=_("As the act names it in Kazakh; auditors choose it by these words."),
    )
    name_ru = forms.CharField(
        label=_("Name in Russian"),
        max_length=400,
        help_text=_("As the act names it in Russian."),
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=400,
        required=False,
        help_text=_("A translation; empty, the Russian name is shown."),
    )
    sufficient = forms.BooleanField(
        label=_("Can make goods originate (sufficient processing)"),
        required=False,
        help_text=_("Without the mark the operation never gives origin by itself."),
    )
    source_act = forms.CharField(
        label=_("Source: act"),
        max_length=400,
        help_text=_("Title, day and number of the act."),
    )
    source_place = forms.CharField(
        label=_("Place in the act"),
        max_length=200,
        required=False,
        help_text=_("Paragraph, annex and line, so that anybody finds it."),
    )

    def data_of_operation(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "code": values["code"],
            "name": words_from(values, "name"),
            "sufficient": values["sufficient"],
            "source": source_from(values),
        }


class RowForm(forms.Form):
    """One row of the list; the condition is typed as YAML and read at once."""

    CONDITION, EXCLUDED = "condition", "excluded"

    id = forms.CharField(
        label=_("Name of the row"),
        max_length=60,
        help_text=_("Short and unique, usually its code; acts refer to the row by it."),
    )
    codes = _text(
        _("HS codes"),
        help_text=_("One a line: 8501, 4418 50 or a range such as 0201 - 0206."),
        attrs={"class": "code"},
    )
    but_not = _text(
        _("Except these codes"),
        required=False,
        attrs={"class": "code"},
        help_text=_(
            "Codes within those above that the row leaves out (“кроме”), written in the same way."
        ),
    )
    name_kk = _text(
        _("Goods in Kazakh"),
        help_text=_("The second column of the list in Kazakh, word for word."),
    )
    name_ru = _text(
        _("Goods in Russian"),
        help_text=_("The second column of the list in Russian, word for word."),
    )
    name_en = _text(
        _("Goods in English"),
        required=False,
        help_text=_("A translation; empty, the Russian words are shown."),
    )
    part_kk = _text(
        _("Only this part, in Kazakh"),
        required=False,
        help_text=_("The same in Kazakh, as the official text puts it."),
    )
    part_ru = _text(
        _("Only this part, in Russian"),
        required=False,
        help_text=_("Fill in when the row covers only some goods of its codes (“из”)."),
    )
    part_en = _text(
        _("Only this part, in English"),
        required=False,
        help_text=_("A translation; empty, the Russian words are shown."),
    )
    rule = forms.ChoiceField(
        label=_("What the row says"),
        choices=[
            (CONDITION, _("A condition of its own")),
            (EXCLUDED, _("Back to the general rule")),
        ],
        initial=CONDITION,
        widget=forms.RadioSelect,
        help_text=_(
            "Where the list states a condition for the goods, choose the first; where "
            "it leaves them to the general rule, the second."
        ),
    )
    condition = _text(
        _("Condition"),
        rows=10,
        attrs={"class": "code", "spellcheck": "false", "autocapitalize": "off"},
        help_text=_(
            "The third column as the portal computes it: below, what was understood "
            "is said in words."
        ),
    )
    note_kk = _text(
        _("How the act was read, in Kazakh"),
        required=False,
        help_text=_(
            "Where the words of the act can be read in two ways: how they were read and why."
        ),
    )
    note_ru = _text(
        _("How the act was read, in Russian"),
        required=False,
        help_text=_(
            "The same in Russian; it stands beside the condition on the public page of the rules."
        ),
    )
    note_en = _text(
        _("How the act was read, in English"),
        required=False,
        help_text=_("A translation; empty, the Russian words are shown."),
    )
    source_act = forms.CharField(
        label=_("Source: act"),
        max_length=400,
        help_text=_("Title, day and number of the act."),
    )
    source_place = forms.CharField(
        label=_("Place in the act"),
        max_length=200,
        required=False,
        help_text=_("Paragraph, annex and line, so that anybody finds it."),
    )
    is_confirmed = forms.BooleanField(
        label=_("Compared with the official text"),
        required=False,
        help_text=_(
            "Tick it only with the official publication at hand; without the mark "
            "acts say that the row is unconfirmed."
        ),
    )

    def __init__(self, pack: RulePack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack = pack
        self.row: Row | None = None
        self.fields["condition"].required = self["rule"].value() != self.EXCLUDED

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            self.row = self._read(values)
        return values

    def data_of_row(self) -> dict[str, Any]:
        """The row as data of a pack, with nothing but what was filled in."""
        values = self.cleaned_data
        data: dict[str, Any] = {
            "id": values["id"],
            "codes": codes_from(values["codes"]),
            "name": words_from(values, "name"),
            "source": source_from(values),
            "is_confirmed": values["is_confirmed"],
        }
        if values["but_not"]:
            data["but_not"] = codes_from(values["but_not"])
        if part := words_from(values, "part"):
            data["part"] = part
        if note := words_from(values, "note"):
            data["note"] = note
        if values["rule"] == self.EXCLUDED:
            data["excluded"] = True
        else:
            data["condition"] = self._condition
        return data

    def _read(self, values: dict[str, Any]) -> Row | None:
        try:
            if values["rule"] == self.CONDITION:
                condition = parse_condition(values["condition"], operations=self.pack.operations)
                self._condition = condition_data(condition)
        except PackError as error:
            for problem in error.problems:
                self.add_error("condition", ValidationError(str(problem), code="condition"))
            return None
        try:
            return read_row(self.data_of_row(), self.pack)
        except PackError as error:
            for problem in error.problems:
                self.add_error(self._field_of(problem), ValidationError(problem.message))
            return None

    def _field_of(self, problem: Problem) -> str | None:
        found = _PART_OF_ROW.match(problem.path)
        part = FIELD_OF_PART.get(found[1], found[1]) if found else None
        return part if part in self.fields else None


def initial_of_row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "codes": "\n".join(printed(code) for code in row.codes),
        "but_not": "\n".join(printed(code) for code in row.but_not),
        **_words_initial(row.name, "name"),
        **_words_initial(row.part or Words(), "part"),
        **_words_initial(row.note or Words(), "note"),
        "rule": RowForm.EXCLUDED if row.excluded else RowForm.CONDITION,
        "condition": condition_yaml(row.condition) if row.condition else "",
        "source_act": row.source.act,
        "source_place": row.source.place,
        "is_confirmed": row.is_confirmed,
    }


def words_from(values: dict[str, Any], stem: str) -> dict[str, str]:
    named = {code: values[f"{stem}_{code}"].strip() for code in LANGUAGES}
    return {code: text for code, text in named.items() if text}


def source_from(values: dict[str, Any]) -> dict[str, str]:
    source = {"act": values["source_act"].strip()}
    if place := values["source_place"].strip():
        source["place"] = place
    return source


def codes_from(text: str) -> list[str]:
    return [code.strip() for code in _BETWEEN_CODES.split(text) if code.strip()]


def _words_initial(words: Words, stem: str) -> dict[str, str]:
    return {f"{stem}_{code}": getattr(words, code) for code in LANGUAGES}
