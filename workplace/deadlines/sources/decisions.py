"""Clocks of the Committee's decisions: measures, appeals, complaints, inspections and the rest."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from oversight.measures.deciding import may_be_imposed
from oversight.models import (
    Appeal,
    Complaint,
    ControlPlan,
    GreyListing,
    Inspection,
    MassAction,
    Measure,
)
from reference.working_days import ALMATY
from workplace.deadlines.clocks import Clock, Counting, Source, register_clocks

from .control import roles_of

OPEN_COMPLAINTS = ("received", "registered", "under_review", "drafted")
OPEN_MASS_ACTIONS = ("proposed", "first_approved", "stopped")
OPEN_PLANS = ("draft", "committed", "drawn")
# No status of a measure: it is approved, and the subject was heard.
TO_DECIDE = "to_decide"


def running_measures() -> QuerySet[Measure]:
    rows = Measure.objects.filter(status__in=("proposed", "approved", "in_force"))
    return rows.select_related("organisation", "type", "auditor")


def measure_clock(measure: Measure, counting: Counting) -> Clock | None:
    """Decided on by a head, replied to and executed by the subject."""
    page = reverse("oversight:measure-detail", args=[measure.number])
    clock = Clock(
        **counting.dated(measure, scheme=None),
        **counting.of_committee(
            page=page,
            whom=Role.COMMITTEE_HEAD,
            user=None,
            department=measure.department_id,
        ),
    )
    match measure.status:
        case "proposed":
            return clock
        case "approved" if may_be_imposed(measure, on=counting.today):
            return _to_be_decided(clock, measure, counting)
        case "approved":
            return _for_the_subject(clock, measure)
        case "in_force" if measure.due_on is not None:
            return _for_the_subject(clock, measure)
    return None


def _to_be_decided(clock: Clock, measure: Measure, counting: Counting) -> Clock:
    since = decision_awaited_since(measure)
    due_on = counting.stage_due_on(Measure.SUBJECT_TYPE, TO_DECIDE, since, None)
    return replace(
        clock,
        stage_code=TO_DECIDE,
        stage=_("The decision is awaited"),
        since=since,
        due_on=due_on,
        days_left=counting.left(due_on),
        whole_due_on=None,
    )


def decision_awaited_since(measure: Measure) -> datetime:
    """The moment at which the subject had been heard or had stayed silent long enough."""
    if measure.replied_at is None and measure.due_on is not None:
        return datetime.combine(measure.due_on + timedelta(days=1), time(), tzinfo=ALMATY)
    return measure.replied_at or measure.status_since


def _for_the_subject(clock: Clock, measure: Measure) -> Clock:
    """A subject that the portal does not know is reminded by nobody; the day is shown all the
    same."""
    organisation = measure.organisation
    return replace(
        clock,
        url=reverse("control:measure", args=[measure.number]),
        desk_url=clock.url,
        organisation=organisation,
        user=measure.auditor if organisation is None else None,
        roles=roles_of(organisation) if organisation else (),
        waits_for=str(organisation or measure.auditor or measure.subject_name),
    )


def running_appeals() -> QuerySet[Appeal]:
    return Appeal.objects.filter(status="filed").select_related("measure")


def appeal_clock(appeal: Appeal, counting: Counting) -> Clock | None:
    if appeal.status != "filed":
        return None
    return Clock(
        **counting.dated(appeal, scheme=None),
        **counting.of_committee(
            page=reverse("oversight:appeal-detail", args=[appeal.number]),
            whom=Role.COMMITTEE_HEAD,
            user=None,
            department=None,
        ),
    )


def running_complaints() -> QuerySet[Complaint]:
    return Complaint.objects.filter(status__in=OPEN_COMPLAINTS).select_related("inspector")


def complaint_clock(complaint: Complaint, counting: Counting) -> Clock | None:
    if complaint.status not in OPEN_COMPLAINTS:
        return None
    is_drafted = complaint.status == "drafted"
    return Clock(
        **counting.dated(complaint, scheme=None),
        **counting.of_committee(
            page=reverse("oversight:complaint-detail", args=[complaint.number]),
            whom=Role.COMMITTEE_HEAD if is_drafted else Role.INSPECTOR,
            user=None if is_drafted else complaint.inspector,
            department=complaint.department_id,
        ),
    )


def running_inspections() -> QuerySet[Inspection]:
    rows = Inspection.objects.filter(status__in=("planned", "under_way"))
    return rows.select_related("inspector")


def inspection_clock(inspection: Inspection, counting: Counting) -> Clock | None:
    """Begun on the day for which it was planned; completed within the term of an inspection."""
    if inspection.status not in ("planned", "under_way"):
        return None
    planned = inspection.planned_on if inspection.status == "planned" else None
    return Clock(
        **counting.dated(inspection, scheme=None, whole=planned),
        **counting.of_committee(
            page=reverse("oversight:inspection-detail", args=[inspection.number]),
            whom=Role.INSPECTOR,
            user=inspection.inspector,
            department=inspection.department_id,
        ),
    )


def open_listings() -> QuerySet[GreyListing]:
    return GreyListing.objects.filter(status__in=("reported", "confirmed"))


def listing_clock(listing: GreyListing, counting: Counting) -> Clock | None:
    """Until it is sent for blocking; after that another body acts, in its own time."""
    if listing.status not in ("reported", "confirmed"):
        return None
    return Clock(
        **counting.dated(listing, scheme=None),
        **counting.of_committee(
            page=reverse("oversight:listing-detail", args=[listing.number]),
            whom=Role.INSPECTOR,
            user=None,
            department=listing.region_id,
        ),
    )


def open_mass_actions() -> QuerySet[MassAction]:
    return MassAction.objects.filter(status__in=OPEN_MASS_ACTIONS)


def mass_clock(action: MassAction, counting: Counting) -> Clock | None:
    if action.status not in OPEN_MASS_ACTIONS:
        return None
    is_first = action.status == "proposed"
    return Clock(
        **counting.dated(action, scheme=None),
        **counting.of_committee(
            page=reverse("oversight:mass-detail", args=[action.number]),
            whom=Role.INSPECTOR if is_first else Role.COMMITTEE_HEAD,
            user=None,
            department=None,
        ),
    )


def open_plans() -> QuerySet[ControlPlan]:
    return ControlPlan.objects.filter(status__in=OPEN_PLANS).select_related("created_by")


def plan_clock(plan: ControlPlan, counting: Counting) -> Clock | None:
    """The checks of a plan are done by the day that it names, so it is drawn well before."""
    if plan.status not in OPEN_PLANS:
        return None
    is_draft = plan.status == "draft"
    return Clock(
        **counting.dated(plan, scheme=None, whole=plan.due_on),
        **counting.of_committee(
            page=reverse("oversight:plan-detail", args=[plan.number]),
            whom=Role.COMMITTEE_HEAD if is_draft else Role.INSPECTOR,
            user=None if is_draft else plan.created_by,
            department=None,
        ),
    )


register_clocks(
    Source(
        Measure,
        running_measures,
        measure_clock,
        organisations=("organisation",),
        people=("auditor",),
    )
)
register_clocks(Source(Appeal, running_appeals, appeal_clock))
register_clocks(
    # `oversight.keep_complaints` tells of the term that the law sets.
    Source(Complaint, running_complaints, complaint_clock, frozenset({"reminder", "passed"}))
)
register_clocks(Source(Inspection, running_inspections, inspection_clock))
register_clocks(Source(GreyListing, open_listings, listing_clock))
register_clocks(Source(MassAction, open_mass_actions, mass_clock))
register_clocks(Source(ControlPlan, open_plans, plan_clock))
