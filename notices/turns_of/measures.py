"""Turns of measures and of appeals against them."""

from collections.abc import Iterable
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Role
from audit.models import AuditEvent
from notices.people import apart, committee, person, persons, staff, told
from notices.turns import Group, Told, register
from oversight.models import Appeal, Measure
from oversight.permissions.measures import SPEAKERS, is_against_a_person


def _measure(event: AuditEvent) -> Measure | None:
    found = Measure.objects.select_related("type", "department", "organisation")
    return found.filter(pk=event.subject_id).first()


def _subject(measure: Measure, *, must_act: bool = False) -> Iterable[Told]:
    link = reverse("control:measure", args=[measure.number])
    if is_against_a_person(measure):
        found = person(measure.auditor_id, roles=(Role.AUDITOR,))
    else:
        found = staff(measure.organisation_id, *SPEAKERS)
    return told(found, must_act=must_act, link=link)


def _to_subject(event: AuditEvent) -> Iterable[Told]:
    measure = _measure(event)
    # A proposal that came to nothing was never told to its subject.
    return _subject(measure) if measure and measure.approved_at else ()


def _noticed(event: AuditEvent) -> Iterable[Told]:
    measure = _measure(event)
    return chain(_subject(measure, must_act=True), _proposer(measure)) if measure else ()


def _imposed(event: AuditEvent) -> Iterable[Told]:
    measure = _measure(event)
    if measure is None:
        return ()
    return chain(_subject(measure, must_act=measure.execute_by is not None), _proposer(measure))


def _proposer(measure: Measure) -> Iterable[Told]:
    return told(person(measure.proposed_by_id, roles=COMMITTEE_ROLES))


def _to_proposer(event: AuditEvent) -> Iterable[Told]:
    measure = _measure(event)
    return _proposer(measure) if measure else ()


def _measure_deciders(event: AuditEvent) -> Iterable[Told]:
    measure = _measure(event)
    if measure is None:
        return ()
    heads = committee(measure.department, Role.COMMITTEE_HEAD)
    return told(apart(heads, measure.proposed_by_id, measure.auditor_id), must_act=True)


def _replied(event: AuditEvent) -> Iterable[Told]:
    return chain(_measure_deciders(event), _to_proposer(event))


def _appeal(event: AuditEvent) -> Appeal | None:
    found = Appeal.objects.select_related("measure__type", "measure__department")
    return found.filter(pk=event.subject_id).first()


def _appeal_deciders(event: AuditEvent) -> Iterable[Told]:
    appeal = _appeal(event)
    if appeal is None:
        return ()
    measure = appeal.measure
    heads = committee(None, Role.COMMITTEE_HEAD)
    others = (
        measure.proposed_by_id,
        measure.approved_by_id,
        measure.decided_by_id,
        measure.auditor_id,
        appeal.filed_by_id,
        appeal.registered_by_id,
    )
    return told(apart(heads, *others), must_act=True)


def _appeal_decided(event: AuditEvent) -> Iterable[Told]:
    appeal = _appeal(event)
    if appeal is None:
        return ()
    deciders = persons(
        [appeal.measure.proposed_by_id, appeal.measure.decided_by_id], roles=COMMITTEE_ROLES
    )
    return chain(_subject(appeal.measure), told(deciders))


register(
    "measure.proposed",
    to=_measure_deciders,
    group=Group.CONTROL,
    text=_("Measure %(subject)s was proposed"),
    text_to_act=_("Measure %(subject)s was proposed: approve or reject it"),
)
register(
    "measure.rejected",
    to=_to_proposer,
    group=Group.CONTROL,
    text=_("Your measure %(subject)s was rejected"),
)
register(
    "measure.approved",
    to=_noticed,
    group=Group.CONTROL,
    text=_("Notice of measure %(subject)s was given"),
    text_to_act=_(
        "The Committee gives you notice of measure %(subject)s: reply by %(reply_until)s"
    ),
)
register(
    "measure.replied",
    to=_replied,
    group=Group.CONTROL,
    text=_("A reply came to measure %(subject)s"),
    text_to_act=_("A reply came to measure %(subject)s: decide"),
)
register(
    "measure.dropped",
    to=_to_subject,
    group=Group.CONTROL,
    text=_("The Committee dropped measure %(subject)s after your reply"),
)
register(
    "measure.imposed",
    to=_imposed,
    group=Group.CONTROL,
    text=_("Measure %(subject)s is in force"),
    text_to_act=_("Measure %(subject)s is in force: execute it by %(execute_by)s or appeal"),
)
register(
    "measure.executed",
    to=_to_subject,
    group=Group.CONTROL,
    text=_("Measure %(subject)s is executed"),
)
register(
    "measure.expired",
    to=_to_subject,
    group=Group.CONTROL,
    text=_("The term of measure %(subject)s ended"),
)
register(
    "measure.lifted",
    to=_to_subject,
    group=Group.CONTROL,
    text=_("Measure %(subject)s was lifted early"),
)
register(
    "measure.set_aside",
    to=_to_subject,
    group=Group.CONTROL,
    text=_("Measure %(subject)s was set aside by decision %(basis)s"),
)
register(
    "measure.fine_paid",
    to=_to_subject,
    group=Group.CONTROL,
    text=_("The payment of the fine of measure %(subject)s was entered"),
)
register(
    "appeal.filed",
    to=_appeal_deciders,
    group=Group.CONTROL,
    text=_("An appeal against measure %(measure)s was filed"),
    text_to_act=_("An appeal against measure %(measure)s was filed: consider it"),
)
register(
    "appeal.allowed",
    to=_appeal_decided,
    group=Group.CONTROL,
    text=_("The appeal was allowed; measure %(measure)s is set aside"),
)
register(
    "appeal.dismissed",
    to=_appeal_decided,
    group=Group.CONTROL,
    text=_("The appeal was dismissed; measure %(measure)s stands"),
)
