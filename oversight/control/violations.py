"""What control finds: noted by one person, counted from the moment another confirmed it.

The list `violation` is the taxonomy; the norms of each stand in the parameter `violation.norms`
by the day of the deed.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation, User
from accounts.permissions import authorize
from documents.models import StoredFile
from expertise.models import Act
from issuance.models import Certificate
from oversight.models import Complaint, DeskCheck, Fault, Inspection, Violation
from reference.code_lists import code_names
from reference.models import CodeEntry
from reference.parameters import parameter
from workflow.moving import Actor, WrongStatus, locked

VIOLATIONS, NORMS = "violation", "violation_norm"
LONGEST_TEXT = 4000


@transaction.atomic
def note_violation(
    *,
    actor: Membership,
    code: str,
    fault: str,
    text: str,
    desk_check: DeskCheck | None = None,
    complaint: Complaint | None = None,
    inspection: Inspection | None = None,
    certificate: Certificate | None = None,
    act: Act | None = None,
    organisation: Organisation | None = None,
    auditor: User | None = None,
    legal_ref: str = "",
    file: StoredFile | None = None,
    evidence: Sequence[dict[str, Any]] = (),
) -> Violation:
    """One person's opinion until it is confirmed; the callers of complaints and inspections ask
    their own permissions.

    What is not given follows from the certificate: its act, and whoever the fault points at.
    """
    thing = desk_check or complaint or inspection
    if thing is None:
        raise ValueError("a violation is found in a check, a complaint or an inspection")
    if desk_check is not None:
        certificate = certificate or desk_check.certificate
        _check_under_way(desk_check, actor)
    _check_words(code, fault, text)
    if certificate is not None:
        act = act or certificate.application.act
        organisation = organisation or organisation_at_fault(certificate, fault)
    if auditor is None and act is not None and fault == Fault.AUDITOR:
        auditor = act.signed_by
    on = timezone.localdate(act.signed_at) if act else timezone.localdate()
    violation = Violation.objects.create(
        code=code,
        fault=fault,
        certificate=certificate,
        act=act,
        organisation=organisation,
        auditor=auditor,
        desk_check=desk_check,
        complaint=complaint,
        inspection=inspection,
        text=text.strip(),
        legal_ref=(legal_ref.strip() or legal_reference(code, on=on)["ru"])[:400],
        file=file,
        evidence=list(evidence),
        noted_by=actor.user,
        noted_at=timezone.now(),
    )
    _record("violation.noted", actor, violation, code=code, fault=fault)
    return violation


@transaction.atomic
def remove_violation(*, actor: Membership, violation: Violation) -> None:
    """Whoever examines the check takes an unconfirmed violation back."""
    check = violation.desk_check
    if check is None:
        raise DomainError("not_of_a_check", _("This violation does not belong to a desk check."))
    _check_under_way(check, actor)
    if violation.confirmed_at is not None:
        raise DomainError("confirmed", _("A confirmed violation stays; it can be set aside."))
    _record("violation.removed", actor, violation, code=violation.code, fault=violation.fault)
    violation.delete()


@transaction.atomic
def confirm_violations(*, actor: Membership, violations: Iterable[Violation]) -> None:
    """From this moment they count. In a desk check never by the person who noted them."""
    now = timezone.now()
    for violation in violations:
        if violation.confirmed_at is not None or violation.set_aside_at is not None:
            continue
        if violation.desk_check_id is not None and violation.noted_by_id == actor.user_id:
            raise DomainError(
                "own_violation", _("Another person has to confirm what you noted yourself.")
            )
        violation.confirmed_by = actor.user
        violation.confirmed_at = now
        violation.save(update_fields=["confirmed_by", "confirmed_at"])
        _record("violation.confirmed", actor, violation, code=violation.code, fault=violation.fault)


@transaction.atomic
def set_aside(*, actor: Actor, violations: Iterable[Violation], note: str) -> None:
    """They count no longer from this moment; what was known before stays as it was."""
    if not note.strip():
        raise DomainError("no_note", _("Say why the violation is set aside."), field="note")
    now = timezone.now()
    for violation in violations:
        if violation.set_aside_at is not None:
            continue
        violation.set_aside_at = now
        violation.set_aside_note = note.strip()
        violation.save(update_fields=["set_aside_at", "set_aside_note"])
        _record("violation.set_aside", actor, violation, code=violation.code, fault=violation.fault)


def standing_violations(check: DeskCheck) -> list[Violation]:
    """The violations of the check that nobody has set aside."""
    return list(check.violations.filter(set_aside_at__isnull=True).order_by("noted_at"))


def named_violations(check: DeskCheck) -> list[tuple[Violation, str]]:
    """Every violation of the check with its name in the reader's language."""
    rows = check.violations.select_related(
        "organisation", "auditor", "noted_by", "confirmed_by", "file"
    )
    return named(rows.order_by("noted_at"))


