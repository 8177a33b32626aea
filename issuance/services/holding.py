"""Opening a case to work on it, taking over what a colleague has begun, giving it back or on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Role, User
from accounts.permissions import authorize, has_permission
from issuance.holding import Hold, held_by_another, hold_of, let_go
from issuance.models import Application, TakeOver
from workflow.moving import advance, guard, locked


@transaction.atomic
def open_case(*, application: Application, actor: Membership) -> Hold | None:
    """Marks that `actor` works on the case, or goes on with it; gives another's hold, if any.

    A mark is no deed: nothing is logged, and the version of the case stays as it was.
    """
    authorize(actor, "issuance.open_case", application)
    current = locked(application)
    now = timezone.now()
    if hold := held_by_another(current, actor, at=now):
        return hold
    Application.objects.filter(pk=current.pk).update(opened_by=actor.user, opened_at=now)
    application.opened_by, application.opened_at = actor.user, now
    return None


@transaction.atomic
def break_hold(*, application: Application, actor: Membership, note: str) -> Application:
    """Takes an open case from a colleague who left it; the note says why."""
    authorize(actor, "issuance.open_case", application)
    application = locked(application)
    now = timezone.now()
    hold = hold_of(application, at=now)
    if hold is None or hold.user.pk == actor.user_id:
        return application
    _check_note(note)
    TakeOver.objects.create(
        application=application,
        what=TakeOver.What.HOLD,
        previous=hold.user,
        taken_by=actor.user,
        note=note.strip(),
        at=now,
    )
    Application.objects.filter(pk=application.pk).update(opened_by=actor.user, opened_at=now)
    application.opened_by, application.opened_at = actor.user, now
    audit.record(
        "application.hold_broken",
        actor=actor.ref(),
        subject=application.subject_ref(),
        case=str(application.case_id),
        previous=str(hold.user.pk),
    )
    return application


@transaction.atomic
def take_over(
    *, application: Application, actor: Membership, note: str, seen_version: int | None = None
) -> Application:
    """Another officer becomes the reviewer; what was answered so far stays, with its author."""
    application = locked(application)
    guard(application, "take_over", actor, seen_version=seen_version)
    _check_note(note)
    previous = application.reviewer
    if previous is None:
        raise DomainError("no_reviewer", _("Nobody reviews this application."))
    now = timezone.now()
    TakeOver.objects.create(
        application=application,
        what=TakeOver.What.REVIEW,
        previous=previous,
        taken_by=actor.user,
        note=note.strip(),
        at=now,
    )
    application.reviewer = actor.user
    application.opened_by, application.opened_at = actor.user, now
    advance(application, "take_over", actor, previous=str(previous.pk))
    return application


@transaction.atomic
def release_application(
    *, application: Application, actor: Membership, note: str, seen_version: int | None = None
) -> Application:
    """Nobody reviews it any more: any officer may take it; answers and the term stay."""
    application = locked(application)
    guard(application, "release", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why the review is given back."), field="note")
    previous = application.reviewer
    if previous is None:
        raise DomainError("no_reviewer", _("Nobody reviews this application."))
    TakeOver.objects.create(
        application=application,
        what=TakeOver.What.REVIEW,
        previous=previous,
        given_by=actor.user if actor.user_id != previous.pk else None,
        note=note.strip(),
    )
    application.reviewer = None
    let_go(application)
    advance(application, "release", actor, previous=str(previous.pk))
    return application


@transaction.atomic
def reassign_application(
    *,
    application: Application,
    actor: Membership,
    reviewer: User,
    note: str,
    seen_version: int | None = None,
) -> Application:
    """The signatory gives the review to an officer who could take it as well."""
    application = locked(application)
    guard(application, "reassign", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why the review is given to somebody."), field="note")
    if reviewer not in reviewers_for(application):
        raise DomainError(
            "may_not_review",
            _("Choose an officer of the chamber who took no part in the case as its author."),
            field="reviewer",
        )
    previous = application.reviewer
    TakeOver.objects.create(
        application=application,
        what=TakeOver.What.REVIEW,
        previous=previous,
        taken_by=reviewer,
        given_by=actor.user,
        note=note.strip(),
    )
    application.reviewer = reviewer
    let_go(application)
    advance(
        application,
        "reassign",
        actor,
        previous=str(previous.pk) if previous else "",
        reviewer=str(reviewer.pk),
    )
    return application


def reviewers_for(application: Application) -> list[User]:
    """Every officer of the chamber who may take the review today, but for whoever has it."""
    officers = (
        Membership.objects.current()
        .filter(role=Role.CHAMBER_OFFICER, organisation=application.chamber_id)
        .exclude(user=application.reviewer_id)
        .select_related("user")
        .order_by("user__full_name")
    )
    return [
        officer.user
        for officer in officers
        if has_permission(officer, "issuance.take_application", application)
    ]


def _check_note(note: str) -> None:
    if not note.strip():
        raise DomainError("no_note", _("Say why you take the case over."), field="note")
