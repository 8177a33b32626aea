"""The Committee at work in the demo: a plan drawn, checks, a recommendation, measures, samples."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.utils import timezone

from accounts.models import Membership
from documents.signing import required
from oversight.control.checks import assign_check, close_check, start_check
from oversight.control.concluding import conclude_check
from oversight.control.recommendations import prepare_recommendation, send_recommendation
from oversight.control.replays import record_replay
from oversight.control.violations import note_violation
from oversight.inspections.conducting import (
    add_violation,
    assign_inspector,
    complete_inspection,
    record_outcome,
    record_result,
    record_sample,
    start_inspection,
)
from oversight.inspections.planning import Subject, plan_unscheduled
from oversight.inspections.postings import post_inspector
from oversight.measures.deciding import approve_measure, impose_measure
from oversight.measures.proposing import propose_measure
from oversight.measures.signing import begin_signing
from oversight.models import ControlPlan, DeskCheck, Inspection, Measure
from oversight.risk.outcomes import spoken
from oversight.selection.committing import commit_plan
from oversight.selection.preparing import prepare_plan
from reference.models import Department

from .people import Cast
from .signatures import signed
from .waiting import WaitForDraw

KYZYLORDA = "112"
SHOP = Subject(name="ИП «Үлгі-дүкен» (демо)", bin="", address="г. Кызылорда, ул. Примерная, 5")


def control(cast: Cast, wait_for_draw: WaitForDraw) -> None:
    """Everything a person of the Committee meets in a working week, one of each kind."""
    for command in ("rebuild_figures", "score_risk"):
        call_command(command, verbosity=0)
    _post(cast)
    plan = _prepare_a_plan(cast)
    wait_for_draw(plan)
    checks = list(plan.checks.order_by("-score", "number"))
    found = _check_with_a_violation(cast, checks[0])
    for check in checks[1:2]:
        assign_check(check=check, actor=cast["chief"], inspector=cast["inspector"].user)
        start_check(check=check, actor=cast["inspector"])
    _measures(cast, found)
    _inspections(cast)


def _post(cast: Cast) -> None:
    post_inspector(
        actor=cast["chief"],
        user=cast["inspector2"].user,
        department=Department.objects.get(pk=KYZYLORDA),
        since=timezone.localdate(),
    )


def _prepare_a_plan(cast: Cast) -> ControlPlan:
    today = timezone.localdate()
    plan = prepare_plan(
        actor=cast["inspector"],
        form_token=uuid.uuid4(),
        title=f"Камеральный контроль, {(today.month + 2) // 3} квартал {today.year} года",
        issued_from=date(today.year, 1, 1),
        issued_until=today,
        due_on=today + timedelta(days=60),
        by_risk=2,
        by_lottery=1,
        strata=["chapter"],
    )
    return commit_plan(plan=plan, actor=cast["chief"])


def _check_with_a_violation(cast: Cast, check: DeskCheck) -> DeskCheck:
    """Checked to its end, with a recommendation on its way to the expert organisation."""
    inspector, chief = cast["inspector"], cast["chief"]
    check = assign_check(check=check, actor=chief, inspector=inspector.user)
    check = start_check(check=check, actor=inspector)
    record_replay(check=check, actor=inspector)
    act = check.certificate.application.act
    note_violation(
        actor=inspector,
        code="process_not_described",
        fault="auditor",
        text="Операции названы, но не описаны: по акту нельзя понять, что сделано в Казахстане.",
        desk_check=check,
        certificate=check.certificate,
        act=act,
        organisation=act.request.expert_organisation,
        auditor=act.signed_by,
    )
    check = conclude_check(
        check=check,
        actor=inspector,
        result=DeskCheck.Result.VIOLATIONS,
        conclusion="Расчёт сходится; описание процесса неполное.",
        verdicts={hit.indicator: True for hit in spoken(check)},
    )
    check = close_check(check=check, actor=chief)
    recommendation = prepare_recommendation(
        check=check, actor=inspector, addressee=act.request.expert_organisation
    )
    send_recommendation(recommendation=recommendation, actor=inspector)
    return check


def _measures(cast: Cast, check: DeskCheck) -> None:
    """One that waits for a decision, one whose subject is being heard, one in force."""
    auditor = check.certificate.application.act.signed_by
    violations = list(check.violations.all())
    _propose(
        cast, type_code="warning", organisation=check.certificate.application.chamber,
        desk_check=check, grounds="Проверка при выдаче не выявила неполного описания процесса.",
    )  # fmt: skip
    heard = _propose(
        cast, type_code="administrative_case_auditor", auditor=auditor, desk_check=check,
        violations=violations, grounds="Акт экспертизы с недостоверными сведениями о процессе.",
    )  # fmt: skip
    approve_measure(measure=heard, actor=cast["chief"])
    _impose(
        _propose(
            cast, type_code="rapid_prohibition", subject_name=SHOP.name,
            subject_address=SHOP.address,
            grounds="Кабель без знака соответствия; образец не выдержал испытание.",
        ),
        cast["chief"],
    )  # fmt: skip


def _propose(cast: Cast, **values: object) -> Measure:
    return propose_measure(actor=cast["inspector"], form_token=uuid.uuid4(), **values)


def _impose(measure: Measure, actor: Membership) -> None:
    if required():
        signed(begin_signing(measure, actor, note="", seen_version=measure.version))
        return
    impose_measure(measure=measure, actor=actor)


def _inspections(cast: Cast) -> None:
    """A purchase of samples that found something, by the department, and one yet to begin."""
    today = timezone.localdate()
    inspector = cast["inspector2"]
    department = Department.objects.get(pk=KYZYLORDA)
    inspection = _unscheduled(cast, department, "sample_purchase", today)
    inspection = assign_inspector(
        inspection=inspection, actor=cast["chief"], inspector=inspector.user
    )
    inspection = start_inspection(inspection=inspection, actor=inspector)
    for product, result in (
        ("Кабель силовой «Үлгі» 3×2,5", "violates"),
        ("Удлинитель «Үлгі» 5 м", "conforms"),
    ):
        sample = record_sample(
            inspection=inspection,
            actor=inspector,
            product=product,
            bought_on=today,
            bought_at=SHOP.address,
            price=Decimal("4500"),
            laboratory="Лаборатория «Үлгі-сынақ» (демо)",
        )
        record_result(
            sample=sample,
            actor=inspector,
            result=result,
            tested_on=today,
            protocol_number=f"Д-{sample.pk}",
        )
    add_violation(
        inspection=inspection,
        actor=inspector,
        code="goods_do_not_conform",
        fault="other",
        text="Сопротивление жилы выше допустимого.",
    )
    record_outcome(
        inspection=inspection,
        actor=inspector,
        kind="goods_seized",
        quantity=40,
        decided_on=today,
        note="метров кабеля",
    )
    complete_inspection(
        inspection=inspection,
        actor=inspector,
        has_violations=True,
        summary="Один образец из двух не соответствует; остаток изъят.",
    )
    _unscheduled(cast, department, "supervision_raid", today + timedelta(days=7))


def _unscheduled(cast: Cast, department: Department, kind: str, on: date) -> Inspection:
    return plan_unscheduled(
        actor=cast["inspector"],
        department=department,
        kind=kind,
        object_kind="goods_on_sale",
        subject=SHOP,
        planned_on=on,
        grounds="Обращение покупателя о перегреве кабеля.",
    )
