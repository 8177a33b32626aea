"""The files of both stages and of the certificate, each kind with the rule of its own page."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import COMMITTEE_ROLES, Membership, Role
from expertise.models import Act, RequestDocument
from expertise.stories import EXPERT_SIDE
from issuance.models import Application, Certificate, CertificateChange, Consultation, Duplicate
from reference.models import CodeEntry

from .filed import CaseFile, filed
from .whole import CHAMBER_SIDE, WholeCase


def documents(actor: Membership, case_id: UUID) -> QuerySet[RequestDocument]:
    found = RequestDocument.objects.visible_to(actor).filter(request__case_id=case_id)
    return found.select_related("file", "added_by").order_by("added_at", "pk")


def documents_told(case: WholeCase, rows: Iterable[RequestDocument]) -> Iterable[CaseFile]:
    names = {one.code: one.name for one in CodeEntry.objects.filter(list="document_type")}
    own_people = set(
        Membership.objects.filter(organisation=case.applicant.pk).values_list("user", flat=True)
    )
    for row in rows:
        is_applicants = row.added_by_id in own_people
        hides = is_applicants and case.is_of_expert_side
        picture = row.is_picture
        yield filed(
            row.file,
            key=f"document-{row.pk}",
            group="applicant" if is_applicants else "experts",
            kind=names.get(row.type, row.type),
            title=str(row),
            at=row.added_at,
            by=case.applicant.name if hides else str(row.added_by),
            url=reverse("expertise:document-download", args=[row.pk]),
            picture_url=reverse("expertise:document-image", args=[row.pk]) if picture else "",
            thumbnail_url=reverse("expertise:document-thumbnail", args=[row.pk])
            if row.has_preview
            else "",
        )


def acts(actor: Membership, case_id: UUID) -> QuerySet[Act]:
    found = Act.objects.visible_to(actor).filter(case_id=case_id, document__isnull=False)
    return found.select_related("document__file", "signed_by").defer("record", "document__record")


def acts_told(_case: WholeCase, rows: Iterable[Act]) -> Iterable[CaseFile]:
    for act in rows:
        assert act.document is not None  # noqa: S101  the rows have one
        yield filed(
            act.document.file,
            key=f"act-{act.pk}",
            group="experts",
            kind=_("Act of expertise"),
            title=act.number,
            name=f"{act.number}.pdf",
            at=act.document.sealed_at,
            by=str(act.signed_by),
            url=reverse("expertise:act-pdf", args=[act.pk]),
            is_sealed=True,
        )


def certificates(actor: Membership, case_id: UUID) -> QuerySet[Certificate]:
    found = Certificate.objects.visible_to(actor).filter(case_id=case_id, document__isnull=False)
    return found.select_related("document__file", "application__chamber").defer(
        "record", "document__record"
    )


def certificates_told(_case: WholeCase, rows: Iterable[Certificate]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.document is not None  # noqa: S101  the rows have one
        yield filed(
            one.document.file,
            key=f"certificate-{one.pk}",
            group="chamber",
            kind=_("Certificate"),
            title=one.number,
            name=f"{one.number}.pdf",
            at=one.document.sealed_at,
            by=one.application.chamber.name,
            url=reverse("issuance:certificate-pdf", args=[one.pk]),
            is_sealed=True,
        )


def letters(actor: Membership, case_id: UUID) -> QuerySet[Application]:
    """Letters of refusal are written to the applicant; the auditor reads the reason elsewhere."""
    found = Application.objects.visible_to(actor).filter(case_id=case_id, letter__isnull=False)
    if actor.role in EXPERT_SIDE:
        return found.none()
    return found.select_related("letter__file", "chamber").defer(
        "letter__record", "decision_record"
    )


def letters_told(_case: WholeCase, rows: Iterable[Application]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.letter is not None  # noqa: S101  the rows have one
        yield filed(
            one.letter.file,
            key=f"letter-{one.pk}",
            group="chamber",
            kind=_("Letter of refusal"),
            title=one.label,
            name=f"{one.label}.pdf",
            at=one.letter.sealed_at,
            by=one.chamber.name,
            url=reverse("issuance:application-letter", args=[one.pk]),
            is_sealed=True,
        )


def replies(actor: Membership, case_id: UUID) -> QuerySet[Consultation]:
    """What other bodies replied is part of the review."""
    if actor.role not in (*CHAMBER_SIDE, *COMMITTEE_ROLES):
        return Consultation.objects.none()
    seen = Application.objects.visible_to(actor).filter(case_id=case_id)
    found = Consultation.objects.filter(application__in=seen, reply_file__isnull=False)
    return found.select_related("reply_file")


def replies_told(_case: WholeCase, rows: Iterable[Consultation]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.reply_file is not None  # noqa: S101  the rows have one
        yield filed(
            one.reply_file,
            key=f"reply-{one.pk}",
            group="others",
            kind=_("Reply to a consultation"),
            title=one.reply_number or one.reply_file.name,
            at=one.closed_at or one.reply_file.created_at,
            by=one.body,
            url=reverse("issuance:consultation-file", args=[one.application_id, one.pk]),
        )


def orders(actor: Membership, case_id: UUID) -> QuerySet[CertificateChange]:
    found = CertificateChange.objects.visible_to(actor).filter(certificate__case_id=case_id)
    return (
        found.filter(document__isnull=False)
        .select_related("document__file", "decided_by")
        .defer("document__record")
    )


def orders_told(_case: WholeCase, rows: Iterable[CertificateChange]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.document is not None  # noqa: S101  the rows have one
        yield filed(
            one.document.file,
            key=f"order-{one.pk}",
            group="chamber",
            kind=_("Order"),
            title=f"{one.document.number} · {one.get_kind_display()}",
            name=f"{one.document.number}.pdf",
            at=one.document.sealed_at,
            by=str(one.decided_by or ""),
            url=reverse("issuance:change-order", args=[one.pk]),
            is_sealed=True,
        )


def grounds(actor: Membership, case_id: UUID) -> QuerySet[CertificateChange]:
    found = CertificateChange.objects.visible_to(actor).filter(certificate__case_id=case_id)
    return found.filter(file__isnull=False).select_related("file", "proposed_by")


def grounds_told(_case: WholeCase, rows: Iterable[CertificateChange]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.file is not None  # noqa: S101  the rows have one
        is_committees = one.proposed_role in COMMITTEE_ROLES
        is_applicants = one.proposed_role == Role.APPLICANT
        yield filed(
            one.file,
            key=f"ground-{one.pk}",
            group="committee" if is_committees else "applicant" if is_applicants else "chamber",
            kind=_("Ground of a change"),
            title=f"{one.get_kind_display()}: {one.file.name}",
            at=one.proposed_at,
            by=str(one.proposed_by),
            url=reverse("issuance:change-file", args=[one.pk]),
        )


def duplicates(actor: Membership, case_id: UUID) -> QuerySet[Duplicate]:
    seen = Certificate.objects.visible_to(actor).filter(case_id=case_id)
    found = Duplicate.objects.filter(certificate__in=seen, document__isnull=False)
    return found.select_related("document__file", "certificate__application__chamber").defer(
        "document__record", "certificate__record"
    )


def duplicates_told(_case: WholeCase, rows: Iterable[Duplicate]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.document is not None  # noqa: S101  the rows have one
        number = f"{one.certificate.number} D{one.ordinal}"
        yield filed(
            one.document.file,
            key=f"duplicate-{one.pk}",
            group="chamber",
            kind=_("Duplicate"),
            title=number,
            name=f"{number}.pdf",
            at=one.document.sealed_at,
            by=one.certificate.application.chamber.name,
            url=reverse("issuance:duplicate-pdf", args=[one.pk]),
            is_sealed=True,
        )
