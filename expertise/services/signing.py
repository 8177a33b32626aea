"""The auditor signs the act of expertise: the step that everything later rests on."""

from dataclasses import dataclass
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
from documents import signing
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import ElectronicSignature, SigningItem
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
SIGN = "act.sign"


@dataclass(frozen=True)
class PreparedAct:
    """The act as it is to be signed: every byte of its record, the number and time included."""

    record: dict[str, Any]
    at: datetime
    valid_until: date
    attestation: Attestation


@transaction.atomic
def prepare_act(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> PreparedAct:
    """What the auditor is to sign: the number is reserved, every line evaluated once more."""
    request = locked(request)
    return _prepared(request, actor, at=timezone.now(), seen_version=seen_version)


@transaction.atomic
def sign_act(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    signed: SigningItem | None = None,
    seen_version: int | None = None,
) -> Act:
    """Freezes the findings into a canonical record, hashes it and concludes the request.

    Every line is evaluated once more and must equal its finding. The record holds the inputs,
    the rule pack's digest and the formula, so that `replaying` can do the same for ever. The
    auditor's signature is over these very bytes, built anew with the time they were prepared at.
    """
    request = locked(request)
    if signed is None:
        signing.refuse_unsigned(SIGN)
    at = timezone.now() if signed is None else _prepared_at(signed)
    prepared = _prepared(request, actor, at=at, seen_version=seen_version)
    keep_fingerprints(request, on=timezone.localdate(at))
    act = _frozen(request, actor, prepared, signed)
    record = prepared.record
    advance(
        act,
        "sign",
        actor,
        number=act.number,
        record_sha256=act.record_sha256,
        is_positive=act.is_positive,
        lines=len(record["lines"]),
        refused_lines=sum(not line["originating"] for line in record["lines"]),
        attestation=prepared.attestation.number,
    )
    correcting.supersede(act)
    request.stop_clock()
    advance(request, "sign", actor, act=act.number)
    outbox.enqueue(MAKE_DOCUMENT, key=str(act.pk), act_id=str(act.pk))
    act_signed.send(sender=Act, act=act)
    return act


def _prepared(
    request: ExpertiseRequest, actor: Membership, *, at: datetime, seen_version: int | None
) -> PreparedAct:
    guard(request, "sign", actor, seen_version=seen_version)
    refuse_blocked(signing_blockers(request), code="incomplete")
    today = timezone.localdate(at)
    attestation = attestation_in_force(actor.user, on=today)
    assert attestation is not None  # noqa: S101  the blockers above have seen to it
    rules = Rules.in_force(on=today, scheme=request.scheme_id)
    _evaluated_anew(request, rules)
    valid_until = today + relativedelta(
        months=parameter(f"act.validity_months.{request.category}", on=today)
    )
    record = act_record(
        request=request,
        number=_reserved_number(request, today),
        attestation=attestation,
        signed_at=at,
        valid_until=valid_until,
        rules=rules,
    )
    return PreparedAct(record, at, valid_until, attestation)


def _prepared_at(signed: SigningItem) -> datetime:
    """The time of the record that was signed; yesterday's is judged by yesterday's rules."""
    at = datetime.fromisoformat(signed.arguments["prepared_at"])
    if timezone.localdate(at) != timezone.localdate():
        raise signing.SignatureRefused(
            "another_day",
            _("The day has changed since the act was prepared. Look at it and sign again."),
        )
    return at


def _frozen(
    request: ExpertiseRequest,
    actor: Membership,
    prepared: PreparedAct,
    signed: SigningItem | None,
) -> Act:
    """The act with its record as bytes, their digest, and the auditor's signature over them."""
    record_bytes = canonical_bytes(prepared.record)
    act = Act(
        request=request,
        case_id=request.case_id,
        status=Act.WORKFLOW.initial,
        number=prepared.record["number"],
        is_positive=prepared.record["positive"],
        attestation=prepared.attestation,
        signed_by=actor.user,
        signed_at=prepared.at,
        valid_until=prepared.valid_until,
        record=record_bytes,
        record_sha256=sha256_hex(record_bytes),
    )
    act.signature = _accepted(signed, record_bytes, act, actor)
    act.save(force_insert=True)
    return act


def _accepted(
    signed: SigningItem | None, record: bytes, act: Act, actor: Membership
) -> ElectronicSignature | None:
    if signed is None:
        return None
    return signing.accept(
        item=signed,
        purpose=SIGN,
        record=record,
        actor=actor,
        subject=act.subject_ref(),
        case=act.case_id,
    )


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


def _reserved_number(request: ExpertiseRequest, today: date) -> str:
    """The number of the act, given to its request once: what was prepared and not signed keeps
    it, so that no number stands for two records."""
    if request.act_number is None:
        series = request.experts.code
        request.act_number = parameter("number_format.act", on=today).format(
            org=series,
            year=today.year,
            seq=next_number(kind="act", series=series, year=today.year),
        )
        request.save(update_fields=["act_number"])
    return request.act_number
