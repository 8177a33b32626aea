"""Lists of all rooms: the columns are said once; heads that sort, files and tests come from them.

A view builds a `Listing` over what the person may see, already filtered. The page and the file
are the same rows in the same order; the address holds everything that was chosen.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Case, F, IntegerField, QuerySet, TextField, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

from .exports import FORMATS, Cell, as_file

Text = str | Promise
Sorted = Expression | F
Term = str | Sorted | Callable[[], Sorted]

PER_PAGE = 25
# More rows than a person reads or a worker should hold: the page says so, nothing is cut silently.
MOST_ROWS = 20_000
ROWS_AT_ONCE = 500
SORT, PAGE, FORMAT, QUESTION = "sort", "page", "format", "q"


@dataclass(frozen=True)
class Column:
    """`order`: what the database sorts by; `key`: what rows in memory are sorted by.

    A column with neither does not sort: what it says is not in the database.
    """

    name: str
    label: Text
    value: Callable[[Any], Cell]
    order: tuple[Term, ...] = ()
    key: Callable[[Any], Any] | None = None

    @property
    def sorts(self) -> bool:
        return bool(self.order) or self.key is not None


@dataclass(frozen=True)
class Head:
    """The heading of a column that sorts: where it leads and how the list stands by it now."""

    label: Text
    url: str
    aria: str

    @property
    def sign(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.aria, "")


@dataclass(frozen=True)
class Condition:
    """A filter in force, in words, and the address without it."""

    label: Text
    value: Text
    url: str


def by_name(path: str) -> Callable[[], Sorted]:
    """Sorting by a name in the reader's language, by the Russian one where that is missing."""

    def expression() -> Sorted:
        language = (get_language() or "ru").split("-")[0]
        if language == "ru":
            return F(f"{path}_ru")
        text = TextField()
        own = NullIf(F(f"{path}_{language}"), Value(""), output_field=text)
        return Coalesce(own, F(f"{path}_ru"), output_field=text)

    return expression


def in_sequence(path: str, values: Iterable[str]) -> Case:
    """Sorting by the order in which statuses or choices follow each other, not by their codes."""
    cases = [When(**{path: value}, then=Value(at)) for at, value in enumerate(values)]
    return Case(*cases, default=Value(len(cases)), output_field=IntegerField())


class WordsForm(forms.Form):
    """Of a list that is narrowed by words alone."""

    q = forms.CharField(label=_("Find"), required=False)


Recounted = QuerySet[Any] | Sequence[QuerySet[Any]] | int
Opening = Callable[[HttpRequest, str], str]
_openings: list[Opening] = []


def open_with(opening: Opening) -> None:
    """Registers what a list opens with when its address asks for nothing: a query, or none."""
    if opening not in _openings:
        _openings.append(opening)


