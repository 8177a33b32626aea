"""Papers of control that the reader may have, and the electronic signatures of the case."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import COMMITTEE_ROLES, Membership
from documents.models import ElectronicSignature
from documents.purposes import purpose_of
from expertise.models import Act, ExpertiseRequest
from issuance.models import Application, CertificateChange
from oversight.models import CheckQuestion, Measure, Recommendation

from .control import check_questions, measures, recommendations
from .filed import CaseFile, filed
from .whole import WholeCase


def replies(actor: Membership, case_id: UUID) -> QuerySet[CheckQuestion]:
    found = check_questions(actor, case_id).filter(file__isnull=False)
    return found.select_related("file", "addressee")


def replies_told(_case: WholeCase, rows: Iterable[CheckQuestion]) -> Iterable[CaseFile]:
    for one in rows:
        assert one.file is not None  # noqa: S101  the rows have one
        yield filed(
            one.file,
            key=f"control-reply-{one.pk}",
            group="committee",
            kind=_("Reply to the Committee"),
            title=one.file.name,
            at=one.answered_at or one.file.created_at,
            by=one.addressee.name,
            url=reverse("control:question-file", args=[one.pk]),
        )


def recommendations_sent(actor: Membership, case_id: UUID) -> QuerySet[Recommendation]:
    """To the addressee only once it was opened on its own page: that is its delivery."""
    found = recommendations(actor, case_id).filter(document__isnull=False)
    if actor.role not in COMMITTEE_ROLES:
        found = found.filter(delivered_on__isnull=False)
    return found.select_related("document__file").defer("document__record")


def recommendations_told(case: WholeCase, rows: Iterable[Recommendation]) -> Iterable[CaseFile]:
    room = "oversight" if case.is_of_committee else "control"
    for one in rows:
        assert one.document is not None  # noqa: S101  the rows have one
        yield filed(
            one.document.file,
            key=f"recommendation-{one.pk}",
            group="committee",
            kind=_("Recommendation"),
            title=one.number,
            name=f"{one.number}.pdf",
            at=one.document.sealed_at,
            by=_("the Committee"),
            url=reverse(f"{room}:recommendation-file", args=[one.number, "document"]),
            is_sealed=True,
        )


def notices(actor: Membership, case_id: UUID) -> QuerySet[Measure]:
    found = measures(actor, case_id).filter(notice__isnull=False)
    return found.select_related("notice__file").defer("notice__record")


def notices_told(case: WholeCase, rows: Iterable[Measure]) -> Iterable[CaseFile]:
    for one in rows:
        yield _paper(case, one, "notice", _("Notice of a measure"))


def decisions(actor: Membership, case_id: UUID) -> QuerySet[Measure]:
    found = measures(actor, case_id).filter(document__isnull=False)
    return found.select_related("document__file").defer("document__record")


def decisions_told(case: WholeCase, rows: Iterable[Measure]) -> Iterable[CaseFile]:
    for one in rows:
        yield _paper(case, one, "decision", _("Decision on a measure"))


def _paper(case: WholeCase, measure: Measure, what: str, kind: str) -> CaseFile:
    paper = measure.notice if what == "notice" else measure.document
    assert paper is not None  # noqa: S101  the rows have one
    page = "oversight:measure-paper" if case.is_of_committee else "control:measure-paper"
    return filed(
        paper.file,
        key=f"{what}-{measure.pk}",
        group="committee",
        kind=kind,
        title=paper.number,
        name=f"{paper.number.replace('/', '-')}.pdf",
        at=paper.sealed_at,
        by=_("the Committee"),
        url=reverse(page, args=[measure.number, what]),
        is_sealed=True,
    )


def signatures(actor: Membership, case_id: UUID) -> QuerySet[ElectronicSignature]:
    """Those on the things that the person sees, as their own pages show them."""
    requests = ExpertiseRequest.objects.visible_to(actor).filter(case_id=case_id)
    acts = Act.objects.visible_to(actor).filter(case_id=case_id)
    applications = Application.objects.visible_to(actor).filter(case_id=case_id)
    changes = CertificateChange.objects.visible_to(actor).filter(certificate__case_id=case_id)
    return (
        ElectronicSignature.objects.filter(
            Q(pk__in=requests.values("signature"))
            | Q(pk__in=acts.values("signature"))
            | Q(pk__in=applications.values("declaration"))
            | Q(pk__in=applications.values("decision_signature"))
            | Q(pk__in=changes.values("signature"))
        )
        .annotate(bytes=Length("cms"))
        .defer("record", "cms", "evidence", "checks")
        .order_by("verified_at")
    )


def _bytes_of(signature: ElectronicSignature) -> bytes:
    return signature.cms_bytes


def signatures_told(_case: WholeCase, rows: Iterable[ElectronicSignature]) -> Iterable[CaseFile]:
    for one in rows:
        purpose = purpose_of(one.purpose)
        yield CaseFile(
            key=f"signature-{one.pk}",
            group="signatures",
            kind=_("Electronic signature"),
            title=str(purpose.noun or purpose.label),
            at=one.verified_at,
            by=one.holder_name,
            url=reverse("documents:signature-cms", args=[one.pk]),
            name=f"{one.purpose.replace('.', '-')}-{one.cms_sha256[:8]}.cms",
            size=vars(one)["bytes"],
            sha256=one.cms_sha256,
            content_type="application/pkcs7-signature",
            content=partial(_bytes_of, one),
        )
