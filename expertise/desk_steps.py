"""The auditor's work as steps, each with what is done and what is missing."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from workflow.blockers import Blocker

from .blockers import signing_blockers
from .models import ExpertiseRequest

# A page that belongs to the step of another one.
PART_OF = {
    "request-evidence-edit": "request-evidence",
    "request-line-proofs": "request-proofs",
    "request-finding-proofs": "request-findings",
    "request-line-finding": "request-findings",
    "request-laboratory": "request-visit",
}


@dataclass(frozen=True)
class DeskStep:
    """One page of the auditor's work, as the list of steps shows it."""

    page: str
    label: str
    url: str
    ok: bool
    detail: str
    is_here: bool = False


def desk_steps(
    request: ExpertiseRequest, *, here: str = "", blockers: list[Blocker] | None = None
) -> list[DeskStep]:
    if blockers is None:
        blockers = signing_blockers(request)
    pages = (
        ("request-evidence", _("Documents"), ()),
        ("request-proofs", _("Materials"), ()),
        ("request-examination", _("Identification"), ()),
        ("request-process", _("Process"), ()),
        ("request-visit", _("Visit and laboratory"), ()),
        ("request-findings", _("Findings"), ("request-finding-proofs",)),
    )
    here = PART_OF.get(here, here)
    steps = []
    for page, label, more in pages:
        urls = [reverse(f"expertise:{name}", args=[request.pk]) for name in (page, *more)]
        missing = [
            str(blocker.text)
            for blocker in blockers
            if blocker.url in urls and not blocker.is_clear
        ]
        steps.append(DeskStep(page, label, urls[0], not missing, "; ".join(missing), page == here))
    is_ready = all(blocker.is_clear for blocker in blockers)
    sign = reverse("expertise:request-sign", args=[request.pk])
    steps.append(DeskStep("request-sign", _("Sign"), sign, is_ready, "", here == "request-sign"))
    return steps
