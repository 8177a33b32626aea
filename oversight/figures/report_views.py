"""Pages of the two reports, and of those that were frozen and sealed."""

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import authorize, has_permission
from oversight.models.figures import Report
from oversight.papers import paper_response
from workflow.refusals import carried_out

from .asking import Question
from .counting import Counts
from .dashboard import no_cases
from .report_making import make_report, rows_csv
from .reports import compose
from .scopes import COMMITTEE, PUBLIC
from .views import OF_COMMITTEE

KINDS = {"three-years": Report.Kind.THREE_YEARS, "control": Report.Kind.CONTROL}
NAMES = {kind: name for name, kind in KINDS.items()}
# The years that each report was first asked for.
FIRST_ASKED = {Report.Kind.THREE_YEARS: (2017, 2019), Report.Kind.CONTROL: (2024, 2024)}
YEARS = range(2015, 2100)
LATEST_TOLD = 10


class ReportForm(forms.Form):
    """Whole years; `year` stands for one of them."""

    says_optional = False

    since = forms.IntegerField(label=_("From the year"), min_value=2015, max_value=2099)
    until = forms.IntegerField(label=_("Until the year"), min_value=2015, max_value=2099)
    as_of = forms.DateField(
        label=_("As known on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "What became known after this day is left out: so figures of an earlier "
            "report can be found again."
        ),
    )
    audience = forms.ChoiceField(
        label=_("For whom"), choices=Report.Audience.choices, required=False
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("since") and asked.get("until") and asked["since"] > asked["until"]:
            self.add_error("until", _("The last year lies before the first one."))
        if asked.get("as_of") and asked["as_of"] > timezone.localdate():
            self.add_error("as_of", _("This day has not come yet."))
        return asked

    def days(self) -> tuple[dt.date, dt.date]:
        asked = self.cleaned_data
        return dt.date(asked["since"], 1, 1), dt.date(asked["until"], 12, 31)


class SealForm(ReportForm):
    form_token = forms.UUIDField(widget=forms.HiddenInput)


def _asked(kind: str, address: QueryDict) -> dict[str, Any]:
    """What the address asks, by its short names; the rest as the report was first asked for."""
    first, last = FIRST_ASKED[Report.Kind(kind)]
    year = address.get("year", "")
    return {
        "since": address.get("from") or year or first,
        "until": address.get("until") or year or last,
        "as_of": address.get("as_of") or timezone.localdate().isoformat(),
        "audience": address.get("audience", ""),
    }


def _kind(name: str) -> str:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


@login_not_required
@never_cache
@require_safe
def report(request: HttpRequest, name: str) -> HttpResponse:
    """As of the day that is asked for; to the Committee each number leads to its cases."""
    kind = _kind(name)
    form = ReportForm(_asked(kind, request.GET))
    is_ours = has_permission(request.actor, "oversight.read_figures", None)  # type: ignore[attr-defined]
    wants_public = request.GET.get("audience") == Report.Audience.PUBLIC
    scope = COMMITTEE if is_ours and not wants_public else PUBLIC
    context: dict[str, Any] = {"form": form, "name": name, "is_ours": is_ours}
    if form.is_valid():
        question = Question(scope, *form.days(), form.cleaned_data["as_of"])
        cases_url = partial(OF_COMMITTEE.cases_url, question) if scope == COMMITTEE else no_cases
        content = compose(kind, Counts(question), cases_url)
        if wanted := request.GET.get("table"):
            return _table_file(request, content.tables, wanted)
        context |= {
            "content": content,
            "question": question,
            "address": _address(request),
            "seal_form": _seal_form(form, scope.audience) if is_ours else None,
        }
    told = Report.objects.filter(kind=kind).select_related("document").defer("record")
    if not is_ours:
        told = told.filter(audience=Report.Audience.PUBLIC, document__isnull=False)
    context["sealed"] = told[:LATEST_TOLD]
    return render(request, "oversight/figures/report.html", context)


def _address(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("table", "format"):
        kept.pop(name, None)
    return "?" + kept.urlencode()


def _table_file(request: HttpRequest, tables: list[Any], wanted: str) -> HttpResponse:
    for table in tables:
        if table.name == wanted:
            return table.export(request)
    raise Http404


def _seal_form(form: ReportForm, audience: str) -> SealForm:
    asked = {name: form.cleaned_data[name] for name in ("since", "until", "as_of")}
    return SealForm(initial={**asked, "audience": audience, "form_token": uuid.uuid4()})


@require_POST
def seal_report(request: HttpRequest, name: str) -> HttpResponse:
    kind, actor = _kind(name), request.actor  # type: ignore[attr-defined]
    if not has_permission(actor, "oversight.make_report", None):
        raise Http404
    form = SealForm(request.POST)
    made: list[Report] = []

    def command(asked: dict[str, Any]) -> None:
        since, until = form.days()
        made.append(
            make_report(
                kind=kind,
                audience=asked["audience"] or Report.Audience.COMMITTEE,
                since=since,
                until=until,
                as_of=asked["as_of"],
                actor=actor,
                form_token=asked["form_token"],
            )
        )

    if carried_out(form, command):
        messages.success(request, _("The report is frozen; its sealed document is being made."))
        return redirect("control:report-detail", made[0].pk)
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("control:report", name)


def _sealed(request: HttpRequest, report_id: uuid.UUID) -> Report:
    """What is for the Committee alone does not exist to others."""
    found = get_object_or_404(
        Report.objects.select_related("document__file", "ordered_by"), pk=report_id
    )
    is_public = found.audience == Report.Audience.PUBLIC
    if not is_public:
        if not request.user.is_authenticated:
            raise Http404
        if not has_permission(request.actor, "oversight.read_figures", None):  # type: ignore[attr-defined]
            raise Http404
    return found


@login_not_required
@never_cache
@require_safe
def report_detail(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    found = _sealed(request, report_id)
    is_ours = has_permission(request.actor, "oversight.read_figures", None)  # type: ignore[attr-defined]
    context = {
        "report": found,
        "is_ours": is_ours,
        "page": reverse("control:report", args=[NAMES[Report.Kind(found.kind)]])
        + f"?from={found.since.year}&until={found.until.year}",
    }
    return render(request, "oversight/figures/report_detail.html", context)


@login_not_required
@never_cache
@require_safe
def report_document(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    found = _sealed(request, report_id)
    if found.document is None:
        raise Http404
    return paper_response(found.document, request)


@never_cache
@require_safe
def report_rows(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """The rows counted: who may open the cases may count them again."""
    found = _sealed(request, report_id)
    authorize(request.actor, "oversight.read_figures", None)  # type: ignore[attr-defined]
    response = HttpResponse(rows_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rows-{found.pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
