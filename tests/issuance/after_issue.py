"""Builders for what happens to a certificate after issue."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership, Role
from issuance import services
from issuance.changing import decide_change, propose_change
from issuance.issuing import complete_issue
from issuance.models import Application, Certificate, CertificateChange
from issuance.replacing import Restated, apply_for_replacement
from tests import scenarios

Kind = CertificateChange.Kind
REASONS = {
    Kind.SUSPEND: "under_inspection",
    Kind.LIFT: "not_confirmed",
    Kind.REVOKE: "false_data",
    Kind.SET_ASIDE: "court_decision",
    Kind.DUPLICATE: "lost",
}
GROUNDS = "Письмо от 12.11.2026 № 17-1/44."


def again(certificate: Certificate) -> Certificate:
    return Certificate.objects.get(pk=certificate.pk)


def officer(certificate: Certificate) -> Membership:
    return scenarios.staff_of(certificate.application, Role.CHAMBER_OFFICER)


def signatory(certificate: Certificate) -> Membership:
    return scenarios.a_decider(certificate.application)


def applicant(certificate: Certificate) -> Membership:
    return scenarios.staff_of(certificate.application, Role.APPLICANT)


def of_the_committee(role: str) -> Membership:
    return Membership.objects.filter(role=role).first() or scenarios.a_person(role)


def propose(
    certificate: Certificate, kind: str, by: Membership | None = None, **values: Any
) -> CertificateChange:
    return propose_change(
        certificate=certificate,
        actor=by or officer(certificate),
        kind=kind,
        **{
            "reason": REASONS[Kind(kind)],
            "grounds": GROUNDS,
            "form_token": uuid.uuid4(),
            **values,
        },
    )


def decide(change: CertificateChange, by: Membership | None = None) -> CertificateChange:
    return decide_change(change=change, actor=by or signatory(change.certificate))


def changed(certificate: Certificate, *kinds: str) -> Certificate:
    """Each change proposed by an officer and decided by a signatory, one after another."""
    for kind in kinds:
        decide(propose(certificate, kind))
    return again(certificate)


def by_the_committee(certificate: Certificate, kind: str) -> Certificate:
    decide(
        propose(certificate, kind, of_the_committee(Role.INSPECTOR)),
        of_the_committee(Role.COMMITTEE_HEAD),
    )
    return again(certificate)


def a_replacement(
    certificate: Certificate,
    *,
    by: Membership | None = None,
    reason: str = "technical_error",
    restated: Restated | None = None,
) -> Application:
    """A submitted application in the place of the certificate."""
    author = by or applicant(certificate)
    application = apply_for_replacement(
        certificate=certificate,
        actor=author,
        reason=reason,
        note="В адресе опечатка.",
        restated=restated,
    )
    return services.submit_application(application=application, actor=author)


def being_replaced(certificate: Certificate, **options: Any) -> Certificate:
    """The successor, approved and not yet made."""
    application = a_replacement(certificate, **options)
    for step in (scenarios.take, scenarios.recommend, scenarios.approve):
        application = step(application)
    return Certificate.objects.get(application=application)


def replaced(certificate: Certificate, **options: Any) -> Certificate:
    """The successor, in force."""
    successor = being_replaced(certificate, **options)
    complete_issue(str(successor.pk))
    successor = again(successor)
    assert successor.status == "valid", successor.failure
    return successor


def in_status(certificate: Certificate, status: str) -> Certificate:
    """Brings a certificate in force into another status."""
    if status == "suspended":
        changed(certificate, Kind.SUSPEND)
    elif status == "revoked":
        changed(certificate, Kind.REVOKE)
    elif status == "replaced":
        replaced(certificate)
    certificate = again(certificate)
    assert certificate.status == status
    return certificate


def a_paper() -> SimpleUploadedFile:
    return scenarios.a_pdf("finding.pdf")
