"""Who has a case open to work on it: a mark that lapses by itself and keeps others from a slip."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, User
from reference.parameters import parameter

from .models import Application


class CaseHeld(DomainError):
    """Another person has the case open; it can be taken over with a note."""


@dataclass(frozen=True)
class Hold:
    """`user` opened the case and has been on it since."""

    user: User
    since: datetime

    @property
    def sentence(self) -> str:
        return _("%(person)s has had this case open since %(time)s.") % {
            "person": self.user.full_name,
            "time": timezone.localtime(self.since).strftime("%H:%M"),
        }


def lock_term(*, at: datetime) -> timedelta:
    return timedelta(minutes=parameter("desk.lock_minutes", on=timezone.localdate(at)))


def hold_of(
    application: Application, *, at: datetime, term: timedelta | None = None
) -> Hold | None:
    """The hold that has not lapsed; a list gives one `term` for all its rows."""
    if application.opened_by is None or application.opened_at is None:
        return None
    if at - application.opened_at >= (term or lock_term(at=at)):
        return None
    return Hold(application.opened_by, application.opened_at)


def held_by_another(
    application: Application,
    actor: Membership,
    *,
    at: datetime,
    term: timedelta | None = None,
) -> Hold | None:
    hold = hold_of(application, at=at, term=term)
    return hold if hold and hold.user.pk != actor.user_id else None


def refuse_held(application: Application, actor: Membership) -> None:
    """Called by every command of the desk: nobody acts by accident on a colleague's case."""
    if hold := held_by_another(application, actor, at=timezone.now()):
        raise CaseHeld(
            "held",
            _("%(sentence)s Take the case over with a note if you have to act.")
            % {"sentence": hold.sentence},
        )


def let_go(application: Application) -> None:
    """The step is done: whoever comes next finds the case free. Saved by the step itself."""
    application.opened_by = None
    application.opened_at = None
