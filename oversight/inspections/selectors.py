"""What the pages of inspections show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from oversight.control.tabs import EVERYTHING, Tab
from oversight.models import HalfYearList, Inspection
from reference.models import CodeEntry, Department

from .half_years import HalfYear
from .lists import KINDS, OBJECTS, OUTCOMES


@dataclass(frozen=True)
class Line:
    """An inspection with its codes in words."""

    inspection: Inspection
    kind: str
    object_kind: str


def inspection_tabs(actor: Membership) -> list[Tab]:
    mine = Q(inspector=actor.user_id, status__in=("planned", "under_way"))
    return [
        Tab("mine", _("Mine"), mine),
        Tab("unassigned", _("To be given out"), Q(status="planned", inspector__isnull=True)),
        Tab("planned", _("Planned"), Q(status="planned")),
        Tab("under_way", _("Under way"), Q(status="under_way")),
        Tab("completed", _("Completed"), Q(status="completed")),
        Tab("cancelled", _("Cancelled"), Q(status="cancelled")),
        Tab("all", _("All"), EVERYTHING),
    ]


def code_words() -> Mapping[tuple[str, str], str]:
    """Names of kinds, objects and outcomes in the reader's language, in one query."""
    entries = CodeEntry.objects.filter(list__in=(KINDS, OBJECTS, OUTCOMES))
    return {(entry.list, entry.code): entry.name for entry in entries}


def lines_in_words(inspections: Iterable[Inspection]) -> list[Line]:
    words = code_words()
    return [
        Line(
            one,
            words.get((KINDS, one.kind), one.kind),
            words.get((OBJECTS, one.object_kind), one.object_kind),
        )
        for one in inspections
    ]


def lists_of_half_year(departments: QuerySet[Department], half: HalfYear) -> QuerySet[Department]:
    """Each department with the size of its list and whether it is approved."""
    approved = HalfYearList.objects.filter(department=OuterRef("pk"), half_year=str(half))
    standing = Q(inspections__half_year=str(half)) & ~Q(inspections__status="cancelled")
    return departments.annotate(
        listed=Count("inspections", filter=standing), is_approved=Exists(approved)
    ).order_by("code")
