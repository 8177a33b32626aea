"""Pages of figures: of the public, of the Committee, of a chamber, of an expert organisation."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Organisation, User
from accounts.permissions import has_permission

from .asking import Question
from .cases_list import as_table, rows_behind, told
from .counting import Counts
from .dashboard import Dashboard, no_cases
from .definitions import Figure, figure
from .forms import AskForm, years_with_figures
from .scopes import COMMITTEE, PUBLIC, Audience, Scope, scope_of

PER_PAGE = 50
# A file of cases is a sheet that people open; whoever needs more narrows the days.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Desk:
    """Where the pages of one audience stand."""

    scope: Scope
    page: str
    cases: str = ""

    def cases_url(self, question: Question, code: str, /, **narrowed: Any) -> str:
        return reverse(self.cases, args=[code]) + question.address(**narrowed)


OF_PUBLIC = Desk(PUBLIC, "control:figures")
OF_COMMITTEE = Desk(COMMITTEE, "oversight:figures", "oversight:figure-cases")


def _own_desk(request: HttpRequest) -> Desk:
    """The Committee has its own address; who has no figures of their own, none."""
    scope = scope_of(request.actor)  # type: ignore[attr-defined]
    if scope is None or scope.audience == Audience.COMMITTEE:
        raise Http404
    return Desk(scope, "control:figures-mine", "control:figure-cases")


def _committees_desk(request: HttpRequest) -> Desk:
    if not has_permission(request.actor, "oversight.read_figures", None):  # type: ignore[attr-defined]
        raise Http404
    return OF_COMMITTEE


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    return _dashboard(request, OF_PUBLIC)


@never_cache
@require_safe
def committee(request: HttpRequest) -> HttpResponse:
    return _dashboard(request, _committees_desk(request))


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return _dashboard(request, _own_desk(request))


@never_cache
@require_safe
def committee_cases(request: HttpRequest, code: str) -> HttpResponse:
    return _cases(request, _committees_desk(request), code)


@never_cache
@require_safe
def own_cases(request: HttpRequest, code: str) -> HttpResponse:
    return _cases(request, _own_desk(request), code)


def _dashboard(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = AskForm(request.GET, scope=desk.scope)
    question = form.question()
    cases_url = partial(desk.cases_url, question) if desk.cases else no_cases
    by, step = form.breakdown(), form.time_step(question)
    dashboard = Dashboard(Counts(question), by=by, step=step, cases_url=cases_url)
    if wanted := request.GET.get("table"):
        table = dashboard.table(wanted)
        if table is None:
            raise Http404
        return table.export(request)
    context = {
        "form": form,
        "question": question,
        "dashboard": dashboard,
        "years": _years(request, desk, question),
        "narrowed_to": _narrowed_to(question),
        "address": question.address(by=by, step=request.GET.get("step", "")),
        "audience": desk.scope.audience.value,
        "page_url": reverse(desk.page),
        "is_past": question.as_of < timezone.localdate(),
    }
    return render(request, "oversight/figures/dashboard.html", context)


def _years(request: HttpRequest, desk: Desk, question: Question) -> list[dict[str, Any]]:
    """Links to whole years, narrowed as the page is."""
    page = reverse(desk.page)
    kept = {"by": request.GET.get("by", "")}
    return [
        {
            "label": year,
            "url": page
            + question.address(since=f"{year}-01-01", until=f"{year}-12-31", as_of="", **kept),
            "current": (question.since.year, question.until.year) == (year, year),
        }
        for year in years_with_figures()
    ]


def _narrowed_to(question: Question) -> list[str]:
    """What a hidden field narrows to, named, so that nobody is misled."""
    names = []
    if question.expert_organisation:
        found = Organisation.objects.filter(pk=question.expert_organisation).first()
        names.append(found.name if found else _("unknown"))
    if question.auditor:
        person = User.objects.filter(pk=question.auditor).first()
        names.append(person.full_name if person else _("unknown"))
    return names


def _cases(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    one = _figure(desk, code)
    question = AskForm(request.GET, scope=desk.scope).question()
    narrowed = request.GET.get("code", "")[:60]
    rows = rows_behind(question, one, narrowed)
    if request.GET.get("format"):
        return as_table(question, one, rows[:MOST_ROWS]).export(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = told(question, one, list(page.object_list))
    context = {
        "figure": one,
        "question": question,
        "page": page,
        "rows": listed,
        "has_amounts": any(behind.happening.amount is not None for behind in listed),
        "code_name": listed[0].code if narrowed and listed else "",
        "names_auditors": desk.scope.names_auditors,
        "narrowed_to": _narrowed_to(question),
        "back": reverse(desk.page) + question.address(),
        "address": question.address(code=narrowed),
        "most_rows": MOST_ROWS,
    }
    return render(request, "oversight/figures/cases.html", context)


def _figure(desk: Desk, code: str) -> Figure:
    found = figure(code)
    if found is None or desk.scope.audience not in found.audiences:
        raise Http404
    return found
