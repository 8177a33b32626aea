"""A page of a draft while it is typed on: saved as one goes, never over another person's work.

Every form of filing carries the key of its `DraftPage`. The script posts the form to its own
address with `autosave`; the answer then says in words what became of it. Without the script the
same address saves the same form with its buttons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from expertise.draft_places import place_of
from expertise.forms.materials import MaterialForm, MaterialFormSet
from expertise.forms.plain import in_words, plain, plain_row
from expertise.forms.refusals import carried_out
from expertise.merging import MINE, THEIRS, Kept, merge, merge_rows
from expertise.models import DraftPage, ExpertiseRequest, GoodsLine, Material
from expertise.services import drafts, filing

CHOICE = "choice"
# What a form carries beside the values that a person typed.
CARRIED = frozenset(
    {"csrfmiddlewaretoken", "page", "autosave", "then", "version", "add", "confirmed", CHOICE}
)


@dataclass(frozen=True)
class Dispute:
    """One value that two people changed, as the page lays it before the second of them."""

    name: str
    label: str
    theirs: str
    mine: str

    @property
    def choice(self) -> str:
        return f"{CHOICE}-{self.name}"


@dataclass
class OpenStep:
    """One step of one draft, as the person who sent the request has it open."""

    http: HttpRequest
    case: ExpertiseRequest
    step: str
    # What is stored now, as plain text by the names of the fields.
    stored: Callable[[], dict[str, Any]]
    page: DraftPage
    disputes: list[Dispute] = field(default_factory=list)
    is_autosave: bool = False

    @classmethod
    def of(
        cls,
        http: HttpRequest,
        case: ExpertiseRequest,
        step: str,
        stored: Callable[[], dict[str, Any]],
    ) -> "OpenStep":
        actor = http.actor
        if http.method == "POST" and "page" in http.POST:
            page = drafts.find_page(request=case, actor=actor, key=page_key(http.POST), step=step)
        else:
            # A form without a key was made elsewhere; it is compared with what is stored now.
            page = drafts.open_page(request=case, actor=actor, step=step, base=stored())
        return cls(http, case, step, stored, page, is_autosave="autosave" in http.POST)

    @property
    def is_posted(self) -> bool:
        return self.http.method == "POST"

    @property
    def data(self) -> QueryDict | None:
        """What the form is bound to: the post, or what was typed before and is not saved yet."""
        if self.is_posted:
            return self.http.POST
        return self.waiting

    @property
    def waiting(self) -> QueryDict | None:
        if not self.page.typed:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.page.typed.items():
            data.setlist(name, values)
        return data

    @property
    def is_restored(self) -> bool:
        """Whether the page shows what was typed before and is not saved."""
        return self.page.typed is not None and not self.is_posted

    @property
    def choices(self) -> dict[str, str]:
        """What the person chose of the disputed values; a save in passing chooses nothing."""
        if self.is_autosave:
            return {}
        post, whole = self.http.POST, self.http.POST.get(CHOICE, "")
        found = {name: whole or post.get(f"{CHOICE}-{name}", "") for name in self.page.disputed}
        return {name: choice for name, choice in found.items() if choice in (THEIRS, MINE)}

    def saved(self, form: forms.BaseForm, command: Callable[[dict[str, Any]], object]) -> bool:
        """Whether what the person changed was saved; if not, it is kept as it was typed.

        `command` gets only the values that this person changed.
        """
        with transaction.atomic():
            is_done = carried_out(form, lambda values: self._save(form, values, command))
            if is_done:
                drafts.settle_page(page=self.page, base=self._typed(form), step=self.step)
            else:
                self.keep()
        self.find_disputes(form)
        return is_done

    def _save(
        self,
        form: forms.BaseForm,
        values: dict[str, Any],
        command: Callable[[dict[str, Any]], object],
    ) -> None:
        # From here to the end of the transaction nobody else changes the draft.
        filing.editable(self.case, self.http.actor)
        stored = self.stored()
        merged = merge(
            base=self.page.base,
            typed=self._typed(form),
            stored=stored,
            disputed=self.page.disputed,
            choices=self.choices,
        )
        if merged.disputed:
            self.page.base = {**self.page.base, **{n: stored[n] for n in merged.disputed}}
            self.page.disputed = list(merged.disputed)
            raise drafts.Disputed
        with transaction.atomic():
            command({name: values[name] for name in values if name in merged.mine})

    def _typed(self, form: forms.BaseForm) -> dict[str, str]:
        return {name: plain(form.cleaned_data.get(name)) for name in form.fields}

    def keep(self) -> None:
        """Keeps the form as it was posted; once submitted there is no draft to keep it for."""
        if self.case.status != "draft":
            return
        drafts.keep_typed(
            page=self.page, typed=typed_values(self.http.POST), disputed=self.page.disputed
        )

    def restore(self, *forms_: forms.BaseForm) -> None:
        """Shows what waited on the page: wrong values with their reason, gaps without reproach."""
        if not self.is_restored:
            return
        for form in forms_:
            if form.is_bound:
                forget_gaps(form)
        self.find_disputes(*forms_)

    def find_disputes(self, *forms_: forms.BaseForm) -> None:
        self.disputes = disputes_of(self.page, forms_[0])

    def answer(self, *forms_: forms.BaseForm, **more: Any) -> JsonResponse:
        """What became of a save in passing, in words and by fields."""
        time = time_format(timezone.localtime(), "H:i")
        errors = {k: v for form in forms_ for k, v in told(form).items()}
        whole = [str(text) for form in forms_ for text in form.non_field_errors()]
        if self.page.disputed:
            state = "disputed"
            says = _("Not saved: another person has changed the same fields. Nothing is lost.")
            more["link"] = place_of(self.case.pk, self.step).url
            more["link_text"] = _("Compare and choose")
        elif self.page.typed is not None:
            state = "kept"
            says = _("Kept as you typed it, %(time)s. It is saved when nothing is missing.")
            if errors or whole:
                says = _("Kept as you typed it, %(time)s. Something in it is not right yet.")
        elif any(form.errors for form in forms_):
            state, says = "refused", " ".join(whole)
        else:
            state, says = "saved", _("Saved %(time)s")
        if "%(time)s" in says:
            says = says % {"time": time}
        return JsonResponse(
            {"state": state, "says": says, "errors": errors, **more},
            status=409 if state in ("disputed", "refused") else 200,
        )


def page_key(values: QueryDict) -> UUID | None:
    try:
        return UUID(values.get("page", ""))
    except ValueError:
        return None


def typed_values(post: QueryDict) -> dict[str, list[str]]:
    return {
        name: values
        for name, values in post.lists()
        if name not in CARRIED and not name.startswith(f"{CHOICE}-")
    }


def typed_texts(typed: Mapping[str, list[str]] | None) -> dict[str, str]:
    """What was typed, as the initial values of a form that is not checked yet."""
    return {name: values[-1] for name, values in (typed or {}).items() if values}


def forget_gaps(form: forms.BaseForm) -> None:
    """Takes the errors of empty fields away: nobody is told off for not having finished."""
    for name in list(form.errors):
        if name in form.fields and not form[name].value():
            del form.errors[name]


def told(form: forms.BaseForm) -> dict[str, str]:
    """Errors of fields that hold something, by the ids of the fields."""
    return {
        form[name].id_for_label: " ".join(map(str, errors))
        for name, errors in form.errors.items()
        if name in form.fields and form[name].value()
    }


def disputes_of(page: DraftPage, form: forms.BaseForm) -> list[Dispute]:
    found = []
    for name in page.disputed:
        if name not in form.fields:
            continue
        typed = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
        mine = plain(typed) if typed is not None else str(form[name].value() or "")
        base: Mapping[str, str] = page.base
        found.append(
            Dispute(
                name,
                str(form.fields[name].label),
                in_words(form.fields[name], base.get(name, "")),
                in_words(form.fields[name], mine),
            )
        )
    return found


class OpenBill(OpenStep):
    """The bill of one line: its rows are compared as wholes, wherever they stand."""

    def saved_rows(
        self,
        rows: MaterialFormSet,
        line: GoodsLine,
        command: Callable[[list[dict[str, Any]]], object],
    ) -> bool:
        """A refusal belongs to the bill as a whole and is told above it."""
        first = rows.forms[0] if rows.forms else MaterialForm({})
        with transaction.atomic():
            is_done = rows.is_valid() and carried_out(
                first, lambda _values: self._save_rows(rows, line, command)
            )
            if is_done:
                drafts.settle_page(page=self.page, base=typed_rows(rows))
            else:
                self.keep()
        self.find_disputes(*rows.forms)
        return is_done

    def _save_rows(
        self,
        rows: MaterialFormSet,
        line: GoodsLine,
        command: Callable[[list[dict[str, Any]]], object],
    ) -> None:
        filing.editable(self.case, self.http.actor)
        stored = list(line.materials.all())
        now = [plain_row(material, MaterialForm.Meta.fields) for material in stored]
        merged = merge_rows(
            base=self.page.base,
            typed=typed_rows(rows),
            stored=now,
            disputed=self.page.disputed,
            choices=self.choices,
        )
        if merged.disputed:
            theirs = {n: None if at is None else now[at] for n, at in merged.disputed.items()}
            self.page.base = {**self.page.base, **theirs}
            self.page.disputed = list(merged.disputed)
            raise drafts.Disputed
        if [kept.stored for kept in merged.rows] != list(range(len(stored))):
            with transaction.atomic():
                command([self._row(kept, rows, stored) for kept in merged.rows])

    @staticmethod
    def _row(kept: Kept, rows: MaterialFormSet, stored: list[Material]) -> dict[str, Any]:
        if kept.stored is None:
            return rows.forms[int(kept.typed)].material()
        return {name: getattr(stored[kept.stored], name) for name in MaterialForm.Meta.fields}

    def find_disputes(self, *forms_: forms.BaseForm) -> None:
        self.disputes = [
            Dispute(
                place,
                _("Material %(number)s") % {"number": int(place) + 1},
                row_in_words(self.page.base.get(place)),
                row_in_words(typed_row(forms_[int(place)])),
            )
            for place in self.page.disputed
            if int(place) < len(forms_)
        ]


def stored_rows(line: GoodsLine) -> dict[str, Any]:
    """The rows of a bill by their places on the page."""
    rows = line.materials.all()
    return {str(at): plain_row(row, MaterialForm.Meta.fields) for at, row in enumerate(rows)}


def typed_rows(rows: MaterialFormSet) -> dict[str, dict[str, str] | None]:
    return {str(at): typed_row(form) for at, form in enumerate(rows.forms)}


def typed_row(form: forms.BaseForm) -> dict[str, str] | None:
    """A row as it was typed; nothing when it was left blank or marked for removal."""
    values = getattr(form, "cleaned_data", {})
    if values.get("DELETE") or not form.has_changed():
        return None
    return {
        name: plain(values[name]) if name in values else str(form[name].value() or "")
        for name in MaterialForm.Meta.fields
    }


def row_in_words(row: Mapping[str, str] | None) -> str:
    if not row:
        return _("removed")
    shown = ("name", "hs_code", "country", "document", "supplier")
    words = [row[name] for name in shown if row.get(name)]
    if value := row.get("value_kzt"):
        words.insert(1, f"{in_words(MaterialForm().fields['value_kzt'], value)} ₸")
    return " · ".join(words)
