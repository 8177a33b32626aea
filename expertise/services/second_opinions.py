"""The blind second expertise: drawn after acceptance, filed elsewhere, compared, resolved.

Neither organisation nor the applicant learns of it. Every step may be run again: it looks at
what is there and does only what is missing.
"""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from audit.models import AuditEvent, LogCheckpoint, LogLeaf
from expertise.eligibility import eligible_somewhere_else
from expertise.models import ExpertiseRequest, SecondOpinion
from expertise.records import request_digest
from expertise.second_opinions import chosen_among, compare, is_drawn
from expertise.services.copying import copy_documents, copy_lines, copy_materials
from expertise.services.numbering import request_number
from expertise.versions import Reason, keep_version
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

CONSIDER = "expertise.consider_second_opinion"
HOLDINGS = ("first", "second", "neither")
# What a second request takes from the first; never who receives the act or where it goes.
COPIED = (
    "created_by_id", "scheme_id", "applicant_id", "category", "purpose", "operations",
    "producer_bin", "producer_name_ru", "producer_name_kk",
    "producer_address_ru", "producer_address_kk",
    "recipient_bin", "recipient_name", "recipient_address",
    "contract_number", "contract_on", "invoice_number", "invoice_on",
    "submitted_by_id",
)  # fmt: skip
ENDED = ("rejected", "withdrawn")


def promise_consideration(request: ExpertiseRequest) -> None:
    """In the transaction of the acceptance: it will be considered, whatever happens to us."""
    outbox.enqueue(CONSIDER, key=str(request.pk), request_id=str(request.pk))


@transaction.atomic
def consider(request_id: str) -> SecondOpinion | None:
    """Decides once, by the first checkpoint after the acceptance, and files the second request.

    Before there is such a checkpoint the work stays in the outbox.
    """
    request = locked(ExpertiseRequest(pk=request_id))
    if _is_settled(request):
        outbox.done(CONSIDER, request_id)
        return None
    checkpoint = _checkpoint_after_acceptance(request)
    if checkpoint is None:
        outbox.failed(CONSIDER, request_id, "the log has not closed the acceptance yet")
        return None
    today = timezone.localdate()
    share = Decimal(str(parameter("second_expertise.share_percent", on=today)))
    draw: dict[str, Any] = {"root": bytes(checkpoint.root), "request_id": str(request.pk)}
    drawn = is_drawn(share_percent=share, **draw)
    houses = eligible_somewhere_else(request, on=today) if drawn else []
    opinion = None
    if houses:
        opinion = _file_again(request, houses[chosen_among(len(houses), **draw)])
    audit.record(
        "second_opinion.considered",
        actor=audit.SYSTEM,
        subject=audit.SubjectRef(type="second_opinion_draw", id=str(request.pk), label=""),
        # Only the Committee opens this case; of a request not drawn there is none.
        case=opinion.case_id if opinion else "",
        checkpoint_size=checkpoint.size,
        share_percent=str(share),
        is_drawn=drawn,
        is_filed=opinion is not None,
    )
    outbox.done(CONSIDER, request_id)
    return opinion


def _is_settled(request: ExpertiseRequest) -> bool:
    """Considered before, a second one itself, a correction, or already at its end."""
    return (
        request.corrects_id is not None
        or request.status in (*ENDED, "concluded", "draft")
        or hasattr(request, "blind_of")
        or AuditEvent.objects.about("second_opinion_draw", request.pk).exists()
    )


def _checkpoint_after_acceptance(request: ExpertiseRequest) -> LogCheckpoint | None:
    leaf = LogLeaf.objects.filter(
        event__case_id=str(request.case_id),
        event__subject_id=str(request.pk),
        event__event="request.accepted",
    ).first()
    if leaf is None:
        return None
    return LogCheckpoint.objects.filter(size__gt=leaf.index).order_by("number").first()


def _file_again(first: ExpertiseRequest, house: Organisation) -> SecondOpinion:
    """The same goods, materials and documents in a case of its own with another organisation."""
    today = timezone.localdate()
    second = ExpertiseRequest.objects.create(
        status=ExpertiseRequest.WORKFLOW.initial,
        expert_organisation=house,
        **{name: getattr(first, name) for name in COPIED},
    )
    # Before anything else: from here on the applicant cannot see it.
    opinion = SecondOpinion.objects.create(
        first=first, second=second, status=SecondOpinion.WORKFLOW.initial
    )
    _copy_content(first, second)
    second.submitted_at = timezone.now()
    second.start_clock(on=today, days=parameter("expertise.deadline_days", on=today))
    second.number = request_number(house, on=today)
    # As of every request: nothing may tell a second expertise from a first.
    keep_version(request=second, reason=Reason.SUBMITTED, by=first.submitted_by or first.created_by)
    advance(
        second,
        "submit",
        audit.SYSTEM,
        lines=second.lines.count(),
        content_sha256=request_digest(second),
    )
    return opinion


def _copy_content(first: ExpertiseRequest, second: ExpertiseRequest) -> None:
    """What the applicant filed; nothing that the first auditor may have added since."""
    lines = copy_lines(first, second)
    filed = first.documents.filter(added_at__lte=first.submitted_at)
    documents = copy_documents(filed, second, lines)
    is_untouched = first.status == "accepted"
    copy_materials(first, lines, documents if is_untouched else {})


@transaction.atomic
def settle(opinion: SecondOpinion) -> SecondOpinion:
    """Compares as soon as both acts are signed; ends the rest when one side ends without an act."""
    opinion = locked(opinion)
    if opinion.status != "under_way":
        return opinion
    first, second = opinion.first, opinion.second
    if first.status == second.status == "concluded":
        outcome = compare(first.act, second.act)
        opinion.outcome = [line.as_dict() for line in outcome]
        opinion.compared_at = timezone.now()
        different = sum(not line.agrees for line in outcome)
        if different:
            advance(opinion, "differ", audit.SYSTEM, lines=len(outcome), different=different)
        else:
            advance(opinion, "agree", audit.SYSTEM, lines=len(outcome))
    elif first.status in ENDED or second.status in ENDED:
        _withdraw_silently(second)
        advance(opinion, "void", audit.SYSTEM)
    return opinion


def _withdraw_silently(second: ExpertiseRequest) -> None:
    """The second organisation sees what it would see if the applicant had withdrawn."""
    second = locked(second)
    if second.status in second.WORKFLOW["withdraw"].sources:
        second.stop_clock()
        advance(second, "withdraw", audit.SYSTEM)


def settle_all() -> int:
    """Everything under way that could have come to an end; beat calls it every minute."""
    over = Q(first__status="concluded", second__status="concluded")
    over |= Q(first__status__in=ENDED) | Q(second__status__in=ENDED)
    waiting = SecondOpinion.objects.filter(over, status="under_way")
    return len([settle(opinion) for opinion in waiting])


@transaction.atomic
def resolve(
    *,
    opinion: SecondOpinion,
    actor: Membership,
    holding: str,
    resolution: str,
    seen_version: int | None = None,
) -> SecondOpinion:
    """The Committee says which verdict holds and why; it counts in the figures of both auditors."""
    opinion = locked(opinion)
    guard(opinion, "resolve", actor, seen_version=seen_version)
    if holding not in HOLDINGS:
        raise DomainError("no_holding", _("Say which verdict holds."), field="holding")
    if not resolution.strip():
        raise DomainError("no_reason", _("Write why."), field="resolution")
    opinion.holding = holding
    opinion.resolution = resolution.strip()
    opinion.resolved_by = actor.user
    advance(opinion, "resolve", actor, holding=holding)
    return opinion
