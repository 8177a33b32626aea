"""What the Committee does; reading is a deed too."""

from datetime import date

from django.db import transaction

import audit
from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import ExpertiseRequest
from oversight.models import CaseReading


@transaction.atomic
def note_reading(*, request: ExpertiseRequest, actor: Membership, on: date) -> bool:
    """Leaves one entry in the log for each inspector, case and day; whether it was the first.

    The constraint decides between two tabs opened at once.
    """
    authorize(actor, "oversight.read_case", request)
    _reading, is_first = CaseReading.objects.get_or_create(
        case_id=request.case_id, inspector=actor.user, day=on
    )
    if is_first:
        audit.record(
            "case.viewed_by_committee",
            actor=actor.ref(),
            subject=request.subject_ref(),
            case=str(request.case_id),
        )
    return is_first
