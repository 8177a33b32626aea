"""Preventive control without a visit: a recommendation instead of an administrative case.

The norms come from another branch of control and are the default here: sent within ten working
days from the day the violation was established, with an explanation how to eliminate it; the terms
of the addressee run from the day after delivery.
"""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from accounts.permissions import authorize
from oversight.models import DeskCheck, Recommendation, Violation
from oversight.papers import code_names, new_number, order_paper, text
from reference import working_days
from reference.parameters import parameter
from workflow.blockers import Blocker, refuse_blocked
from workflow.moving import Actor, advance, check_version, guard, locked

from .papers import ANSWER, RECOMMENDATION
from .violations import VIOLATIONS, set_aside, standing_violations

LONGEST_TEXT = 4000
Points = Sequence[dict[str, str]]


def addressees_of(check: DeskCheck) -> list[Organisation]:
    """The organisations at fault that have no recommendation yet."""
    done = check.recommendations.exclude(status="withdrawn").values("addressee")
    at_fault = check.violations.filter(set_aside_at__isnull=True).values("organisation")
    return list(Organisation.objects.filter(pk__in=at_fault).exclude(pk__in=done))


def suggested_points(violations: Sequence[Violation]) -> list[dict[str, str]]:
    """A beginning for whoever writes: each violation has to be eliminated and proved so."""
    return [
        text(
            gettext_lazy("Eliminate the violation “%(violation)s” and prove it with documents."),
            violation=code_names(VIOLATIONS, violation.code),
        )
        for violation in violations
    ]


@transaction.atomic
def prepare_recommendation(
    *, check: DeskCheck, actor: Membership, addressee: Organisation
) -> Recommendation:
    """Begins the recommendation to one organisation on the violations that are its fault."""
    check = locked(check)
    authorize(actor, "oversight.prepare_recommendation", check)
    if check.result != DeskCheck.Result.VIOLATIONS or check.status not in ("concluded", "closed"):
        raise DomainError("no_violations", _("Only a check concluded with violations gives one."))
    violations = [
        item for item in standing_violations(check) if item.organisation_id == addressee.pk
    ]
    if not violations:
        raise DomainError("no_fault", _("The check found no violation of this organisation."))
    assert check.concluded_at is not None  # noqa: S101 - a result comes with its moment
    found_on = timezone.localdate(check.concluded_at)
    send_by = working_days.add(found_on, parameter("recommendation.send_days", on=found_on))
    try:
        with transaction.atomic():
            recommendation = Recommendation.objects.create(
                case_id=check.case_id,
                status=Recommendation.WORKFLOW.initial,
                number=new_number("recommendation", "", timezone.localdate()),
                desk_check=check,
                addressee=addressee,
                points=suggested_points(violations),
                prepared_by=actor.user,
                found_on=found_on,
                send_by=send_by,
                due_on=send_by,
            )
    except IntegrityError as error:
        raise DomainError(
            "already_prepared", _("There is a recommendation to this organisation already.")
        ) from error
    recommendation.violations.set(violations)
    audit.record(
        "recommendation.prepared",
        actor=actor.ref(),
        subject=recommendation.subject_ref(),
        case=str(recommendation.case_id),
        check=check.number,
        addressee=str(addressee.pk),
        violations=len(violations),
        send_by=send_by.isoformat(),
    )
    return recommendation


@transaction.atomic
def write_points(
    *,
    recommendation: Recommendation,
    actor: Membership,
    points: Points,
    seen_version: int | None = None,
) -> Recommendation:
    """How to eliminate what was found, point by point, in both official languages."""
    recommendation = locked(recommendation)
    authorize(actor, "oversight.send_recommendation", recommendation)
    check_version(recommendation, seen_version)
    if recommendation.status != "prepared":
        raise DomainError("sent_already", _("What was sent cannot be changed."))
    if not points or not all(point.get("kk") and point.get("ru") for point in points):
        raise DomainError(
            "no_points", _("Write at least one point, each in Kazakh and in Russian.")
        )
    recommendation.points = [{"kk": point["kk"], "ru": point["ru"]} for point in points]
    recommendation.version += 1
    recommendation.save(update_fields=["points", "version"])
    audit.record(
        "recommendation.changed",
        actor=actor.ref(),
        subject=recommendation.subject_ref(),
        case=str(recommendation.case_id),
        points=len(points),
    )
    return recommendation


def sending_blockers(recommendation: Recommendation) -> list[Blocker]:
    """The violations have to count before anybody is told to eliminate them."""
    check = recommendation.desk_check
    is_closed = check.status == "closed"
    return [
        Blocker(
            "closed",
            _("A second person has closed the check and confirmed its violations")
            if is_closed
            else _("A second person has to close the check and confirm its violations"),
            is_closed,
            "" if is_closed else reverse("oversight:check-detail", args=[check.number]),
        ),
        Blocker(
            "points",
            _("The points are written") if recommendation.points else _("Write the points"),
            bool(recommendation.points),
        ),
    ]


