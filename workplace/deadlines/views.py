"""The page of what is late, and the same as a file."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import only_with
from accounts.models import Role
from oversight.figures.charts import Bar, RowChart
from reference.lists import Listing

from .clocks import Clock, Counting
from .columns import COLUMNS, Row
from .forms import LateForm
from .late import CUTS, Choices, Cut, Late, by_organisation, by_region, by_stage, cut_of
from .reasons import reasons_of

PER_PAGE = 25

only_for_people = only_with("workplace.read_late")


@require_safe
@only_for_people
def late_list(request: HttpRequest) -> HttpResponse:
    """What is late or ends soon, who must act and why it took so long."""
    late = Late(request.actor, Counting.at(timezone.now()))  # type: ignore[attr-defined]
    form = LateForm(request.GET, late.choices())
    found, cut = late.wanted(form.wanted()), cut_of(request.GET.get("cut", ""))
    soon = late.soon
    listing = _listing(request, late, form, found, cut)
    if answer := listing.answer():
        return answer
    overdue = [clock for clock in found if clock.is_late]
    context = {
        "heading": _heading(late, overdue),
        "most": _most(overdue),
        "is_own": late.actor.role in (Role.APPLICANT, Role.AUDITOR),
        "listing": listing,
        "cut": cut.key,
        "soon": soon,
        "tabs": [
            {
                "url": listing.address(cut=each.key, page=""),
                "label": each.label,
                "count": sum(each.holds(clock, soon) for clock in found),
                "current": each is cut,
            }
            for each in CUTS
        ],
        "page": listing.page,
        "rows": listing.rows,
        "charts": _charts(listing, late, overdue),
    }
    return render(request, "workplace/late_list.html", context)


@require_safe
@only_for_people
def late_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the page, all of them."""
    late = Late(request.actor, Counting.at(timezone.now()))  # type: ignore[attr-defined]
    form = LateForm(request.GET, late.choices())
    found, cut = late.wanted(form.wanted()), cut_of(request.GET.get("cut", ""))
    return _listing(request, late, form, found, cut).file(request.GET.get("format", ""))


def _listing(
    request: HttpRequest, late: Late, form: LateForm, found: list[Clock], cut: Cut
) -> Listing:
    def rows(clocks: Sequence[Clock]) -> list[Row]:
        reasons = reasons_of(clocks, late.counting)
        return [
            Row(
                clock,
                late.url(clock),
                late.kinds[clock.subject_type],
                reasons.get(clock.key, []),
            )
            for clock in clocks
        ]

    soon = late.soon
    shown = [clock for clock in found if cut.holds(clock, soon)]
    # How addresses asked before every list sorted by its heads.
    asked = request.GET.get("order", "")
    return Listing(
        request,
        sorted(shown, key=lambda clock: clock.number),
        COLUMNS,
        name=f"deadlines-{cut.key}",
        first=asked if asked in ("left", "since", "organisation", "number") else "left",
        form=form,
        prepare=rows,
        beside={"cut": cut.key},
        per_page=PER_PAGE,
        recount=partial(_shown_by, late, late.choices(), soon),
    )


def _shown_by(late: Late, choices: Choices, soon: int, query: QueryDict) -> int:
    """How many rows the page has for this query: the clocks are read already."""
    cut, wanted = cut_of(query.get("cut", "")), LateForm(query, choices).wanted()
    return sum(cut.holds(clock, soon) for clock in late.wanted(wanted))


def _heading(late: Late, overdue: list[Clock]) -> str:
    if not overdue:
        return _("Nothing is late")
    if late.actor.role in (Role.APPLICANT, Role.AUDITOR):
        text = ngettext("%(count)d thing waits for you and is late",
                        "%(count)d things wait for you and are late", len(overdue))  # fmt: skip
    else:
        text = ngettext("%(count)d thing is late", "%(count)d things are late", len(overdue))
    return text % {"count": len(overdue)}


def _most(overdue: list[Clock]) -> str:
    """The first three in words, for those who do not look at charts."""
    counted = by_organisation(overdue)
    if len(counted) < 2:
        return ""
    named = ", ".join(f"{label} ({number})" for _key, label, number in counted[:3])
    return _("Most is late with: %(names)s.") % {"names": named}


def _charts(listing: Listing, late: Late, overdue: list[Clock]) -> list[RowChart]:
    """Where it presses: by who must act, by chamber and expert organisation, by stage."""
    totals: list[tuple[str, str, list[tuple[str, str, int]]]] = [
        ("organisation", _("Late, by who must act"), by_organisation(overdue)),
        ("stage", _("Late, by stage"), by_stage(overdue, late.kinds)),
    ]
    held = by_region(overdue)
    # Where nobody in person is late, both would show the same bars.
    if late.is_committee and [each[1:] for each in held] != [each[1:] for each in totals[0][2]]:
        totals.insert(1, ("holder", _("Late, by chamber and expert organisation"), held))
    return [_chart(listing, *total) for total in totals if len(total[2]) > 1]


def _chart(
    listing: Listing, field: str, title: str, counted: list[tuple[str, str, int]]
) -> RowChart:
    parts = [f"{label}: {number}" for _key, label, number in counted]
    changes: dict[str, Any] = {"cut": "late", "page": ""}
    return RowChart(
        title,
        "; ".join(parts),
        what=_("Who") if field != "stage" else _("Stage"),
        bars=[
            Bar(label, number, tone="bad", url=listing.address(**{field: key}, **changes))
            for key, label, number in counted
        ],
    )
