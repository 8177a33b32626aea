"""The half-yearly list of a department: a head who planned none of it approves it as a whole."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.canonical import canonical_bytes, sha256_hex
from oversight.departments import check_department
from oversight.models import HalfYearList, Inspection
from oversight.papers import order_paper
from reference.models import Department

from .half_years import HalfYear
from .papers import LIST_PAPER


@transaction.atomic
def approve_list(
    *, actor: Membership, department: Department, half_year: str, seen_sha256: str
) -> HalfYearList:
    """From here on the list is closed, and its inspections may begin.

    `seen_sha256` is the digest of the lines that the head saw: a line that came meanwhile is not
    approved unseen.
    """
    check_department(actor, department)
    half = HalfYear.parse(half_year)
    authorize(actor, "oversight.approve_half_year_list", None)
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    if HalfYearList.objects.filter(department=department, half_year=str(half)).exists():
        raise DomainError("approved_already", _("This list is approved already."))
    lines = lines_of(department, str(half))
    if not lines:
        raise DomainError("empty_list", _("The list is empty."))
    if any(line.planned_by_id == actor.user_id for line in lines):
        raise DomainError(
            "own_lines", _("You planned a part of this list yourself; another head approves it.")
        )
    digest = list_digest(lines)
    if digest != seen_sha256:
        raise DomainError(
            "list_changed",
            _("The list has changed since you opened the page. Please look at it again."),
        )
    approved = HalfYearList.objects.create(
        department=department,
        half_year=str(half),
        approved_by=actor.user,
        approved_at=timezone.now(),
        total=len(lines),
        list_sha256=digest,
    )
    audit.record(
        "half_year_list.approved",
        actor=actor.ref(),
        subject=approved.subject_ref(),
        case=str(approved.case_id),
        department=department.pk,
        half_year=str(half),
        total=approved.total,
        list_sha256=digest,
    )
    order_paper(LIST_PAPER, str(approved.pk))
    return approved


def lines_of(department: Department, half_year: str) -> list[Inspection]:
    """What stands in the list, in its order."""
    rows = Inspection.objects.filter(department=department, half_year=half_year)
    return list(rows.exclude(status="cancelled").order_by("planned_on", "number"))


def list_digest(lines: Sequence[Inspection]) -> str:
    """Over everything that is approved: subject, kind, object and day of each line."""
    lines_told = [
        [
            line.number, line.subject_bin, line.subject_name, line.kind, line.object_kind,
            line.planned_on.isoformat(),
        ]
        for line in lines
    ]  # fmt: skip
    return sha256_hex(canonical_bytes({"lines": lines_told}))
