"""Goods and bills of materials in many variations, each judged by the rules engine once.

The records of an act are made by the portal's own maker from rows that are written for it and
taken back. What differs from case to case is put in later by the same makers of its parts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from documents.models import StoredFile
from expertise.evaluating import Chosen, LineEvaluation, Rules, evaluated
from expertise.models import (
    Examination,
    ExpertiseRequest,
    Finding,
    FindingEvidence,
    GoodsLine,
    Material,
    OriginDocument,
    ProcessStep,
    RequestDocument,
    VisitAnswer,
)
from expertise.records import act_record, request_record
from expertise.services.judging import reason_of
from origin.criteria import criterion_of_processing
from reference.models import Unit

from .chance import Chance, moment
from .people import Applicant, Cast
from .wares import WARES, Ware

CENT = Decimal("0.01")
# Kinds of the papers of every case, in their order; the last one is the auditor's own.
PAPERS = (
    "legal_status", "cost_calculation", "process_description", "output_capacity",
    "material_origin",
)  # fmt: skip
PROCESS, ORIGIN = 2, 4
VISIT = ("premises", "address", "equipment", "operations", "capacity")
VARIATIONS, REFUSED_VARIATIONS = 28, 4


@dataclass(frozen=True)
class Variation:
    """One bill of materials of a ware, what the rules say of it, and its line in an act."""

    ware: Ware
    price_kzt: Decimal
    share_percent: Decimal
    is_originating: bool
    materials: tuple[Mapping[str, Any], ...]
    finding: Mapping[str, Any]
    line_of_act: Mapping[str, Any]
    line_of_request: Mapping[str, Any]


@dataclass(frozen=True)
class Mould:
    """Everything common to the cases of one ware."""

    ware: Ware
    unit: Unit
    act: Mapping[str, Any]
    request: Mapping[str, Any]
    # Just above the limit, comfortably above it, and below it.
    near: tuple[Variation, ...]
    far: tuple[Variation, ...]
    refused: tuple[Variation, ...]


def moulds_of(
    wares: Iterable[Ware], cast: Cast, paper: StoredFile, chance: Chance, *, on: date
) -> dict[str, Mould]:
    """The moulds of these wares under the rules of a day; leaves nothing in the database."""
    rules = Rules.in_force(on=on, scheme="CT-KZ")
    units = Unit.objects.in_bulk()
    return {
        ware.key: _mould(ware, units[ware.unit], rules, cast.applicants[0], paper, chance)
        for ware in wares
    }


def all_wares(cast: Cast) -> list[Ware]:
    wanted = {applicant.ware.key for applicant in cast.applicants}
    return [ware for ware in WARES if ware.key in wanted]


def _shares(ware: Ware, chance: Chance) -> list[Decimal]:
    """Half of them bunch just above the half that is asked for, as shares do."""
    near = [chance.uniform(50.02, 51.9) for _number in range(VARIATIONS // 2)]
    far = [52 + 44 * chance.random() ** 1.6 for _number in range(VARIATIONS - len(near))]
    refused = [
        chance.uniform(36, 49.6) for _n in range(REFUSED_VARIATIONS if ware.has_limit else 0)
    ]
    return [Decimal(str(round(share, 2))) for share in (*near, *far, *refused)]


@dataclass
class _Draft:
    """Rows of one request with a line for every variation."""

    request: ExpertiseRequest
    documents: list[RequestDocument]
    steps: list[ProcessStep]
    lines: list[GoodsLine]
    findings: list[Finding]


def _mould(
    ware: Ware, unit: Unit, rules: Rules, applicant: Applicant, paper: StoredFile, chance: Chance
) -> Mould:
    auditor = applicant.house.auditors[0]
    with transaction.atomic():
        draft = _written(ware, unit, rules, applicant, paper, _shares(ware, chance))
        act = act_record(
            request=draft.request,
            number="",
            attestation=auditor.attestations[0],
            signed_at=moment(rules.on, 0),
            valid_until=rules.on,
            rules=rules,
        )
        request = request_record(draft.request)
        transaction.set_rollback(True)
    variations = [
        Variation(
            ware=ware,
            price_kzt=line.price_kzt or Decimal(0),
            share_percent=finding.share_percent or Decimal(0),
            is_originating=finding.is_originating,
            materials=tuple(_values(material) for material in line.materials.all()),
            finding=_values(finding),
            line_of_act=in_act,
            line_of_request=in_request,
        )
        for line, finding, in_act, in_request in zip(
            draft.lines, draft.findings, act.pop("lines"), request.pop("lines"), strict=True
        )
    ]
    limit = Decimal(52)
    good = [one for one in variations if one.is_originating]
    return Mould(
        ware, unit, act, request,
        near=tuple(one for one in good if one.share_percent < limit),
        far=tuple(one for one in good if one.share_percent >= limit),
        refused=tuple(one for one in variations if not one.is_originating),
    )  # fmt: skip


def _written(
    ware: Ware,
    unit: Unit,
    rules: Rules,
    applicant: Applicant,
    paper: StoredFile,
    shares: list[Decimal],
) -> _Draft:
    person = applicant.member
    at = moment(rules.on, 0)
    request = ExpertiseRequest.objects.create(
        status=ExpertiseRequest.WORKFLOW.initial, created_by=person.user, scheme_id="CT-KZ",
        applicant=person.organisation, expert_organisation=applicant.house.organisation,
        category="serial", purpose="origin_and_share", operations=ware.making,
        submitted_by=person.user, submitted_at=at,
        auditor=applicant.house.auditors[0].member.user,
    )  # fmt: skip
    documents = [
        RequestDocument.objects.create(
            request=request, type=type_, file=paper, added_by=person.user
        )
        for type_ in PAPERS
    ]
    steps = ProcessStep.objects.bulk_create(steps_of(ware, request, documents))
    examination = Examination.objects.create(request=request, began_on=rules.on)
    VisitAnswer.objects.bulk_create(
        VisitAnswer(examination=examination, item=item, answer="yes") for item in VISIT
    )
    lines, findings = [], []
    for number, share in enumerate(shares, start=1):
        line = _line(ware, unit, request, number)
        materials = Material.objects.bulk_create(_materials(line, share, documents[ORIGIN]))
        found = evaluated(line, rules, Chosen(row=ware.choice), steps=steps, materials=materials)
        finding = _finding(line, ware, found, rules)
        finding.save(force_insert=True)
        FindingEvidence.objects.create(finding=finding, document=documents[PROCESS], page="2–4")
        lines.append(GoodsLine.objects.prefetch_related("materials").get(pk=line.pk))
        findings.append(finding)
    return _Draft(request, documents, steps, lines, findings)


def _line(ware: Ware, unit: Unit, request: ExpertiseRequest, number: int) -> GoodsLine:
    return GoodsLine.objects.create(
        request=request,
        number=number,
        name=ware.name,
        hs_code=ware.hs_code,
        kp_ved=ware.kp_ved,
        quantity=Decimal(1),
        unit=unit,
        price_kzt=Decimal(ware.price_kzt) + 10 * number,
        claimed_criterion=str(criterion_of_processing(ware.hs_code)),
    )


def steps_of(
    ware: Ware, request: ExpertiseRequest, documents: list[RequestDocument]
) -> list[ProcessStep]:
    return [
        ProcessStep(
            request=request, number=number, operation=operation, description=description,
            equipment=equipment, evidence=documents[PROCESS], evidence_page=str(number + 1),
        )
        for number, (operation, description, equipment) in enumerate(ware.steps, start=1)
    ]  # fmt: skip


def _materials(line: GoodsLine, share: Decimal, proof: RequestDocument) -> list[Material]:
    """A bill that gives exactly this share: the rest of the price is divided among the foreign
    materials, and a local one stands beside them."""
    ware = next(one for one in WARES if one.hs_code == line.hs_code)
    price = line.price_kzt or Decimal(0)
    left = (price * (100 - share) / 100).quantize(CENT)
    worth = [(left * 2 / 3).quantize(CENT)]
    worth.append(left - worth[0])
    rows = [
        {"name": name, "hs_code": hs_code, "country": country, "supplier": "Импортёр-Пример",
         "origin_document": OriginDocument.CUSTOMS, "document": f"ДТ 00000/{line.number:04d}",
         "value_kzt": value}
        for (name, hs_code, country), value in zip(ware.foreign, worth, strict=True)
    ]  # fmt: skip
    name, hs_code = ware.local
    rows.append(
        {"name": name, "hs_code": hs_code, "country": "KZ", "supplier": "ТОО «Пример-Сырьё»",
         "origin_document": OriginDocument.KZ_ORIGIN, "document": f"Накладная {line.number}",
         "value_kzt": (price / 10).quantize(CENT)}
    )  # fmt: skip
    return [
        Material(line=line, number=number, evidence=proof, evidence_page="1", **row)
        for number, row in enumerate(rows, start=1)
    ]


def _finding(line: GoodsLine, ware: Ware, found: LineEvaluation, rules: Rules) -> Finding:
    """The verdict as the rules give it, the way `judging` keeps it."""
    share = found.local_content
    if found.evaluation is None or share is None:
        raise RuntimeError(f"{ware.key}: {found.refusal}")
    return Finding(
        line=line,
        is_originating=found.passes,
        criterion=found.evaluation.criterion if found.passes else "",
        justification="Материалы и операции соответствуют условиям." if found.passes else "",
        reason="" if found.passes else reason_of(found.evaluation),
        row=ware.choice,
        choice_reason=ware.choice_reason,
        evaluation=found.data,
        formula=rules.calculation.formula.name,
        price_kzt=share.price_kzt,
        foreign_kzt=share.foreign_kzt,
        share_percent=share.share_percent,
    )


def _values(row: Material | Finding) -> dict[str, Any]:
    """What a row of another case takes over: everything but its own ties."""
    own = {"id", "line_id", "evidence_id"}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in own
    }


def dated(evaluation: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The evaluation as it is on another day under the same rules: the day stands in it."""
    return {**evaluation, "result": {**evaluation["result"], "on": day.isoformat()}}


def first_day_of_rules(first: date) -> date:
    """Early enough for everything that the first certificates rest on."""
    return date(first.year - 2, 1, 1) - timedelta(days=1)
