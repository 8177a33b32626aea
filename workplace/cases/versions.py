"""What the form said each time it left the applicant's hands, and what the act made of it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership
from documents.models import ElectronicSignature
from expertise.models import Act, ExpertiseRequest, FormVersion
from issuance.decisions import CORRECTABLE
from issuance.models import Application

from .reading import Reading, read_record
from .whole import WholeCase

Record = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """One state of the form; `load` reads its record when it is compared."""

    key: str
    title: str | Promise
    number: str
    at: datetime
    by: str
    sha256: str
    url: str
    load: Callable[[], Record]

    def reading(self) -> Reading:
        return read_record(self.load())


def kept(actor: Membership, case_id: UUID) -> QuerySet[FormVersion]:
    return FormVersion.objects.visible_to(actor).filter(request__case_id=case_id)


def signed_only(actor: Membership, case_id: UUID) -> QuerySet[ExpertiseRequest]:
    """Requests of the time before versions were kept: the signature holds what was submitted."""
    known = FormVersion.objects.filter(request=OuterRef("pk"), reason=FormVersion.Reason.SUBMITTED)
    return ExpertiseRequest.objects.visible_to(actor).filter(
        ~Exists(known), case_id=case_id, signature__isnull=False, corrects__isnull=True
    )


def acts(actor: Membership, case_id: UUID) -> QuerySet[Act]:
    return Act.objects.visible_to(actor).filter(case_id=case_id)


def restated(actor: Membership, case_id: UUID) -> QuerySet[Application]:
    """Replacements that state facts of the act anew."""
    seen = Application.objects.visible_to(actor).filter(case_id=case_id)
    return seen.exclude(corrections={})


def versions_of(case: WholeCase) -> list[Version]:
    """In time; a fixed number of queries, and no record is read."""
    found = [
        *_kept_told(case), *_signed_told(case), *_acts_told(case), *_restated_told(case)
    ]  # fmt: skip
    return sorted(found, key=lambda version: version.at)


def _kept_told(case: WholeCase) -> Iterable[Version]:
    titles = {
        FormVersion.Reason.SUBMITTED: _("As submitted"),
        FormVersion.Reason.ANSWERED: _("After an answer"),
        FormVersion.Reason.CORRECTED: _("As opened for correction"),
    }
    rows = kept(case.actor, case.case_id).select_related("by", "request")
    for row in rows.defer("record"):
        is_applicants = row.reason != FormVersion.Reason.CORRECTED
        yield Version(
            key=f"form-{row.request_id}-{row.number}",
            title=titles[FormVersion.Reason(row.reason)],
            number=row.request.label,
            at=row.at,
            # As in the history: the expert side reads the company, not the person.
            by=case.applicant.name if is_applicants and case.is_of_expert_side else str(row.by),
            sha256=row.record_sha256,
            url=reverse("expertise:request-detail", args=[row.request_id]),
            load=partial(_of_version, row),
        )


def _signed_told(case: WholeCase) -> Iterable[Version]:
    rows = signed_only(case.actor, case.case_id).select_related("signature")
    for row in rows.defer("signature__record", "signature__cms", "signature__evidence"):
        signature = row.signature
        assert signature is not None  # noqa: S101  the rows have one
        yield Version(
            key=f"signed-{row.pk}",
            title=_("As submitted"),
            number=row.label,
            at=row.submitted_at or signature.verified_at,
            by=case.applicant.name if case.is_of_expert_side else signature.holder_name,
            sha256=signature.record_sha256,
            url=reverse("documents:signature-detail", args=[signature.pk]),
            load=partial(_of_signature, signature),
        )


def _acts_told(case: WholeCase) -> Iterable[Version]:
    for act in acts(case.actor, case.case_id).select_related("signed_by").defer("record"):
        yield Version(
            key=f"act-{act.pk}",
            title=_("As the act has it"),
            number=act.number,
            at=act.signed_at,
            by=str(act.signed_by),
            sha256=act.record_sha256,
            url=reverse("expertise:act-detail", args=[act.pk]),
            load=partial(_of_act, act),
        )


def _restated_told(case: WholeCase) -> Iterable[Version]:
    rows = restated(case.actor, case.case_id).select_related("act", "filed_by")
    for row in rows.defer("act__record", "decision_record"):
        yield Version(
            key=f"application-{row.pk}",
            title=_("As the replacement states it"),
            number=row.label,
            at=row.submitted_at or row.created_at,
            by=case.applicant.name if case.is_of_expert_side else str(row.filed_by),
            sha256="",
            url=reverse("issuance:application-detail", args=[row.pk]),
            load=partial(_with_corrections, row),
        )


def _of_version(version: FormVersion) -> Record:
    return dict(json.loads(version.record_bytes))


def _of_signature(signature: ElectronicSignature) -> Record:
    return dict(json.loads(signature.record_bytes))


def _of_act(act: Act) -> Record:
    return dict(json.loads(bytes(act.record)))


def _with_corrections(application: Application) -> Record:
    """The act's facts with those that the replacement states anew."""
    record = _of_act(application.act)
    restated = {part: application.corrections[part] for part in CORRECTABLE
                if part in application.corrections}  # fmt: skip
    return {**record, **restated}
