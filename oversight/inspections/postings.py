"""Postings: where people of the Committee serve, made and ended by a head of the central office."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import COMMITTEE_ROLES, Membership, Role, User
from accounts.permissions import authorize
from audit.refs import SubjectRef
from oversight.models import Posting
from reference.models import Department

SUBJECT_TYPE = "posting"


@transaction.atomic
def post_inspector(
    *,
    actor: Membership,
    user: User,
    department: Department,
    since: date,
    until: date | None = None,
) -> Posting:
    """The person acts in that region alone from the day on; two postings never overlap."""
    authorize(actor, "oversight.manage_postings", None)
    if department.is_central:
        raise DomainError(
            "central_office",
            _("Nobody is posted to the central office: whoever has no posting serves there."),
            field="department",
        )
    if until is not None and until < since:
        raise DomainError("dates", _("The last day is before the first one."), field="until")
    members = Membership.objects.current().filter(user=user, role__in=COMMITTEE_ROLES)
    if not members.exists():
        raise DomainError(
            "not_of_committee", _("Only people of the Committee are posted."), field="user"
        )
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    overlapping = user.postings.filter(Q(until__isnull=True) | Q(until__gte=since))
    if until is not None:
        overlapping = overlapping.filter(since__lte=until)
    if known := overlapping.select_related("department").first():
        raise DomainError(
            "posted_already",
            _("The person serves in %(department)s in these days. End that posting first.")
            % {"department": known.department.name},
            field="user",
        )
    posting = Posting.objects.create(user=user, department=department, since=since, until=until)
    _tell(
        "posting.made", actor, posting,
        since=since.isoformat(), until=until.isoformat() if until else "",
    )  # fmt: skip
    return posting


@transaction.atomic
def end_posting(*, actor: Membership, posting: Posting, until: date) -> Posting:
    """The last day of the service; the posting stays in the history."""
    authorize(actor, "oversight.manage_postings", None)
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related("department")
        .get(pk=posting.pk)
    )
    if posting.until is not None:
        raise DomainError("ended", _("The end of this posting is set already."))
    if until < posting.since:
        raise DomainError("dates", _("The last day is before the first one."), field="until")
    posting.until = until
    posting.save(update_fields=["until"])
    _tell("posting.ended", actor, posting, until=until.isoformat())
    return posting


def inspectors_of(department: Department, *, on: date) -> list[User]:
    """Inspectors who may act in the department: those posted there, and the central office."""
    serving = User.objects.filter(
        pk__in=Membership.objects.current().filter(role=Role.INSPECTOR).values("user")
    )
    posted = Posting.objects.in_force(on=on)
    elsewhere = posted.exclude(department=department)
    if department.is_central:
        elsewhere = posted
    return list(serving.exclude(pk__in=elsewhere.values("user")).order_by("full_name"))


def serves_in(user: User, department: Department, *, on: date) -> bool:
    return any(one.pk == user.pk for one in inspectors_of(department, on=on))


def _tell(event: str, actor: Membership, posting: Posting, **facts: str) -> None:
    audit.record(
        event,
        actor=actor.ref(),
        subject=SubjectRef(SUBJECT_TYPE, str(posting.pk), posting.department_id),
        posting=str(posting.pk),
        posted=str(posting.user_id),
        department=posting.department_id,
        **facts,
    )
