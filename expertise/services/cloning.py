"""A new draft from an earlier request of the same applicant."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership
from accounts.permissions import authorize
from expertise.document_types import applicants_types
from expertise.models import ExpertiseRequest, RequestDocument
from expertise.services.copying import copy_documents, copy_lines, copy_materials
from expertise.services.filing import PARTY_FIELDS, create_request
from reference.code_lists import code_label

# Papers of one sale; those of the next one have other numbers and dates.
OF_ONE_SALE = ("contract_number", "contract_on", "invoice_number", "invoice_on")
PAPERS_OF_ONE_SALE = frozenset({"contract_invoice", "stock_statement", "purchase"})
CHAMBER_FIELDS = ("chamber", "goes_to_chamber_by_itself")
LEGAL_STATUS = "legal_status"
LEGAL_STATUS_LASTS = timedelta(days=365)


class Take(models.TextChoices):
    """What of an earlier request may go along."""

    PARTIES = "parties", gettext_lazy("Parties and purpose")
    OPERATIONS = "operations", gettext_lazy("How the goods are made")
    GOODS = "goods", gettext_lazy("Goods with their prices")
    MATERIALS = "materials", gettext_lazy("Materials of the goods")
    CHAMBER = "chamber", gettext_lazy("Chamber")


EVERYTHING = frozenset(Take.values)


@dataclass(frozen=True)
class Paper:
    """A document of the earlier request: may it be used again, and if not, why."""

    document: RequestDocument
    kind: str
    is_offered: bool
    is_valid: bool = False
    reason: str = ""


def papers_of(request: ExpertiseRequest, actor: Membership, *, on: date) -> list[Paper]:
    """Documents that the applicant's people put there, each with its fate.

    Papers on the applicant's legal status are provided once a year (order 13.07.2021 № 454-НҚ
    item 25): younger ones hold. Those of one sale belong to it. The rest may still be true of
    the new goods: only a person knows.
    """
    own_kinds = {code for code, _name in applicants_types(on=on, category="")}
    documents = request.documents.visible_to(actor).select_related("file").order_by("added_at")
    return [_paper(item) for item in documents if item.type in own_kinds]


def _paper(document: RequestDocument) -> Paper:
    kind = code_label("document_type", document.type)
    if document.type == LEGAL_STATUS:
        # By the day the file came to the portal: a clone of a clone starts no new year.
        if document.file.created_at > timezone.now() - LEGAL_STATUS_LASTS:
            return Paper(document, kind, is_offered=True, is_valid=True)
        return Paper(document, kind, is_offered=False, reason=_("It is older than a year."))
    if document.type in PAPERS_OF_ONE_SALE:
        return Paper(document, kind, is_offered=False, reason=_("It is of one sale."))
    return Paper(document, kind, is_offered=True)


@transaction.atomic
def clone_request(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    form_token: uuid.UUID,
    take: Collection[str] = EVERYTHING,
    documents: Collection[uuid.UUID] | None = None,
) -> ExpertiseRequest:
    """What was chosen of `request` as a draft of its own; the same form sent twice gives one.

    Without a choice of documents those go along that hold by themselves.
    """
    authorize(actor, "expertise.clone_request", request)
    draft = create_request(actor=actor, form_token=form_token, scheme=request.scheme_id)
    if draft.lines.exists() or draft.documents.exists():
        return draft
    for name in _fields_of(take):
        setattr(draft, name, getattr(request, name))
    draft.save()
    lines = copy_lines(request, draft) if Take.GOODS in take else {}
    papers = papers_of(request, actor, on=timezone.localdate())
    chosen = [
        paper.document
        for paper in papers
        if paper.is_offered
        and (paper.is_valid if documents is None else paper.document.pk in documents)
    ]
    copies = copy_documents(chosen, draft, lines=lines)
    if lines and Take.MATERIALS in take:
        copy_materials(request, lines, copies)
    return draft


def _fields_of(take: Collection[str]) -> list[str]:
    wanted = []
    for name in PARTY_FIELDS:
        if name in OF_ONE_SALE:
            continue
        part = Take.PARTIES
        if name in CHAMBER_FIELDS:
            part = Take.CHAMBER
        elif name == "operations":
            part = Take.OPERATIONS
        if part in take:
            wanted.append(name)
    return wanted


def left_behind(request: ExpertiseRequest, draft: ExpertiseRequest, actor: Membership) -> list[str]:
    """What did not go along, in words and with the reason."""
    said = []
    if any(getattr(request, name) for name in OF_ONE_SALE):
        said.append(_("Contract and invoice were not taken: the next sale has its own."))
    copied = set(draft.documents.values_list("file", flat=True))
    for paper in papers_of(request, actor, on=timezone.localdate()):
        if paper.document.file_id in copied:
            continue
        reason = paper.reason or _("You did not choose it.")
        said.append(
            _("“%(document)s” was not taken. %(reason)s")
            % {"document": paper.document, "reason": reason}
        )
    count = request.lines.count()
    if count and not draft.lines.exists():
        said.append(
            ngettext(
                "%(count)d goods line was not taken: you did not choose it.",
                "%(count)d goods lines were not taken: you did not choose them.",
                count,
            )
            % {"count": count}
        )
    return said
