"""A new draft from an earlier request of the same applicant."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import ExpertiseRequest, RequestDocument
from expertise.services.copying import copy_documents, copy_lines, copy_materials
from expertise.services.filing import PARTY_FIELDS, create_request

# Papers of one sale; those of the next one have other numbers and dates.
OF_ONE_SALE = ("contract_number", "contract_on", "invoice_number", "invoice_on")
LEGAL_STATUS = "legal_status"
LEGAL_STATUS_LASTS = timedelta(days=365)


@transaction.atomic
def clone_request(
    *, request: ExpertiseRequest, actor: Membership, form_token: uuid.UUID
) -> ExpertiseRequest:
    """Parties, goods, materials and operations of `request` as a draft of their own.

    Papers on the applicant's legal status go along while they are younger than a year: they are
    provided once a year (order 13.07.2021 № 454-НҚ item 25). The same form sent twice gives the
    same draft.
    """
    authorize(actor, "expertise.clone_request", request)
    draft = create_request(actor=actor, form_token=form_token, scheme=request.scheme_id)
    if draft.lines.exists():
        return draft
    for name in PARTY_FIELDS:
        if name not in OF_ONE_SALE:
            setattr(draft, name, getattr(request, name))
    draft.save()
    lines = copy_lines(request, draft)
    documents = copy_documents(_lasting(request), draft, lines={})
    copy_materials(request, lines, documents)
    return draft


def _lasting(request: ExpertiseRequest) -> QuerySet[RequestDocument]:
    """By the day on which the file came to the portal: a clone of a clone starts no new year."""
    return request.documents.filter(
        type=LEGAL_STATUS, file__created_at__gt=timezone.now() - LEGAL_STATUS_LASTS
    )
