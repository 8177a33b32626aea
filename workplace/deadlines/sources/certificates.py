"""Clocks of what a chamber does besides applications: stopped issues, changes, mandates, seals."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role
from issuance.models import Certificate, CertificateChange, ChamberSeal, Mandate
from workplace.deadlines.clocks import Clock, Counting, Source, register_clocks

TO_ISSUE = ("issuing", "issue_failed")


def stopped_issues() -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(status__in=TO_ISSUE).defer("record")
    return rows.select_related("application__chamber", "application__act__request")


def certificate_clock(certificate: Certificate, counting: Counting) -> Clock | None:
    """An approved application has its certificate when the issue is complete."""
    if certificate.status not in TO_ISSUE:
        return None
    application = certificate.application
    return Clock(
        **counting.dated(certificate, scheme=application.act.request.scheme_id),
        url=reverse("issuance:application-detail", args=[application.pk]),
        organisation=application.chamber,
        roles=(Role.CHAMBER_SIGNATORY,),
        holder=application.chamber,
        waits_for=application.chamber.name,
    )


def proposed_changes() -> QuerySet[CertificateChange]:
    return (
        CertificateChange.objects.filter(status="proposed")
        .select_related(
            "certificate__application__chamber", "certificate__application__act__request"
        )
        .defer("certificate__record")
    )


def change_clock(change: CertificateChange, counting: Counting) -> Clock | None:
    if change.status != "proposed":
        return None
    application = change.certificate.application
    return Clock(
        **{
            **counting.dated(change, scheme=application.act.request.scheme_id),
            "number": change.certificate.number,
            "stage": change.get_kind_display(),
        },
        url=reverse("issuance:change-detail", args=[change.pk]),
        organisation=application.chamber,
        roles=(Role.CHAMBER_SIGNATORY,),
        holder=application.chamber,
        waits_for=application.chamber.name,
    )


def unconfirmed_mandates() -> QuerySet[Mandate]:
    return Mandate.objects.filter(confirmed_at__isnull=True).select_related("chamber", "user")


def mandate_clock(mandate: Mandate, counting: Counting) -> Clock | None:
    """A signatory decides nothing before another person has confirmed the mandate."""
    if not _waits(mandate, counting):
        return None
    return _entered(
        mandate, mandate.chamber, counting, stage=_("Mandate to be confirmed"), page="mandate-list"
    )


def unconfirmed_seals() -> QuerySet[ChamberSeal]:
    rows = ChamberSeal.objects.filter(confirmed_at__isnull=True, chamber__isnull=False)
    return rows.select_related("chamber")


def seal_clock(seal: ChamberSeal, counting: Counting) -> Clock | None:
    if seal.chamber is None or not _waits(seal, counting):
        return None
    return _entered(seal, seal.chamber, counting, stage=_("Seal to be confirmed"), page="seal-list")


def _waits(row: Mandate | ChamberSeal, counting: Counting) -> bool:
    """What ended before anybody confirmed it is waited for by nobody."""
    is_ended = row.valid_until is not None and row.valid_until < counting.today
    return row.confirmed_at is None and not is_ended


def _entered(
    row: Mandate | ChamberSeal,
    chamber: Organisation,
    counting: Counting,
    *,
    stage: str | Promise,
    page: str,
) -> Clock | None:
    subject_type = row.subject_ref().type
    due_on = counting.stage_due_on(subject_type, "entered", row.entered_at, None)
    return Clock(
        subject_type=subject_type,
        subject_id=str(row.pk),
        case_id="",
        number=chamber.code,
        url=reverse(f"issuance:{page}"),
        stage_code="entered",
        stage=stage,
        scheme="",
        since=row.entered_at,
        due_on=due_on,
        days_left=counting.left(due_on),
        organisation=chamber,
        roles=(Role.CHAMBER_SIGNATORY,),
        holder=chamber,
        waits_for=chamber.name,
    )


register_clocks(
    Source(Certificate, stopped_issues, certificate_clock, organisations=("application__chamber",))
)
register_clocks(
    Source(
        CertificateChange,
        proposed_changes,
        change_clock,
        organisations=("certificate__application__chamber",),
    )
)
register_clocks(
    Source(
        Mandate, unconfirmed_mandates, mandate_clock, named="mandate", organisations=("chamber",)
    )
)
register_clocks(
    Source(
        ChamberSeal, unconfirmed_seals, seal_clock, named="chamber_seal", organisations=("chamber",)
    )
)
