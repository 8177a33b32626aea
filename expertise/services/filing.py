"""What the applicant does: make a request, fill it, submit it, answer, withdraw."""

import uuid
from collections.abc import Collection, Mapping, Sequence
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
from documents import signing
from documents.canonical import canonical_bytes
from documents.models import SigningItem, StoredFile
from documents.uploads import accept_upload
from expertise.blockers import submission_blockers
from expertise.line_ranges import shown
from expertise.models import ExpertiseRequest, GoodsLine, Material, RequestDocument
from expertise.near_acts import keep_photo
from expertise.own_catalogue.remembering import enqueue_remembering
from expertise.records import request_digest, request_record
from expertise.services.drafts import close_pages
from expertise.services.numbering import request_number
from expertise.spreadsheet_rows import MaterialRow
from expertise.spreadsheets import MAX_MATERIALS, SheetResult
from expertise.versions import Reason, keep_version
from reference.models import Scheme
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

MATERIAL_FIELDS = (
    "name", "hs_code", "country", "supplier", "origin_document", "document", "local_percent",
    "value_kzt", "currency", "amount", "rate", "rate_on", "rate_source",
)  # fmt: skip
STRANGERS_SHOWN = 20
SUBMIT = "request.submit"


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
        record_event(request, "request.created", actor)
    return request


@transaction.atomic
def update_request(
    *, request: ExpertiseRequest, actor: Membership, values: Mapping[str, Any]
) -> ExpertiseRequest:
    """Changes parties, category, purpose and the rest of the draft's own fields."""
    request = editable(request, actor)
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
    request = editable(request, actor)
    if line is None:
        last = request.lines.aggregate(last=Max("number"))["last"] or 0
        line = GoodsLine(request=request, number=last + 1)
    for name, value in values.items():
        setattr(line, name, value)
    if line.quantity is not None and line.quantity <= 0:
        raise DomainError(
            "quantity_not_positive", _("The quantity must be more than zero."), field="quantity"
        )
    _refuse_no_price(line.price_kzt, "price_kzt")
    _refuse_no_price(line.cost_kzt, "cost_kzt")
    _save_clean(line)
    return line


def _refuse_no_price(amount: Decimal | None, field: str) -> None:
    """A price may come later; one of nothing, or below, is no price."""
    if amount is not None and amount <= 0:
        raise DomainError(
            "price_not_positive", _("The amount must be more than zero."), field=field
        )


@transaction.atomic
def save_prices(
    *, request: ExpertiseRequest, actor: Membership, prices: Mapping[int, Decimal | None]
) -> int:
    """Sets the prices of lines by their numbers; returns how many were changed."""
    request = editable(request, actor)
    lines = list(request.lines.filter(number__in=prices.keys()))
    for line in lines:
        _refuse_no_price(prices[line.number], f"price_{line.number}")
        line.price_kzt = prices[line.number]
    GoodsLine.objects.bulk_update(lines, ["price_kzt"])
    return len(lines)


@transaction.atomic
def delete_line(*, line: GoodsLine, actor: Membership) -> None:
    """Removes a line of a draft and closes the gap in the numbers."""
    request = editable(line.request, actor)
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
    request = editable(request, actor)
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
            cost_kzt=row.cost_kzt,
            claimed_criterion=row.criterion,
            claimed_percent=row.percent,
        )
        for number, row in enumerate(sheet.lines, start=1)
    )
    record_event(
        request, "request.lines_imported", actor, lines=len(sheet.lines), file_sha256=file_sha256
    )
    return len(sheet.lines)


@transaction.atomic
def import_materials(
    *, request: ExpertiseRequest, actor: Membership, sheet: SheetResult, file_sha256: str
) -> int:
    """Replaces the bills of materials of the lines that the spreadsheet names.

    A row for several lines goes into the bill of each of them.
    """
    request = editable(request, actor)
    _refuse_faulty(sheet)
    lines = {line.number: line for line in request.lines.order_by("number")}
    bills = _bills(sheet, lines)
    Material.objects.filter(line__in=[lines[number] for number in bills]).delete()
    fresh = [
        Material(
            line=lines[number],
            number=position,
            **{name: getattr(row, name) for name in MATERIAL_FIELDS},
        )
        for number, rows in bills.items()
        for position, row in enumerate(rows, start=1)
    ]
    Material.objects.bulk_create(fresh)
    record_event(
        request, "request.materials_imported", actor, materials=len(fresh), file_sha256=file_sha256
    )
    return len(fresh)


