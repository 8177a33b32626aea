"""Applying to a chamber: from a positive act to an application, and back out of it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation, OrganisationKind
from accounts.permissions import authorize
from documents import signing
from documents.canonical import canonical_bytes
from documents.models import SigningItem
from expertise.models import Act
from expertise.services.filing import set_chamber
from issuance.declarations import application_record, record_of
from issuance.models import Application
from reference.models import Chamber
from reference.numbering import next_number
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked

APPLY = "application.submit"


def prepare_application(*, act: Act, actor: Membership, chamber: Organisation) -> dict[str, Any]:
    """The record that the applicant is to sign; refuses what could not be filed anyway."""
    authorize(actor, "issuance.create_application", act)
    _refuse_impossible(act, filed_by=actor, chamber=chamber)
    return application_record(act=act, chamber=chamber)


@transaction.atomic
def apply_for_certificate(
    *, act: Act, actor: Membership, chamber: Organisation, signed: SigningItem | None = None
) -> Application:
    """From a positive act to an application at the chamber, in one command.

    Pressed twice it gives the application that is already there.
    """
    authorize(actor, "issuance.create_application", act)
    act = locked(act)
    standing = act.applications.filter(replaces__isnull=True)
    if open_one := standing.exclude(status__in=("refused", "withdrawn")).first():
        return open_one
    application = _draft(act, filed_by=actor, chamber=chamber)
    _declare(application, actor, signed)
    _submit(application, actor, filed_ahead=False)
    return application


@transaction.atomic
def apply_as_arranged(*, act: Act) -> Application | None:
    """Files the application that the applicant arranged when filing the request.

    Called in the transaction that signs the act. The applicant's own employee is named as the
    author; the log says that the portal did it. The signature of the request carries it, since
    that record names the chamber; a request without one waits for the applicant.
    """
    request = act.request
    if not (request.goes_to_chamber_by_itself and request.chamber and act.is_positive):
        return None
    if request.signature is None and signing.required():
        return None
    author = Membership.objects.filter(
        user=request.submitted_by, organisation=request.applicant
    ).latest("valid_from")
    application = _draft(act, filed_by=author, chamber=request.chamber)
    application.declaration = request.signature
    _submit(application, audit.SYSTEM, filed_ahead=True)
    return application


def _refuse_impossible(act: Act, *, filed_by: Membership, chamber: Organisation) -> None:
    if act.status != "signed" or not act.is_positive:
        raise WrongStatus(
            "act_not_positive", _("Only a signed positive act leads to a certificate.")
        )
    if timezone.localdate() > act.valid_until:
        raise DomainError("act_expired", _("The act of expertise has expired."))
    is_chamber = chamber.kind == OrganisationKind.CHAMBER
    if not (is_chamber and Chamber.objects.filter(pk=chamber.code).exists()):
        raise DomainError("unknown_chamber", _("There is no such chamber."), field="chamber")
    if filed_by.user_id == act.signed_by_id:
        raise DomainError(
            "author_is_auditor",
            _("The auditor who signed the act may not apply for the certificate."),
        )


def _draft(act: Act, *, filed_by: Membership, chamber: Organisation) -> Application:
    _refuse_impossible(act, filed_by=filed_by, chamber=chamber)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                case_id=act.case_id,
                status=Application.WORKFLOW.initial,
                act=act,
                applicant=act.request.applicant,
                chamber=chamber,
                filed_by=filed_by.user,
                auditor=act.signed_by,
            )
    except IntegrityError as error:
        raise DomainError(
            "not_possible", _("There is already an open application on this act.")
        ) from error
    audit.record(
        "application.created",
        actor=filed_by.ref(),
        subject=application.subject_ref(),
        case=str(application.case_id),
        act=act.number,
        chamber=chamber.code,
    )
    return application


def _declare(application: Application, actor: Membership, signed: SigningItem | None) -> None:
    """The applicant's signature over what the application says now."""
    if signed is None:
        signing.refuse_unsigned(APPLY)
        return
    application.declaration = signing.accept(
        item=signed,
        purpose=APPLY,
        record=canonical_bytes(record_of(application)),
        actor=actor,
        subject=application.subject_ref(),
        case=application.case_id,
    )


def _submit(
    application: Application, actor: Membership | audit.ActorRef, *, filed_ahead: bool
) -> None:
    guard(application, "submit", actor)
    today = timezone.localdate()
    set_chamber(request=application.act.request, chamber=application.chamber)
    application.submitted_at = timezone.now()
    application.start_clock(on=today, days=parameter("certificate.deadline_days", on=today))
    code = application.chamber.code
    application.number = parameter("number_format.application", on=today).format(
        chamber=code,
        year=today.year,
        # One counter per chamber for all years: the number has no year in it.
        seq=next_number(kind="application", series=code, year=0),
    )
    advance(
        application,
        "submit",
        actor,
        act=application.act.number,
        act_sha256=application.act.record_sha256,
        by_itself=filed_ahead,
    )


@transaction.atomic
def submit_application(
    *,
    application: Application,
    actor: Membership,
    signed: SigningItem | None = None,
    seen_version: int | None = None,
) -> Application:
    """Takes a draft to its chamber."""
    application = locked(application)
    guard(application, "submit", actor, seen_version=seen_version)
    _declare(application, actor, signed)
    _submit(application, actor, filed_ahead=False)
    return application


@transaction.atomic
def withdraw_application(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> Application:
    application = locked(application)
    guard(application, "withdraw", actor, seen_version=seen_version)
    application.stop_clock()
    advance(application, "withdraw", actor)
    return application
