"""One command for many cases: each by the service of its own room, in its own transaction, with
its own event; what is refused is told with its reason and stops nobody else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from accounts.models import Membership, Role, User
from expertise.services.assigning import reassign_request, release_request
from expertise.services.examining import accept_request
from issuance import services as issuance
from oversight.complaints.examining import take_complaint
from oversight.complaints.registering import hand_over_complaint
from oversight.complaints.registering import inspectors_for as inspectors_for_complaint
from oversight.control.checks import assign_check
from oversight.control.checks import inspectors_for as inspectors_for_check
from oversight.inspections.conducting import assign_inspector
from oversight.inspections.postings import inspectors_of
from workflow.tracked import Tracked
from workplace.models import BulkItem, BulkRun, HandOver

from .gathering import Basket
from .rows import Row

MOST_AT_ONCE = 100
Command = BulkRun.Command


@dataclass(frozen=True)
class Given:
    """What the person gives besides the cases: to whom, why."""

    note: str = ""
    reason: str = ""
    person: User | None = None


Service = Callable[[Any, Membership, int | None, Given], object]


def _take_application(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    return issuance.take_application(application=thing, actor=actor, seen_version=seen)


def _take_complaint(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    return take_complaint(complaint=thing, actor=actor, seen_version=seen)


def _take_inspection(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    if thing.inspector_id is not None and thing.inspector_id != actor.user_id:
        raise DomainError("taken", _("%(name)s has it.") % {"name": thing.inspector})
    return assign_inspector(inspection=thing, actor=actor, inspector=actor.user, seen_version=seen)


def _take_check(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    if thing.status != "selected":
        raise DomainError("taken", _("%(name)s has it.") % {"name": thing.inspector})
    return assign_check(check=thing, actor=actor, inspector=actor.user, seen_version=seen)


def _release_application(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    return issuance.release_application(
        application=thing, actor=actor, note=given.note, seen_version=seen
    )


def _release_request(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    previous = thing.auditor
    released = release_request(request=thing, actor=actor, reason=given.reason, seen_version=seen)
    return _noted(released, actor, previous, None, given)


def _reassign_application(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    return issuance.reassign_application(
        application=thing,
        actor=actor,
        reviewer=_person(given),
        note=given.note,
        seen_version=seen,
    )


def _reassign_request(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    previous = thing.auditor
    person = _other(previous, given)
    moved = reassign_request(
        request=thing, actor=actor, auditor=person, reason=given.reason, seen_version=seen
    )
    return _noted(moved, actor, previous, person, given)


def _reassign_check(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    previous = thing.inspector
    person = _other(previous, given)
    moved = assign_check(check=thing, actor=actor, inspector=person, seen_version=seen)
    return _noted(moved, actor, previous, person, given)


def _reassign_complaint(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    previous = thing.inspector
    person = _other(previous, given)
    moved = hand_over_complaint(
        complaint=thing,
        actor=actor,
        department=thing.department,
        inspector=person,
        seen_version=seen,
    )
    return _noted(moved, actor, previous, person, given)


def _reassign_inspection(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    previous = thing.inspector
    person = _other(previous, given)
    moved = assign_inspector(inspection=thing, actor=actor, inspector=person, seen_version=seen)
    return _noted(moved, actor, previous, person, given)


def _accept_request(thing: Any, actor: Membership, seen: int | None, given: Given) -> object:
    return accept_request(request=thing, actor=actor, seen_version=seen)


# By command and kind of thing; whatever is not here cannot be done to many at once.
SERVICES: Mapping[str, Mapping[str, Service]] = {
    Command.TAKE: {
        "application": _take_application,
        "complaint": _take_complaint,
        "inspection": _take_inspection,
        "check": _take_check,
    },
    Command.RELEASE: {"application": _release_application, "request": _release_request},
    Command.REASSIGN: {
        "application": _reassign_application,
        "request": _reassign_request,
        "check": _reassign_check,
        "complaint": _reassign_complaint,
        "inspection": _reassign_inspection,
    },
    Command.ACCEPT: {"request": _accept_request},
}
NEEDS_NOTE = (Command.RELEASE, Command.REASSIGN)
# What is offered over the rows of a tab, by role.
OFFERED: Mapping[tuple[str, str], tuple[str, ...]] = {
    (Role.EXPERT_HEAD, "to_accept"): (Command.ACCEPT,),
    (Role.EXPERT_HEAD, "under_expertise"): (Command.REASSIGN, Command.RELEASE),
    (Role.CHAMBER_OFFICER, "mine"): (Command.RELEASE,),
    (Role.CHAMBER_OFFICER, "free"): (Command.TAKE,),
    (Role.CHAMBER_SIGNATORY, "returned"): (Command.REASSIGN, Command.RELEASE),
    (Role.CHAMBER_SIGNATORY, "elsewhere"): (Command.REASSIGN, Command.RELEASE),
    (Role.INSPECTOR, "free"): (Command.TAKE,),
    (Role.COMMITTEE_HEAD, "waiting"): (Command.REASSIGN,),
    (Role.COMMITTEE_HEAD, "moving"): (Command.REASSIGN,),
}


def _person(given: Given) -> User:
    if given.person is None:
        raise DomainError("no_person", _("Say to whom."), field="given_to")
    return given.person


def _other(previous: User | None, given: Given) -> User:
    """Somebody who does not have it yet, with a note that says why."""
    if not given.note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    person = _person(given)
    if previous is not None and previous.pk == person.pk:
        raise DomainError("has_it", _("%(name)s has it already.") % {"name": person})
    return person


def _noted(
    thing: Tracked, actor: Membership, previous: User | None, person: User | None, given: Given
) -> Tracked:
    HandOver.objects.create(
        subject_type=thing.SUBJECT_TYPE,
        subject_id=thing.pk,
        case_id=thing.case_id,
        previous=previous,
        given_to=person,
        given_by=actor.user,
        note=given.note.strip(),
    )
    return thing


@transaction.atomic
def begin_run(
    *, actor: Membership, command: str, rows: Iterable[Row], form_token: UUID, back: str = ""
) -> BulkRun:
    """Remembers what was ticked; the same form sent again gives the same run."""
    if known := BulkRun.objects.filter(form_token=form_token, membership=actor).first():
        return known
    fitting = SERVICES.get(command)
    if fitting is None:
        raise DomainError("unknown_command", _("This cannot be done to several cases at once."))
    chosen = list(rows)[:MOST_AT_ONCE]
    if not chosen:
        raise DomainError("nothing_chosen", _("Tick the cases first."))
    run = BulkRun.objects.create(
        form_token=form_token, membership=actor, command=command, back=back[:1200]
    )
    BulkItem.objects.bulk_create(
        BulkItem(
            run=run,
            ordinal=ordinal,
            kind=row.kind,
            thing=row.pk,
            version=row.version,
            number=str(row.number)[:200],
            title=row.title[:400],
            url=row.url,
            **_fit(row, fitting),
        )
        for ordinal, row in enumerate(chosen)
    )
    return run


def _fit(row: Row, fitting: Mapping[str, Service]) -> dict[str, str]:
    if row.kind in fitting:
        return {}
    message = _("This is not done to things of this kind: %(kind)s.") % {"kind": row.kind_label}
    return {"state": BulkItem.State.REFUSED, "message": message}


def carry_out(*, run: BulkRun, actor: Membership, given: Given) -> BulkRun:
    """Every case that still waits, one after another.

    The first confirmation is kept; sent again, or broken off by a crash and sent again, only what
    still waits is done.
    """
    run = _confirmed(run, actor, given)
    kept = Given(run.note, run.reason, run.given_to)
    for item in run.items.filter(state=BulkItem.State.WAITING):
        _do(item, actor, kept)
    return run


@transaction.atomic
def _confirmed(run: BulkRun, actor: Membership, given: Given) -> BulkRun:
    run = BulkRun.objects.select_for_update().get(pk=run.pk, membership=actor)
    if run.confirmed_at is None:
        if run.command in NEEDS_NOTE and not given.note.strip():
            raise DomainError("no_note", _("Say why."), field="note")
        if run.command == Command.REASSIGN:
            _person(given)
        run.confirmed_at = timezone.now()
        run.note, run.reason, run.given_to = given.note.strip(), given.reason, given.person
        run.save()
    return run


def _do(item: BulkItem, actor: Membership, given: Given) -> None:
    """One case: its service and its outcome in one transaction, so that neither stands alone."""
    try:
        with transaction.atomic():
            item = BulkItem.objects.select_for_update().get(pk=item.pk)
            if item.state != BulkItem.State.WAITING:
                return
            basket = Basket(actor)
            thing = basket.things(item.kind, [str(item.thing)]).first()
            if thing is None:
                raise DomainError("gone", _("You do not see this case any more."))
            service = SERVICES[item.run.command][item.kind]
            service(thing, actor, item.version or None, given)
            item.state = BulkItem.State.DONE
            item.save(update_fields=["state"])
    except DomainError as refusal:
        BulkItem.objects.filter(pk=item.pk, state=BulkItem.State.WAITING).update(
            state=BulkItem.State.REFUSED, message=str(refusal.message)
        )


def people_for(run: BulkRun, actor: Membership) -> list[User]:
    """Everybody to whom at least one of the cases may be given today."""
    basket = Basket(actor)
    people: dict[UUID, User] = {}
    ids: dict[str, list[str]] = {}
    for item in run.items.filter(state=BulkItem.State.WAITING):
        ids.setdefault(item.kind, []).append(str(item.thing))
    for kind, things in ids.items():
        for thing in basket.things(kind, things):
            people.update((user.pk, user) for user in CANDIDATES[kind](thing))
    return sorted(people.values(), key=lambda user: user.full_name)


def _auditors(request: Any) -> list[User]:
    """Of the organisation; whether one is eligible for this very request is asked when it is
    given, and told for each."""
    members = Membership.objects.current().filter(
        role=Role.AUDITOR, organisation=request.expert_organisation_id
    )
    others = members.exclude(user=request.auditor_id)
    return [each.user for each in others.select_related("user")]


def _inspectors(inspection: Any) -> list[User]:
    offered = inspectors_of(inspection.department, on=timezone.localdate())
    return [user for user in offered if user.pk != inspection.inspector_id]


CANDIDATES: Mapping[str, Callable[[Any], list[User]]] = {
    "application": issuance.reviewers_for,
    "request": _auditors,
    "check": inspectors_for_check,
    "complaint": lambda complaint: inspectors_for_complaint(complaint, complaint.department),
    "inspection": _inspectors,
}
RESULTS: Mapping[str, str | Promise] = {
    Command.TAKE: gettext_lazy("Taken"),
    Command.RELEASE: gettext_lazy("Given back"),
    Command.REASSIGN: gettext_lazy("Given on"),
    Command.ACCEPT: gettext_lazy("Accepted"),
}
