"""Whom desk checks, recommendations, plans, inspections and mass actions concern."""

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from django.urls import reverse

from accounts.models import COMMITTEE_ROLES, Membership, Role
from audit.models import AuditEvent
from notices.people import apart, committee, person, persons, staff, told
from notices.turns import Told
from oversight.control.apart import SPEAKERS
from oversight.models import (
    CheckQuestion,
    ControlPlan,
    DeskCheck,
    GreyListing,
    Inspection,
    MassAction,
    Posting,
    Recommendation,
)


def _check(event: AuditEvent) -> DeskCheck | None:
    return (
        DeskCheck.objects.select_related("department", "certificate__application__act")
        .filter(pk=event.subject_id)
        .defer("certificate__record")
        .first()
    )


def _recommendation(event: AuditEvent) -> Recommendation | None:
    return (
        Recommendation.objects.select_related(
            "desk_check__department", "desk_check__certificate__application__act"
        )
        .filter(pk=event.subject_id)
        .defer("desk_check__certificate__record")
        .first()
    )


def _speakers(check: DeskCheck, organisation: UUID) -> list[Membership]:
    """Those who answer for the side; of an expert organisation the auditor of the act too."""
    act = check.certificate.application.act
    found = staff(organisation, *SPEAKERS)
    return found + person(act.signed_by_id, organisation=organisation, roles=(Role.AUDITOR,))


def _inspector(check: DeskCheck, *, must_act: bool = False) -> Iterable[Told]:
    return told(person(check.inspector_id, roles=COMMITTEE_ROLES), must_act=must_act)


def _second_person(check: DeskCheck) -> Iterable[Told]:
    heads = committee(check.department, Role.COMMITTEE_HEAD)
    return told(apart(heads, check.inspector_id), must_act=True)


def inspector_acts(event: AuditEvent) -> Iterable[Told]:
    check = _check(event)
    return _inspector(check, must_act=True) if check else ()


def asked(event: AuditEvent) -> Iterable[Told]:
    check = _check(event)
    question = CheckQuestion.objects.filter(pk=event.facts["question"]).first()
    if check is None or question is None:
        return ()
    link = reverse("control:question", args=[question.pk])
    return told(_speakers(check, question.addressee_id), must_act=True, link=link)


def concluded(event: AuditEvent) -> Iterable[Told]:
    """The second person closes it; the sides named in violations may object."""
    check = _check(event)
    if check is None:
        return ()
    link = reverse("control:conclusion", args=[check.number])
    named = check.violations.filter(set_aside_at__isnull=True, organisation__isnull=False)
    sides = set(named.values_list("organisation", flat=True))
    return chain(
        _second_person(check),
        *(told(_speakers(check, side), link=link) for side in sides),
    )


def objected(event: AuditEvent) -> Iterable[Told]:
    check = _check(event)
    return chain(_second_person(check), _inspector(check)) if check else ()


def closed(event: AuditEvent) -> Iterable[Told]:
    check = _check(event)
    if check is None:
        return ()
    link = reverse("control:conclusion", args=[check.number])
    named = check.violations.filter(set_aside_at__isnull=True, organisation__isnull=False)
    sides = set(named.values_list("organisation", flat=True))
    return chain(_inspector(check), *(told(_speakers(check, side), link=link) for side in sides))


def _addressee(event: AuditEvent, *, must_act: bool) -> Iterable[Told]:
    found = _recommendation(event)
    if found is None or found.sent_at is None:
        return ()
    link = reverse("control:recommendation", args=[found.number])
    return told(_speakers(found.desk_check, found.addressee_id), must_act=must_act, link=link)


def to_addressee(event: AuditEvent) -> Iterable[Told]:
    return _addressee(event, must_act=False)


def addressee_acts(event: AuditEvent) -> Iterable[Told]:
    return _addressee(event, must_act=True)


