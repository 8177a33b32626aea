"""Opening a case to work on it, and taking over what a colleague has begun."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from issuance.holding import Hold, held_by_another, hold_of
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


def _check_note(note: str) -> None:
    if not note.strip():
        raise DomainError("no_note", _("Say why you take the case over."), field="note")
