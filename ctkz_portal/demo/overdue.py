"""What is late in the demo: cases that look as if they had been begun some working days ago.

A portal whose cases were all filed a minute ago has nothing late. The days of a few cases are
therefore set back after they were walked; the log is not touched and tells when it all happened.
"""

from django.utils import timezone

from expertise.models import ExpertiseRequest
from issuance.models import Application
from reference import working_days

from .cases import SECOND_HOUSE, product_case
from .goods import CABLE, ICE_CREAM
from .people import Cast


def leave_lying(cast: Cast) -> None:
    """One that nobody accepts, one that its auditor does not end, one that nobody takes."""
    unaccepted = product_case(cast, applicant="milk", product=ICE_CREAM, lines=1, until="submit")
    begun_earlier(unaccepted.request, days=6)
    unfinished = product_case(
        cast, applicant="applicant", product=CABLE, lines=1, until="assign", house=SECOND_HOUSE
    )
    begun_earlier(unfinished.request, days=8)
    untaken = Application.objects.filter(status="submitted", chamber__code="120")
    begun_earlier(untaken.earliest("created_at"), days=4)


def begun_earlier(thing: ExpertiseRequest | Application, *, days: int) -> None:
    """Sets the days of a case back by so many working days; its term with them."""
    today = timezone.localdate()
    shift = today - working_days.due_day(today, -days)
    begun = {
        "status_since": thing.status_since - shift,
        "submitted_at": (thing.submitted_at or timezone.now()) - shift,
    }
    due_on = working_days.due_day(thing.due_on, -days) if thing.due_on else None
    type(thing).objects.filter(pk=thing.pk).update(**begun, due_on=due_on)
