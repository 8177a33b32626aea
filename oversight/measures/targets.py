"""Against whom or what a measure is taken: what each type asks for, and who answers for it."""

from dataclasses import dataclass, replace
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.identifiers import normalise_bin_iin
from accounts.models import Organisation, User
from auditors.services.imposing import case_to_act_on
from expertise.models import Act
from issuance.change_records import REASONS_OF
from issuance.changing import check_applies
from issuance.models import Certificate, CertificateChange
from oversight.departments import department_of_certificate
from oversight.models import Measure
from reference.code_lists import code_label
from reference.models import Department, MeasureType

Thing = TypeVar("Thing")
Target = MeasureType.Target
Effect = MeasureType.Effect

# From which list the reason comes; the others give their grounds in words.
REASON_LISTS: dict[str, str] = {
    Effect.SUSPEND_CERTIFICATE: REASONS_OF[CertificateChange.Kind.SUSPEND],
    Effect.REVOKE_CERTIFICATE: REASONS_OF[CertificateChange.Kind.REVOKE],
    Effect.ANNUL_ACT: "act_annulment_reason",
    Effect.SUSPEND_ATTESTATION: "suspension_reason",
    Effect.REVOKE_ATTESTATION: "revocation_reason",
}
CHANGE_KINDS: dict[str, str] = {
    Effect.SUSPEND_CERTIFICATE: CertificateChange.Kind.SUSPEND,
    Effect.REVOKE_CERTIFICATE: CertificateChange.Kind.REVOKE,
}


@dataclass(frozen=True)
class Aim:
    """What was named as the subject of a measure."""

    certificate: Certificate | None = None
    act: Act | None = None
    auditor: User | None = None
    organisation: Organisation | None = None
    subject_name: str = ""
    subject_bin: str = ""
    subject_address: str = ""


def fitted(kind: MeasureType, aim: Aim) -> Aim:
    """The aim as the type needs it, with whoever answers for it; raises where it does not fit."""
    match kind.target:
        case Target.CERTIFICATE:
            certificate = _given(aim.certificate, "certificate", _("Name the certificate."))
            return Aim(certificate=certificate, organisation=certificate.application.applicant)
        case Target.ACT:
            act = _given(aim.act, "act", _("Name the act of expertise."))
            return Aim(act=act, organisation=act.request.expert_organisation)
        case Target.AUDITOR:
            return Aim(auditor=_given(aim.auditor, "auditor", _("Name the auditor.")))
        case Target.ORGANISATION:
            return Aim(
                organisation=_given(aim.organisation, "organisation", _("Name the organisation."))
            )
    return _any_subject(aim)


def _any_subject(aim: Aim) -> Aim:
    """An organisation of the portal, an auditor, or a subject that only control knows."""
    if aim.organisation is None and aim.subject_bin:
        number = _sound(aim.subject_bin)
        known = Organisation.objects.filter(bin=number).first()
        aim = replace(aim, organisation=known, subject_bin=number)
    if aim.organisation is not None:
        return Aim(organisation=aim.organisation)
    if aim.auditor is not None:
        return Aim(auditor=aim.auditor)
    if not aim.subject_name.strip():
        raise DomainError("no_subject", _("Name the subject."), field="subject_name")
    return Aim(
        subject_name=aim.subject_name.strip(),
        subject_bin=aim.subject_bin,
        subject_address=aim.subject_address.strip(),
    )


def _sound(number: str) -> str:
    try:
        return normalise_bin_iin(number)
    except ValidationError as error:
        raise DomainError("bad_bin", error.messages[0], field="subject_bin") from error


def _given(thing: Thing | None, field: str, message: str | Promise) -> Thing:
    if thing is None:
        raise DomainError("no_subject", message, field=field)
    return thing


def check_possible(kind: MeasureType, aim: Aim) -> None:
    """The effect could be carried out now; asked again, under lock, when it is."""
    if kind.effect in CHANGE_KINDS and aim.certificate is not None:
        check_applies(aim.certificate, CHANGE_KINDS[kind.effect])
    elif kind.effect == Effect.ANNUL_ACT and aim.act is not None and aim.act.status != "signed":
        raise DomainError("act_not_in_force", _("Only an act in force is annulled."), field="act")
    elif kind.effect in (Effect.SUSPEND_ATTESTATION, Effect.REVOKE_ATTESTATION):
        case = case_to_act_on(_given(aim.auditor, "auditor", _("Name the auditor.")))
        if kind.effect == Effect.SUSPEND_ATTESTATION and case.status != "attested":
            raise DomainError(
                "suspended_already", _("The attestation is suspended already."), field="auditor"
            )


def department_of_aim(aim: Aim) -> Department | None:
    """The department of the region whose chamber issued on it; None where nobody has yet."""
    certificate = aim.certificate
    if aim.act is not None:
        certificate = Certificate.objects.filter(application__act=aim.act).first()
    return department_of_certificate(certificate) if certificate else None


def aim_of(measure: Measure) -> Aim:
    return Aim(
        certificate=measure.certificate,
        act=measure.act,
        auditor=measure.auditor,
        organisation=measure.organisation,
        subject_name=measure.subject_name,
        subject_bin=measure.subject_bin,
        subject_address=measure.subject_address,
    )


def subject_in_words(measure: Measure) -> str:
    """Whom or what the measure is against, for lists and headings."""
    if measure.certificate_id is not None:
        return measure.certificate.number
    if measure.act_id is not None:
        return measure.act.number
    if measure.auditor_id is not None:
        return measure.auditor.full_name
    if measure.organisation_id is not None:
        return measure.organisation.name
    return measure.subject_name


def reason_in_words(measure: Measure) -> str:
    """In the reader's language; empty where the type has no list of reasons."""
    reasons = REASON_LISTS.get(measure.type.effect)
    return code_label(reasons, measure.reason) if reasons else ""