def _sender(event: AuditEvent, *, must_act: bool) -> Iterable[Told]:
    found = _recommendation(event)
    if found is None:
        return ()
    people = [found.prepared_by_id, found.desk_check.inspector_id]
    return told(persons(people, roles=COMMITTEE_ROLES), must_act=must_act)


def sender_acts(event: AuditEvent) -> Iterable[Told]:
    return _sender(event, must_act=True)


def both_sides(event: AuditEvent) -> Iterable[Told]:
    return chain(_sender(event, must_act=False), _addressee(event, must_act=False))


def objection_to_decide(event: AuditEvent) -> Iterable[Told]:
    found = _recommendation(event)
    if found is None:
        return ()
    check = found.desk_check
    heads = committee(check.department, Role.COMMITTEE_HEAD)
    return told(apart(heads, found.prepared_by_id, check.inspector_id), must_act=True)


def inspection_inspector(event: AuditEvent) -> Iterable[Told]:
    found = Inspection.objects.filter(pk=event.subject_id).first()
    if found is None:
        return ()
    return told(person(found.inspector_id, roles=COMMITTEE_ROLES), must_act=True)


def inspection_people(event: AuditEvent) -> Iterable[Told]:
    found = Inspection.objects.filter(pk=event.subject_id).first()
    if found is None:
        return ()
    return told(persons([found.inspector_id, found.planned_by_id], roles=COMMITTEE_ROLES))


def plan_author(event: AuditEvent) -> Iterable[Told]:
    plan = ControlPlan.objects.filter(pk=event.subject_id).first()
    return told(person(plan.created_by_id, roles=COMMITTEE_ROLES)) if plan else ()


def plan_deciders(event: AuditEvent) -> Iterable[Told]:
    plan = ControlPlan.objects.filter(pk=event.subject_id).first()
    if plan is None:
        return ()
    return told(apart(committee(None, Role.COMMITTEE_HEAD), plan.created_by_id), must_act=True)


def posted(event: AuditEvent) -> Iterable[Told]:
    posting = Posting.objects.filter(pk=event.facts["posting"]).first()
    if posting is None:
        return ()
    link = reverse("oversight:department-list")
    return told(person(posting.user_id, roles=COMMITTEE_ROLES), link=link)


def mass_first(event: AuditEvent) -> Iterable[Told]:
    action = MassAction.objects.filter(pk=event.subject_id).first()
    if action is None:
        return ()
    found = committee(None, Role.INSPECTOR, Role.COMMITTEE_HEAD)
    return told(apart(found, action.proposed_by_id), must_act=True)


def mass_second(event: AuditEvent) -> Iterable[Told]:
    action = MassAction.objects.filter(pk=event.subject_id).first()
    if action is None:
        return ()
    heads = committee(None, Role.COMMITTEE_HEAD)
    others = (action.proposed_by_id, action.first_approved_by_id)
    return told(apart(heads, *others), must_act=True)


def mass_people(event: AuditEvent) -> Iterable[Told]:
    action = MassAction.objects.filter(pk=event.subject_id).first()
    if action is None:
        return ()
    people = [action.proposed_by_id, action.first_approved_by_id, action.approved_by_id]
    return told(persons(people, roles=COMMITTEE_ROLES))


def alert(event: AuditEvent) -> Iterable[Told]:
    return told(
        committee(None, Role.INSPECTOR), must_act=True, link=reverse("oversight:alert-list")
    )


def listing_to_confirm(event: AuditEvent) -> Iterable[Told]:
    return told(committee(None, Role.INSPECTOR), must_act=True)


def listing_to_send(event: AuditEvent) -> Iterable[Told]:
    found = GreyListing.objects.select_related("region").filter(pk=event.subject_id).first()
    if found is None:
        return ()
    people = committee(found.region, Role.INSPECTOR, Role.COMMITTEE_HEAD)
    return told(apart(people, found.confirmed_by_id), must_act=True)
