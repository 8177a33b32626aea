"""One command for the ticked rows of a basket: begun, confirmed with words, and its outcome."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.errors import DomainError
from reference.exports import FORMATS, as_file
from workflow.refusals import add_refusal
from workplace.models import BulkItem, BulkRun

from .doing import NEEDS_NOTE, RESULTS, Given, begin_run, carry_out, people_for
from .forms import ConfirmForm
from .gathering import Basket
from .rows import Row


@require_POST
def bulk_begin(request: HttpRequest) -> HttpResponse:
    """What the form over the rows asks for: a command, the decision page, or a file."""
    if request.actor is None:
        raise Http404
    rows = Basket(request.actor).chosen(request.POST.getlist("thing"))
    back = _safe_back(request)
    command = request.POST.get("do", "")
    if not rows:
        messages.error(request, _("Tick the cases first."))
        return redirect(back)
    if command in FORMATS:
        return _exported(rows, command)
    if command == "decide":
        chosen = urlencode([("case", row.pk) for row in rows if row.kind == "application"])
        return redirect(f"{reverse('issuance:decide-many')}?{chosen}")
    try:
        run = begin_run(
            actor=request.actor,
            command=command,
            rows=[_as_seen(row, request.POST) for row in rows],
            form_token=_token(request.POST),
            back=back,
        )
        if run.command not in NEEDS_NOTE:
            carry_out(run=run, actor=request.actor, given=Given())
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect(back)
    return redirect("workplace:bulk-run", run.pk)


@never_cache
def bulk_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Before the confirmation its form, afterwards what became of each case."""
    run = get_object_or_404(BulkRun, pk=pk, membership=request.actor)
    items = list(run.items.all())
    waiting = [item for item in items if item.state == BulkItem.State.WAITING]
    if run.confirmed_at and not waiting:
        return render(request, "workplace/bulk_result.html", _outcome(run, items))
    form = ConfirmForm(
        run,
        people_for(run, request.actor) if run.command == BulkRun.Command.REASSIGN else [],
        request.POST or None,
        has_requests=any(item.kind == "request" for item in waiting),
    )
    if request.method == "POST" and (run.confirmed_at or form.is_valid()):
        data = form.cleaned_data if form.is_valid() else {}
        given = Given(data.get("note", ""), data.get("reason", ""), data.get("given_to"))
        try:
            carry_out(run=run, actor=request.actor, given=given)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("workplace:bulk-run", run.pk)
    context = {
        "run": run,
        "back": run.back or reverse("home"),
        "items": items,
        "waiting": len(waiting),
        "form": form,
    }
    return render(request, "workplace/bulk_confirm.html", context)


def _outcome(run: BulkRun, items: list[BulkItem]) -> dict[str, object]:
    done = [item for item in items if item.state == BulkItem.State.DONE]
    return {
        "run": run,
        "back": run.back or reverse("home"),
        "items": items,
        "done": done,
        "refused": [item for item in items if item.state == BulkItem.State.REFUSED],
        "done_word": RESULTS[run.command],
    }


def _as_seen(row: Row, posted: QueryDict) -> Row:
    """With the version that the page showed, so that what has moved on since is refused."""
    for ticket in posted.getlist("thing"):
        kind, thing, *version = ticket.split(":")
        if (kind, thing) == (row.kind, row.pk) and version:
            return row.seen(int(version[0]))
    return row


def _token(posted: QueryDict) -> UUID:
    try:
        return UUID(posted.get("form_token", ""))
    except ValueError:
        return uuid4()


def _safe_back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, {request.get_host()}, request.is_secure()
    )
    return back if is_ours else reverse("home")


def _exported(rows: list[Row], wanted: str) -> HttpResponse:
    columns = [
        _("Kind"), _("Number"), _("About"), _("Party"), _("Codes"), _("Status"), _("Waits for"),
        _("Since"), _("Due"), _("Working days left"),
    ]  # fmt: skip
    cells = (
        [
            row.kind_label, row.number, row.title, row.party, ", ".join(row.codes),
            row.status.label, row.who, row.since, row.due_on, row.days_left,
        ]
        for row in rows
    )  # fmt: skip
    return as_file("basket", wanted, columns, cells)
