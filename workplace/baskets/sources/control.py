"""The rest of control: complaints, measures and appeals, mass actions, inspections, sellers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db.models import Case, DateField, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oversight.measures.deciding import may_be_imposed
from oversight.measures.selectors import with_everything
from oversight.measures.targets import subject_in_words
from oversight.models import Appeal, Complaint, GreyListing, Inspection, MassAction, Measure
from reference.working_days import ALMATY
from workplace.baskets.conditions import apart_from_case
from workplace.baskets.reading import Reader, when
from workplace.baskets.rows import LONGEST_TITLE, Row, clock_of, codes_of, days_until
from workplace.baskets.terms import one_stage
from workplace.deadlines.sources.decisions import TO_DECIDE, decision_awaited_since

from .base import ENDED, NOBODYS_TURN, Kind, Paths, Sorting

CENTRAL = gettext_lazy("the central office")


class Complaints(Kind):
    kind: ClassVar[str] = "complaint"
    label: ClassVar[str | Promise] = gettext_lazy("Complaint")
    subject: ClassVar[str] = "complaint"
    stage: ClassVar[str] = "control"
    paths: ClassVar[Paths] = Paths(chamber="certificate__application__chamber")
    words: ClassVar[tuple[str, ...]] = ("number", "number_given", "organisation__name_ru", "text")

    def sorting(self, reader: Reader) -> Sorting | None:
        """An inspector takes what nobody has; the answer is signed by a head who wrote none of
        it and stands apart from the case."""
        if not reader.is_committee:
            return None
        me, serves = reader.me, reader.serves()
        apart = Q(certificate__isnull=True) | apart_from_case(me, "certificate")
        examines = when(reader.is_inspector) & serves & apart
        own = examines & Q(inspector=me, status__in=("registered", "under_review"))
        wrote = Q(inspector=me) | Q(drafted_by=me)
        signs = when(reader.is_head) & serves & apart & ~wrote & Q(status="drafted")
        free = (serves & Q(status="received")) | (
            examines & Q(status="registered", inspector__isnull=True)
        )
        is_open = Q(status__in=("received", "registered", "under_review", "drafted"))
        mine = own | signs
        return Sorting(
            {"waiting": mine, "free": free, "moving": is_open & ~mine & ~free}, {ENDED: ~is_open}
        )

    def visible(self, reader: Reader) -> QuerySet[Complaint]:
        return Complaint.objects.filter(reader.serves())

    def listed(self, things: QuerySet[Complaint]) -> QuerySet[Complaint]:
        return things.select_related("department", "inspector", "organisation")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status__in=("received", "registered", "under_review", "drafted"))}

    def row(self, complaint: Complaint, reader: Reader) -> Row:
        department = complaint.department.name if complaint.department else str(CENTRAL)
        waits = {
            "received": department,
            "registered": str(complaint.inspector or department),
            "under_review": str(complaint.inspector or ""),
            "drafted": _("the signature of a head of %(department)s") % {"department": department},
        }
        return Row(
            kind=self.kind,
            pk=str(complaint.pk),
            version=complaint.version,
            kind_label=self.label,
            number=complaint.number,
            url=reverse("oversight:complaint-detail", args=[complaint.number]),
            title=Truncator(complaint.text).chars(LONGEST_TITLE),
            party=complaint.organisation.name
            if complaint.organisation
            else complaint.get_about_display(),
            codes=codes_of(complaint.number_given),
            status=complaint.status_info,
            who=waits.get(complaint.status, ""),
            since=complaint.status_since,
            submitted_at=complaint.received_at,
            **clock_of(complaint, reader),
        )


class Measures(Kind):
    """At the Committee's desk; the subject's side is in `asked`."""

    kind: ClassVar[str] = "measure"
    label: ClassVar[str | Promise] = gettext_lazy("Measure")
    subject: ClassVar[str] = "measure"
    stage: ClassVar[str] = "control"
    paths: ClassVar[Paths] = Paths(chamber="certificate__application__chamber", auditor="auditor")
    words: ClassVar[tuple[str, ...]] = (
        "number", "subject_name", "subject_bin", "organisation__name_ru", "organisation__bin",
        "certificate__number",
    )  # fmt: skip

    def sorting(self, reader: Reader) -> Sorting | None:
        """A head decides what another proposed, once the subject was heard or let the time pass;
        what was not executed in time is followed by anybody of the department."""
        if not reader.is_committee:
            return None
        me, serves = reader.me, reader.serves()
        decides = when(reader.is_head) & serves & ~Q(proposed_by=me) & ~Q(auditor=me)
        heard = self._heard(reader)
        mine = decides & (Q(status="proposed") | (Q(status="approved") & heard))
        overdue = serves & Q(status="in_force", due_on__lt=reader.today)
        is_open = Q(status__in=("proposed", "approved", "in_force"))
        return Sorting(
            {"waiting": mine, "free": overdue, "moving": is_open & ~mine & ~overdue},
            {ENDED: ~is_open},
        )

    def whole_term(self, reader: Reader) -> Combinable:
        """While a decision is awaited, the subject's day to reply is over and nobody's term."""
        still_heard = Q(status="approved", replied_at__isnull=True, due_on__gte=reader.today)
        return Case(When(Q(status="in_force") | still_heard, then=F("due_on")), default=None)

    def term(self, reader: Reader) -> Combinable:
        """Once the subject was heard, the head's own term runs (`decision_awaited_since`)."""
        began = Coalesce(
            TruncDate("replied_at", tzinfo=ALMATY),
            Cast(F("due_on") + Value(timedelta(days=1)), DateField()),
            TruncDate("status_since", tzinfo=ALMATY),
        )
        to_decide = one_stage(reader, self.subject, TO_DECIDE, began)
        is_heard = Q(status="approved") & self._heard(reader)
        return Case(When(is_heard, then=to_decide), default=super().term(reader))

    def stage_end(self, thing: Any, reader: Reader) -> date | None:
        if thing.status == "approved" and may_be_imposed(thing, on=reader.today):
            since = decision_awaited_since(thing)
            return reader.counting.stage_due_on(self.subject, TO_DECIDE, since, None)
        return super().stage_end(thing, reader)

    def _heard(self, reader: Reader) -> Q:
        return Q(replied_at__isnull=False) | Q(due_on__lt=reader.today) | Q(due_on__isnull=True)

    def visible(self, reader: Reader) -> QuerySet[Measure]:
        return Measure.objects.filter(reader.serves())

    def listed(self, things: QuerySet[Measure]) -> QuerySet[Measure]:
        return with_everything(things)

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        heard = self._heard(reader)
        return {
            "committee": Q(status="proposed") | (Q(status="approved") & heard),
            "other": (Q(status="approved") & ~heard) | Q(status="in_force"),
        }

    def row(self, measure: Measure, reader: Reader) -> Row:
        subject = subject_in_words(measure)
        is_heard = measure.status == "approved" and may_be_imposed(measure, on=reader.today)
        waits = {
            "proposed": _("a head who did not propose it"),
            "approved": _("the decision of a head") if is_heard else subject,
            "in_force": subject,
        }
        return Row(
            kind=self.kind,
            pk=str(measure.pk),
            version=measure.version,
            kind_label=self.label,
            number=measure.number,
            url=reverse("oversight:measure-detail", args=[measure.number]),
            title=measure.type.name,
            party=subject,
            codes=codes_of(measure.certificate.number if measure.certificate else ""),
            status=measure.status_info,
            who=waits.get(measure.status, ""),
            since=measure.status_since,
            submitted_at=measure.proposed_at,
            **({} if is_heard else clock_of(measure, reader)),
        )