def named(violations: Iterable[Violation]) -> list[tuple[Violation, str]]:
    names = {entry.code: entry.name for entry in CodeEntry.objects.filter(list=VIOLATIONS)}
    return [(row, names.get(row.code, row.code)) for row in violations]


def organisation_at_fault(certificate: Certificate, fault: str) -> Organisation | None:
    application = certificate.application
    match fault:
        case Fault.AUDITOR | Fault.EXPERTS:
            return application.act.request.expert_organisation
        case Fault.CHAMBER:
            return application.chamber
        case Fault.APPLICANT:
            return application.applicant
    return None


def legal_reference(code: str, *, on: date) -> dict[str, str]:
    """The norms of a violation as they are cited on the day of the deed, in both languages."""
    norms = parameter("violation.norms", on=on).get(code, [])
    names = [code_names(NORMS, norm) for norm in norms]
    return {language: "; ".join(name[language] for name in names) for language in ("kk", "ru")}


def legal_references(*, on: date) -> dict[str, str]:
    """For the form: every norm text by the code of the violation, in Russian as it is filed."""
    rows = {entry.code: entry.name_ru for entry in CodeEntry.objects.filter(list=NORMS)}
    by_code: dict[str, list[str]] = parameter("violation.norms", on=on)
    return {
        code: "; ".join(rows.get(norm, norm) for norm in norms) for code, norms in by_code.items()
    }


def _check_under_way(check: DeskCheck, actor: Membership) -> None:
    check = locked(check)
    authorize(actor, "oversight.work_on_check", check)
    if check.status != "in_progress":
        raise WrongStatus(
            "wrong_status",
            _("This is not possible now: the status is “%(status)s”. Nothing was changed.")
            % {"status": check.status_info.label},
        )


def _check_words(code: str, fault: str, text: str) -> None:
    if fault not in Fault.values:
        raise DomainError("no_fault", _("Say whose fault it is."), field="fault")
    entries = CodeEntry.objects.of(VIOLATIONS, on=timezone.localdate())
    if (entry := entries.filter(code=code).first()) is None:
        raise DomainError("no_code", _("Choose the violation from the list."), field="code")
    if entry.applies_to and fault not in entry.applies_to:
        raise DomainError(
            "fault_does_not_fit",
            _("“%(violation)s” cannot be the fault of this side.") % {"violation": entry.name},
            field="fault",
        )
    if not text.strip():
        raise DomainError("no_text", _("Describe what was found."), field="text")
    if len(text) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="text")


def _record(event: str, actor: Actor, violation: Violation, **facts: Any) -> None:
    thing = violation.desk_check or violation.complaint or violation.inspection
    assert thing is not None  # noqa: S101 - the database keeps it so
    certificate = violation.certificate.number if violation.certificate else ""
    audit.record(
        event,
        actor=actor.ref() if isinstance(actor, Membership) else actor,
        subject=thing.subject_ref(),
        case=str(thing.case_id),
        violation=str(violation.pk),
        certificate=certificate,
        **facts,
    )
