"""What the Committee wants of an organisation, or of an auditor in person: to answer or to carry
out. The page "From the Committee" keeps it all; here it lies while it waits."""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from oversight.control.inbox import AUDITOR_OF_CHECK
from oversight.measures.selectors import of_subject
from oversight.models import CheckQuestion, DeskCheck, Measure, Recommendation, Violation
from workflow.transitions import Status
from workplace.baskets.conditions import speaks_for
from workplace.baskets.reading import Reader
from workplace.baskets.rows import LONGEST_TITLE, Row, clock_of, codes_of, days_until

from .base import ENDED, OF_OTHERS, WAITING, Kind, Sorting

ASKED = Status(gettext_lazy("Waits for your answer"), "wait", "arrow")
MAY_OBJECT = Status(gettext_lazy("May be objected to"), "wait", "arrow")
THE_COMMITTEE = gettext_lazy("the Committee")


class _Asked(Kind):
    """Lies with whoever answers for the addressee."""

    stage: ClassVar[str] = "control"

    def waits(self) -> Q:
        raise NotImplementedError

    def goes_on(self) -> Q:
        """Answered, and the Committee has to act next."""
        raise NotImplementedError

    def sorting(self, reader: Reader) -> Sorting | None:
        if reader.is_committee:
            return None
        waits, goes_on = self.waits(), self.goes_on() & ~self.waits()
        tabs = {WAITING[reader.role]: waits}
        if reader.role == Role.APPLICANT:
            return Sorting({**tabs, "moving": goes_on}, {ENDED: ~waits & ~goes_on})
        return Sorting(tabs, {OF_OTHERS: goes_on, ENDED: ~waits & ~goes_on})

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        side = {
            Role.APPLICANT: "applicant",
            Role.EXPERT_HEAD: "experts",
            Role.AUDITOR: "experts",
        }.get(Role(reader.role), "chamber")
        return {side: self.waits(), "committee": self.goes_on() & ~self.waits()}


class Questions(_Asked):
    kind: ClassVar[str] = "question"
    label: ClassVar[str | Promise] = gettext_lazy("Question of the Committee")
    since: ClassVar[str] = "asked_at"
    number: ClassVar[str] = "check_of__certificate__number"
    words: ClassVar[tuple[str, ...]] = ("check_of__certificate__number", "text")

    def waits(self) -> Q:
        """The last one asked; a question passed over after its term is closed."""
        later = CheckQuestion.objects.filter(
            check_of=OuterRef("check_of"),
            answered_at__isnull=True,
            asked_at__gt=OuterRef("asked_at"),
        )
        return Q(answered_at__isnull=True, check_of__status="awaiting_reply") & ~Q(Exists(later))

    def goes_on(self) -> Q:
        return Q(pk__in=[])

    def visible(self, reader: Reader) -> QuerySet[CheckQuestion]:
        return CheckQuestion.objects.filter(
            speaks_for(reader, organisation="addressee", auditor=f"check_of__{AUDITOR_OF_CHECK}")
        )

    def listed(self, things: QuerySet[CheckQuestion]) -> QuerySet[CheckQuestion]:
        return things.select_related("check_of__certificate", "addressee").defer(
            "check_of__certificate__record"
        )

    def row(self, question: CheckQuestion, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(question.pk),
            version=0,
            kind_label=self.label,
            number=question.check_of.certificate.number,
            url=reverse("control:question", args=[question.pk]),
            title=Truncator(question.text).chars(LONGEST_TITLE),
            party=str(THE_COMMITTEE),
            status=ASKED,
            who=question.addressee.name,
            since=question.asked_at,
            **days_until(question.due_on, reader),
        )


