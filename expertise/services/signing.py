"""The auditor signs the act of expertise: the step that everything later rests on."""

from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from auditors.models import attestation_in_force
from documents.canonical import canonical_bytes, sha256_hex
from expertise.blockers import signing_blockers
from expertise.calculation import CalculationRules, calculated
from expertise.models import Act, ExpertiseRequest
from expertise.records import act_record, lines_of
from expertise.signals import act_signed
from reference.numbering import next_number
from reference.parameters import parameter
from workflow.blockers import refuse_blocked
from workflow.moving import advance, guard, locked

MAKE_DOCUMENT = "expertise.make_act_document"


@transaction.atomic
def sign_act(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> Act:
    """Freezes the findings into a canonical record, hashes it and concludes the request.

    Shares are calculated once more from the materials and must equal the findings: a figure
    changed behind the portal's back stops the signature.
    """
    request = locked(request)
    guard(request, "sign", actor, seen_version=seen_version)
    refuse_blocked(signing_blockers(request), code="incomplete")
    signed_at = timezone.now()
    today = timezone.localdate(signed_at)
    attestation = attestation_in_force(actor.user, on=today)
    assert attestation is not None  # noqa: S101  the blockers above have seen to it
    counted = _recalculated(request)
    valid_until = today + relativedelta(
        months=parameter(f"act.validity_months.{request.category}", on=today)
    )
    number = _act_number(request, today)
    record = act_record(
        request=request,
        number=number,
        attestation=attestation,
        signed_at=signed_at,
        valid_until=valid_until,
        counted_foreign=counted,
    )
    record_bytes = canonical_bytes(record)
    act = Act.objects.create(
        request=request,
        case_id=request.case_id,
        status=Act.WORKFLOW.initial,
        number=number,
        is_positive=record["positive"],
        attestation=attestation,
        signed_by=actor.user,
        signed_at=signed_at,
        valid_until=valid_until,
        record=record_bytes,
        record_sha256=sha256_hex(record_bytes),
    )
    advance(
        act,
        "sign",
        actor,
        number=number,
        record_sha256=act.record_sha256,
        is_positive=act.is_positive,
        lines=len(record["lines"]),
        refused_lines=sum(not line["originating"] for line in record["lines"]),
        attestation=attestation.number,
    )
    request.stop_clock()
    advance(request, "sign", actor, act=number)
    outbox.enqueue(MAKE_DOCUMENT, key=str(act.pk), act_id=str(act.pk))
    act_signed.send(sender=Act, act=act)
    return act


def _recalculated(request: ExpertiseRequest) -> dict[int, Decimal]:
    """What each material counted as foreign, by its primary key."""
    counted: dict[int, Decimal] = {}
    rules = CalculationRules.in_force(on=timezone.localdate())
    for line in lines_of(request):
        finding = line.finding
        if finding.share_percent is None:
            continue
        result = calculated(line, criterion=finding.criterion, rules=rules)
        if result.share_percent != finding.share_percent:
            raise DomainError(
                "share_differs",
                _(
                    "Line %(line)s: the share in the finding is %(finding)s %%, calculated anew "
                    "it is %(calculated)s %%. Save the finding again."
                )
                % {
                    "line": line.number,
                    "finding": finding.share_percent,
                    "calculated": result.share_percent,
                },
            )
        foreign = {step.number: step.counted_foreign_kzt for step in result.steps}
        counted.update((material.pk, foreign[material.number]) for material in line.materials.all())
    return counted


def _act_number(request: ExpertiseRequest, today: date) -> str:
    series = request.expert_organisation.code
    return parameter("number_format.act", on=today).format(
        org=series,
        year=today.year,
        seq=next_number(kind="act", series=series, year=today.year),
    )
