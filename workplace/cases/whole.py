"""A case as one person may see it: every part of it that the rooms show to that person."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from accounts.models import COMMITTEE_ROLES, Membership, Organisation, Role
from expertise.models import Act, ExpertiseRequest
from expertise.stories import EXPERT_SIDE
from issuance.models import Application, Certificate

CHAMBER_SIDE = (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY)
# A correction that came to nothing leaves the case as it was.
ENDED = ("rejected", "withdrawn")
UNDER_WAY = ("in_expertise", "awaiting_applicant")


@dataclass(frozen=True)
class WholeCase:
    """The parts of one case in the order in which they came to be."""

    case_id: UUID
    actor: Membership
    requests: list[ExpertiseRequest]
    applications: list[Application]

    @cached_property
    def request(self) -> ExpertiseRequest | None:
        """The request that the case is about now: the newest one that did not come to nothing."""
        standing = [one for one in self.requests if not (one.corrects_id and one.status in ENDED)]
        return standing[-1] if standing else None

    @cached_property
    def correction(self) -> ExpertiseRequest | None:
        """The correction of a signed act that is under way."""
        found = self.request
        return found if found and found.corrects_id and found.status in UNDER_WAY else None

    @cached_property
    def acts(self) -> list[Act]:
        """Of the requests that the person may see; the oldest first."""
        return [one.act for one in self.requests if hasattr(one, "act")]

    @cached_property
    def act(self) -> Act | None:
        """The act that holds, else the last one."""
        signed = [act for act in self.acts if act.status == "signed"]
        acts = signed or self.acts
        return acts[-1] if acts else None

    @cached_property
    def earlier_acts(self) -> list[Act]:
        return [act for act in self.acts if act is not self.act]

    @cached_property
    def application(self) -> Application | None:
        return self.applications[-1] if self.applications else None

    @cached_property
    def certificates(self) -> list[Certificate]:
        return [one.certificate for one in self.applications if hasattr(one, "certificate")]

    @cached_property
    def certificate(self) -> Certificate | None:
        return self.certificates[-1] if self.certificates else None

    @property
    def applicant(self) -> Organisation:
        owner = self.request or self.application
        assert owner is not None  # noqa: S101  a case without parts is not found
        return owner.applicant

    @property
    def goods_of(self) -> ExpertiseRequest:
        """The request whose goods the reader may see, by itself or by an application on its act."""
        if self.request is not None:
            return self.request
        assert self.application is not None  # noqa: S101  a case without parts is not found
        return self.application.act.request

    @property
    def label(self) -> str:
        """The number that people know the case by: that of the furthest thing it has come to."""
        furthest = self.certificate or self.application or self.request
        return furthest.label if furthest else ""

    @property
    def is_of_expert_side(self) -> bool:
        return self.actor.role in EXPERT_SIDE

    @property
    def is_of_committee(self) -> bool:
        return self.actor.role in COMMITTEE_ROLES

    @property
    def sees_review(self) -> bool:
        """The review is the chamber's own work; the Committee reads it too."""
        return self.actor.role in (*CHAMBER_SIDE, *COMMITTEE_ROLES)


def find_case(actor: Membership | None, case_id: UUID) -> WholeCase | None:
    """Everything of the case that the person may see; None when that is nothing."""
    if actor is None:
        return None
    requests = list(
        ExpertiseRequest.objects.visible_to(actor)
        .filter(case_id=case_id)
        .select_related(
            "applicant", "expert_organisation", "chamber", "auditor", "scheme", "signature",
            "submitted_by", "corrects__act", "act__signed_by", "act__attestation", "act__document",
            "act__signature", "act__superseded_by",
        )
        .defer(
            "signature__record", "signature__cms", "signature__evidence", "act__record",
            "act__document__record", "act__signature__record", "act__signature__cms",
            "act__signature__evidence", "corrects__act__record", "act__superseded_by__record",
        )
        .order_by("created_at")
    )  # fmt: skip
    applications = list(
        Application.objects.visible_to(actor)
        .filter(case_id=case_id)
        .select_related(
            "applicant", "chamber", "filed_by", "reviewer", "decider", "act__request__applicant",
            "act__request__expert_organisation", "certificate__document", "replaces", "letter",
        )
        .defer(
            "act__record", "certificate__record", "certificate__document__record",
            "decision_record", "replaces__record", "letter__record",
        )
        .order_by("created_at")
    )  # fmt: skip
    if not requests and not applications:
        return None
    return WholeCase(case_id, actor, requests, applications)
