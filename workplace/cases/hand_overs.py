"""Work of a case that was given on, and why: read by the house that gave it, like its notes.

Of applications the chamber keeps the same with the application (`issuance.TakeOver`).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership
from issuance.models import TakeOver
from workflow.tracked import Tracked
from workplace.models import HandOver

from .control import checks, complaints
from .whole import WholeCase


def of_house(actor: Membership | None) -> QuerySet[HandOver]:
    """What people of the own organisation gave on, whoever of them works there still."""
    if actor is None:
        return HandOver.objects.none()
    colleagues = Membership.objects.filter(
        user=OuterRef("given_by"), organisation=actor.organisation_id
    )
    people = HandOver.objects.filter(Exists(colleagues))
    return people.select_related("previous", "given_to", "given_by").order_by("at", "pk")


def hand_overs_of(case: WholeCase) -> list[HandOver]:
    """Of the case itself, and for the Committee of the checks and complaints about it too."""
    told = Q(case_id=case.case_id)
    if case.is_of_committee:
        for things in (checks, complaints):
            told |= Q(subject_id__in=things(case.actor, case.case_id).values("pk"))
    return list(of_house(case.actor).filter(told))


def hand_overs_of_thing(actor: Membership | None, thing: Tracked) -> list[HandOver]:
    return list(of_house(actor).filter(subject_type=thing.SUBJECT_TYPE, subject_id=thing.pk))


def take_overs_of(case: WholeCase) -> list[TakeOver]:
    if not case.sees_review:
        return []
    found = TakeOver.objects.filter(application__in=[one.pk for one in case.applications])
    return list(found.select_related("previous", "taken_by", "given_by").order_by("at", "pk"))
