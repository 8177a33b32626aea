"""What a person does for the own attestation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from auditors.models import AttestationCase, QualificationProof, TestAttempt
from auditors.scope import CHAPTERS, Kind, Language
from auditors.terms import retake_day
from documents.uploads import accept_upload
from reference.models import Chamber, CodeEntry
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked

from .deciding import first_day_of_extension, let_proposals_lapse

if TYPE_CHECKING:
    from documents.uploads import Upload

REQUIREMENTS = "auditor_requirement"
PROOF_KINDS = ("pdf", "jpg", "png")
SCOPE_FIELDS = ("kinds", "chapters", "languages", "region")


@transaction.atomic
def apply_for_attestation(
    *,
    actor: Membership,
    values: Mapping[str, Any],
    proofs: "Mapping[str, Sequence[Upload]]",
) -> AttestationCase:
    """Files the application of the actor; `proofs` are documents by the requirement they prove.

    `values`: kinds, chapters, languages, region, education, experience_years, training_on.
    """
    authorize(actor, "auditors.apply_for_attestation", None)
    today = timezone.localdate()
    _check_wait(actor, today)
    check_scope(values)
    if values["training_on"] > today:
        raise DomainError("future", _("This day is in the future."), field="training_on")
    try:
        with transaction.atomic():
            case = AttestationCase.objects.create(
                status=AttestationCase.WORKFLOW.initial,
                user=actor.user,
                organisation=actor.organisation,
                **values,
            )
    except IntegrityError as error:
        raise DomainError(
            "already_open", _("You already have an application or an attestation.")
        ) from error
    added = [
        _add(case, actor, requirement=requirement, upload=upload, note="")
        for requirement, uploads in proofs.items()
        for upload in uploads
    ]
    audit.record(
        "attestation.applied",
        actor=actor.ref(),
        subject=case.subject_ref(),
        case=str(case.case_id),
        user=str(actor.user_id),
        proofs=[proof.file.sha256 for proof in added],
    )
    return case


def _check_wait(actor: Membership, today: date) -> None:
    """After the last attempt a new application waits as long as a retake would."""
    last = (
        TestAttempt.objects.filter(case__user=actor.user, case__status="failed")
        .order_by("-taken_on")
        .first()
    )
    if last is None:
        return
    first_day = retake_day(last.taken_on, parameter("attestation.retake_months", on=today))
    if today < first_day:
        raise DomainError(
            "too_early",
            _("After a failed test you may apply again from %(day)s.")
            % {"day": first_day.strftime("%d.%m.%Y")},
        )


def check_scope(values: Mapping[str, Any]) -> None:
    """What is asked for exists: kinds, commodity groups, languages, a region."""
    known = {"kinds": Kind.values, "chapters": CHAPTERS, "languages": Language.values}
    for name, allowed in known.items():
        if strangers := set(values[name]) - set(allowed):
            raise DomainError(
                "unknown_scope",
                _("There is no such choice: %(choices)s.")
                % {"choices": ", ".join(sorted(strangers))},
                field=name,
            )
    for name in ("kinds", "languages"):
        if not values[name]:
            raise DomainError("empty_scope", _("Choose at least one."), field=name)
    region = values["region"]
    if region and not Chamber.objects.filter(kato=region).exists():
        raise DomainError("unknown_region", _("There is no such region."), field="region")


@transaction.atomic
def add_proof(
    *,
    case: AttestationCase,
    actor: Membership,
    requirement: str,
    upload: "Upload",
    note: str = "",
) -> QualificationProof:
    """Adds a document while the application is under review; the requirement is open again."""
    case = locked(case)
    authorize(actor, "auditors.add_proof", case)
    if case.status != "applied":
        raise WrongStatus(
            "not_under_review", _("Documents are added while the application is under review.")
        )
    proof = _add(case, actor, requirement=requirement, upload=upload, note=note)
    audit.record(
        "attestation.proof_added",
        actor=actor.ref(),
        subject=case.subject_ref(),
        case=str(case.case_id),
        requirement=requirement,
        sha256=proof.file.sha256,
    )
    return proof


def _add(
    case: AttestationCase, actor: Membership, *, requirement: str, upload: "Upload", note: str
) -> QualificationProof:
    known = CodeEntry.objects.of(REQUIREMENTS, on=timezone.localdate())
    if not known.filter(code=requirement).exists():
        raise DomainError(
            "unknown_requirement", _("There is no such requirement."), field="requirement"
        )
    file = accept_upload(upload, kinds=PROOF_KINDS, by=actor.user)
    return QualificationProof.objects.create(
        case=case, requirement=requirement, file=file, note=note
    )


@transaction.atomic
def withdraw_application(
    *, case: AttestationCase, actor: Membership, seen_version: int | None = None
) -> AttestationCase:
    case = locked(case)
    guard(case, "withdraw", actor, seen_version=seen_version)
    let_proposals_lapse(case)
    advance(case, "withdraw", actor)
    return case


@transaction.atomic
def ask_extension(*, case: AttestationCase, actor: Membership) -> AttestationCase:
    """Asks the Committee to extend the attestation, from the day on which that is possible."""
    case = locked(case)
    authorize(actor, "auditors.ask_extension", case)
    first_day_of_extension(case, on=timezone.localdate())
    if case.extension_asked_at is not None:
        raise DomainError("already_asked", _("You have already asked for the extension."))
    case.extension_asked_at = timezone.now()
    case.save(update_fields=["extension_asked_at"])
    audit.record(
        "attestation.extension_asked",
        actor=actor.ref(),
        subject=case.subject_ref(),
        case=str(case.case_id),
    )
    return case
