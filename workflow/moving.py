"""Moving an object to another status: `guard` first, `advance` last.

`advance` is the only writer of `status` in the portal.
"""

from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from audit.models import AuditEvent

from .tracked import Tracked
from .transitions import Transition

Thing = TypeVar("Thing", bound=Tracked)
Actor = Membership | audit.ActorRef


class WrongStatus(DomainError):
    """The object is no longer where this action starts from."""


class MovedOn(DomainError):
    """The page that gave this command shows an older state of the object."""


def locked(obj: Thing) -> Thing:
    """The same row, read again and locked for the rest of the transaction."""
    return type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)


def guard(obj: Tracked, name: str, actor: Actor, *, seen_version: int | None = None) -> Transition:
    """The transition `name`, if `actor` may make it now.

    Raises `PermissionRefused`, `WrongStatus`, or `MovedOn` when `seen_version`, the version of
    the page that the person acted on, is not the object's own any more.
    """
    transition = obj.WORKFLOW[name]
    if isinstance(actor, Membership):
        if transition.permission is None:
            raise DomainError("system_only", _("Only the portal itself does this step."))
        authorize(actor, transition.permission, obj)
    if obj.status not in transition.sources:
        raise WrongStatus(
            "wrong_status",
            _("This is not possible now: the status is “%(status)s”. Nothing was changed.")
            % {"status": obj.status_info.label},
        )
    check_version(obj, seen_version)
    return transition


def check_version(obj: Tracked, seen_version: int | None) -> None:
    """Raises `MovedOn` when the page that gave the command shows an older state of the object."""
    if seen_version is not None and seen_version != obj.version:
        raise MovedOn(
            "moved_on",
            _(
                "Another person has changed this case since you opened the page. "
                "Nothing was changed; please look at it again."
            ),
        )


def advance(obj: Tracked, name: str, actor: Actor, **facts: Any) -> AuditEvent:
    """Sets the new status, saves it and records the event; the last step of a command."""
    transition = obj.WORKFLOW[name]
    if obj.status not in transition.sources:
        raise WrongStatus("wrong_status", _("This is not possible in the current status."))
    obj.status = transition.target
    obj.status_since = timezone.now()
    obj.version += 1
    obj.save()
    return audit.record(
        transition.event,
        actor=actor.ref() if isinstance(actor, Membership) else actor,
        subject=obj.subject_ref(),
        case=str(obj.case_id),
        **facts,
    )
