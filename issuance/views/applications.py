"""The list of applications, the way from an act to a chamber, and the page of one case."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize
from documents import signing
from documents.storing import file_response
from expertise.models import Act
from issuance import services, signatures
from issuance.blockers import review_blockers
from issuance.filters import ApplicationFilter
from issuance.forms import AnswerForm, ChamberForm, ReplyForm, show_refusal
from issuance.models import Application
from issuance.selectors import SHOWN_LINES, application_rows, case_file, with_goods

from .finding import find_application

PER_PAGE = 20
# Where the form of a command stands, when not on the page of the case itself.
ELSEWHERE = {
    "recommend": "review", "ask": "review", "propose_refusal": "review", "consult": "review",
    "take_over": "review", "approve": "decide", "return": "decide", "refuse": "decide",
}  # fmt: skip
# These have their form on the page of the case.
IN_PLACE = {"answer", "close_consultation"}


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    visible = Application.objects.visible_to(request.actor)
    chosen = ApplicationFilter(request.GET, queryset=visible.order_by("-status_since", "pk"))
    listed = with_goods(chosen.qs, request="act__request").select_related(
        "act__request", "applicant", "chamber", "reviewer", "certificate"
    )
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "issuance/application_list.html",
        {
            "page": page,
            "rows": application_rows(page.object_list),
            "tabs": status_tabs(request, visible, Application),
            "q": request.GET.get("q", ""),
            "kept": {"status": request.GET.get("status", "")},
        },
    )


def status_tabs(
    request: HttpRequest, visible: QuerySet[Any], model: type[Any]
) -> list[dict[str, Any]]:
    """All, then each status that has something in it, with honest counts."""
    counts = dict(
        visible.order_by()
        .values_list("status")
        .annotate(count=Count("pk"))
        .values_list("status", "count")
    )
    chosen = request.GET.get("status", "")
    q = request.GET.get("q", "")

    def tab(label: Any, status: str, count: int) -> dict[str, Any]:
        asked = {name: value for name, value in (("status", status), ("q", q)) if value}
        url = f"?{urlencode(asked)}" if asked else request.path
        return {"label": label, "url": url, "count": count, "current": chosen == status}

    return [
        tab(_("All"), "", sum(counts.values())),
        *(
            tab(label, status, counts[status])
            for status, label in model.WORKFLOW.choices()
            if counts.get(status)
        ),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def application_create(request: HttpRequest, act_id: UUID) -> HttpResponse:
    visible = Act.objects.visible_to(request.actor)
    act = get_object_or_404(visible.select_related("request__applicant"), pk=act_id)
    authorize(request.actor, "issuance.create_application", act)
    open_one = act.applications.exclude(status__in=("refused", "withdrawn")).first()
    if open_one:
        return redirect("issuance:application-detail", open_one.pk)
    form = ChamberForm(act, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            if signing.required():
                session = signatures.begin_application(
                    act=act, actor=request.actor, chamber=form.cleaned_data["chamber"]
                )
                return redirect("documents:signing-session", session.pk)
            application = services.apply_for_certificate(
                act=act, actor=request.actor, chamber=form.cleaned_data["chamber"]
            )
        except PermissionRefused:
            raise
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The application went to the chamber."))
            return redirect("issuance:application-detail", application.pk)
    return render(request, "issuance/application_create.html", {"act": act, "form": form})


@require_safe
def application_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return detail_page(request, find_application(request, pk))


def detail_page(
    request: HttpRequest,
    application: Application,
    *,
    refused: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the case; `refused` holds the forms of commands that were turned down."""
    case = case_file(application, request.actor)
    refused = refused or {}
    shows_blockers = case.sees_review and application.status in ("submitted", "under_review")
    return render(
        request,
        "issuance/application_detail.html",
        {
            "application": application,
            "case": case,
            "shown_lines": SHOWN_LINES,
            "blockers": checks_of(review_blockers(application)) if shows_blockers else [],
            "buttons": buttons_of(case.actions, application, is_held=case.hold is not None),
            "answer_form": refused.get("answer") or AnswerForm(prefix="answer"),
            "may_answer": case.may("answer"),
            "reply_form": refused.get("close_consultation")
            or ReplyForm(prefix="close_consultation"),
            "may_close_consultation": case.may("close_consultation"),
            "is_reply_overdue": any(
                each.closed_at is None and each.due_on < case.today for each in case.consultations
            ),
            "refused": [
                form for name, form in refused.items() if name not in IN_PLACE or not case.may(name)
            ],
        },
        status=status,
    )


def buttons_of(
    actions: list[Any], application: Application, *, is_held: bool = False
) -> list[dict[str, Any]]:
    """A button for each transition that is open now; one with a form leads to that form.

    What a colleague has open is taken only on the page of the review, with a note.
    """
    buttons: list[dict[str, Any]] = []
    pages = []
    for action in actions:
        if action.name in IN_PLACE:
            continue
        page = "review" if is_held and action.name == "take" else ELSEWHERE.get(action.name)
        if page is None:
            buttons.append(
                {
                    "label": action.label,
                    "style": action.style,
                    "url": reverse(f"issuance:application-{action.name}", args=[application.pk]),
                    "question": _("The application ends here; a new one begins anew.")
                    if action.style == "danger"
                    else "",
                }
            )
        elif page not in pages:
            pages.append(page)
    is_reviewer = any(action.name == "recommend" for action in actions)
    titles = {
        "review": _("Go on with the review") if is_reviewer else _("Open the review"),
        "decide": _("Open the decision"),
    }
    links = [
        {
            "label": titles[page],
            "style": "primary" if page == "decide" or is_reviewer else "secondary",
            "link": reverse(f"issuance:application-{page}", args=[application.pk]),
        }
        for page in pages
    ]
    return [*links, *buttons]


def checks_of(blockers: list[Any]) -> list[dict[str, Any]]:
    """Blockers as the checks component shows them: what is open first."""
    return [
        {
            "label": blocker.text,
            "detail": blocker.hint,
            "ok": blocker.is_clear,
            "url": "" if blocker.is_clear else blocker.url,
        }
        for blocker in sorted(blockers, key=lambda blocker: blocker.is_clear)
    ]


@require_safe
def application_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sealed letter of refusal."""
    application = find_application(request, pk)
    authorize(request.actor, "issuance.view_letter", application)
    if application.letter is None:
        raise Http404
    return file_response(application.letter.file, f"{application.number}.pdf")


@require_safe
def consultation_file(request: HttpRequest, pk: UUID, consultation_pk: UUID) -> HttpResponse:
    """The file of another body's reply, for those who see the review."""
    application = find_application(request, pk)
    authorize(request.actor, "issuance.view_review", application)
    replied = application.consultations.filter(reply_file__isnull=False)
    return file_response(get_object_or_404(replied, pk=consultation_pk).reply_file)
