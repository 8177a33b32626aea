"""One of everything that can be found, and people of every role, concerned and not."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, Role
from auditors.models import AttestationCase
from expertise.models import SecondOpinion
from issuance.changing import propose_change
from issuance.models import Application, Certificate
from oversight.models import Complaint, MassAction, Measure
from reference.models import Department, MeasureType
from tests.oversight.control import desk
from tests.oversight.figures import scenes
from tests.oversight.selection.scenes import a_plan, committed
from tests.scenarios import a_certificate, a_person, a_request, an_act, staff_of


def people_of(application: Application) -> Iterator[Membership]:
    for role in (Role.APPLICANT, Role.EXPERT_HEAD, Role.AUDITOR):
        yield staff_of(application, role)
    for role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY):
        yield staff_of(application, role)


def everything() -> list[Membership | None]:
    """Fills the tables; who looks: a stranger, those concerned and others of the same roles."""
    followed, _recommendation = desk.a_recommendation()
    certificate = followed.certificate
    other = a_certificate("valid")
    a_request("draft")
    a_request("submitted")
    an_act()
    first, second = a_request("in_expertise"), a_request("in_expertise")
    SecondOpinion.objects.create(first=first, second=second, status="under_way")
    _change(other)
    _control(certificate)
    head = a_person(Role.COMMITTEE_HEAD)
    a_plan(head)
    committed(a_plan(a_person(Role.INSPECTOR), by_lottery=1), head)
    territorial = a_person(Role.INSPECTOR)
    desk.post_to(territorial, "101")
    candidate = a_person(Role.AUDITOR)
    _attestation_of(candidate)
    strangers = [a_person(role) for role in Role]
    return [
        None, *people_of(certificate.application), *people_of(other.application), *strangers,
        *(Membership.objects.filter(organisation=second.applicant_id, role=Role.APPLICANT)),
        territorial, candidate, followed.inspector, followed.head, head,
    ]  # fmt: skip


def _change(certificate: Certificate) -> None:
    propose_change(
        certificate=certificate,
        actor=staff_of(certificate.application, Role.CHAMBER_OFFICER),
        kind="suspend",
        reason="under_inspection",
        grounds="Проверка.",
        form_token=uuid.uuid4(),
    )


def _control(certificate: Certificate) -> None:
    now = timezone.now()
    application = certificate.application
    scenes.a_measure("warning", decided_at=now)
    for number, subject in (
        ("MS-2026-90001", {"organisation": application.applicant}),
        ("MS-2026-90002", {"auditor": application.auditor}),
    ):
        proposed = Measure.objects.create(
            number=number,
            type=MeasureType.objects.get(code="warning"),
            department=scenes.department(),
            grounds="Нарушение.",
            form_token=uuid.uuid4(),
            proposed_by=a_person(Role.INSPECTOR).user,
            proposed_at=now,
            status="proposed",
            **subject,
        )
        head = a_person(Role.COMMITTEE_HEAD).user
        scenes.walked(proposed, "approved", approved_by=head, approved_at=now)
    scenes.a_complaint(certificate)
    own = scenes.a_complaint(certificate)
    Complaint.objects.filter(pk=own.pk).update(
        complainant=application.applicant, name="Примеров Пример"
    )
    Complaint.objects.update(department=Department.objects.get(pk="101"))
    scenes.an_inspection(has_violations=False, completed_at=now)
    scenes.an_inspection(has_violations=False, completed_at=now, code="101")
    scenes.a_blocked_site(blocked_at=now)
    MassAction.objects.create(
        number="MA-2026-001",
        conditions={"auditor": str(application.auditor_id)},
        kind="suspend",
        reason="under_inspection",
        grounds="Проверка.",
        proposed_by=a_person(Role.INSPECTOR).user,
        status="draft",
    )


def _attestation_of(candidate: Membership) -> None:
    AttestationCase.objects.create(
        user=candidate.user,
        organisation=candidate.organisation,
        education="Инженер",
        experience_years=5,
        training_on=timezone.localdate() - dt.timedelta(days=30),
        status="applied",
    )


def is_of_committee(actor: Membership | None) -> bool:
    return actor is not None and actor.role in COMMITTEE_ROLES
