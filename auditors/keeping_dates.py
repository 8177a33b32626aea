"""Brings the status of a case after its dates; who is attested on a day never waits for it."""

from datetime import date

from django.db import transaction
from django.db.models import Max, Q

import audit
from auditors.models import AttestationCase, Suspension
from workflow.moving import advance, guard, locked

from .services.deciding import let_proposals_lapse


def keep_dates(*, on: date) -> int:
    """Returns suspended auditors whose term has passed and closes what has expired.

    Gives the number of cases moved. Run twice on a day it finds nothing the second time.
    """
    suspended = Suspension.objects.in_force(on=on).values("case")
    due = (
        AttestationCase.objects.filter(status__in=("attested", "suspended"))
        .alias(ends_on=Max("attestations__valid_until"))
        .filter(Q(ends_on__lt=on) | (Q(status="suspended") & ~Q(pk__in=suspended)))
    )
    return sum(_keep(case, on=on) for case in due)


@transaction.atomic
def _keep(case: AttestationCase, *, on: date) -> bool:
    case = locked(case)
    last_day = case.last_day()
    if case.status not in ("attested", "suspended") or last_day is None:
        return False
    if last_day < on:
        name = "expire"
        let_proposals_lapse(case)
    elif case.status == "suspended" and not case.suspensions.in_force(on=on).exists():
        name = "return"
    else:
        return False
    guard(case, name, audit.SYSTEM)
    advance(case, name, audit.SYSTEM)
    return True