def _bills(sheet: SheetResult, lines: Collection[int]) -> dict[int, list[MaterialRow]]:
    """The rows of each line by its number, in the order of the sheet."""
    refuse_too_many(sum(row.lines.count(of=len(lines)) for row in sheet.lines))
    named = {number for row in sheet.lines for number in row.lines.numbers()}
    if strangers := named.difference(lines):
        raise DomainError(
            "unknown_line",
            _("The file names goods lines that the request does not have: %(lines)s.")
            % {"lines": shown(sorted(strangers)[:STRANGERS_SHOWN])},
            field="file",
        )
    bills: dict[int, list[MaterialRow]] = {}
    for row in sheet.lines:
        for number in row.lines.of(lines):
            bills.setdefault(number, []).append(row)
    if not bills:
        raise DomainError(
            "no_lines", _("The request has no goods lines yet: add them first."), field="file"
        )
    return bills


def refuse_too_many(materials: int) -> None:
    """What one request may hold: a file for all lines multiplies."""
    if materials > MAX_MATERIALS:
        raise DomainError(
            "too_many_materials",
            _("Over all goods lines these are more than %(limit)s materials; split the request.")
            % {"limit": MAX_MATERIALS},
            field="file",
        )


@transaction.atomic
def save_materials(
    *, line: GoodsLine, actor: Membership, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Replaces the bill of materials of one line."""
    editable(line.request, actor)
    fresh = [Material(line=line, number=n, **row) for n, row in enumerate(rows, start=1)]
    for material in fresh:
        _check_clean(material, exclude=["line", "evidence"])
    line.materials.all().delete()
    Material.objects.bulk_create(fresh)


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
    keep_photo(document)
    record_event(request, "request.document_added", actor, type=type, file_sha256=stored.sha256)
    return document


@transaction.atomic
def remove_document(*, document: RequestDocument, actor: Membership) -> None:
    """Takes a document out of a draft; once submitted, documents stay with the case."""
    request = editable(document.request, actor)
    stored: StoredFile = document.file
    record_event(
        request, "request.document_removed", actor, type=document.type, file_sha256=stored.sha256
    )
    document.delete()


def prepare_submission(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> dict[str, Any]:
    """The record that the applicant is to sign; refuses what could not be submitted anyway."""
    guard(request, "submit", actor, seen_version=seen_version)
    refuse_blocked(submission_blockers(request, actor.user), code="incomplete")
    return request_record(request)


@transaction.atomic
def submit_request(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    signed: SigningItem | None = None,
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Files the request with the expert organisation; from here on its content is fixed.

    The signature is over the record as it is now: whatever was changed since it was shown makes
    the applicant sign again.
    """
    request = locked(request)
    record = prepare_submission(request=request, actor=actor, seen_version=seen_version)
    today = timezone.localdate()
    request.number = request_number(request.experts, on=today)
    if signed is None:
        signing.refuse_unsigned(SUBMIT)
    else:
        request.signature = signing.accept(
            item=signed,
            purpose=SUBMIT,
            record=canonical_bytes(record),
            actor=actor,
            subject=request.subject_ref(),
            case=request.case_id,
        )
    request.submitted_by = actor.user
    request.submitted_at = timezone.now()
    request.start_clock(on=today, days=parameter("expertise.deadline_days", on=today))
    keep_version(request=request, reason=Reason.SUBMITTED, by=actor.user)
    close_pages(request)
    enqueue_remembering(request)
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
    keep_version(request=request, reason=Reason.ANSWERED, by=actor.user, question=question)
    advance(request, "answer", actor, question=str(question.pk))
    return request


@transaction.atomic
def withdraw_request(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> ExpertiseRequest:
    request = locked(request)
    guard(request, "withdraw", actor, seen_version=seen_version)
    request.stop_clock()
    close_pages(request)
    advance(request, "withdraw", actor)
    return request


def editable(request: ExpertiseRequest, actor: Membership) -> ExpertiseRequest:
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
    """Saves `obj` after checking its fields."""
    _check_clean(obj)
    obj.save()


def _check_clean(obj: Any, exclude: Collection[str] = ()) -> None:
    """A fault becomes a refusal that names the field."""
    try:
        obj.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", messages[0], field=name) from error


def record_event(request: ExpertiseRequest, event: str, actor: Membership, **facts: Any) -> None:
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
