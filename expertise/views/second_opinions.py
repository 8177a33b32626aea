"""Blind second expertises: for the Committee alone, to nobody else do these pages exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import audit
from accounts.permissions import has_permission
from expertise.filters import SecondOpinionFilter
from expertise.forms.refusals import carried_out, status_code
from expertise.forms.resolving import ResolveForm
from expertise.models import SecondOpinion
from expertise.quality_columns import SECOND_OPINION_COLUMNS
from expertise.second_opinions import COMPARED, agreement_by_group
from expertise.services import second_opinions
from reference.lists import Listing

from .access import GET_OR_POST, seen_version

View = Callable[..., HttpResponse]


def for_the_committee(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "expertise.view_second_opinions", None):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def _opinions() -> QuerySet[SecondOpinion]:
    return SecondOpinion.objects.select_related(
        "first__expert_organisation",
        "first__auditor",
        "first__applicant",
        "second__expert_organisation",
        "second__auditor",
        "resolved_by",
    )


@for_the_committee
@require_safe
def second_opinion_list(request: HttpRequest) -> HttpResponse:
    """Those that wait for the Committee first: differences, then unanswered questions."""
    rows = _opinions().annotate(
        urgency=Case(
            When(status="differs", then=Value(0)),
            When(status="under_way", second__status="awaiting_applicant", then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
    )
    found = SecondOpinionFilter(request.GET, rows)
    listing = Listing(
        request,
        found.qs,
        SECOND_OPINION_COLUMNS,
        name="second-expertises",
        first="waits",
        form=found.form,
        recount=lambda query: SecondOpinionFilter(query, rows).qs,
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "waiting": rows.filter(urgency__lt=2).count(),
    }
    return render(request, "expertise/second_opinion_list.html", context)


@for_the_committee
@require_http_methods(GET_OR_POST)
def second_opinion_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Both acts side by side, and the decision when they differ."""
    opinion = get_object_or_404(_opinions(), pk=pk)
    may_resolve = opinion.status == "differs" and has_permission(
        request.actor, "expertise.resolve_second_opinion", opinion
    )
    posted = request.method == "POST"
    form = ResolveForm(request.POST if posted else None) if may_resolve or posted else None
    if posted and carried_out(
        form,
        lambda values: second_opinions.resolve(
            opinion=opinion, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, _("The decision is recorded."))
        return redirect("expertise:second-opinion-detail", opinion.pk)
    return render(
        request,
        "expertise/second_opinion_detail.html",
        {
            "opinion": opinion,
            "sides": [
                (_("First expertise"), opinion.first, getattr(opinion.first, "act", None)),
                (_("Second expertise"), opinion.second, getattr(opinion.second, "act", None)),
            ],
            "lines": opinion.outcome,
            "different": sum(not entry["agrees"] for entry in opinion.outcome),
            "form": form,
            "events": audit.timeline(opinion.case_id),
        },
        status=status_code(form) if form else 200,
    )


@for_the_committee
@require_safe
def second_opinion_agreement(request: HttpRequest) -> HttpResponse:
    """Cohen's kappa for each product group."""
    compared = list(SecondOpinion.objects.filter(status__in=COMPARED))
    return render(
        request,
        "expertise/second_opinion_agreement.html",
        {"groups": agreement_by_group(compared), "compared": len(compared)},
    )
