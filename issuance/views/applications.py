"""The list of applications, the way from an act to a chamber, and the page of one case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize
from documents import signing
from documents.file_pages import handed_out
from documents.storing import file_response
from expertise.models import Act
from issuance import services, signatures
from issuance.blockers import review_blockers
from issuance.columns import APPLICATION_COLUMNS
from issuance.filters import ApplicationListFilter
from issuance.forms import (
    AnswerForm,
    ChamberForm,
    ReassignForm,
    ReleaseForm,
    ReplyForm,
    show_refusal,
)
from issuance.models import Application
from issuance.selectors import SHOWN_LINES, CaseFile, application_rows, case_file, with_goods
from issuance.services import reviewers_for
from reference.lists import Listing

from .finding import find_application

PER_PAGE = 20
# Where the form of a command stands, when not on the page of the case itself.
ELSEWHERE = {
    "recommend": "review", "ask": "review", "propose_refusal": "review", "consult": "review",
    "take_over": "review", "approve": "decide", "return": "decide", "refuse": "decide",
}  # fmt: skip
# These have their form on the page of the case.
IN_PLACE = {"answer", "close_consultation", "release", "reassign"}


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    visible = Application.objects.visible_to(request.actor)
    found = ApplicationListFilter(without_status(request), queryset=visible)
    listed = with_goods(in_status(request, found.qs), request="act__request").select_related(
        "act__request", "applicant", "chamber", "reviewer", "certificate"
    )
    listing = Listing(
        request,
        listed.defer("act__record", "certificate__record"),
        APPLICATION_COLUMNS,
        name="applications",
        first="-since",
        form=found.form,
        prepare=application_rows,
        beside={"status": request.GET.get("status", "")},
        per_page=PER_PAGE,
        recount=lambda query: of_status(
            query, ApplicationListFilter(beyond_status(query), queryset=visible).qs
        ),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "rows": listing.rows,
        "tabs": status_tabs(request, found.qs, Application),
        "status": request.GET.get("status", ""),
    }
    return render(request, "issuance/application_list.html", context)


def without_status(request: HttpRequest) -> QueryDict:
    """What is asked but the status: the tabs count the statuses of what is found."""
    return beyond_status(request.GET)


def beyond_status(query: QueryDict) -> QueryDict:
    asked = query.copy()
    asked.pop("status", None)
    return asked


def in_status(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of the tab that is open."""
    return of_status(request.GET, rows)


def of_status(query: QueryDict, rows: QuerySet[Any]) -> QuerySet[Any]:
    status = query.get("status", "")
    return rows.filter(status=status) if status in rows.model.WORKFLOW.statuses else rows


def status_tabs(
    request: HttpRequest, rows: QuerySet[Any], model: type[Any]
) -> list[dict[str, Any]]:
    """All, then each status that has something in it, with honest counts."""
    counts = dict(
        rows.order_by()
        .values_list("status")
        .annotate(count=Count("pk"))
        .values_list("status", "count")
    )
    chosen = request.GET.get("status", "")

    def tab(label: Any, status: str, count: int) -> dict[str, Any]:
        asked = without_status(request)
        asked.pop("page", None)
        # Said even when it is all of them: an empty address opens with a saved view.
        asked["status"] = status
        url = f"?{asked.urlencode()}"
        return {"label": label, "url": url, "count": count, "current": chosen == status}

    return [
        tab(_("All"), "", sum(counts.values())),
        *(
            tab(label, status, counts.get(status, 0))
            for status, label in model.WORKFLOW.choices()
            if counts.get(status) or status == chosen
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
            **_handing_on(case, refused),
            "is_reply_overdue": any(
                each.closed_at is None and each.due_on < case.today for each in case.consultations
            ),
            "refused": [
                form for name, form in refused.items() if name not in IN_PLACE or not case.may(name)
            ],
        },
        status=status,
    )


def _handing_on(case: CaseFile, refused: Mapping[str, forms.Form]) -> dict[str, Any]:
    """The forms by which the review is given back or on; none for whoever may not."""
    context: dict[str, Any] = {}
    if case.may("release"):
        context["release_form"] = refused.get("release") or ReleaseForm(prefix="release")
    if case.may("reassign"):
        reviewers = reviewers_for(case.application)
        if reviewers:
            form = refused.get("reassign") or ReassignForm(prefix="reassign", reviewers=reviewers)
            context["reassign_form"] = form
    return context


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
    found = get_object_or_404(replied.select_related("reply_file"), pk=consultation_pk)
    back = (reverse("issuance:application-detail", args=[pk]), application.label)
    return handed_out(request, found.reply_file, back=back)
