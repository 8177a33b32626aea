"""Who may act where: the central office everywhere, a territorial department in its region."""

from datetime import date
from typing import TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import COMMITTEE_ROLES, Membership
from issuance.models import Certificate
from reference.models import Department

from .models import Posting

Rows = TypeVar("Rows", bound=models.QuerySet)


class OutsideDepartment(DomainError):
    """The person serves in another region."""

    status_code = 403


def department_of(actor: Membership, *, on: date) -> Department:
    """Where the person serves on the day; without a posting, in the central office."""
    posting = (
        Posting.objects.filter(user=actor.user_id)
        .in_force(on=on)
        .select_related("department")
        .first()
    )
    return posting.department if posting else Department.objects.get(pk=Department.CENTRAL)


def may_act_in(actor: Membership | None, department: Department | None) -> bool:
    """Whether the person of the Committee may act on what belongs to the department.

    What no department has yet is the central office's.
    """
    if actor is None or actor.role not in COMMITTEE_ROLES:
        return False
    own = department_of(actor, on=timezone.localdate())
    return own.is_central or (department is not None and own == department)


def check_department(actor: Membership, department: Department | None) -> None:
    """Raises `OutsideDepartment` unless the person may act there."""
    if not may_act_in(actor, department):
        raise OutsideDepartment(
            "outside_department",
            _("This belongs to another department: %(department)s. Nothing was changed.")
            % {"department": department.name if department else "—"},
        )


def department_of_certificate(certificate: Certificate) -> Department:
    """The department of the region whose chamber issued the certificate."""
    return Department.objects.get(pk=certificate.chamber_code)


def within(rows: Rows, actor: Membership, *, field: str = "department") -> Rows:
    """The rows of the person's department; all of them for the central office."""
    return of_department(rows, department_of(actor, on=timezone.localdate()), field=field)


def of_department(rows: Rows, own: Department, *, field: str = "department") -> Rows:
    """The same for a page that asks many times."""
    return rows if own.is_central else rows.filter(**{field: own})
