"""Desk control: checks, what is recommended after them, and the plans that they come from."""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issuance.selectors import with_goods
from oversight.models import CheckQuestion, ControlPlan, DeskCheck, Recommendation
from workplace.baskets.conditions import apart_from_case
from workplace.baskets.reading import Reader, when
from workplace.baskets.rows import (
    Row,
    clock_of,
    codes_of,
    days_until,
    goods_in_words,
    spaced_code,
)

from .base import ENDED, Kind, Paths, Sorting, by_certificate

NO_REPLY_YET = gettext_lazy("the clock stands still: an organisation must reply")


class Checks(Kind):
    kind: ClassVar[str] = "check"
    label: ClassVar[str | Promise] = gettext_lazy("Desk check")
    subject: ClassVar[str] = "desk_check"
    stage: ClassVar[str] = "control"
    paths: ClassVar[Paths] = by_certificate("certificate")
    words: ClassVar[tuple[str, ...]] = ("number", "certificate__number")

    def sorting(self, reader: Reader) -> Sorting | None:
        """Given to me, or mine to decide; what anybody of the central office may give out."""
        if not reader.is_committee:
            return None
        works = works_on_it(reader, "")
        second = second_person(reader, "")
        # A question passed over after its term stays unanswered; a later one may still run.
        still_due = CheckQuestion.objects.filter(
            check_of=OuterRef("pk"), answered_at__isnull=True, due_on__gte=reader.today
        )
        unanswered = Q(status="awaiting_reply") & ~Q(Exists(still_due))
        mine = works & (Q(status__in=("assigned", "in_progress")) | unanswered)
        mine |= second & Q(status__in=("concluded", "objected"))
        selected = Q(status="selected")
        tabs = {"waiting": mine, "free": selected & when(reader.is_inspector and reader.is_central)}
        if reader.is_head:
            tabs["waiting"] = mine | (selected & reader.serves())
        known = tabs["waiting"] | tabs["free"]
        return Sorting(
            {**tabs, "moving": ~Q(status="closed") & ~known}, {ENDED: Q(status="closed")}
        )

    def visible(self, reader: Reader) -> QuerySet[DeskCheck]:
        return DeskCheck.objects.filter(reader.serves())

    def listed(self, things: QuerySet[DeskCheck]) -> QuerySet[DeskCheck]:
        related = things.select_related(
            "certificate__application__applicant",
            "certificate__application__chamber",
            "department",
            "inspector",
        ).defer("certificate__record", "certificate__application__decision_record")
        return with_goods(related, request="certificate__application__act__request")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {
            "committee": ~Q(status__in=("awaiting_reply", "closed")),
            "other": Q(status="awaiting_reply"),
        }

    def row(self, check: DeskCheck, reader: Reader) -> Row:
        application = check.certificate.application
        return Row(
            kind=self.kind,
            pk=str(check.pk),
            version=check.version,
            kind_label=self.label,
            number=check.number,
            url=reverse("oversight:check-detail", args=[check.number]),
            title=goods_in_words(check),
            party=f"{application.applicant.name} · {application.chamber.name}",
            codes=codes_of(spaced_code(check.goods_hs_code), check.certificate.number),
            status=check.status_info,
            who=_check_waits_for(check),
            since=check.status_since,
            pause=NO_REPLY_YET if check.is_clock_paused else "",
            **clock_of(check, reader),
        )


def works_on_it(reader: Reader, check: str) -> Q:
    """`oversight.work_on_check` as a condition; `check` is the path to the check."""
    at = f"{check}__" if check else ""
    return (
        Q(**{f"{at}inspector": reader.me})
        & reader.serves(f"{at}department")
        & apart_from_case(reader.me, f"{at}certificate")
    )


def second_person(reader: Reader, check: str) -> Q:
    """`oversight.close_check` as a condition: a head apart from the inspector and the case."""
    at = f"{check}__" if check else ""
    return (
        when(reader.is_head)
        & reader.serves(f"{at}department")
        & ~Q(**{f"{at}inspector": reader.me})
        & apart_from_case(reader.me, f"{at}certificate")
    )


def _check_waits_for(check: DeskCheck) -> str:
    match check.status:
        case "selected":
            return check.department.name
        case "assigned" | "in_progress":
            return str(check.inspector)
        case "awaiting_reply":
            return _("the reply of an organisation")
        case "concluded" | "objected":
            return _("a second person of %(department)s") % {"department": check.department.name}
    return ""