@transaction.atomic
def send_recommendation(
    *, recommendation: Recommendation, actor: Membership, seen_version: int | None = None
) -> Recommendation:
    """Sends it; a late one is sent all the same, and the days are kept in the log."""
    recommendation = locked(recommendation)
    guard(recommendation, "send", actor, seen_version=seen_version)
    refuse_blocked(sending_blockers(recommendation), code="not_ready_to_send")
    today = timezone.localdate()
    recommendation.sent_at = timezone.now()
    recommendation.stop_clock()
    advance(
        recommendation, "send", actor,
        check=recommendation.desk_check.number,
        addressee=str(recommendation.addressee_id),
        days_late=days_late(recommendation, on=today),
    )  # fmt: skip
    order_paper(RECOMMENDATION, str(recommendation.pk))
    return recommendation


@transaction.atomic
def withdraw_recommendation(
    *, recommendation: Recommendation, actor: Membership, seen_version: int | None = None
) -> Recommendation:
    """Taken back before it was sent."""
    recommendation = locked(recommendation)
    guard(recommendation, "withdraw", actor, seen_version=seen_version)
    recommendation.stop_clock()
    recommendation.ended_at = timezone.now()
    advance(recommendation, "withdraw", actor)
    return recommendation


def days_late(recommendation: Recommendation, *, on: date) -> int:
    """Working days by which the term for sending was, or is being, missed."""
    if recommendation.sent_at is not None:
        on = timezone.localdate(recommendation.sent_at)
    return max(0, working_days.between(recommendation.send_by, on))


def mark_delivered(recommendation: Recommendation, actor: Actor, *, opened: bool) -> None:
    """Sets the terms of the addressee; the caller holds the row locked.

    Delivered when somebody of the addressee opens it, or when the term of being deemed delivered
    has passed: nobody escapes the terms by not looking.
    """
    if recommendation.delivered_on is not None or recommendation.status != "sent":
        return
    today = timezone.localdate()
    recommendation.delivered_on = today
    recommendation.object_by = working_days.add(
        today, parameter("recommendation.object_days", on=today)
    )
    recommendation.start_clock(on=today, days=parameter("recommendation.execute_days", on=today))
    recommendation.execute_by = recommendation.due_on
    recommendation.save()
    audit.record(
        "recommendation.delivered",
        actor=actor.ref() if isinstance(actor, Membership) else actor,
        subject=recommendation.subject_ref(),
        case=str(recommendation.case_id),
        object_by=recommendation.object_by.isoformat(),
        execute_by=str(recommendation.execute_by),
        opened=opened,
    )


@transaction.atomic
def decide_objection(
    *,
    recommendation: Recommendation,
    actor: Membership,
    accepted: bool,
    note: str,
    seen_version: int | None = None,
) -> Recommendation:
    """Another person than whoever prepared it decides.

    Accepted: the recommendation is withdrawn and its violations count no longer. Dismissed: the
    clock goes on and the addressee gets a reasoned answer as a document.
    """
    recommendation = locked(recommendation)
    name = "accept_objection" if accepted else "dismiss_objection"
    guard(recommendation, name, actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Answer the objection."), field="note")
    recommendation.objection_decided_by = actor.user
    recommendation.objection_decided_at = timezone.now()
    recommendation.objection_note = note.strip()
    if accepted:
        violations = list(recommendation.violations.filter(set_aside_at__isnull=True))
        recommendation.stop_clock()
        recommendation.ended_at = timezone.now()
        advance(recommendation, name, actor, violations=len(violations))
        set_aside(actor=actor, violations=violations, note=note)
        return recommendation
    recommendation.resume_clock(on=timezone.localdate())
    recommendation.execute_by = recommendation.due_on
    advance(recommendation, name, actor, execute_by=str(recommendation.execute_by))
    order_paper(ANSWER, str(recommendation.pk))
    return recommendation


@transaction.atomic
def confirm_execution(
    *, recommendation: Recommendation, actor: Membership, seen_version: int | None = None
) -> Recommendation:
    recommendation = locked(recommendation)
    guard(recommendation, "confirm", actor, seen_version=seen_version)
    recommendation.stop_clock()
    recommendation.ended_at = timezone.now()
    advance(recommendation, "confirm", actor)
    return recommendation


@transaction.atomic
def return_report(
    *,
    recommendation: Recommendation,
    actor: Membership,
    note: str,
    seen_version: int | None = None,
) -> Recommendation:
    """Not yet executed: the clock goes on, with a few days at least."""
    recommendation = locked(recommendation)
    guard(recommendation, "return", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say what is still missing."), field="note")
    today = timezone.localdate()
    least: int = parameter("recommendation.return_days", on=today)
    recommendation.start_clock(on=today, days=max(recommendation.days_left or 0, least))
    recommendation.execute_by = recommendation.due_on
    recommendation.return_note = note.strip()
    recommendation.reminded_on = None
    advance(recommendation, "return", actor, execute_by=str(recommendation.execute_by))
    return recommendation
