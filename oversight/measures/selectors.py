"""Which measures a person sees, what each waits for, and what came before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import COMMITTEE_ROLES, Membership, Role
from expertise.models import Act
from issuance.models import Certificate
from oversight.departments import within
from oversight.models import Appeal, Measure
from oversight.permissions.measures import SPEAKERS
from reference.models import MeasureType
from reference.parameters import parameter
from reference.working_days import Calendar

from .deciding import may_be_imposed
from .targets import subject_in_words

RELATED = (
    "type", "department", "certificate", "act", "auditor", "organisation", "proposed_by",
    "approved_by", "decided_by", "ended_by", "replied_by", "signature", "notice", "document",
    "desk_check", "complaint", "inspection", "file", "reply_file",
)  # fmt: skip
# Records of thousands of bytes that no page of measures shows.
NOT_SHOWN = ("certificate__record", "act__record", "notice__record", "document__record")
# Before the notice the subject knows nothing; a rejected or withdrawn proposal stays inside.
TOLD = ("approved", "in_force", "executed", "lifted", "set_aside", "dropped")
ENDED = ("executed", "lifted", "set_aside", "rejected", "dropped", "withdrawn")
# What counts as an earlier violation of the same auditor.
REPEATED_GROUPS = (MeasureType.Group.EFFECT, MeasureType.Group.CASE, MeasureType.Group.RAPID)


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise


TABS = (
    Tab("to_approve", gettext_lazy("To approve")),
    Tab("replies_due", gettext_lazy("Replies due")),
    Tab("to_decide", gettext_lazy("To decide")),
    Tab("in_force", gettext_lazy("In force")),
    Tab("ended", gettext_lazy("Ended")),
)


def tab_conditions(*, on: date) -> dict[str, Q]:
    """The conditions by the key of the tab; a measure lies in exactly one."""
    heard = Q(replied_at__isnull=False) | Q(due_on__lt=on) | Q(due_on__isnull=True)
    return {
        "to_approve": Q(status="proposed"),
        "replies_due": Q(status="approved") & ~heard,
        "to_decide": Q(status="approved") & heard,
        "in_force": Q(status="in_force"),
        "ended": Q(status__in=ENDED),
    }


def visible_to(actor: Membership | None) -> QuerySet[Measure]:
    """The Committee sees those of its department, a subject those it was told of."""
    if actor is None:
        return Measure.objects.none()
    if actor.role in COMMITTEE_ROLES:
        return within(Measure.objects.all(), actor)
    return of_subject(actor)


def of_subject(actor: Membership) -> QuerySet[Measure]:
    """What concerns the auditor in person, or the organisation that the person speaks for."""
    told = Measure.objects.filter(status__in=TOLD)
    if actor.role == Role.AUDITOR:
        return told.filter(auditor=actor.user_id, organisation__isnull=True)
    if actor.role in SPEAKERS:
        return told.filter(organisation=actor.organisation_id)
    return told.none()


def with_everything(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    return measures.select_related(*RELATED).defer(*NOT_SHOWN)


@dataclass(frozen=True)
class Waiting:
    """One sentence about the measure: what it waits for and from whom; the day, if there is one."""

    sentence: str
    until: date | None = None
    days: int | None = None

    @property
    def is_overdue(self) -> bool:
        return self.days is not None and self.days < 0


def waiting_for(measure: Measure, *, on: date, calendar: Calendar | None = None) -> Waiting:
    days = measure.working_days_left(on=on, calendar=calendar) if measure.due_on else None
    match measure.status:
        case "proposed":
            return Waiting(_("Waits for the approval of another person."))
        case "approved" if not may_be_imposed(measure, on=on):
            return Waiting(_("The subject may reply."), measure.due_on, days)
        case "approved" if measure.replied_at is not None:
            return Waiting(_("The subject has replied; the decision is awaited."))
        case "approved":
            return Waiting(_("No reply came in time; the decision is awaited."), measure.due_on)
        case "in_force":
            return _waiting_in_force(measure, days)
    return Waiting(_("Nothing more is awaited."))


def _waiting_in_force(measure: Measure, days: int | None) -> Waiting:
    if measure.execute_by is not None:
        return Waiting(_("The subject executes what was ordered."), measure.execute_by, days)
    if measure.fine_tenge is not None and measure.fine_paid_on is None:
        return Waiting(_("The fine is to be paid."))
    if measure.ends_on is not None:
        return Waiting(_("In force until its last day."), measure.ends_on)
    if measure.type.effect == MeasureType.Effect.NONE:
        return Waiting(_("An inspector marks it as executed."))
    return Waiting(_("In force without a term."))


@dataclass(frozen=True)
class Row:
    measure: Measure
    subject: str
    waiting: Waiting


def rows_of(measures: Iterable[Measure]) -> list[Row]:
    """One calendar for all rows."""
    today, calendar = timezone.localdate(), Calendar.current()
    return [
        Row(each, subject_in_words(each), waiting_for(each, on=today, calendar=calendar))
        for each in measures
    ]


def earlier_measures(measure: Measure, *, on: date) -> Sequence[Measure]:
    """What was decided against the same auditor within the months of repetition, and stands.

    Code of Administrative Offences, article 417 part 5: repeated within a year.
    """
    auditor = measure.auditor_id or (measure.act.signed_by_id if measure.act else None)
    if auditor is None:
        return []
    since = on - relativedelta(months=parameter("measure.repetition_months", on=on))
    against = Q(auditor=auditor) | Q(act__signed_by=auditor)
    return list(
        with_everything(Measure.objects.filter(against))
        .filter(
            decided_at__date__gte=since,
            status__in=("in_force", "executed", "lifted"),
            type__group__in=REPEATED_GROUPS,
        )
        .exclude(pk=measure.pk)
        .order_by("-decided_at")
    )


def certificates_on(act: Act | None) -> list[Certificate]:
    """Everything that was issued on the act, to be decided about one by one."""
    if act is None:
        return []
    return list(
        Certificate.objects.filter(application__act=act)
        .exclude(status__in=("issuing", "issue_failed"))
        .select_related("application__applicant")
        .defer("record")
        .order_by("number")
    )


def appeals_visible_to(actor: Membership | None) -> QuerySet[Appeal]:
    if actor is None:
        return Appeal.objects.none()
    if actor.role in COMMITTEE_ROLES:
        return within(Appeal.objects.all(), actor, field="measure__department")
    return Appeal.objects.filter(measure__in=of_subject(actor))
