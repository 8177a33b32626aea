"""Proposing a measure: first which, then against whom; begun from what was found, or afresh."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.permissions import authorize
from expertise.signatures import named
from oversight.departments import check_department
from oversight.measures.fines import mci_on, tenge_of
from oversight.measures.forms import ProposalForm
from oversight.measures.proposing import propose_measure, type_in_force, types_in_force
from oversight.models import Complaint, DeskCheck, Inspection, Measure, Violation
from reference.models import MeasureType
from reference.parameters import ParameterMissingError
from workflow.refusals import carried_out, status_code

from .access import for_the_committee, taken_in

SOURCES: dict[str, tuple[str, Any]] = {
    "check": ("desk_check", DeskCheck),
    "complaint": ("complaint", Complaint),
    "inspection": ("inspection", Inspection),
}
PREFILLED = ("certificate", "auditor", "act", "organisation")


@dataclass(frozen=True)
class Beginning:
    """What the proposal was begun from: its source and what of it the form shows filled in."""

    source: dict[str, Any] = field(default_factory=dict)
    initial: dict[str, str] = field(default_factory=dict)

    @property
    def thing(self) -> Any:
        return next(iter(self.source.values()), None)

    def violations(self) -> QuerySet[Violation]:
        if not self.source:
            return Violation.objects.none()
        return Violation.objects.filter(set_aside_at__isnull=True, **self.source)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def measure_propose(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "oversight.propose_measure", None)
    beginning = beginning_of(request)
    if not (code := _given(request, "type")):
        return _choose(request, beginning)
    try:
        kind = type_in_force(code)
    except DomainError as unknown:
        raise Http404 from unknown
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProposalForm(kind, beginning.violations(), *sent, initial=beginning.initial)
    made: list[Measure] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(_propose(request, kind, beginning, values))
    ):
        messages.success(request, _("The proposal went to the person who approves."))
        return redirect("oversight:measure-detail", made[0].number)
    context = {
        "form": form,
        "kind": kind,
        "legal": named(kind.legal_refs()),
        "beginning": beginning,
        **_fine(kind),
    }
    return render(request, "oversight/measures/propose.html", context, status=status_code(form))


def _choose(request: HttpRequest, beginning: Beginning) -> HttpResponse:
    """The types of today by group; each link keeps what the proposal was begun from."""
    types = types_in_force()
    labels = dict(MeasureType.Group.choices)
    order = list(labels)
    types.sort(key=lambda kind: (order.index(kind.group), kind.sort, kind.code))
    groups = [
        (labels[group], list(members)) for group, members in groupby(types, lambda t: t.group)
    ]
    context = {"groups": groups, "beginning": beginning}
    return render(request, "oversight/measures/choose.html", context)


def beginning_of(request: HttpRequest) -> Beginning:
    """Raises 404 for what does not exist, and refuses what another department found."""
    for name, (argument, model) in SOURCES.items():
        if given := _given(request, name):
            thing = get_object_or_404(model.objects.all(), **_key(given))
            check_department(request.actor, thing.department)
            return Beginning({argument: thing}, _from_source(thing) | _asked(request))
    return Beginning(initial=_asked(request))


def _key(given: str) -> dict[str, Any]:
    """By its id or by its number."""
    try:
        return {"pk": UUID(given)}
    except ValueError:
        return {"number": given}


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: given for name in PREFILLED if (given := _given(request, name))}


def _given(request: HttpRequest, name: str) -> str:
    """A part of the address; the database takes no NUL, and nothing has one in its name."""
    given = request.GET.get(name, "")
    if "\x00" in given:
        raise Http404
    return given


def _from_source(thing: DeskCheck | Complaint | Inspection) -> dict[str, Any]:
    """The certificate with its act and auditor, or the subject of the inspection."""
    if isinstance(thing, Inspection):
        return {
            "organisation": thing.organisation_id,
            "subject_bin": thing.subject_bin,
            "subject_name": thing.subject_name,
            "subject_address": thing.subject_address,
        }
    certificate = thing.certificate
    if certificate is None:
        return {}
    act = certificate.application.act
    return {
        "certificate": certificate.number,
        "act": act.number,
        "auditor": act.signed_by_id,
        "organisation": act.request.expert_organisation_id,
    }


def _fine(kind: MeasureType) -> dict[str, Decimal | None]:
    """The index of today, and the fine where the article sets it."""
    if not kind.has_fine:
        return {}
    today = timezone.localdate()
    try:
        mci = mci_on(today)
    except ParameterMissingError:
        return {"mci": None, "tenge": None}
    tenge = tenge_of(Decimal(kind.fine_mci), on=today) if kind.fine_mci is not None else None
    return {"mci": mci, "tenge": tenge}


def _propose(
    request: HttpRequest, kind: MeasureType, beginning: Beginning, values: dict[str, Any]
) -> Measure:
    file = taken_in(request, values)
    try:
        return propose_measure(
            actor=request.actor, type_code=kind.code, file=file, **beginning.source, **values
        )
    except ValidationError as error:
        raise DomainError("wrong_value", error.messages[0]) from error
