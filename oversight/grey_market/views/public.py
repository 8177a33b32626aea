"""Anybody reports a seller; what is blocked is told to everybody, as a page and as data."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from oversight.grey_market import open_data
from oversight.grey_market.forms import ReportForm
from oversight.grey_market.reporting import report_seller
from oversight.models import GreyReport
from oversight.strangers import count_kept, open_to_strangers
from workflow.refusals import carried_out, status_code

PER_PAGE = 50


@open_to_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def grey_report(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(*sent, initial={"address": request.GET.get("address", "")[:500]})
    if request.method == "POST" and carried_out(form, lambda _values: _report(request, form)):
        return redirect("control:grey-thanks")
    status = max(status_code(form), 400) if request.method == "POST" else 200
    return render(request, "oversight/grey_market/report.html", {"form": form}, status=status)


def _report(request: HttpRequest, form: ReportForm) -> GreyReport:
    if not GreyReport.objects.filter(form_token=form.form_token).exists():
        count_kept(request, counter="report_kept")
    return report_seller(**form.report())


@open_to_strangers
@require_safe
def grey_thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "oversight/grey_market/thanks.html")


@login_not_required
@require_safe
def grey_list(request: HttpRequest) -> HttpResponse:
    """What is blocked, or was known to be blocked at the moment asked for."""
    asked, refused = request.GET.get("as_of", ""), None
    try:
        at = open_data.asked_moment(asked)
    except open_data.WrongMoment as refusal:
        at, asked, refused = timezone.now(), "", refusal
    page = Paginator(open_data.blocked(at), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "refused": refused,
        "as_of": at,
        "today": timezone.localdate(),
        "licence": open_data.LICENCE,
        "licence_url": open_data.LICENCE_URL,
    }
    status = refused.status_code if refused else 200
    return render(request, "oversight/grey_market/public_list.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def blocked_csv(request: HttpRequest) -> HttpResponse:
    try:
        at = open_data.asked_moment(request.GET.get("as_of", ""))
    except open_data.WrongMoment as refusal:
        return HttpResponse(
            str(refusal), content_type="text/plain; charset=utf-8", status=refusal.status_code
        )
    response = HttpResponse(open_data.as_csv(at), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ctkz-blocked.csv"'
    return _open(response)


@login_not_required
@never_cache
@require_safe
def blocked_json(request: HttpRequest) -> HttpResponse:
    dumped: dict[str, Any] = {"ensure_ascii": False, "indent": 1}
    try:
        told = open_data.as_json(open_data.asked_moment(request.GET.get("as_of", "")))
    except open_data.WrongMoment as refusal:
        told = {"code": refusal.code, "message": str(refusal)}
        return JsonResponse(told, json_dumps_params=dumped, status=refusal.status_code)
    return _open(JsonResponse(told, json_dumps_params=dumped))


def _open(response: HttpResponse) -> HttpResponse:
    """Data for other people's pages: any of them may read it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    response["Link"] = f'<{open_data.LICENCE_URL}>; rel="license"'
    return response
