"""The half-yearly lists that wait for a head: lines beside the basket, where inspections lie."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import COMMITTEE_ROLES, Membership, Role
from issuance.calls import Call
from oversight.departments import within
from oversight.models import HalfYearList, Inspection

from .half_years import HalfYear


def calls_for(actor: Membership, *, on: date) -> Iterator[Call]:
    """Counted by the conditions under which the person may act, in the person's department."""
    if actor.role not in COMMITTEE_ROLES:
        return
    own = within(Inspection.objects.all(), actor)
    if actor.role == Role.COMMITTEE_HEAD:
        waiting = waiting_lists(own, on=on, besides=actor).count()
        if waiting:
            text = ngettext(
                "%(n)d half-yearly list to approve", "%(n)d half-yearly lists to approve", waiting
            )
            yield Call(text % {"n": waiting}, reverse("oversight:half-year-list"), waiting)


def waiting_lists(
    inspections: QuerySet[Inspection], *, on: date, besides: Membership
) -> QuerySet[Inspection, tuple[str, str]]:
    """Department and half-year of each list that somebody else than its planners may approve."""
    approved = HalfYearList.objects.filter(
        department=OuterRef("department"), half_year=OuterRef("half_year")
    )
    own_lines = Inspection.objects.filter(
        ~Q(status="cancelled"),
        department=OuterRef("department"),
        half_year=OuterRef("half_year"),
        planned_by=besides.user_id,
    )
    return (
        inspections.filter(~Exists(approved), ~Exists(own_lines), status="planned")
        .filter(half_year__gte=str(HalfYear.of(on)))
        .order_by("half_year", "department")
        .values_list("department", "half_year")
        .distinct()
    )
