"""One request of the demo examined twice, by two organisations that know nothing of each other."""

from django.db import transaction
from django.utils import timezone

from expertise.models import SecondOpinion
from expertise.services import second_opinions
from reference.models import Parameter
from reference.parameters import DEFAULT_SCHEME

from .cases import SECOND_HOUSE, Case, product_case
from .goods import SHELF, SHELF_REFUSED
from .log import closed_over
from .people import Cast

SHARE = "second_expertise.share_percent"
# A worker may come first and decide by the usual share; then another request is tried.
ATTEMPTS = 3


def examine_twice(cast: Cast) -> SecondOpinion | None:
    """Two acts that differ on every line, because the auditors read the condition differently."""
    for _attempt in range(ATTEMPTS):
        case = product_case(cast, applicant="applicant", product=SHELF, lines=2, until="accept")
        opinion = _drawn(case)
        case.assign()
        if opinion is not None:
            _conclude(case, opinion)
            return opinion
    return None


def _drawn(case: Case) -> SecondOpinion | None:
    """Considered while the share is all requests; nobody outside this transaction sees it so."""
    if not closed_over(case.request):
        return None
    with transaction.atomic():
        everything = Parameter.objects.create(
            key=SHARE,
            scheme_id=DEFAULT_SCHEME,
            value=100,
            valid_from=timezone.localdate(),
            source="Demo",
        )
        opinion = second_opinions.consider(str(case.request.pk))
        everything.delete()
    return opinion


def _conclude(first: Case, opinion: SecondOpinion) -> None:
    first.examine()
    first.sign()
    second = Case(first.cast, first.applicant, SHELF, SECOND_HOUSE)
    second.request = opinion.second
    second.accept()
    second.assign()
    second.examine(SHELF_REFUSED)
    second.sign()
    second_opinions.settle_all()
