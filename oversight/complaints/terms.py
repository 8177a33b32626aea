"""What the days do to complaints: a reminder before the term ends, and a note that it passed.

Safe to run at any time and any number of times: each complaint is told once of each.
"""

from datetime import date
from uuid import UUID

from django.db import transaction

import audit
from oversight.models import Complaint
from reference import working_days
from reference.parameters import parameter

from .filing import ENDED


def keep_complaints(*, on: date) -> dict[str, int]:
    """`on` is the day in Kazakhstan; gives how many were reminded of and how many are overdue."""
    until = working_days.add(on, parameter("complaint.reminder_days", on=on))
    open_ones = Complaint.objects.exclude(status__in=ENDED).filter(due_on__lte=until)
    kept = {"reminded": 0, "overdue": 0}
    for pk in list(open_ones.values_list("pk", flat=True)):
        if told := _keep_one(pk, on=on, until=until):
            kept[told] += 1
    return kept


@transaction.atomic
def _keep_one(pk: UUID, *, on: date, until: date) -> str:
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=pk)
    if complaint.status in ENDED or complaint.due_on is None:
        return ""
    if complaint.due_on < on and complaint.overdue_on is None:
        complaint.overdue_on, told = on, "overdue"
    elif on <= complaint.due_on <= until and complaint.reminded_on is None:
        complaint.reminded_on, told = on, "reminded"
    else:
        return ""
    complaint.save(update_fields=["overdue_on", "reminded_on"])
    audit.record(
        f"complaint.{told}",
        actor=audit.SYSTEM,
        subject=complaint.subject_ref(),
        case=str(complaint.case_id),
        due_on=complaint.due_on.isoformat(),
    )
    return told
