"""The public calculator: would these goods originate, and with what share? Nothing is stored."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.callers import count_request
from accounts.errors import DomainError
from origin.books import NoRulesInForce, rulebook_in_force
from origin.calculating import Calculation, RuleAnswer, Settings, calculation, rule_answer
from origin.desk import language
from origin.errors import OriginError
from origin.forms.calculator import (
    MOST_MATERIALS,
    PREFIX,
    CalculatorForm,
    MaterialRows,
    blank_rows,
    pasted_row,
    show_refusal,
    typed_rows,
)
from origin.local_content import formula_of
from origin.pasted_materials import read_pasted
from origin.rulebook import RuleBook
from reference.parameters import parameter

TOO_MANY_CALLS = gettext_lazy(
    "Too many calculations from your address. Please wait a minute and try again."
)
# More reasons than these nobody reads through.
FAULTS_SHOWN = 10


@dataclass
class Page:
    """What the page shows: the form as it stands, and the answer if there is one."""

    form: CalculatorForm
    rows: Any
    result: Calculation | None = None
    faults: list[str] = field(default_factory=list)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: HttpRequest) -> HttpResponse:
    """One address for all: every button sends the whole form, and the answer is the whole page.

    With JavaScript only the part that changed is replaced.
    """
    today = timezone.localdate()
    try:
        book = rulebook_in_force(on=today)
    except NoRulesInForce as refusal:
        return render(request, "origin/calculator.html", {"refusal": refusal.message})
    if request.method == "POST":
        count_request(
            request,
            counter="calculator",
            limit=settings.CTKZ_CALCULATIONS_PER_MINUTE,
            refusal=TOO_MANY_CALLS,
        )
    page = _page(request, book)
    return render(
        request,
        "origin/calculator.html",
        {
            "faults": page.faults,
            "form": page.form,
            "rows": page.rows,
            "result": page.result,
            "rule": _rule(page.form, book),
            "pack": book.pack,
            "title": book.pack.title.in_language(language()),
            "on": today,
            "most": MOST_MATERIALS,
            "act_months": _act_months(page.form, page.result),
        },
    )


def _page(request: HttpRequest, book: RuleBook) -> Page:
    if request.method != "POST":
        asked = {name: request.GET.get(name, "") for name in ("name", "hs_code")}
        return Page(_form(book, initial=asked), MaterialRows(prefix=PREFIX))
    if "calculate" in request.POST:
        return _calculated(request, book)
    return _edited(request, book)


def _form(book: RuleBook, *args: Any, **kwargs: Any) -> CalculatorForm:
    return CalculatorForm(*args, pack=book.pack, language=language(), **kwargs)


def _calculated(request: HttpRequest, book: RuleBook) -> Page:
    form = _form(book, request.POST)
    rows = MaterialRows(request.POST, prefix=PREFIX)
    page = Page(form, rows)
    # Both are asked, so that everything that is wrong is told at once.
    if not all([form.is_valid(), rows.is_valid()]):
        return page
    today = timezone.localdate()
    try:
        page.result = calculation(
            form.line(rows.materials()),
            book,
            language(),
            on=today,
            settings=Settings(
                formula=formula_of(parameter("local_content.formula", on=today)),
                treatment=parameter("local_content.own_ct_kz_treatment", on=today),
                margin_points=Decimal(str(parameter("control.threshold_margin_points", on=today))),
            ),
            wanted_percent=form.cleaned_data["wanted_percent"],
        )
    except DomainError as error:
        show_refusal(error, form, rows)
    return page


def _edited(request: HttpRequest, book: RuleBook) -> Page:
    """More rows, fewer rows, pasted rows, another code: what was typed stays, unjudged."""
    typed = request.POST.dict()
    typed["operations"] = request.POST.getlist("operations")
    rows = typed_rows(request.POST)
    faults: list[str] = []
    if "paste_rows" in request.POST:
        rows, faults = _with_pasted(rows, request.POST.get("paste", ""))
        if not faults:
            typed["paste"] = ""
    removed = request.POST.get("remove", "")
    if removed.isdecimal():
        rows = _without(request, int(removed))
    more = blank_rows(len(rows))
    form = _form(book, initial=typed)
    return Page(form, MaterialRows(initial=rows, prefix=PREFIX, extra_rows=more), faults=faults)


def _without(request: HttpRequest, index: int) -> list[dict[str, str]]:
    """The rows but the one with this number of the page."""
    data = request.POST.copy()
    for name in list(data):
        if name.startswith(f"{PREFIX}-{index}-"):
            del data[name]
    return typed_rows(data)


def _with_pasted(rows: list[dict[str, Any]], text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The pasted rows behind the typed ones; with a fault none is taken, so that none is twice."""
    pasted = read_pasted(text)
    if pasted.faults:
        shown = [str(fault) for fault in pasted.faults[:FAULTS_SHOWN]]
        if len(pasted.faults) > FAULTS_SHOWN:
            shown.append(_("… and %(n)s more.") % {"n": len(pasted.faults) - FAULTS_SHOWN})
        return rows, shown
    if not pasted.rows:
        return rows, [_("There is nothing to take over.")]
    if len(rows) + len(pasted.rows) > MOST_MATERIALS:
        counted = {"most": MOST_MATERIALS, "n": len(rows) + len(pasted.rows)}
        return rows, [
            _("At most %(most)s materials can be calculated here, these are %(n)s.") % counted
        ]
    return [*rows, *map(pasted_row, pasted.rows)], []


def _rule(form: CalculatorForm, book: RuleBook) -> RuleAnswer | None:
    """The rule of the code as it stands; none for what is no code yet."""
    try:
        return rule_answer(
            book,
            str(form["hs_code"].value() or ""),
            language(),
            choice=str(form["choice"].value() or ""),
            operations=form["operations"].value() or (),
        )
    except OriginError:
        return None


def _act_months(form: CalculatorForm, result: Calculation | None) -> int | None:
    """How long an act on such goods holds."""
    if result is None:
        return None
    key = f"act.validity_months.{form.cleaned_data['category']}"
    return int(parameter(key, on=timezone.localdate()))
