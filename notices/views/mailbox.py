"""The demo's mailbox: what would have been sent, for everybody to look at."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from notices.models import SentMail

PER_PAGE = 25


def _demo_only() -> None:
    if not settings.CTKZ_DEMO:
        raise Http404


@login_not_required
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    _demo_only()
    person = request.GET.get("to", "")
    found = SentMail.objects.defer("body", "html", "headers")
    page = Paginator(found.filter(to=person) if person else found, PER_PAGE).get_page(
        request.GET.get("page")
    )
    counted = dict(
        SentMail.objects.order_by().values_list("to").annotate(count=Count("pk")).order_by("to")
    )
    names = dict(User.objects.filter(email__in=counted).values_list("email", "full_name"))
    people = [(address, names.get(address, address), count) for address, count in counted.items()]
    people.sort(key=lambda one: one[1])
    rows = [(letter, names.get(letter.to, "")) for letter in page.object_list]
    context = {"page": page, "rows": rows, "people": people, "to": person}
    return render(request, "notices/mailbox.html", context)


@login_not_required
@never_cache
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    _demo_only()
    found = get_object_or_404(SentMail, pk=pk)
    return render(request, "notices/mailbox_letter.html", {"letter": found})
