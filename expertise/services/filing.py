"""What the applicant does: make a request, fill it, submit it, answer, withdraw."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from accounts.permissions import authorize
from documents.models import StoredFile
from documents.uploads import accept_upload
from expertise.blockers import submission_blockers
from expertise.models import ExpertiseRequest, GoodsLine, Material, RequestDocument
from expertise.records import request_digest
from expertise.spreadsheets import SheetResult
from reference.models import Scheme
from reference.numbering import next_number
from reference.parameters import parameter
from workflow.blockers import refuse_blocked
from workflow.moving import WrongStatus, advance, guard, locked

PARTY_FIELDS = (
    "expert_organisation", "category", "purpose", "operations",
    "producer_bin", "producer_name_ru", "producer_name_kk",
    "producer_address_ru", "producer_address_kk",
    "recipient_bin", "recipient_name", "recipient_address",
    "contract_number", "contract_on", "invoice_number", "invoice_on",
    "chamber", "goes_to_chamber_by_itself",
)  # fmt: skip


@transaction.atomic
def create_request(
    *, actor: Membership, form_token: uuid.UUID, scheme: str = "CT-KZ"
) -> ExpertiseRequest:
    """A new draft; the same form sent twice gives the same draft."""
    authorize(actor, "expertise.create_request", None)
    applicant = actor.organisation
    request, is_new = ExpertiseRequest.objects.get_or_create(
        form_token=form_token,
        applicant=applicant,
        defaults={
            "created_by": actor.user,
            "scheme": Scheme.objects.get(pk=scheme),
            "status": ExpertiseRequest.WORKFLOW.initial,
            # Most applicants make the goods themselves; the form lets them say otherwise.
            "producer_bin": applicant.bin,
            "producer_name_ru": applicant.name_ru,
            "producer_name_kk": applicant.name_kk,
            "producer_address_ru": applicant.address_ru,
            "producer_address_kk": applicant.address_kk,
        },
    )
    if is_new:
        _record(request, "request.created", actor)
    return request


@transaction.atomic
def update_request(
    *, request: ExpertiseRequest, actor: Membership, values: Mapping[str, Any]
) -> ExpertiseRequest:
    """Changes parties, category, purpose and the rest of the draft's own fields."""
    request = _editable(request, actor)
    if unknown := values.keys() - set(PARTY_FIELDS):
        raise ValueError(f"not editable: {sorted(unknown)}")
    for name, value in values.items():
        setattr(request, name, value)
    _save_clean(request)
    return request


@transaction.atomic
def save_line(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    values: Mapping[str, Any],
    line: GoodsLine | None = None,
) -> GoodsLine:
    """Adds a goods line at the end, or changes one."""
    request = _editable(request, actor)
    if line is None:
        last = request.lines.aggregate(last=Max("number"))["last"] or 0
        line = GoodsLine(request=request, number=last + 1)
    for name, value in values.items():
        setattr(line, name, value)
    if line.quantity is not None and line.quantity <= 0:
        raise DomainError(
            "quantity_not_positive", _("The quantity must be more than zero."), field="quantity"
        )
    _save_clean(line)
    return line


@transaction.atomic
def save_prices(
    *, request: ExpertiseRequest, actor: Membership, prices: Mapping[int, Decimal | None]
) -> int:
    """Sets the prices of lines by their numbers; returns how many were changed."""
    request = _editable(request, actor)
    lines = list(request.lines.filter(number__in=prices.keys()))
    for line in lines:
        line.price_kzt = prices[line.number]
    GoodsLine.objects.bulk_update(lines, ["price_kzt"])
    return len(lines)


@transaction.atomic
def delete_line(*, line: GoodsLine, actor: Membership) -> None:
    """Removes a line of a draft and closes the gap in the numbers."""
    request = _editable(line.request, actor)
    line.delete()
    for number, later in enumerate(request.lines.order_by("number"), start=1):
        if later.number != number:
            later.number = number
            later.save(update_fields=["number"])


@transaction.atomic
def import_goods(
    *, request: ExpertiseRequest, actor: Membership, sheet: SheetResult, file_sha256: str
) -> int:
    """Replaces the draft's goods lines by those of a spreadsheet: all of them or none."""
    request = _editable(request, actor)
    _refuse_faulty(sheet)
    request.lines.all().delete()
    GoodsLine.objects.bulk_create(
        GoodsLine(
            request=request,
            number=number,
            name=row.name,
            hs_code=row.hs_code,
            kp_ved=row.kp_ved,
            quantity=row.quantity,
            unit_id=row.unit_code,
            price_kzt=row.price_kzt,
            claimed_criterion=row.criterion,
            claimed_percent=row.percent,
        )
        for number, row in enumerate(sheet.lines, start=1)
    )
    _record(
        request, "request.lines_imported", actor, lines=len(sheet.lines), file_sha256=file_sha256
    )
    return len(sheet.lines)


