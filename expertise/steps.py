"""The steps of filing a request, each with what is still missing in it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from workflow.blockers import Blocker

from .blockers import submission_blockers
from .models import ExpertiseRequest


@dataclass(frozen=True)
class Step:
    """One page of the request, as the list of steps shows it."""

    page: str
    label: str
    url: str
    ok: bool
    detail: str
    is_here: bool = False

    @property
    def link(self) -> str:
        return _("Change") if self.ok else _("Fill in")


def filing_steps(
    request: ExpertiseRequest, *, here: str = "", blockers: list[Blocker] | None = None
) -> list[Step]:
    if blockers is None:
        blockers = submission_blockers(request)
    pages = (
        ("request-parties", _("Parties and purpose")),
        ("request-goods", _("Goods")),
        ("request-materials", _("Materials")),
        ("request-documents", _("Documents")),
    )
    steps = []
    for page, label in pages:
        url = reverse(f"expertise:{page}", args=[request.pk])
        conditions = [blocker for blocker in blockers if blocker.url == url]
        missing = [str(blocker.text) for blocker in conditions if not blocker.is_clear]
        is_done = bool(conditions) and not missing
        steps.append(Step(page, label, url, is_done, "; ".join(missing), page == here))
    return steps
