"""What calls a person of the Committee to the work of control: one line for each kind of work."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, Role
from issuance.calls import Call

from .departments import department_of, of_department
from .measures.selectors import tab_conditions
from .models import (
    Appeal,
    Complaint,
    DeskCheck,
    GreyListing,
    MassAction,
    Measure,
    Recommendation,
    UnknownNumberAlert,
)

# What waits, of which model, under which condition, where it is dealt with, whether by region.
Waiting = tuple[str | Promise, type[Model], Q, str, bool]


def calls_for(actor: Membership) -> Iterator[Call]:
    """Counted by the conditions under which the person may act, in the person's region."""
    if actor.role not in COMMITTEE_ROLES:
        return
    own = department_of(actor, on=timezone.localdate())
    rows = _of_a_head(actor) if actor.role == Role.COMMITTEE_HEAD else _of_an_inspector(actor)
    for text, model, condition, page, has_region in rows:
        waiting = model._default_manager.filter(condition)
        if has_region:
            waiting = of_department(waiting, own)
        if count := waiting.count():
            yield Call(f"{text}: {count}", reverse(page), count)


def _of_an_inspector(actor: Membership) -> list[Waiting]:
    return [*_given_to(actor.user_id), *_free_to_take(actor.user_id)]


def _given_to(me: UUID) -> list[Waiting]:
    return [
        (
            _("Desk checks to carry out"),
            DeskCheck,
            Q(inspector=me, status__in=("assigned", "in_progress")),
            "oversight:check-list",
            False,
        ),
        (
            _("Executions of recommendations to look at"),
            Recommendation,
            Q(prepared_by=me, status="reported"),
            "oversight:recommendation-list",
            False,
        ),
        (
            _("Complaints to answer"),
            Complaint,
            Q(inspector=me, status__in=("registered", "under_review")),
            "oversight:complaint-list",
            False,
        ),
    ]


def _free_to_take(me: UUID) -> list[Waiting]:
    return [
        (
            _("Complaints to register"),
            Complaint,
            Q(status="received"),
            "oversight:complaint-list",
            True,
        ),
        (
            _("Mass actions to approve"),
            MassAction,
            Q(status="proposed") & ~Q(proposed_by=me),
            "oversight:mass-list",
            False,
        ),
        (
            _("Measures not executed in time"),
            Measure,
            Q(status="in_force", due_on__lt=timezone.localdate()),
            "oversight:measure-list",
            True,
        ),
        (
            _("Reports of sellers of certificates"),
            GreyListing,
            Q(status="reported"),
            "oversight:listing-list",
            False,
        ),
        (
            _("Alerts on unknown numbers"),
            UnknownNumberAlert,
            Q(seen_at__isnull=True),
            "oversight:alert-list",
            False,
        ),
    ]


def _of_a_head(actor: Membership) -> list[Waiting]:
    me = actor.user_id
    waits = tab_conditions(on=timezone.localdate())
    return [
        (
            _("Measures to decide"),
            Measure,
            (waits["to_approve"] | waits["to_decide"]) & ~Q(proposed_by=me),
            "oversight:measure-list",
            True,
        ),
        (
            _("Appeals to hear"),
            Appeal,
            Q(status="filed")
            & ~Q(measure__proposed_by=me)
            & ~Q(measure__approved_by=me)
            & ~Q(measure__decided_by=me),
            "oversight:appeal-list",
            False,
        ),
        (
            _("Answers to complaints to sign"),
            Complaint,
            Q(status="drafted") & ~Q(drafted_by=me) & ~Q(inspector=me),
            "oversight:complaint-list",
            True,
        ),
        (
            _("Mass actions to approve"),
            MassAction,
            Q(status__in=("proposed", "first_approved"))
            & ~Q(proposed_by=me)
            & ~Q(first_approved_by=me),
            "oversight:mass-list",
            False,
        ),
        (
            _("Desk checks to assign"),
            DeskCheck,
            Q(status="selected"),
            "oversight:check-list",
            True,
        ),
        (
            _("Desk checks to close"),
            DeskCheck,
            Q(status__in=("concluded", "objected")) & ~Q(inspector=me),
            "oversight:check-list",
            True,
        ),
    ]
