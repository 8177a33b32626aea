"""Figures of auditors with their intervals, for the Committee and for the head of their house."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import has_permission
from expertise.quality import KINDS, AuditorFigures, Figure, Measure, figures_of, visible_auditors
from expertise.quality_columns import QUALITY_COLUMNS
from reference.lists import Listing, WordsForm
from reference.parameters import parameter

# The drawing: a scale of 0–100 % in units of the view box, and the height of one row.
SCALE, LEFT, ROW = 600, 20, 34


@dataclass(frozen=True)
class Bar:
    """An interval as the drawing needs it, in whole units."""

    x: int
    width: int
    middle: int
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 4


@dataclass(frozen=True)
class DrawnFigure:
    figure: Figure
    own: Bar | None
    whole: Bar | None


@require_safe
def quality_list(request: HttpRequest) -> HttpResponse:
    """Every auditor that this person answers for, those that stand out first."""
    users = _visible(request)
    figures = figures_of(users, on=timezone.localdate())
    called = set(_called(users, request.GET.get("q", "")))
    listing = Listing(
        request,
        [row for row in figures if row.user in called],
        QUALITY_COLUMNS,
        name="quality",
        first="-outstanding",
        form=WordsForm(request.GET),
        recount=lambda query: len(_called(users, query.get("q", ""))),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "figure_heads": [(kind.label, listing.heads[kind.code]) for kind in KINDS],
        "outstanding": sum(bool(row.outstanding) for row in figures),
    }
    return render(request, "expertise/quality_list.html", context)


def _called(users: list[User], text: str) -> list[User]:
    wanted = text.strip().casefold()
    return [user for user in users if wanted in user.full_name.casefold()]


@require_safe
def quality_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = next((user for user in _visible(request) if user.pk == pk), None)
    if user is None:
        raise Http404
    today = timezone.localdate()
    figures: AuditorFigures = figures_of([user], on=today)[0]
    return render(
        request,
        "expertise/quality_detail.html",
        {
            "auditor": user,
            "figures": figures,
            "drawn": [_drawn(figure) for figure in figures.figures],
            "ticks": [(percent, _place(percent)) for percent in (0, 50, 100)],
            "minutes": parameter("control.fast_minutes_per_line", on=today),
            "margin": parameter("control.threshold_margin_points", on=today),
        },
    )


def _visible(request: HttpRequest) -> list[User]:
    """To everybody else these pages do not exist."""
    if not has_permission(request.actor, "expertise.view_quality", None):
        raise Http404
    return visible_auditors(request.actor, on=timezone.localdate())


def _drawn(figure: Figure) -> DrawnFigure:
    return DrawnFigure(figure, _bar(figure.own, y=16), _bar(figure.whole, y=16 + ROW))


def _bar(measure: Measure, *, y: int) -> Bar | None:
    if measure.interval is None or measure.share_percent is None:
        return None
    left, right = (_place(measure.low_percent), _place(measure.high_percent))
    return Bar(x=left, width=max(right - left, 2), middle=_place(measure.share_percent), y=y)


def _place(percent: object) -> int:
    return LEFT + round(percent * SCALE / 100)  # type: ignore[operator]
