"""Pages of risk: what stands highest now, why, and how well the indicators do."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import has_permission
from oversight.models import RiskScore

from . import bunching
from .filters import ScoreFilter
from .forms import LimitForm
from .selectors import (
    chip_of,
    explained,
    indicator_rows,
    numbers,
    of_the_case,
    rows_of,
    visible,
    with_everything,
)
from .weights import settings_in_force

PER_PAGE = 25

View = Callable[..., HttpResponse]


def for_the_committee(view: View) -> View:
    """To everybody else the pages do not exist."""

    @wraps(view)
    @require_safe
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "oversight.view_risk", None):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@for_the_committee
def score_list(request: HttpRequest) -> HttpResponse:
    found = ScoreFilter(request.GET, queryset=visible(request.actor))
    scores = found.qs if found.form.is_valid() else RiskScore.objects.none()
    page = Paginator(with_everything(scores), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "rows": rows_of(page.object_list),
        "is_filtered": any(request.GET.get(name) for name in found.filters),
    }
    return render(request, "oversight/risk/list.html", context)


@for_the_committee
def score_detail(request: HttpRequest, subject: str, subject_id: uuid.UUID) -> HttpResponse:
    score = get_object_or_404(
        with_everything(visible(request.actor)), subject_type=subject, subject_id=subject_id
    )
    context = {
        "score": score,
        "row": rows_of([score])[0],
        "chip": chip_of(score.points),
        "reasons": explained(score),
        "others": of_the_case(request.actor, score),
        "is_current": score.versions == settings_in_force(on=timezone.localdate()).versions,
    }
    return render(request, "oversight/risk/detail.html", context)


@for_the_committee
def indicator_list(request: HttpRequest) -> HttpResponse:
    rows = indicator_rows(request.actor, on=timezone.localdate())
    in_use, judged = numbers(rows)
    context = {"rows": rows, "in_use": in_use, "judged": judged}
    return render(request, "oversight/risk/indicators.html", context)


@for_the_committee
def limits(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    gaps = bunching.gaps_seen(request.actor, on=today)
    choices = bunching.choices_of(gaps)
    form = LimitForm(request.GET, choices=choices, groups=bunching.groups_of(gaps))
    chosen = form.chosen(choices)
    shown = None
    if chosen:
        band = settings_in_force(on=today).threshold("bunching", "band_points")
        shown = bunching.around(form.narrowed(gaps), chosen, band=band, kept=form.kept())
    return render(request, "oversight/risk/limits.html", {"form": form, "around": shown})
