"""One of everything that can lie in a basket, of one set of people."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from accounts.models import Membership, Organisation, Role
from documents.demo_seal import make_demo_seal
from expertise.models import ExpertiseRequest, SecondOpinion
from expertise.services import examining, second_opinions
from issuance.models import Certificate, Power
from issuance.replacing import apply_for_replacement
from issuance.services import enter_mandate, enter_seal
from oversight.control.questions import ask_side
from oversight.mass.conditions import Conditions
from oversight.mass.deciding import propose_action
from oversight.mass.preparing import prepare_action
from reference.models import Parameter
from tests import scenarios
from tests.auditors import scenarios as attesting
from tests.expertise.test_assignment import close_the_log
from tests.issuance import after_issue
from tests.origin import desk as rules
from tests.oversight.complaints import scenes as complaints
from tests.oversight.control import desk as control
from tests.oversight.grey_market import scenes as market
from tests.oversight.inspections import scenes as inspections
from tests.oversight.measures import builders as measures
from tests.oversight.selection import scenes as selection

REQUESTS = (
    "draft", "submitted", "accepted", "in_expertise", "awaiting_applicant", "concluded",
    "rejected", "withdrawn",
)  # fmt: skip
APPLICATIONS = (
    "submitted", "under_review", "awaiting_applicant", "in_consultation", "recommended",
    "refused", "withdrawn",
)  # fmt: skip


def a_member(role: Role, organisation: Organisation | None = None) -> Membership:
    return scenarios.a_person(role, organisation)


@dataclass
class Population:
    applicant: Membership = field(default_factory=lambda: a_member(Role.APPLICANT))
    experts: Organisation = field(default_factory=lambda: scenarios.an_organisation("expert"))
    chamber: Organisation = field(default_factory=lambda: scenarios.an_organisation("chamber"))
    committee: Organisation = field(default_factory=measures.committee)
    people: list[Membership] = field(default_factory=list)

    def grow(self) -> None:
        scenarios.a_seal()
        roles = [
            (Role.EXPERT_HEAD, self.experts),
            (Role.AUDITOR, self.experts),
            (Role.CHAMBER_OFFICER, self.chamber),
            (Role.CHAMBER_SIGNATORY, self.chamber),
            (Role.INSPECTOR, self.committee),
            (Role.COMMITTEE_HEAD, self.committee),
        ]
        self.people = [self.applicant, *(a_member(*one) for one in roles)]
        self._cases()
        self._control()
        self._the_rest_of_control()
        self._asked_of_organisations()
        self._the_desk()

    def member(self, role: Role) -> Membership:
        return next(person for person in self.people if person.role == role)

    def certificate(self, status: str = "valid") -> Certificate:
        return scenarios.a_certificate(
            status, applicant=self.applicant, experts=self.experts, chamber=self.chamber
        )

    def _cases(self) -> None:
        sides = {"applicant": self.applicant, "experts": self.experts}
        for status in REQUESTS:
            scenarios.a_request(status, **sides)
        scenarios.an_act(positive=False, **sides)
        for status in APPLICATIONS:
            scenarios.an_application(status, chamber=self.chamber, **sides)
        for status in ("issuing", "issue_failed"):
            self.certificate(status)
        after_issue.propose(self.certificate(), after_issue.Kind.SUSPEND)
        for role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY):
            apply_for_replacement(
                certificate=self.certificate(),
                actor=self.member(role),
                reason="technical_error",
                note="В адресе опечатка.",
            )
        self._registers()

    def _registers(self) -> None:
        """What waits for a second person: a mandate, one of whoever could confirm it, a seal."""
        for signatory in (
            a_member(Role.CHAMBER_SIGNATORY, self.chamber),
            self.member(Role.CHAMBER_SIGNATORY),
        ):
            enter_mandate(
                actor=self.member(Role.CHAMBER_OFFICER),
                user=signatory.user,
                position_kk="Директор",
                position_ru="Директор",
                basis="Приказ № 8",
                powers=[Power.MANDATES],
                valid_from=timezone.localdate() + timedelta(days=1),
                valid_until=timezone.localdate() + timedelta(days=200),
            )
        with TemporaryDirectory() as folder:
            certificate = (make_demo_seal(Path(folder)) / "seal.pem").read_bytes()
        enter_seal(
            actor=self.member(Role.CHAMBER_OFFICER),
            certificate=certificate,
            valid_from=timezone.localdate() + timedelta(days=1),
        )

    def _control(self) -> None:
        certificate = self.certificate()
        for status in ("selected", "assigned", "in_progress"):
            control.a_desk(status, certificate)
        concluded = control.a_desk("in_progress", certificate)
        control.note(concluded)
        control.conclude(concluded)
        for status in ("prepared", "sent"):
            done = control.a_desk("in_progress", self.certificate())
            control.conclude(done)
            control.close(done)
            control.a_recommendation(status, done)
        for status in ("received", "registered", "under_review", "drafted", "answered"):
            complaints.a_desk(status, certificate)
        selection.a_plan(self.member(Role.INSPECTOR))

    def _the_rest_of_control(self) -> None:
        inspector = self.member(Role.INSPECTOR)
        certificate = self.certificate()
        measures.propose("revoke_certificate", inspector, certificate=certificate)
        measures.appealed(measures.a_measure_in_force("administrative_case_auditor"))
        for what in (inspections.listed, inspections.unscheduled, inspections.under_way):
            what(inspector)
        market.report("https://prodavec-odin.example/")
        market.Committee().listing("blocked", "https://prodavec-dva.example/")
        for is_proposed in (False, True):
            action = prepare_action(
                actor=inspector,
                kind="suspend",
                conditions=Conditions(expert_organisation=self.experts.pk),
                reason="under_inspection",
                grounds="Проверка в организации.",
            )
            if is_proposed:
                propose_action(action=action, actor=inspector)

    def _asked_of_organisations(self) -> None:
        desk = control.a_desk("in_progress", self.certificate())
        ask_side(
            check=desk.check,
            actor=desk.inspector,
            addressee=self.applicant.organisation,
            text="Откуда бумага?",
        )
        measures.approved(
            measures.propose(
                "revoke_certificate", self.member(Role.INSPECTOR), certificate=self.certificate()
            )
        )

    def _the_desk(self) -> None:
        for status in ("applied", "admitted", "attested"):
            attesting.a_case(status)
        rules.a_pack("draft", author=self.member(Role.INSPECTOR))
        rules.a_ruling()
        a_blind_question(a_second_opinion())
        a_difference(a_second_opinion())


def a_second_opinion() -> SecondOpinion:
    """Every accepted request is examined twice, by a house that the first knows nothing of."""
    Parameter.objects.filter(key="second_expertise.share_percent").update(value="100")
    a_member(Role.AUDITOR)
    request = scenarios.a_request("accepted", chamber=scenarios.an_organisation("chamber"))
    close_the_log()
    opinion = second_opinions.consider(str(request.pk))
    assert opinion is not None
    return opinion


def a_blind_question(opinion: SecondOpinion) -> ExpertiseRequest:
    """What the second auditor asks goes to the Committee."""
    second = scenarios.assign(scenarios.accept(opinion.second))
    examining.ask_applicant(
        request=second, actor=scenarios.actor_of(second, Role.AUDITOR), text="Калькуляция?"
    )
    return second


def a_difference(opinion: SecondOpinion) -> None:
    """The two auditors say the contrary of the same goods."""
    for request, is_positive in ((opinion.first, True), (opinion.second, False)):
        known = ExpertiseRequest.objects.get(pk=request.pk)
        if known.status == "submitted":
            known = scenarios.accept(known)
        scenarios.conclude(scenarios.assign(known), positive=is_positive)
    second_opinions.settle_all()