class Appeals(Kind):
    """Heard by the central office, by a head who took no part in the measure."""

    kind: ClassVar[str] = "appeal"
    label: ClassVar[str | Promise] = gettext_lazy("Appeal against a measure")
    stage: ClassVar[str] = "control"
    words: ClassVar[tuple[str, ...]] = ("number", "measure__number", "text")

    def sorting(self, reader: Reader) -> Sorting | None:
        if not reader.is_committee:
            return None
        took_part = Q(filed_by=reader.me) | Q(registered_by=reader.me)
        for name in ("proposed_by", "approved_by", "decided_by", "auditor"):
            took_part |= Q(**{f"measure__{name}": reader.me})
        filed = Q(status="filed")
        mine = when(reader.is_head and reader.is_central) & filed & ~took_part
        return Sorting({"waiting": mine, "moving": filed & ~mine}, {ENDED: ~filed})

    def visible(self, reader: Reader) -> QuerySet[Appeal]:
        return Appeal.objects.filter(reader.serves("measure__department"))

    def listed(self, things: QuerySet[Appeal]) -> QuerySet[Appeal]:
        return things.select_related(
            "measure__type", "measure__auditor", "measure__organisation", "measure__certificate",
            "measure__act",
        ).defer("measure__certificate__record", "measure__act__record")  # fmt: skip

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status="filed")}

    def row(self, appeal: Appeal, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(appeal.pk),
            version=appeal.version,
            kind_label=self.label,
            number=appeal.number,
            url=reverse("oversight:appeal-detail", args=[appeal.number]),
            title=appeal.measure.type.name,
            party=subject_in_words(appeal.measure),
            codes=codes_of(appeal.measure.number),
            status=appeal.status_info,
            who=_("a head of the central office who took no part"),
            since=appeal.status_since,
            submitted_at=appeal.filed_at,
            **clock_of(appeal, reader),
        )


