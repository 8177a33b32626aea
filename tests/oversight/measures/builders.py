"""Measures in any status, reached the way people reach it."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import time_machine
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import Membership, Organisation, Role, User
from auditors.models import AttestationCase
from issuance.models import Certificate
from oversight.measures.appealing import file_appeal
from oversight.measures.deciding import approve_measure, impose_measure
from oversight.measures.proposing import propose_measure
from oversight.measures.replying import reply_to_measure
from oversight.measures.targets import REASON_LISTS
from oversight.models import Appeal, Measure
from reference.code_lists import code_choices
from reference.models import MeasureType
from tests import scenarios
from tests.auditors.scenarios import a_case

GROUNDS = "Проверка от 12.11.2026: состав материалов не подтверждён."
NOTE = "Доводы рассмотрены."


def committee() -> Organisation:
    known = Organisation.objects.filter(kind="committee").first()
    return known or scenarios.an_organisation("committee")


def inspector() -> Membership:
    known = Membership.objects.filter(role=Role.INSPECTOR).order_by("pk").first()
    return known or scenarios.a_person(Role.INSPECTOR, committee())


def head() -> Membership:
    heads = Membership.objects.filter(role=Role.COMMITTEE_HEAD)
    # The first one hired: people are numbered as they come.
    hired = heads.order_by(Length("user__full_name"), "user__full_name")
    known = hired.exclude(user__memberships__role=Role.INSPECTOR).first()
    return known or scenarios.a_person(Role.COMMITTEE_HEAD, committee())


def another_head() -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD, committee())


def an_attested_auditor() -> Membership:
    """With a case of the portal: what is decided there can be suspended."""
    case = a_case("attested")
    return Membership.objects.get(user=case.user, role=Role.AUDITOR)


def case_of(auditor: User) -> AttestationCase:
    return AttestationCase.objects.get(user=auditor)


def first_reason(kind: MeasureType) -> str:
    reasons = REASON_LISTS.get(kind.effect)
    return code_choices(reasons, on=timezone.localdate())[0][0] if reasons else ""


def aim_for(kind: MeasureType) -> dict[str, Any]:
    """Something of the kind that the type is taken against."""
    match kind.target:
        case "certificate":
            return {"certificate": scenarios.a_certificate("valid")}
        case "act":
            return {"act": scenarios.an_act()}
        case "auditor":
            return {"auditor": an_attested_auditor().user}
        case "organisation":
            return {"organisation": scenarios.an_organisation("expert")}
    return {
        "subject_name": "ТОО «Пример-Торг»",
        "subject_address": "г. Астана, ул. Примерная, 1",
    }


def propose(type_code: str, by: Membership | None = None, **values: Any) -> Measure:
    kind = MeasureType.objects.get(code=type_code)
    names = ("certificate", "act", "auditor", "organisation", "subject_name")
    aim = {} if any(name in values for name in names) else aim_for(kind)
    if kind.has_fine and kind.fine_mci is None:
        values.setdefault("fine_mci", Decimal(20))
    return propose_measure(
        **{
            "actor": by or inspector(),
            "type_code": type_code,
            "form_token": uuid.uuid4(),
            "grounds": GROUNDS,
            "reason": first_reason(kind),
            **aim,
            **values,
        }
    )


def again(measure: Measure) -> Measure:
    return Measure.objects.get(pk=measure.pk)


def speaker(measure: Measure) -> Membership:
    """Who answers for the subject: the auditor, or somebody of the organisation."""
    if measure.organisation is None:
        return Membership.objects.get(user=measure.auditor, role=Role.AUDITOR)
    role = {"expert": Role.EXPERT_HEAD, "chamber": Role.CHAMBER_OFFICER}.get(
        measure.organisation.kind, Role.APPLICANT
    )
    known = Membership.objects.filter(organisation=measure.organisation, role=role).first()
    return known or scenarios.a_person(role, measure.organisation)


def approved(measure: Measure, by: Membership | None = None) -> Measure:
    return approve_measure(measure=measure, actor=by or head())


def replied(measure: Measure) -> Measure:
    return reply_to_measure(measure=measure, actor=speaker(measure), text="Не согласны.")


def after(day: dt.date) -> Any:
    """The clock stands at noon of the day."""
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=timezone.get_current_timezone())
    return time_machine.travel(noon, tick=False)


def imposed(measure: Measure, by: Membership | None = None) -> Measure:
    """Through notice and reply where the type has a hearing."""
    if measure.type.reply_days is not None:
        if measure.status == "proposed":
            measure = approved(measure)
        if measure.organisation is None and measure.auditor is None:
            Measure.objects.filter(pk=measure.pk).update(
                due_on=timezone.localdate() - dt.timedelta(days=1)
            )
            measure = again(measure)
        elif measure.replied_at is None:
            measure = replied(measure)
    return impose_measure(measure=measure, actor=by or head(), note=NOTE)


def a_measure_in_force(type_code: str, **values: Any) -> Measure:
    return again(imposed(propose(type_code, **values)))


def appealed(measure: Measure, **values: Any) -> Appeal:
    return file_appeal(
        **{
            "measure": measure,
            "actor": speaker(measure),
            "text": "Просим отменить меру.",
            "form_token": uuid.uuid4(),
            **values,
        }
    )


def status_of(certificate: Certificate) -> str:
    return Certificate.objects.get(pk=certificate.pk).status
