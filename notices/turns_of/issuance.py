"""Turns of the second stage and of a certificate's life."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Role
from audit.models import AuditEvent
from issuance.models import Application, Certificate, CertificateChange, ChamberSeal, Mandate
from notices.people import CHAMBER, apart, committee, filers, person, persons, staff, told
from notices.turns import Group, Told, register


def _application(event: AuditEvent) -> Application | None:
    return Application.objects.select_related("act__request").filter(pk=event.subject_id).first()


def _certificate(event: AuditEvent) -> Certificate | None:
    return (
        Certificate.objects.select_related("application__act__request")
        .filter(pk=event.subject_id)
        .defer("record")
        .first()
    )


def _change(event: AuditEvent) -> CertificateChange | None:
    return (
        CertificateChange.objects.select_related("certificate__application__act__request")
        .filter(pk=event.subject_id)
        .defer("certificate__record")
        .first()
    )


def _applicant(application: Application, *, must_act: bool = False) -> Iterable[Told]:
    request = application.act.request
    found = filers(
        application.applicant_id,
        application.filed_by_id,
        request.submitted_by_id,
        request.created_by_id,
    )
    return told(found, must_act=must_act)


def _reviewer(application: Application, *, must_act: bool = False) -> Iterable[Told]:
    found = person(
        application.reviewer_id,
        organisation=application.chamber_id,
        roles=(Role.CHAMBER_OFFICER,),
    )
    return told(found, must_act=must_act)


def _signatories(application: Application, *, must_act: bool = False) -> Iterable[Told]:
    """Those who may decide: not the reviewer, the author or the auditor of the case."""
    found = staff(application.chamber_id, Role.CHAMBER_SIGNATORY)
    others = (application.reviewer_id, application.filed_by_id, application.auditor_id)
    return told(apart(found, *others), must_act=must_act)


def _auditor(application: Application) -> Iterable[Told]:
    return told(
        person(
            application.auditor_id,
            organisation=application.act.request.expert_organisation_id,
            roles=(Role.AUDITOR,),
        )
    )


def _to_applicant(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    return _applicant(application) if application else ()


def _applicant_acts(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    return _applicant(application, must_act=True) if application else ()


def _reviewer_acts(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    return _reviewer(application, must_act=True) if application else ()


def _to_reviewer(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    return _reviewer(application) if application else ()


def _signatories_act(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    return _signatories(application, must_act=True) if application else ()


def _closed_question(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    if application is None:
        return ()
    return chain(_reviewer(application, must_act=True), _applicant(application))


def _previous(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    if application is None:
        return ()
    found = person(event.facts["previous"], organisation=application.chamber_id, roles=CHAMBER)
    return told(found)


def _refused(event: AuditEvent) -> Iterable[Told]:
    application = _application(event)
    if application is None:
        return ()
    return chain(_applicant(application), _reviewer(application), _auditor(application))


def _issued(event: AuditEvent) -> Iterable[Told]:
    certificate = _certificate(event)
    if certificate is None:
        return ()
    application = certificate.application
    return chain(_applicant(application), _reviewer(application), _auditor(application))


def _stopped(event: AuditEvent) -> Iterable[Told]:
    certificate = _certificate(event)
    if certificate is None:
        return ()
    return told(staff(certificate.application.chamber_id, Role.CHAMBER_SIGNATORY), must_act=True)


def _status_changed(event: AuditEvent) -> Iterable[Told]:
    """All who rely on the certificate: the whole applicant, its auditor, those who decide."""
    certificate = _certificate(event)
    if certificate is None:
        return ()
    application = certificate.application
    return chain(
        told(staff(application.applicant_id, Role.APPLICANT)),
        _auditor(application),
        told(staff(application.chamber_id, Role.CHAMBER_SIGNATORY)),
    )


def _of_the_certificate(event: AuditEvent) -> Iterable[Told]:
    certificate = _certificate(event)
    return _applicant(certificate.application) if certificate else ()


def _to_decide(event: AuditEvent) -> Iterable[Told]:
    """The Committee decides on what its inspector proposed, the chamber on everything else."""
    change = _change(event)
    if change is None:
        return ()
    application = change.certificate.application
    if change.proposed_role in COMMITTEE_ROLES:
        heads = committee(None, Role.COMMITTEE_HEAD)
        return told(apart(heads, change.proposed_by_id), must_act=True)
    found = staff(application.chamber_id, Role.CHAMBER_SIGNATORY)
    others = (change.proposed_by_id, application.filed_by_id, application.auditor_id)
    return told(apart(found, *others), must_act=True)


def _proposer(event: AuditEvent) -> Iterable[Told]:
    change = _change(event)
    if change is None:
        return ()
    return told(person(change.proposed_by_id, roles=(change.proposed_role,)))


def _chamber(event: AuditEvent) -> Iterable[Told]:
    change = _change(event)
    if change is None:
        return ()
    return told(staff(change.certificate.application.chamber_id, Role.CHAMBER_SIGNATORY))


def _mandate_to_confirm(event: AuditEvent) -> Iterable[Told]:
    mandate = Mandate.objects.filter(pk=event.subject_id).first()
    return _to_confirm(mandate, "issuance:mandate-list") if mandate else ()


def _seal_to_confirm(event: AuditEvent) -> Iterable[Told]:
    seal = ChamberSeal.objects.filter(pk=event.subject_id).first()
    return _to_confirm(seal, "issuance:seal-list") if seal else ()


def _to_confirm(row: Any, page: str) -> Iterable[Told]:
    """Another signatory, or the Committee for a chamber that has none else."""
    if row.confirmed_at is not None:
        # Of the portal itself, confirmed by whoever set it up.
        return ()
    found = staff(row.chamber_id, Role.CHAMBER_SIGNATORY)
    others = apart(found, row.entered_by_id, getattr(row, "user_id", None))
    confirming = others or committee(None, Role.COMMITTEE_HEAD)
    return told(apart(confirming, row.entered_by_id), must_act=True, link=reverse(page))


def _holder(event: AuditEvent) -> Iterable[Told]:
    mandate = Mandate.objects.filter(pk=event.subject_id).first()
    if mandate is None:
        return ()
    found = persons([mandate.user_id, mandate.entered_by_id], organisation=mandate.chamber_id)
    return told(found, link=reverse("issuance:mandate-list"))


def _seal_keepers(event: AuditEvent) -> Iterable[Told]:
    seal = ChamberSeal.objects.filter(pk=event.subject_id).first()
    if seal is None:
        return ()
    return told(staff(seal.chamber_id, Role.CHAMBER_SIGNATORY), link=reverse("issuance:seal-list"))


for name, to, text in (
    (
        "application.submitted",
        _to_applicant,
        _("Application %(subject)s reached the regional chamber"),
    ),
    (
        "application.replacement_created",
        _to_applicant,
        _("A replacement of certificate %(certificate)s was begun"),
    ),
    ("application.taken", _to_applicant, _("The chamber began to review %(subject)s")),
    (
        "application.consultation_asked",
        _to_applicant,
        _(
            "The chamber asked another body about %(subject)s; the term is paused until "
            "%(due_on)s at the latest"
        ),
    ),
    ("application.taken_over", _previous, _("A colleague took over the review of %(subject)s")),
    ("application.hold_broken", _previous, _("A colleague took %(subject)s, which you had open")),
    (
        "application.refused",
        _refused,
        _("The chamber refused the certificate on %(subject)s; the reason is on its page"),
    ),
    ("application.letter_sealed", _to_applicant, _("The letter of refusal %(number)s is ready")),
    ("application.withdrawn", _to_reviewer, _("The applicant withdrew %(subject)s")),
    (
        "application.approved",
        _to_reviewer,
        _("%(subject)s was approved; certificate %(certificate)s"),
    ),
    ("certificate.issued", _issued, _("Certificate %(number)s was issued and is in force")),
    ("certificate.duplicate_made", _of_the_certificate, _("Duplicate of %(number)s is ready")),
    (
        "certificate.over_use_refused",
        _of_the_certificate,
        _("More was claimed under certificate %(subject)s than is left; it was refused"),
    ),
    (
        "certificate.replaced",
        _status_changed,
        _("Certificate %(number)s was replaced by certificate %(successor_number)s"),
    ),
    ("certificate.revoked", _status_changed, _("Certificate %(number)s was revoked")),
    ("certificate.suspended", _status_changed, _("Certificate %(number)s was suspended")),
    (
        "certificate.suspension_lifted",
        _status_changed,
        _("Certificate %(number)s is in force again: its suspension was lifted"),
    ),
    (
        "certificate.revocation_set_aside",
        _status_changed,
        _("Certificate %(number)s is in force again: its revocation was set aside"),
    ),
    (
        "certificate_change.decided",
        _proposer,
        _("Your proposal on certificate %(certificate)s was decided: %(kind)s"),
    ),
    (
        "certificate_change.rejected",
        _proposer,
        _("Your proposal on certificate %(certificate)s was rejected: %(kind)s"),
    ),
    (
        "certificate_change.imposed",
        _chamber,
        _("The Committee changed certificate %(certificate)s by decision %(basis)s: %(kind)s"),
    ),
    ("mandate.confirmed", _holder, _("The mandate of a signatory was confirmed")),
    ("mandate.ended", _holder, _("The mandate of a signatory ends: last day %(last_day)s")),
    ("seal.confirmed", _seal_keepers, _("The seal of the chamber was confirmed")),
    ("seal.ended", _seal_keepers, _("The seal of the chamber ends: last day %(last_day)s")),
):
    register(name, to=to, text=text, group=Group.TURN)

register(
    "application.question_asked",
    to=_applicant_acts,
    group=Group.TURN,
    text=_("The chamber asked for more about %(subject)s"),
    text_to_act=_("The chamber asked for more about %(subject)s: answer by %(due_on)s"),
)
register(
    "application.question_answered",
    to=_reviewer_acts,
    group=Group.TURN,
    text=_("The applicant answered about %(subject)s"),
    text_to_act=_("The applicant answered about %(subject)s: go on with the review"),
)
register(
    "application.consultation_closed",
    to=_closed_question,
    group=Group.TURN,
    text=_("The question to another body about %(subject)s was closed; the term runs again"),
    text_to_act=_("The other body answered about %(subject)s: go on with the review"),
)
register(
    "application.recommended",
    to=_signatories_act,
    group=Group.TURN,
    text=_("The reviewer recommends to approve %(subject)s"),
    text_to_act=_("The reviewer recommends to approve %(subject)s: decide"),
)
register(
    "application.refusal_proposed",
    to=_signatories_act,
    group=Group.TURN,
    text=_("The reviewer proposes to refuse %(subject)s"),
    text_to_act=_("The reviewer proposes to refuse %(subject)s: decide"),
)
register(
    "application.returned",
    to=_reviewer_acts,
    group=Group.TURN,
    text=_("The signatory returned %(subject)s"),
    text_to_act=_("The signatory returned %(subject)s to you: look at it again"),
)
register(
    "certificate.issue_failed",
    to=_stopped,
    group=Group.TURN,
    text=_("The issue of certificate %(number)s stopped"),
    text_to_act=_("The issue of certificate %(number)s stopped: look at why and resume it"),
)
register(
    "certificate_change.proposed",
    to=_to_decide,
    group=Group.TURN,
    text=_("A change of certificate %(certificate)s was proposed: %(kind)s"),
    text_to_act=_("Decide on certificate %(certificate)s. Proposed: %(kind)s"),
)
register(
    "mandate.entered",
    to=_mandate_to_confirm,
    group=Group.TURN,
    text=_("A mandate of a signatory was entered"),
    text_to_act=_("A mandate of a signatory was entered: compare it with the order and confirm it"),
)
register(
    "seal.entered",
    to=_seal_to_confirm,
    group=Group.TURN,
    text=_("A seal of the chamber was entered"),
    text_to_act=_("A seal of the chamber was entered: compare its digest and confirm it"),
)
