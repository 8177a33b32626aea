"""Everything that the portal keeps, once or several times, all of one set of people."""

import uuid
from collections import defaultdict
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organisation, Role
from expertise.models import ExpertiseRequest, RequestDocument
from issuance.models import Application, Certificate
from oversight.grey_market.alerts import watch_unknown_numbers
from oversight.models import UnknownNumberAlert
from tests import scenarios
from tests.auditors import scenarios as attesting
from tests.issuance import after_issue
from tests.origin import desk as rules
from tests.oversight.complaints import scenes as complaints
from tests.oversight.control import desk as control
from tests.oversight.grey_market import scenes as market
from tests.oversight.inspections import scenes as inspections
from tests.oversight.measures import builders as measures
from tests.oversight.selection import scenes as selection

STRANGER = "stranger"
REQUESTS = (
    "draft", "submitted", "accepted", "in_expertise", "awaiting_applicant", "concluded",
    "rejected", "withdrawn",
)  # fmt: skip
APPLICATIONS = (
    "submitted", "under_review", "awaiting_applicant", "in_consultation", "recommended",
    "refused", "withdrawn",
)  # fmt: skip
COMPLAINTS = ("received", "registered", "under_review", "drafted", "answered")


class World:
    """`things[kind]` are pairs of what a thing is (its status, mostly) and the thing itself."""

    def __init__(self) -> None:
        scenarios.reference_data()
        scenarios.a_seal()
        self.things: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        self.applicant = scenarios.a_person(Role.APPLICANT)
        self.experts = scenarios.an_organisation("expert")
        self.chamber = scenarios.an_organisation("chamber")
        head = scenarios.a_person(Role.EXPERT_HEAD, self.experts)
        auditor = scenarios.a_person(Role.AUDITOR, self.experts)
        officer = scenarios.a_person(Role.CHAMBER_OFFICER, self.chamber)
        signatory = scenarios.a_person(Role.CHAMBER_SIGNATORY, self.chamber)
        committee = Organisation.objects.filter(kind="committee").first()
        self.inspector = scenarios.a_person(Role.INSPECTOR, committee)
        self.head = scenarios.a_person(Role.COMMITTEE_HEAD, committee)
        self.people: dict[str, Membership | None] = {
            STRANGER: None,
            Role.APPLICANT: self.applicant,
            Role.EXPERT_HEAD: head,
            Role.AUDITOR: auditor,
            Role.CHAMBER_OFFICER: officer,
            Role.CHAMBER_SIGNATORY: signatory,
            Role.INSPECTOR: self.inspector,
            Role.COMMITTEE_HEAD: self.head,
        }

    @property
    def sides(self) -> dict[str, Any]:
        return {"applicant": self.applicant, "experts": self.experts, "chamber": self.chamber}

    def keep(self, kind: str, what: str, thing: Any) -> Any:
        self.things[kind].append((what, thing))
        return thing

    def first(self, kind: str, what: str = "") -> Any:
        return next(thing for name, thing in self.things[kind] if what in ("", name))

    def grow(self) -> None:
        """One more of everything."""
        self._requests()
        self._applications()
        self._certificates()
        self._control()
        self._measures()
        self._market()
        self._desks()

    def _requests(self) -> None:
        for status in REQUESTS:
            self.keep("request", status, scenarios.a_request(status, **self.sides))
        for document in RequestDocument.objects.filter(request=self.first("request"))[:1]:
            self.keep("document", "", document)
        self.keep("act", "negative", scenarios.an_act(positive=False, **self.sides))
        self.keep("act", "positive", self.first("request", "concluded").act)

    def _applications(self) -> None:
        sides = {"applicant": self.applicant, "experts": self.experts}
        for status in APPLICATIONS:
            made = scenarios.an_application(status, chamber=self.chamber, **sides)
            self.keep("application", status, made)

    def _certificates(self) -> None:
        for status in ("issuing", "issue_failed", "valid"):
            self.keep("certificate", status, self._certificate(status))
        suspended = self._certificate()
        change = after_issue.propose(suspended, after_issue.Kind.SUSPEND)
        self.keep("change", "proposed", change)
        decided = after_issue.propose(self._certificate(), after_issue.Kind.REVOKE)
        after_issue.decide(decided)
        self.keep("change", "decided", decided)
        self.keep("certificate", "revoked", Certificate.objects.get(pk=decided.certificate_id))

    def _certificate(self, status: str = "valid") -> Certificate:
        return scenarios.a_certificate(status, **self.sides)

    def _control(self) -> None:
        for status in ("selected", "assigned", "in_progress"):
            self.keep("check", status, control.a_desk(status, self._certificate()).check)
        done = control.a_desk("in_progress", self._certificate())
        control.conclude(done)
        control.close(done)
        _desk, prepared = control.a_recommendation("prepared", done)
        self.keep("check", "closed", done.read())
        self.keep("recommendation", "prepared", prepared)
        sent = control.a_desk("in_progress", self._certificate())
        control.conclude(sent)
        control.close(sent)
        self.keep("recommendation", "sent", control.a_recommendation("sent", sent)[1])
        complained_of = self._certificate()
        for status in COMPLAINTS:
            desk = complaints.a_desk(status, complained_of)
            self.keep("complaint", status, desk.complaint)
        self.keep("plan", "draft", selection.a_plan(self.inspector))

    def _measures(self) -> None:
        proposed = measures.propose(
            "revoke_certificate", self.inspector, certificate=self.first("certificate", "valid")
        )
        self.keep("measure", "proposed", proposed)
        for what in ("listed", "unscheduled"):
            made = getattr(inspections, what)(self.inspector)
            self.keep("inspection", what, made)
        self.keep("inspection", "under_way", inspections.under_way(self.inspector))

    def _market(self) -> None:
        seller = f"https://prodavec-{uuid.uuid4().hex[:8]}.example/"
        desk = market.Committee()
        self.keep("listing", "reported", market.report(seller).listing)
        blocked = f"https://blok-{uuid.uuid4().hex[:8]}.example/"
        self.keep("listing", "blocked", desk.listing("blocked", blocked))
        if not UnknownNumberAlert.objects.exists():
            for sequence in range(6):
                market.looked_up(f"KZ611000{sequence + 1:03d}", times=5)
            watch_unknown_numbers(on=timezone.localdate())
        for alert in UnknownNumberAlert.objects.all()[:1]:
            self.keep("alert", "", alert)

    def _desks(self) -> None:
        for status in ("applied", "admitted", "attested"):
            self.keep("case", status, attesting.a_case(status))
        if "pack" not in self.things:
            self.keep("pack", "draft", rules.a_pack("draft"))
            self.keep("dispute", "open", rules.a_dispute())


def draft_of(world: World) -> ExpertiseRequest:
    return world.first("request", "draft")


def application_of(world: World, status: str) -> Application:
    return world.first("application", status)
