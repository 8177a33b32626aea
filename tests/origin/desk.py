"""Builders of the rule desk's tests: versions and rulings that reach a status through services."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organisation, Role
from expertise.impact import measure_impact
from origin.conditions import Words
from origin.models import Dispute, RulePack, Ruling
from origin.pack_files import parse_condition
from origin.services import impact, packs, readings
from tests import scenarios

# A row of the shipped list with a limit of 50 % on all foreign materials.
MOTORS = "8501"
FILTERS = {
    "id": "8421",
    "codes": ["8421"],
    "name": {"kk": "Сүзгілер", "ru": "Фильтры", "en": "Filters"},
    "source": {"act": "Протокол рабочей группы (пример)"},
}


def today() -> dt.date:
    return timezone.localdate()


def tomorrow() -> dt.date:
    return today() + dt.timedelta(days=1)


def committee() -> Organisation:
    return Organisation.objects.filter(kind="committee").first() or scenarios.an_organisation(
        "committee"
    )


def an_inspector() -> Membership:
    return scenarios.a_person(Role.INSPECTOR, committee())


def a_head() -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD, committee())


def filters_row(**condition: Any) -> dict[str, Any]:
    return {**FILTERS, "condition": condition or {"foreign_share_at_most": "50"}}


def a_pack(status: str = "draft", *, author: Membership | None = None, **row: Any) -> RulePack:
    """A version that adds a row for filters; approved by a head who had no part in it."""
    scenarios.reference_data()
    author = author or an_inspector()
    pack = packs.begin_pack(actor=author, on=today(), note="Фильтры: свой предел.")
    pack = packs.save_row(pack=pack, actor=author, row=filters_row(**row))
    if status == "discarded":
        return packs.discard_pack(pack=pack, actor=author)
    if status in ("checked", "approved"):
        pack = packs.check_pack(pack=pack, actor=author)
    if status == "approved":
        measured(pack, author)
        pack = packs.approve_pack(pack=pack, actor=a_head())
    return pack


def measured(proposal: RulePack | Ruling, actor: Membership) -> Any:
    """The effect measured as the worker does it."""
    run = impact.measure_impact(proposal=proposal, actor=actor)
    measure_impact(str(run.pk))
    run.refresh_from_db()
    return run


def a_dispute(
    row_id: str = MOTORS, *, actor: Membership | None = None, on: dt.date | None = None
) -> Dispute:
    """Two readings of a row: a limit of 50 %, or of 20 %."""
    scenarios.reference_data()
    return readings.open_dispute(
        actor=actor or an_inspector(),
        row_id=row_id,
        question=Words("Қандай шек?", "Какой предел?", "Which limit?"),
        readings=[a_reading("a", 50), a_reading("b", 20)],
        on=on or today(),
    )


def a_reading(code: str, percent: int) -> readings.NewReading:
    return readings.NewReading(
        code,
        Words(f"{percent} пайыз", f"{percent} процентов", f"{percent} percent"),
        parse_condition(f"foreign_share_at_most: {percent}"),
    )


def a_ruling(
    status: str = "proposed",
    *,
    dispute: Dispute | None = None,
    code: str = "b",
    proposer: Membership | None = None,
) -> Ruling:
    proposer = proposer or an_inspector()
    dispute = dispute or a_dispute(actor=proposer)
    ruling = readings.propose_ruling(
        dispute=dispute,
        actor=proposer,
        reading=dispute.readings.get(code=code),
        holds_from=tomorrow(),
        reason="Так сказано в приложении.",
    )
    if status == "withdrawn":
        return readings.withdraw_ruling(ruling=ruling, actor=proposer)
    if status == "approved":
        measured(ruling, proposer)
        ruling = readings.approve_ruling(ruling=ruling, actor=a_head())
    return ruling
