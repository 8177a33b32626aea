"""The request finds its auditor: by choice, by lot, in spite of a conflict; and is taken back."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, User
from accounts.permissions import authorize
from auditors.lottery import Entrant, draw
from expertise.draws import closing_checkpoint
from expertise.eligibility import NEVER_LIFTED, Candidate, candidates, conflicts_of, problems
from expertise.models import AssignmentDraw, ConflictOverride, Examination, ExpertiseRequest
from reference.code_lists import code_choices
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked

LOT_ONLY = "lot_only"
BEFORE_THE_ACT = ("submitted", "accepted", "in_expertise", "awaiting_applicant")


def is_choice_allowed(*, on: date) -> bool:
    return bool(parameter("assignment.way", on=on) != LOT_ONLY)


@transaction.atomic
def assign_auditor(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    auditor: User,
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Gives the request to an auditor of the organisation who is eligible today."""
    request = locked(request)
    guard(request, "assign", actor, seen_version=seen_version)
    today = timezone.localdate()
    if not is_choice_allowed(on=today):
        raise DomainError("lot_only", _("Auditors are drawn by lot; none may be chosen."))
    if found := problems(request, auditor, on=today):
        text = " ".join(problem.text for problem in found)
        raise DomainError(found[0].code, text, field="auditor")
    return _give(request, actor, auditor, on=today)


@transaction.atomic
def draw_auditor(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> AssignmentDraw:
    """Draws one of the eligible auditors, weighted by load, and keeps everything to draw again."""
    request = locked(request)
    guard(request, "assign", actor, seen_version=seen_version)
    checkpoint = closing_checkpoint(request)
    if checkpoint is None:
        raise DomainError(
            "log_not_closed", _("The log has not closed the acceptance yet; try in a minute.")
        )
    today = timezone.localdate()
    everybody = candidates(request, on=today)
    eligible = {item.attestation.number: item for item in everybody if item.is_eligible}
    if not eligible:
        raise DomainError("nobody_eligible", _("No auditor is eligible for this request today."))
    drawn = draw(
        root=bytes(checkpoint.root),
        case=str(request.case_id),
        entrants=[Entrant(number, item.open_requests) for number, item in eligible.items()],
    )
    auditor = eligible[drawn.winner].user
    row = AssignmentDraw.objects.create(
        request=request,
        drawn_at=timezone.now(),
        drawn_by=actor.user,
        checkpoint_size=checkpoint.size,
        checkpoint_root=bytes(checkpoint.root).hex(),
        seed=drawn.seed.hex(),
        eligible=[
            {"auditor": str(eligible[ticket.attestation].user.pk), **ticket.as_dict()}
            for ticket in drawn.tickets
        ],
        left_out=_left_out(everybody),
        auditor=auditor,
    )
    _give(request, actor, auditor, on=today, draw=str(row.pk))
    return row


def _left_out(everybody: Sequence[Candidate]) -> list[dict[str, object]]:
    """Who did not take part and why: in detail for control, in groups for the public."""
    return [
        {
            "auditor": str(item.user.pk),
            "attestation": item.attestation.number if item.attestation else "",
            "groups": sorted({problem.code for problem in item.problems}),
            "reasons": sorted({problem.conflict or problem.code for problem in item.problems}),
        }
        for item in everybody
        if not item.is_eligible
    ]


def _give(
    request: ExpertiseRequest, actor: Membership, auditor: User, *, on: date, draw: str = ""
) -> ExpertiseRequest:
    request.auditor = auditor
    Examination.objects.get_or_create(
        request=request, defaults={"began_on": on, "place": request.producer_address_ru}
    )
    advance(request, "assign", actor, auditor=str(auditor.pk), draw=draw)
    return request


@transaction.atomic
def release_request(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    reason: str,
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Takes the request back from its auditor; what was established stays for the next one."""
    request = locked(request)
    guard(request, "release", actor, seen_version=seen_version)
    if reason not in dict(code_choices("release_reason", on=timezone.localdate())):
        raise DomainError("no_reason", _("Choose the reason."), field="reason")
    released, request.auditor = request.auditor_id, None
    advance(request, "release", actor, auditor=str(released), reason=reason)
    return request


@transaction.atomic
def override_conflicts(
    *, request: ExpertiseRequest, actor: Membership, auditor: User, reason: str
) -> ConflictOverride:
    """The head of the Committee's department lets this auditor examine this request in spite of
    the conflicts there are today; a conflict that comes up later is not covered."""
    request = locked(request)
    authorize(actor, "expertise.override_conflict", request)
    if request.status not in BEFORE_THE_ACT:
        raise WrongStatus("wrong_status", _("The expertise is over; nothing was changed."))
    if actor.user_id == auditor.pk:
        raise DomainError("own_conflict", _("Nobody decides about the own conflict."))
    if not reason.strip():
        raise DomainError("no_reason", _("Write why."), field="reason")
    codes = sorted(
        {item.code for item in conflicts_of(request, auditor, on=timezone.localdate())}
        - NEVER_LIFTED
    )
    if not codes:
        raise DomainError(
            "no_conflict", _("There is no conflict that could be lifted."), field="auditor"
        )
    row = ConflictOverride.objects.create(
        request=request,
        auditor=auditor,
        conflicts=codes,
        reason=reason.strip(),
        decided_by=actor.user,
        decided_at=timezone.now(),
    )
    audit.record(
        "request.conflict_overridden",
        actor=actor.ref(),
        subject=request.subject_ref(),
        case=str(request.case_id),
        auditor=str(auditor.pk),
        conflicts=codes,
    )
    return row


@transaction.atomic
def reassign_request(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    auditor: User,
    reason: str,
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Taken back from one auditor and given to another in one step: both, or neither."""
    request = release_request(
        request=request, actor=actor, reason=reason, seen_version=seen_version
    )
    return assign_auditor(request=request, actor=actor, auditor=auditor)
