"""From the events of the log to stays in statuses: which event leads where is told by the
transition tables and by nothing else. Pure, but for the tables."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from expertise.models import ExpertiseRequest
from expertise.workflow import REQUEST_WORKFLOW
from issuance.models import Application, Certificate
from issuance.workflow import APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW
from workflow.transitions import Workflow

PAUSE = "pause"

REQUEST, APPLICATION, CERTIFICATE = (
    ExpertiseRequest.SUBJECT_TYPE, Application.SUBJECT_TYPE, Certificate.SUBJECT_TYPE,
)  # fmt: skip
WORKFLOWS: dict[str, Workflow] = {
    REQUEST: REQUEST_WORKFLOW,
    APPLICATION: APPLICATION_WORKFLOW,
    CERTIFICATE: CERTIFICATE_WORKFLOW,
}
# Who has to act in each status that is timed; a certificate is timed until it is in force.
AWAITED: dict[tuple[str, str], str] = {
    (REQUEST, "submitted"): Role.EXPERT_HEAD,
    (REQUEST, "accepted"): Role.EXPERT_HEAD,
    (REQUEST, "in_expertise"): Role.AUDITOR,
    (REQUEST, "awaiting_applicant"): Role.APPLICANT,
    (APPLICATION, "submitted"): Role.CHAMBER_OFFICER,
    (APPLICATION, "under_review"): Role.CHAMBER_OFFICER,
    (APPLICATION, "awaiting_applicant"): Role.APPLICANT,
    (APPLICATION, "in_consultation"): "",
    (APPLICATION, "recommended"): Role.CHAMBER_SIGNATORY,
    (CERTIFICATE, "issuing"): "",
    (CERTIFICATE, "issue_failed"): Role.CHAMBER_SIGNATORY,
}
WHERE: dict[str, str | Promise] = {
    REQUEST: _("Expertise"), APPLICATION: _("Chamber"), CERTIFICATE: _("Issue"),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """An event as far as times are concerned."""

    subject_type: str
    subject_id: str
    event: str
    at: dt.datetime


@dataclass(frozen=True)
class Stay:
    subject_type: str
    subject_id: str
    status: str
    since: dt.datetime
    until: dt.datetime | None

    @property
    def awaited(self) -> str:
        return AWAITED[self.subject_type, self.status]

    @property
    def is_pause(self) -> bool:
        return is_pause(self.subject_type, self.status)


def targets(workflow: Workflow) -> dict[str, str]:
    """Event → the status it leads to."""
    return {transition.event: transition.target for transition in workflow.transitions}


TARGETS = {name: targets(workflow) for name, workflow in WORKFLOWS.items()}


def is_pause(subject_type: str, status: str) -> bool:
    """The shape of the status says it to everyone who sees the case, and so here."""
    return WORKFLOWS[subject_type].statuses[status].shape == PAUSE


def stage_name(subject_type: str, status: str) -> str:
    return f"{WHERE[subject_type]}: {WORKFLOWS[subject_type].statuses[status].label}"


def stays(entries: Iterable[Entry]) -> Iterator[Stay]:
    """The timed stays of every subject; `entries` in the order in which they happened."""
    open_stays: dict[tuple[str, str], tuple[str, dt.datetime]] = {}
    for entry in entries:
        workflow = WORKFLOWS.get(entry.subject_type)
        if workflow is None:
            continue
        subject = (entry.subject_type, entry.subject_id)
        target = TARGETS[entry.subject_type].get(entry.event)
        if target is None and subject not in open_stays:
            # The first word about a thing finds it where every such thing begins.
            target = workflow.initial
        before = open_stays.get(subject)
        if target is None or (before and before[0] == target):
            continue
        if before and (entry.subject_type, before[0]) in AWAITED:
            yield Stay(*subject, before[0], before[1], entry.at)
        open_stays[subject] = (target, entry.at)
    for subject, (status, since) in open_stays.items():
        if (subject[0], status) in AWAITED:
            yield Stay(*subject, status, since, None)
