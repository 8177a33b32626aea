"""Guides are public: whoever thinks of becoming an applicant reads them without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reference.glossary import found, words

from .addresses import guide_of
from .guides import GROUPS, GUIDES
from .steps import shown_steps


@login_not_required
@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    actor = getattr(request, "actor", None)
    own = guide_of(actor) if actor else ""
    return render(request, "guides/list.html", {"groups": GROUPS, "own": own})


@login_not_required
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    one = GUIDES.get(slug)
    if one is None:
        raise Http404
    today = timezone.localdate()
    context = {"guide": one, "steps": shown_steps(one, request, on=today), "today": today}
    return render(request, "guides/guide.html", context)


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    letters = request.GET.get("q", "").strip()[:60]
    context = {"words": found(letters), "q": letters, "total": len(words())}
    return render(request, "guides/glossary.html", context)