class Recommendations(Kind):
    """At the Committee's desk; the addressee's side is `asked.Asked`."""

    kind: ClassVar[str] = "recommendation"
    label: ClassVar[str | Promise] = gettext_lazy("Recommendation")
    subject: ClassVar[str] = "recommendation"
    stage: ClassVar[str] = "control"
    paths: ClassVar[Paths] = by_certificate("desk_check__certificate")
    words: ClassVar[tuple[str, ...]] = (
        "number",
        "desk_check__certificate__number",
        "addressee__name_ru",
        "addressee__name_kk",
    )

    def sorting(self, reader: Reader) -> Sorting | None:
        if not reader.is_committee:
            return None
        works = works_on_it(reader, "desk_check")
        head = when(reader.is_head) & reader.serves("desk_check__department")
        prepared = Q(prepared_by=reader.me)
        mine = (
            (Q(status="prepared") & (works | (head & prepared)))
            | (Q(status="objected") & second_person(reader, "desk_check") & ~prepared)
            | (Q(status="reported") & (works | head))
        )
        is_open = Q(status__in=("prepared", "sent", "objected", "reported"))
        return Sorting({"waiting": mine, "moving": is_open & ~mine}, {ENDED: ~is_open})

    def visible(self, reader: Reader) -> QuerySet[Recommendation]:
        return Recommendation.objects.filter(reader.serves("desk_check__department"))

    def listed(self, things: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
        related = things.select_related(
            "desk_check__certificate", "desk_check__department", "addressee", "prepared_by"
        ).defer("desk_check__certificate__record")
        return with_goods(related, request="desk_check__certificate__application__act__request")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {
            "committee": Q(status__in=("prepared", "objected", "reported")),
            "other": Q(status="sent"),
        }

    def row(self, found: Recommendation, reader: Reader) -> Row:
        waits = {
            "prepared": found.prepared_by.full_name,
            "sent": found.addressee.name,
            "objected": _("a head who did not prepare it"),
            "reported": found.desk_check.department.name,
        }
        return Row(
            kind=self.kind,
            pk=str(found.pk),
            version=found.version,
            kind_label=self.label,
            number=found.number,
            url=reverse("oversight:recommendation-detail", args=[found.number]),
            title=goods_in_words(found),
            party=found.addressee.name,
            codes=codes_of(spaced_code(found.goods_hs_code), found.desk_check.certificate.number),
            status=found.status_info,
            who=waits.get(found.status, ""),
            since=found.status_since,
            **clock_of(found, reader),
        )


class Plans(Kind):
    kind: ClassVar[str] = "plan"
    label: ClassVar[str | Promise] = gettext_lazy("Plan of desk control")
    stage: ClassVar[str] = "control"
    words: ClassVar[tuple[str, ...]] = ("number", "title")

    def sorting(self, reader: Reader) -> Sorting | None:
        """A plan is closed only once every check that was drawn exists and is closed."""
        if not reader.is_committee:
            return None
        unfinished = DeskCheck.objects.filter(plan=OuterRef("pk")).exclude(status="closed")
        head = when(reader.is_head and reader.is_central)
        begun = DeskCheck.objects.filter(plan=OuterRef("pk"))
        is_done = Q(status="drawn") & Q(Exists(begun)) & ~Q(Exists(unfinished))
        mine = head & ((Q(status="draft") & ~Q(created_by=reader.me)) | is_done)
        is_open = Q(status__in=("draft", "committed", "drawn"))
        return Sorting({"waiting": mine, "moving": is_open & ~mine}, {ENDED: ~is_open})

    def visible(self, reader: Reader) -> QuerySet[ControlPlan]:
        return ControlPlan.objects.filter(when(reader.is_central))

    def listed(self, things: QuerySet[ControlPlan]) -> QuerySet[ControlPlan]:
        return things.select_related("created_by").defer("nonce", "checkpoint")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status__in=("draft", "drawn"))}

    def row(self, plan: ControlPlan, reader: Reader) -> Row:
        waits = {
            "draft": _("a head who did not prepare it"),
            "committed": _("the draw"),
            "drawn": _("its checks"),
        }
        return Row(
            kind=self.kind,
            pk=str(plan.pk),
            version=plan.version,
            kind_label=self.label,
            number=plan.number,
            url=reverse("oversight:plan-detail", args=[plan.number]),
            title=plan.title,
            party=plan.created_by.full_name,
            status=plan.status_info,
            who=waits.get(plan.status, ""),
            since=plan.status_since,
            **days_until(plan.due_on, reader),
        )
