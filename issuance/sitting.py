"""Deciding many reviewed cases in one sitting: which ones, and what keeps the others out.

Each case stays a decision of its own: its own record, transaction, event and outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents import signing
from documents.models import SigningSession
from documents.signing import MOST_RECORDS
from reference.working_days import Calendar
from workflow.blockers import Blocker

from . import signatures
from .baskets import to_decide
from .blockers import READ, approval_blockers_of
from .holding import Hold, held_by_another, lock_term
from .models import Application
from .selectors import Clock, clock_of, term_days, with_goods


@dataclass(frozen=True)
class Candidate:
    """A case that waits for a decision; only one that nothing keeps back may be ticked."""

    application: Application
    blockers: list[Blocker]
    hold: Hold | None
    clock: Clock

    @property
    def may_be_ticked(self) -> bool:
        return not (self.blockers or self.hold or self.application.proposed_refusal)

    @property
    def reasons(self) -> list[str]:
        """Why the case cannot be ticked."""
        held = [self.hold.sentence] if self.hold else []
        proposed = (
            [str(_("The reviewer proposes a refusal: decide on its own page."))]
            if self.application.proposed_refusal
            else []
        )
        return [*proposed, *held, *(str(blocker.text) for blocker in self.blockers)]


@dataclass(frozen=True)
class Sitting:
    session: SigningSession
    left_out: list[Candidate]


def candidates(actor: Membership) -> list[Candidate]:
    """All recommended cases of the chamber that this person may decide, the most urgent first."""
    authorize(actor, "issuance.decide_many", actor.organisation)
    now = timezone.now()
    waiting = (
        Application.objects.visible_to(actor)
        .filter(to_decide(actor))
        .select_related(*READ, "applicant", "reviewer")
        .prefetch_related("answers")
        .order_by(F("due_on").asc(nulls_last=True), "status_since", "pk")[:MOST_RECORDS]
    )
    applications = list(with_goods(waiting, request="act__request"))
    blockers = approval_blockers_of(applications, actor)
    calendar, total, term = Calendar.current(), term_days(), lock_term(at=now)
    return [
        Candidate(
            application=application,
            blockers=[each for each in blockers[application.pk] if not each.is_clear],
            hold=held_by_another(application, actor, at=now, term=term),
            clock=clock_of(application, calendar, total),
        )
        for application in applications
    ]


def begin_sitting(
    *, actor: Membership, chosen: Mapping[UUID, int | None], return_url: str
) -> Sitting:
    """Freezes a decision for each chosen case, as the person saw it (`chosen`: case → version).

    Cases that moved on, or that something keeps back by now, are left out and told; without
    signatures the workers begin at once.
    """
    ready, left_out = [], []
    for candidate in candidates(actor):
        application = candidate.application
        if application.pk not in chosen:
            continue
        is_as_seen = chosen[application.pk] in (None, application.version)
        if candidate.may_be_ticked and is_as_seen:
            ready.append(application)
        else:
            left_out.append(candidate)
    if not ready:
        raise DomainError("nothing_chosen", _("Tick the cases that you approve."))
    session = signatures.begin_approval(
        applications=ready,
        actor=actor,
        seen_versions={application.pk: application.version for application in ready},
        return_url=return_url,
    )
    if not signing.required():
        signing.proceed_unsigned(session=session, actor=actor)
    return Sitting(session, left_out)