@transaction.atomic
def import_materials(
    *, request: ExpertiseRequest, actor: Membership, sheet: SheetResult, file_sha256: str
) -> int:
    """Replaces the bills of materials of the lines that the spreadsheet names."""
    request = _editable(request, actor)
    _refuse_faulty(sheet)
    lines = {line.number: line for line in request.lines.all()}
    if strangers := sorted({row.line_number for row in sheet.lines} - lines.keys()):
        raise DomainError(
            "unknown_line",
            _("The file names goods lines that the request does not have: %(lines)s.")
            % {"lines": ", ".join(map(str, strangers[:20]))},
        )
    named = {row.line_number for row in sheet.lines}
    Material.objects.filter(line__request=request, line__number__in=named).delete()
    counters = dict.fromkeys(named, 0)
    fresh = []
    for row in sheet.lines:
        counters[row.line_number] += 1
        fresh.append(
            Material(
                line=lines[row.line_number],
                number=counters[row.line_number],
                name=row.name,
                hs_code=row.hs_code,
                country=row.country,
                supplier=row.supplier,
                origin_document=row.origin_document,
                document=row.document,
                local_percent=row.local_percent,
                value_kzt=row.value_kzt,
            )
        )
    Material.objects.bulk_create(fresh)
    _record(
        request, "request.materials_imported", actor, materials=len(fresh), file_sha256=file_sha256
    )
    return len(fresh)


@transaction.atomic
def save_materials(
    *, line: GoodsLine, actor: Membership, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Replaces the bill of materials of one line."""
    _editable(line.request, actor)
    line.materials.all().delete()
    for number, row in enumerate(rows, start=1):
        _save_clean(Material(line=line, number=number, **row))


@transaction.atomic
def add_document(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    upload: UploadedFile,
    type: str,
    title: str = "",
    number: str = "",
    dated_on: date | None = None,
) -> RequestDocument:
    """Puts a file with the case: in the draft, or while the applicant is asked for more."""
    request = _open_for_documents(request, actor)
    stored = accept_upload(upload, by=actor.user)
    document = RequestDocument.objects.create(
        request=request,
        type=type,
        title=title or upload.name or "",
        number=number,
        dated_on=dated_on,
        file=stored,
        added_by=actor.user,
    )
    _record(request, "request.document_added", actor, type=type, file_sha256=stored.sha256)
    return document


@transaction.atomic
def remove_document(*, document: RequestDocument, actor: Membership) -> None:
    """Takes a document out of a draft; once submitted, documents stay with the case."""
    request = _editable(document.request, actor)
    stored: StoredFile = document.file
    _record(
        request, "request.document_removed", actor, type=document.type, file_sha256=stored.sha256
    )
    document.delete()


@transaction.atomic
def submit_request(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> ExpertiseRequest:
    """Files the request with the expert organisation; from here on its content is fixed."""
    request = locked(request)
    guard(request, "submit", actor, seen_version=seen_version)
    refuse_blocked(submission_blockers(request), code="incomplete")
    today = timezone.localdate()
    request.submitted_by = actor.user
    request.submitted_at = timezone.now()
    request.start_clock(on=today, days=parameter("expertise.deadline_days", on=today))
    request.number = parameter("number_format.request", on=today).format(
        org=request.expert_organisation.code,
        year=today.year,
        # One counter per organisation for all years: the number has no year in it.
        seq=next_number(kind="request", series=request.expert_organisation.code, year=0),
    )
    advance(
        request,
        "submit",
        actor,
        lines=request.lines.count(),
        content_sha256=request_digest(request),
    )
    return request


@transaction.atomic
def answer_question(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    answer: str,
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Answers the open question; the clock goes on with the days that were left."""
    request = locked(request)
    guard(request, "answer", actor, seen_version=seen_version)
    if not answer.strip():
        raise DomainError("empty_answer", _("Write an answer."), field="answer")
    question = request.questions.filter(answered_at__isnull=True).latest("asked_at")
    question.answer = answer.strip()
    question.answered_by = actor.user
    question.answered_at = timezone.now()
    question.save()
    request.resume_clock(on=timezone.localdate())
    advance(request, "answer", actor, question=str(question.pk))
    return request


@transaction.atomic
def withdraw_request(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> ExpertiseRequest:
    request = locked(request)
    guard(request, "withdraw", actor, seen_version=seen_version)
    request.stop_clock()
    advance(request, "withdraw", actor)
    return request


def _editable(request: ExpertiseRequest, actor: Membership) -> ExpertiseRequest:
    """The request, locked, if it is still the applicant's draft."""
    request = locked(request)
    authorize(actor, "expertise.edit_request", request)
    if request.status != "draft":
        raise WrongStatus(
            "not_a_draft", _("The request is submitted; its content cannot be changed any more.")
        )
    return request


def _open_for_documents(request: ExpertiseRequest, actor: Membership) -> ExpertiseRequest:
    request = locked(request)
    authorize(actor, "expertise.edit_request", request)
    if request.status not in ("draft", "awaiting_applicant"):
        raise WrongStatus("no_documents_now", _("Documents cannot be added in this status."))
    return request


def _refuse_faulty(sheet: SheetResult) -> None:
    if sheet.errors:
        raise DomainError(
            "faulty_file", _("The file has errors; nothing was imported."), field="file"
        )
    if not sheet.lines:
        raise DomainError("no_rows", _("The file has no rows to import."), field="file")


def _save_clean(obj: Any) -> None:
    """Saves `obj` after checking its fields; a fault becomes a refusal that names the field."""
    try:
        obj.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", messages[0], field=name) from error
    obj.save()


def _record(request: ExpertiseRequest, event: str, actor: Membership, **facts: Any) -> None:
    audit.record(
        event,
        actor=actor.ref(),
        subject=request.subject_ref(),
        case=str(request.case_id),
        **facts,
    )


def set_chamber(*, request: ExpertiseRequest, chamber: Organisation) -> None:
    """Remembers which chamber the act went to, so that its staff may see the first stage."""
    ExpertiseRequest.objects.filter(pk=request.pk).update(chamber=chamber)
