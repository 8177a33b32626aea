"""Pages of risk: what stands highest now, why, and how well the indicators do."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import only_with
from oversight.models import RiskScore
from reference.lists import Listing

from . import bunching
from .columns import SCORE_COLUMNS
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

for_the_committee = only_with("oversight.view_risk")

PER_PAGE = 25


@for_the_committee
@require_safe
def score_list(request: HttpRequest) -> HttpResponse:
    seen = visible(request.actor)
    found = ScoreFilter(request.GET, queryset=seen)
    scores = found.qs if found.form.is_valid() else RiskScore.objects.none()
    listing = Listing(
        request,
        with_everything(scores),
        SCORE_COLUMNS,
        name="risk",
        first="-score",
        form=found.form,
        prepare=rows_of,
        per_page=PER_PAGE,
        recount=lambda query: ScoreFilter(query, queryset=seen).qs,
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "page": listing.page, "rows": listing.rows}
    return render(request, "oversight/risk/list.html", context)


@for_the_committee
@require_safe
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
@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    rows = indicator_rows(request.actor, on=timezone.localdate())
    in_use, judged = numbers(rows)
    context = {"rows": rows, "in_use": in_use, "judged": judged}
    return render(request, "oversight/risk/indicators.html", context)


@for_the_committee
@require_safe
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
