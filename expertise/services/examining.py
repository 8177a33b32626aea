"""What the expert organisation and its auditor do before the act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, User
from accounts.permissions import authorize
from auditors.models import attested_auditors
from expertise.calculation import CalculationRules, calculated
from expertise.models import Examination, ExpertiseRequest, Finding, GoodsLine, RequestQuestion
from origin.criteria import WHOLLY_PRODUCED
from origin.local_content import LocalContentError, LocalContentResult
from reference import working_days
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked


@transaction.atomic
def accept_request(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> ExpertiseRequest:
    request = locked(request)
    guard(request, "accept", actor, seen_version=seen_version)
    advance(request, "accept", actor)
    return request


@transaction.atomic
def reject_request(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Turns the request down with a reason from the list."""
    request = locked(request)
    guard(request, "reject", actor, seen_version=seen_version)
    if not reason:
        raise DomainError("no_reason", _("Choose the reason."), field="reason")
    request.rejection_reason = reason
    request.rejection_note = note
    request.stop_clock()
    advance(request, "reject", actor, reason=reason)
    return request


@transaction.atomic
def assign_auditor(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    auditor: User,
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Gives the request to one of the organisation's auditors attested today."""
    request = locked(request)
    guard(request, "assign", actor, seen_version=seen_version)
    today = timezone.localdate()
    eligible = attested_auditors(request.experts, on=today).filter(user=auditor)
    if not eligible.exists():
        raise DomainError(
            "not_attested",
            _("This person is not an auditor of the organisation with an attestation in force."),
            field="auditor",
        )
    if auditor.pk in (request.submitted_by_id, request.created_by_id):
        raise DomainError(
            "auditor_is_author", _("The auditor filed this request."), field="auditor"
        )
    request.auditor = auditor
    Examination.objects.get_or_create(
        request=request,
        defaults={"began_on": today, "place": request.producer_address_ru},
    )
    advance(request, "assign", actor, auditor=str(auditor.pk))
    return request


@transaction.atomic
def ask_applicant(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    text: str,
    seen_version: int | None = None,
) -> RequestQuestion:
    """Asks the applicant for more; the clock stands still until the answer."""
    request = locked(request)
    guard(request, "ask", actor, seen_version=seen_version)
    if not text.strip():
        raise DomainError("empty_question", _("Write what is needed."), field="text")
    today = timezone.localdate()
    allowed = parameter("expertise.questions_max", on=today)
    if request.questions.count() >= allowed:
        raise DomainError(
            "asked_enough",
            _("The applicant may be asked for more only %(count)s time(s) in one request.")
            % {"count": allowed},
        )
    question = RequestQuestion.objects.create(
        request=request,
        text=text.strip(),
        asked_by=actor.user,
        asked_at=timezone.now(),
        due_on=working_days.add(today, parameter("expertise.answer_days", on=today)),
    )
    request.pause_clock(on=today)
    advance(request, "ask", actor, question=str(question.pk), due_on=question.due_on.isoformat())
    return question


@transaction.atomic
def save_examination(
    *, request: ExpertiseRequest, actor: Membership, values: Mapping[str, Any]
) -> Examination:
    """Keeps what the auditor established about the request as a whole."""
    request = _examined(request, actor)
    examination = request.examination
    for name, value in values.items():
        setattr(examination, name, value)
    examination.full_clean(validate_unique=False)
    examination.save()
    return examination


@dataclass(frozen=True)
class Verdict:
    """What the auditor says of one line; figures come from the calculation, not from here."""

    is_originating: bool
    criterion: str = ""
    justification: str = ""
    reason: str = ""


@transaction.atomic
def save_finding(*, line: GoodsLine, actor: Membership, verdict: Verdict) -> Finding:
    """Keeps the verdict on a line with the share of local content calculated from its materials."""
    _examined(line.request, actor)
    return _save_finding(line, verdict, CalculationRules.in_force(on=timezone.localdate()))


@transaction.atomic
def save_findings(
    *, request: ExpertiseRequest, actor: Membership, lines: Iterable[GoodsLine], verdict: Verdict
) -> int:
    """The same verdict for several lines; each line's share is calculated from its own materials.

    A criterion `Д` takes each line's own heading.
    """
    _examined(request, actor)
    rules = CalculationRules.in_force(on=timezone.localdate())
    return len([_save_finding(line, verdict, rules) for line in lines])


def _save_finding(line: GoodsLine, verdict: Verdict, rules: CalculationRules) -> Finding:
    criterion = verdict.criterion
    if criterion == "Д":
        criterion = f"Д{line.hs_code[:4]}"
    if verdict.is_originating and not criterion:
        raise DomainError("no_criterion", _("Choose the criterion of origin."), field="criterion")
    if criterion not in ("", WHOLLY_PRODUCED, f"Д{line.hs_code[:4]}"):
        raise DomainError(
            "wrong_criterion",
            _("The criterion of this line is П or Д%(heading)s.") % {"heading": line.hs_code[:4]},
            field="criterion",
        )
    if not verdict.is_originating and not verdict.reason:
        raise DomainError("no_reason", _("Choose the reason of the refusal."), field="reason")
    result = _result_for(line, verdict, criterion, rules)
    finding, _created = Finding.objects.update_or_create(
        line=line,
        defaults={
            "is_originating": verdict.is_originating,
            "criterion": criterion if verdict.is_originating else "",
            "justification": verdict.justification,
            "reason": "" if verdict.is_originating else verdict.reason,
            "formula": result.formula if result else "",
            "price_kzt": result.price_kzt if result else line.price_kzt,
            "foreign_kzt": result.foreign_kzt if result else None,
            "share_percent": result.share_percent if result else None,
        },
    )
    return finding


def _result_for(
    line: GoodsLine, verdict: Verdict, criterion: str, rules: CalculationRules
) -> LocalContentResult | None:
    """Figures that cannot be those of real goods are a ground to refuse a line, never to pass it:
    a refused line may stand without a share."""
    try:
        return calculated(line, criterion=criterion if verdict.is_originating else "", rules=rules)
    except LocalContentError:
        if verdict.is_originating:
            raise
        return None


def _examined(request: ExpertiseRequest, actor: Membership) -> ExpertiseRequest:
    """The request, locked, if the auditor may work on it now."""
    request = locked(request)
    authorize(actor, "expertise.examine_request", request)
    if request.status != "in_expertise":
        raise WrongStatus(
            "not_in_expertise", _("The request is not under expertise; nothing was changed.")
        )
    return request