class MassActions(Kind):
    kind: ClassVar[str] = "mass_action"
    label: ClassVar[str | Promise] = gettext_lazy("Mass action")
    subject: ClassVar[str] = "mass_action"
    stage: ClassVar[str] = "control"
    due: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ("number", "grounds")

    def sorting(self, reader: Reader) -> Sorting | None:
        """Proposed by one, approved by a second, then by a third who is a head."""
        if not reader.is_committee:
            return None
        author, first = Q(proposed_by=reader.me), Q(first_approved_by=reader.me)
        head = when(reader.is_head) & ~author & ~first
        mine = (
            (when(reader.is_inspector) & author & Q(status="draft"))
            | (~author & Q(status="proposed"))
            | (head & Q(status__in=("first_approved", "stopped")))
        )
        is_open = Q(status__in=("draft", "proposed", "first_approved", "running", "stopped"))
        return Sorting({"waiting": mine, "moving": is_open & ~mine}, {ENDED: ~is_open})

    def visible(self, reader: Reader) -> QuerySet[MassAction]:
        return MassAction.objects.all()

    def listed(self, things: QuerySet[MassAction]) -> QuerySet[MassAction]:
        return things.select_related("proposed_by")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status__in=("draft", "proposed", "first_approved", "stopped"))}

    def row(self, action: MassAction, reader: Reader) -> Row:
        waits = {
            "draft": action.proposed_by.full_name,
            "proposed": _("the first approval by another person"),
            "first_approved": _("the second approval by a head"),
            "stopped": _("a head who lets it go on"),
        }
        return Row(
            kind=self.kind,
            pk=str(action.pk),
            version=action.version,
            kind_label=self.label,
            number=action.number,
            url=reverse("oversight:mass-detail", args=[action.number]),
            title=_("%(what)s, %(count)s certificates")
            % {"what": action.get_kind_display(), "count": action.total},
            party=action.proposed_by.full_name,
            status=action.status_info,
            who=waits.get(action.status, ""),
            since=action.status_since,
            submitted_at=action.created_at,
        )


