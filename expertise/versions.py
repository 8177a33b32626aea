"""Keeping what the form said: one version for each time it left the applicant's hands."""

from typing import Any

from django.db.models import Max

from accounts.models import Membership, User
from documents.canonical import canonical_bytes, sha256_hex

from .models import ExpertiseRequest, FormVersion, RequestQuestion
from .records import document_record, request_record

Reason = FormVersion.Reason


def keep_version(
    *,
    request: ExpertiseRequest,
    reason: str,
    by: User,
    question: RequestQuestion | None = None,
) -> FormVersion:
    """In the transaction of the deed: what the form says now, under the next number."""
    record = canonical_bytes(form_record(request))
    last = request.versions.aggregate(last=Max("number"))["last"] or 0
    return FormVersion.objects.create(
        request=request,
        number=last + 1,
        reason=reason,
        question=question,
        record=record,
        record_sha256=sha256_hex(record),
        by=by,
    )


def form_record(request: ExpertiseRequest) -> dict[str, Any]:
    """The record of the request with the applicant's own papers only.

    What the auditor adds belongs to the act that is being made, not to the form.
    """
    own_people = Membership.objects.filter(organisation=request.applicant_id).values("user")
    papers = request.documents.filter(added_by__in=own_people).select_related("file")
    return {**request_record(request), "documents": [document_record(item) for item in papers]}
