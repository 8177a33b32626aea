"""The auditor signs the act of expertise: the step that everything later rests on."""

from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from auditors.models import Attestation, attestation_in_force
from documents.canonical import canonical_bytes, sha256_hex
from expertise.blockers import signing_blockers
from expertise.evaluating import LineEvaluation, Rules, evaluated, with_everything
from expertise.models import Act, ExpertiseRequest, Finding
from expertise.near_acts import keep_fingerprints
from expertise.records import act_record
from expertise.services import correcting
from expertise.services.judging import chosen_of
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

    Every line is evaluated once more and must equal its finding. The record holds the inputs,
    the rule pack's digest and the formula, so that `replaying` can do the same for ever.
    """
    request = locked(request)
    guard(request, "sign", actor, seen_version=seen_version)
    refuse_blocked(signing_blockers(request), code="incomplete")
    signed_at = timezone.now()
    today = timezone.localdate(signed_at)
    keep_fingerprints(request, on=today)
    attestation = attestation_in_force(actor.user, on=today)
    assert attestation is not None  # noqa: S101  the blockers above have seen to it
    rules = Rules.in_force(on=today, scheme=request.scheme_id)
    _evaluated_anew(request, rules)
    act, record = _frozen(request, actor, attestation, rules, signed_at)
    advance(
        act,
        "sign",
        actor,
        number=act.number,
        record_sha256=act.record_sha256,
        is_positive=act.is_positive,
        lines=len(record["lines"]),
        refused_lines=sum(not line["originating"] for line in record["lines"]),
        attestation=attestation.number,
    )
    correcting.supersede(act)
    request.stop_clock()
    advance(request, "sign", actor, act=act.number)
    outbox.enqueue(MAKE_DOCUMENT, key=str(act.pk), act_id=str(act.pk))
    act_signed.send(sender=Act, act=act)
    return act


def _frozen(
    request: ExpertiseRequest,
    actor: Membership,
    attestation: Attestation,
    rules: Rules,
    signed_at: datetime,
) -> tuple[Act, dict[str, Any]]:
    """The act with its record as bytes, their digest, and the record itself."""
    today = timezone.localdate(signed_at)
    number = _act_number(request, today)
    valid_until = today + relativedelta(
        months=parameter(f"act.validity_months.{request.category}", on=today)
    )
    record = act_record(
        request=request,
        number=number,
        attestation=attestation,
        signed_at=signed_at,
        valid_until=valid_until,
        rules=rules,
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
    return act, record


def _evaluated_anew(request: ExpertiseRequest, rules: Rules) -> None:
    """Every finding evaluated once more by the rules of today.

    A figure changed behind the portal's back, or a rule that changed since the finding, stops
    the signature and names the line; otherwise the finding takes today's evaluation.
    """
    steps = list(request.steps.all())
    for line in with_everything(request):
        finding = line.finding
        found = evaluated(line, rules, chosen_of(line), steps=steps)
        if not found.says_the_same(finding.evaluation) or not _share_is(finding, found):
            raise DomainError(
                "evaluation_differs",
                _(
                    "Line %(line)s: evaluated anew, the figures or the rules are not those of "
                    "the finding any more. Save the finding again."
                )
                % {"line": line.number},
            )
        finding.evaluation = found.data
        finding.save(update_fields=["evaluation"])


def _share_is(finding: Finding, found: LineEvaluation) -> bool:
    share = found.local_content.share_percent if found.local_content else None
    return finding.share_percent == share


def _act_number(request: ExpertiseRequest, today: date) -> str:
    series = request.expert_organisation.code
    return parameter("number_format.act", on=today).format(
        org=series,
        year=today.year,
        seq=next_number(kind="act", series=series, year=today.year),
    )