class Inspections(Kind):
    kind: ClassVar[str] = "inspection"
    label: ClassVar[str | Promise] = gettext_lazy("Inspection")
    subject: ClassVar[str] = "inspection"
    stage: ClassVar[str] = "control"
    words: ClassVar[tuple[str, ...]] = ("number", "subject_name", "subject_bin")

    def sorting(self, reader: Reader) -> Sorting | None:
        """A head gives out what nobody has, an inspector may take it."""
        if not reader.is_committee:
            return None
        is_open = Q(status__in=("planned", "under_way"))
        unassigned = Q(status="planned", inspector__isnull=True)
        mine = is_open & Q(inspector=reader.me)
        if reader.is_head:
            tabs = {"waiting": mine | unassigned}
        else:
            tabs = {"waiting": mine, "free": unassigned}
        known = mine | unassigned
        return Sorting({**tabs, "moving": is_open & ~known}, {ENDED: ~is_open})

    def whole_term(self, reader: Reader) -> Combinable:
        """Once it has begun, the day it was planned for says nothing."""
        return Case(When(status="planned", then=F("planned_on")), default=None)

    def visible(self, reader: Reader) -> QuerySet[Inspection]:
        return Inspection.objects.filter(reader.serves())

    def listed(self, things: QuerySet[Inspection]) -> QuerySet[Inspection]:
        return things.select_related("department", "inspector")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status__in=("planned", "under_way"))}

    def row(self, inspection: Inspection, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(inspection.pk),
            version=inspection.version,
            kind_label=self.label,
            number=inspection.number,
            url=reverse("oversight:inspection-detail", args=[inspection.number]),
            title=inspection.subject_name,
            party=inspection.department.name,
            codes=codes_of(inspection.subject_bin, inspection.half_year),
            status=inspection.status_info,
            who=str(inspection.inspector or inspection.department.name),
            since=inspection.status_since,
            submitted_at=inspection.created_at,
            **(days_until(inspection.planned_on, reader) if inspection.status == "planned" else {}),
        )


class GreyListings(Kind):
    """Sellers of certificates: nobody's own, taken up by whoever comes first."""

    kind: ClassVar[str] = "listing"
    label: ClassVar[str | Promise] = gettext_lazy("Seller of certificates")
    subject: ClassVar[str] = "grey_listing"
    stage: ClassVar[str] = "control"
    due: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ("number", "address", "name")

    def sorting(self, reader: Reader) -> Sorting | None:
        if not reader.is_committee:
            return None
        free = Q(status="reported") | (Q(status="confirmed") & ~Q(confirmed_by=reader.me))
        is_open = Q(status__in=("reported", "confirmed", "sent_for_blocking"))
        return Sorting(
            {"free": free, "moving": is_open & ~free},
            {ENDED: Q(status="dismissed"), NOBODYS_TURN: Q(status="blocked")},
        )

    def visible(self, reader: Reader) -> QuerySet[GreyListing]:
        return GreyListing.objects.filter(Q(region__isnull=True) | reader.serves("region"))

    def listed(self, things: QuerySet[GreyListing]) -> QuerySet[GreyListing]:
        return things.select_related("region", "confirmed_by")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {
            "committee": Q(status__in=("reported", "confirmed")),
            "other": Q(status="sent_for_blocking"),
        }

    def row(self, listing: GreyListing, reader: Reader) -> Row:
        waits = {
            "reported": _("whoever looks at it first"),
            "confirmed": _("another person than %(name)s") % {"name": listing.confirmed_by},
            "sent_for_blocking": listing.sent_to,
        }
        return Row(
            kind=self.kind,
            pk=str(listing.pk),
            version=listing.version,
            kind_label=self.label,
            number=listing.number,
            url=reverse("oversight:listing-detail", args=[listing.number]),
            title=listing.name or Truncator(listing.address).chars(LONGEST_TITLE),
            party=listing.region.name if listing.region else listing.get_kind_display(),
            status=listing.status_info,
            who=waits.get(listing.status, ""),
            since=listing.status_since,
            submitted_at=listing.reported_at,
        )