class Listing:
    """One list as one request asks for it.

    `first` is the sorting while nobody asked for another; `prepare` turns the rows of a page into
    what its template and the values of the columns take, with as many queries for one as for all.
    `recount` filters anew by another query of the page: saved views tell how much they show. It
    gives rows, or their number, or those of every tab where the first with rows is opened.
    `beside` is what tabs or links of the page have set: the filters and the file keep it.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: "QuerySet[Any] | Sequence[Any]",
        columns: Sequence[Column],
        *,
        name: str,
        first: str,
        form: forms.BaseForm | None = None,
        prepare: Callable[[Sequence[Any]], Sequence[Any]] = list,
        beside: Mapping[str, str] | None = None,
        per_page: int = PER_PAGE,
        at_most: int = MOST_ROWS,
        recount: Callable[[QueryDict], Recounted] | None = None,
    ) -> None:
        self.request, self.name, self.at_most = request, name, at_most
        self.columns = tuple(columns)
        self.form, self.beside = form, dict(beside or {})
        self._prepare, self._per_page, self._recount = prepare, per_page, recount
        self._by_name = {column.name: column for column in self.columns if column.sorts}
        asked = request.GET.get(SORT, "")
        self.sort = asked if asked.removeprefix("-") in self._by_name else first
        self.sorted_rows = self._sorted(rows)
        if form is not None:
            form.says_optional = False  # type: ignore[attr-defined]

    # --- rows

    def _sorted(self, rows: Any) -> Any:
        column, falls = self._by_name[self.sort.removeprefix("-")], self.sort.startswith("-")
        if isinstance(rows, QuerySet):
            terms = [_term(rows.model, term, falls=falls) for term in column.order]
            return rows.order_by(*terms, "pk")
        key = column.key
        assert key is not None  # noqa: S101 - a list in memory is sorted in memory
        known = [row for row in rows if key(row) is not None]
        return [
            *sorted(known, key=key, reverse=falls),
            *(row for row in rows if key(row) is None),
        ]

    @cached_property
    def page(self) -> Page[Any]:
        paginator = Paginator(self.sorted_rows, self._per_page)
        return paginator.get_page(self.request.GET.get(PAGE))

    @cached_property
    def rows(self) -> Sequence[Any]:
        return self._prepare(list(self.page.object_list))

    @property
    def total(self) -> int:
        return self.page.paginator.count

    def _counted(self, queries: Sequence[str]) -> list[int]:
        assert self._recount is not None  # noqa: S101 - `count_views` is None without it
        found = [self._recount(QueryDict(query)) for query in queries]
        counts = iter(counted_at_once([rows for one in found for rows in _rows_of(one)]))
        return [
            one if isinstance(one, int) else _first_with_rows([next(counts) for _ in _rows_of(one)])
            for one in found
        ]

    @property
    def count_views(self) -> Callable[[Sequence[str]], list[int]] | None:
        """How many rows the page shows for each of these queries, in one statement."""
        return self._counted if self._recount is not None else None

    # --- as a file

    @property
    def is_too_long(self) -> bool:
        return self.total > self.at_most

    @property
    def files(self) -> list[tuple[str, str]]:
        """Names and addresses of the formats; none for an empty list."""
        if not self.total or self.is_too_long:
            return []
        return [(wanted, self.address(**{FORMAT: wanted, PAGE: ""})) for wanted in FORMATS]

    def answer(self) -> HttpResponse | None:
        """The file that the address asks for, or the way to the view that the person sees first."""
        wanted = self.request.GET.get(FORMAT, "")
        if wanted:
            return self.file(wanted)
        match = self.request.resolver_match
        if self.request.GET or match is None or not self.request.user.is_authenticated:
            return None
        for opening in _openings:
            if query := opening(self.request, match.view_name):
                return redirect(f"{self.request.path}?{query}")
        return None

    def file(self, wanted: str) -> HttpResponse:
        if wanted not in FORMATS:
            raise Http404
        if self.is_too_long:
            raise DomainError(
                "too_many_rows",
                _("A file holds up to %(most)s rows, and these are %(total)s: narrow the list.")
                % {"most": self.at_most, "total": self.total},
            )
        labels = [column.label for column in self.columns]
        return as_file(self.name, wanted, labels, self._cells())

    def _cells(self) -> Iterator[list[Cell]]:
        rows = self.sorted_rows
        if isinstance(rows, QuerySet):
            rows = rows.iterator(chunk_size=ROWS_AT_ONCE)
        for some in _in_portions(rows):
            for row in self._prepare(some):
                yield [column.value(row) for column in self.columns]

    # --- the address

    def address(self, **changes: str) -> str:
        """The present address with these changes; an empty one takes the name away."""
        query: QueryDict = self.request.GET.copy()
        for name, value in (*self.kept, *changes.items()):
            query.pop(name, None)
            if value:
                query[name] = value
        # An address that asks for nothing would open with the first of the saved views.
        return f"?{query.urlencode()}" if query else f"?{QUESTION}="

    @cached_property
    def heads(self) -> dict[str, Head]:
        heads = {}
        for name, column in self._by_name.items():
            wanted = f"-{name}" if self.sort == name else name
            aria = {name: "ascending", f"-{name}": "descending"}.get(self.sort, "")
            heads[name] = Head(column.label, self.address(sort=wanted, page=""), aria)
        return heads

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Every order for whoever sees no heads: a phone shows rows as cards."""
        return [
            (wanted, f"{column.label} {sign}", wanted == self.sort)
            for name, column in self._by_name.items()
            for wanted, sign in ((name, "↑"), (f"-{name}", "↓"))
        ]

    # --- filters

    @property
    def question(self) -> Any:
        """The field of the words, when the list has one."""
        return self.form[QUESTION] if self.form and QUESTION in self.form.fields else None

    @property
    def filters(self) -> list[Any]:
        if self.form is None:
            return []
        return [field for field in self.form if field.name not in (QUESTION, *self.beside)]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the filters must carry along."""
        return [(name, value) for name, value in self.beside.items() if value]

    @cached_property
    def conditions(self) -> list[Condition]:
        if self.form is None:
            return []
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        return [
            Condition(
                self.form.fields[name].label or name,
                _in_words(self.form.fields[name], self.form, name),
                self.address(**{name: "", PAGE: ""}),
            )
            for name in self.form.fields
            if name not in self.beside and cleaned.get(name) not in (None, "", False, [])
        ]

    @property
    def is_filtered(self) -> bool:
        return bool(self.conditions)

    @property
    def everything(self) -> str:
        """The address without filters, in the tab that is open."""
        query = QueryDict(mutable=True)
        query[QUESTION] = ""
        query.update(dict(self.kept))
        return f"?{query.urlencode()}"


def _rows_of(one: Recounted) -> "Sequence[QuerySet[Any]]":
    if isinstance(one, int):
        return []
    return [one] if isinstance(one, QuerySet) else one


def _first_with_rows(counts: Sequence[int]) -> int:
    return next((count for count in counts if count), 0)


def counted_at_once(found: "Sequence[QuerySet[Any]]") -> list[int]:
    """How many rows each of them has: one statement, however many there are."""
    counts, asked, values = [0] * len(found), [], []
    for place, rows in enumerate(found):
        try:
            sql, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        asked.append(f"SELECT %s, COUNT(*) FROM ({sql}) AS rows")  # noqa: S608
        values += [place, *given]
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked), values)
            for place, count in cursor.fetchall():
                counts[place] = count
    return counts


def _in_portions(rows: Iterable[Any]) -> Iterator[list[Any]]:
    portion: list[Any] = []
    for row in rows:
        portion.append(row)
        if len(portion) == ROWS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _term(model: Any, term: Term, *, falls: bool) -> OrderBy:
    """What is empty stands last both ways; said only where it can be empty, for the indexes."""
    if isinstance(term, str):
        path = term.removeprefix("-")
        falls ^= term.startswith("-")
        last = True if falls and _may_be_empty(model, path) else None
        return OrderBy(F(path), descending=falls, nulls_last=last)
    expression = term if isinstance(term, Expression | F) else term()
    return OrderBy(expression, descending=falls, nulls_last=True)


def _may_be_empty(model: Any, path: str) -> bool:
    *through, last = path.split("__")
    try:
        for name in through:
            field = model._meta.get_field(name)
            if field.null:
                return True
            model = field.related_model
        return bool(model._meta.get_field(last).null)
    except FieldDoesNotExist:
        return True


def _in_words(field: forms.Field, form: forms.BaseForm, name: str) -> Text:
    """The value as the person chose it; nothing for a box that is ticked or a field that nobody
    sees: its label says it."""
    value = form.cleaned_data[name]
    if field.widget.is_hidden:
        return ""
    if isinstance(field, forms.ModelChoiceField):
        return str(value)
    if isinstance(field, forms.ChoiceField):
        return _chosen(field.choices, str(value))
    if hasattr(value, "year"):
        return date_format(value, "SHORT_DATE_FORMAT")
    return "" if value is True else str(value)


def _chosen(choices: Any, value: str) -> Text:
    for key, label in choices:
        if isinstance(label, list | tuple):
            for inner, text in label:
                if str(inner) == value:
                    return str(text)
        elif str(key) == value:
            return str(label)
    return value