class Recommended(_Asked):
    kind: ClassVar[str] = "recommended"
    label: ClassVar[str | Promise] = gettext_lazy("Recommendation of the Committee")
    words: ClassVar[tuple[str, ...]] = ("number", "desk_check__certificate__number")

    def waits(self) -> Q:
        return Q(status="sent")

    def goes_on(self) -> Q:
        return Q(status__in=("objected", "reported"))

    def visible(self, reader: Reader) -> QuerySet[Recommendation]:
        return Recommendation.objects.filter(
            speaks_for(reader, organisation="addressee", auditor=f"desk_check__{AUDITOR_OF_CHECK}"),
            sent_at__isnull=False,
        )

    def listed(self, things: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
        return things.select_related("desk_check__certificate", "addressee").defer(
            "desk_check__certificate__record"
        )

    def row(self, found: Recommendation, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(found.pk),
            version=found.version,
            kind_label=self.label,
            number=found.number,
            url=reverse("control:recommendation", args=[found.number]),
            title=_("On certificate %(number)s") % {"number": found.desk_check.certificate.number},
            party=str(THE_COMMITTEE),
            codes=codes_of(found.desk_check.certificate.number),
            status=found.status_info,
            who=found.addressee.name if found.status == "sent" else str(THE_COMMITTEE),
            since=found.status_since,
            submitted_at=found.sent_at,
            **clock_of(found, reader),
        )


class Conclusions(_Asked):
    """Concluded checks whose violations name the organisation: it may object, once."""

    kind: ClassVar[str] = "conclusion"
    label: ClassVar[str | Promise] = gettext_lazy("Conclusion of a desk check")
    due: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ("certificate__number",)
    number: ClassVar[str] = "certificate__number"

    def waits(self) -> Q:
        return Q(status="concluded", objected_at__isnull=True)

    def goes_on(self) -> Q:
        return Q(status__in=("concluded", "objected", "in_progress", "awaiting_reply"))

    def visible(self, reader: Reader) -> QuerySet[DeskCheck]:
        named = Violation.objects.filter(
            desk_check=OuterRef("pk"),
            organisation=reader.actor.organisation_id,
            set_aside_at__isnull=True,
        )
        about = DeskCheck.objects.filter(
            Exists(named),
            result=DeskCheck.Result.VIOLATIONS,
            status__in=("concluded", "objected", "closed"),
        )
        if reader.role == Role.AUDITOR:
            return about.filter(**{AUDITOR_OF_CHECK: reader.me})
        return about

    def listed(self, things: QuerySet[DeskCheck]) -> QuerySet[DeskCheck]:
        return things.select_related("certificate").defer("certificate__record")

    def row(self, check: DeskCheck, reader: Reader) -> Row:
        is_open = check.status == "concluded" and check.objected_at is None
        return Row(
            kind=self.kind,
            pk=str(check.pk),
            version=check.version,
            kind_label=self.label,
            number=check.certificate.number,
            url=reverse("control:conclusion", args=[check.number]),
            title=_("Conclusion about certificate %(number)s")
            % {"number": check.certificate.number},
            party=str(THE_COMMITTEE),
            status=MAY_OBJECT if is_open else check.status_info,
            who=reader.actor.organisation.name if is_open else str(THE_COMMITTEE),
            since=check.concluded_at or check.status_since,
        )


class Notices(_Asked):
    """Measures against the organisation or the person: a notice awaits its reply, a decision its
    execution."""

    kind: ClassVar[str] = "notice"
    label: ClassVar[str | Promise] = gettext_lazy("Measure of the Committee")
    words: ClassVar[tuple[str, ...]] = ("number",)

    def waits(self) -> Q:
        return Q(status="approved", replied_at__isnull=True) | Q(
            status="in_force", execute_by__isnull=False
        )

    def goes_on(self) -> Q:
        return Q(status="approved", replied_at__isnull=False)

    def visible(self, reader: Reader) -> QuerySet[Measure]:
        return of_subject(reader.actor)

    def listed(self, things: QuerySet[Measure]) -> QuerySet[Measure]:
        return things.select_related("type", "certificate").defer("certificate__record")

    def row(self, measure: Measure, reader: Reader) -> Row:
        is_open = measure.status == "in_force" or measure.replied_at is None
        return Row(
            kind=self.kind,
            pk=str(measure.pk),
            version=measure.version,
            kind_label=self.label,
            number=measure.number,
            url=reverse("control:measure", args=[measure.number]),
            title=measure.type.name,
            party=str(THE_COMMITTEE),
            codes=codes_of(measure.certificate.number if measure.certificate else ""),
            status=measure.status_info,
            who=reader.actor.organisation.name if is_open else str(THE_COMMITTEE),
            since=measure.status_since,
            submitted_at=measure.approved_at,
            **clock_of(measure, reader),
        )
