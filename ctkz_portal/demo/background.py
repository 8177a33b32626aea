"""What the demo finds on everybody's desk: cases at every step, prepared once."""

import io
from dataclasses import replace
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from expertise.models import ExpertiseRequest
from expertise.services import correcting, examining
from registry.snapshots import order_snapshot

from .attesting import declare_earlier_work, let_apply
from .blind import examine_twice
from .cases import FIRST_HOUSE, SECOND_HOUSE, Case, product_case, sign_act
from .chamber import register_seal
from .control import control
from .deciding import fill_the_desk
from .desk import identification
from .earlier import take_over
from .goods import CABLE, FURNITURE, ICE_CREAM, ROUBLES
from .life import live_through
from .overdue import leave_lying
from .people import Cast, ensure_people
from .rules import open_dispute, propose_version, record_precedent
from .voices import hear
from .waiting import Wait, WaitForDraw, until_drawn, until_issued

# Invented figures: no bank has ever published them, and each row says so.
EXAMPLE_RATES = Path(__file__).with_name("exchange_rates.csv")
# Ready ice cream from abroad: a material of the heading of the goods, so the rules refuse the line.
READY_BASE = ("Основа для мороженого замороженная", "2105009900", "RU")


def prepare(wait: Wait = until_issued, wait_for_draw: WaitForDraw = until_drawn) -> None:
    """People, organisations and something to do for each of them; once.

    Certificates are made and plans drawn by the workers; `wait` and `wait_for_draw` say how one
    waits for them.
    """
    cast = ensure_people()
    register_seal()
    let_apply(cast.by_name())
    declare_earlier_work(cast["auditor2"], employer=cast["milk"])
    if ExpertiseRequest.objects.exists():
        return
    call_command("load_exchange_rates", str(EXAMPLE_RATES), stdout=io.StringIO())
    today = timezone.localdate()
    take_over(today=today)
    dispute = open_dispute(cast)
    _for_the_expert_organisations(cast)
    furniture = _for_the_chamber(cast)
    record_precedent(cast, dispute, furniture.act)
    _correct(product_case(
        cast, applicant="applicant", product=CABLE, lines=3, until="sign", house=SECOND_HOUSE
    ))  # fmt: skip
    copied = identification(furniture.request, FURNITURE)
    _annul(product_case(
        cast, applicant="applicant", product=FURNITURE, lines=2, until="sign", words=copied
    ))  # fmt: skip
    examine_twice(cast)
    propose_version(cast)
    live_through(cast, wait)
    fill_the_desk(cast)
    leave_lying(cast)
    control(cast, wait_for_draw)
    hear(cast)
    order_snapshot(today)


def _for_the_expert_organisations(cast: Cast) -> None:
    """Requests that are not examined yet, at every step before the act."""
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=3)
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=2, until="submit")
    product_case(
        cast, applicant="milk", product=ICE_CREAM, lines=3, until="submit", house=SECOND_HOUSE
    )
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=2, until="accept")
    product_case(cast, applicant="applicant", product=FURNITURE, lines=4, until="assign")
    waiting = product_case(cast, applicant="applicant", product=CABLE, lines=5, until="assign")
    waiting.ask("Приложите норму расхода материалов по строкам 2 и 3.")
    product_case(
        cast, applicant="applicant", product=CABLE, lines=2, until="assign", house=SECOND_HOUSE
    )
    product_case(
        cast, applicant="applicant", product=FURNITURE, lines=3, until="assign",
        house=replace(FIRST_HOUSE, auditors=("auditor2",)),
    )  # fmt: skip


def _for_the_chamber(cast: Cast) -> Case:
    """Acts and what became of them; returns the case of the furniture, read in one of two ways."""
    product_case(
        cast, applicant="milk", product=ICE_CREAM, lines=6, until="sign", instead={4: READY_BASE}
    )
    product_case(
        cast, applicant="applicant", product=CABLE, lines=8, until="apply", by_lot=True,
        currency=ROUBLES,
    )  # fmt: skip
    return product_case(cast, applicant="applicant", product=FURNITURE, lines=12, until="take")


def _correct(case: Case) -> None:
    """The auditor mends a slip: the new act takes the place of the old one."""
    auditor = case.auditor
    correction = correcting.open_correction(
        act=case.act, actor=auditor, reason="slip", note="Номер протокола испытаний указан неверно."
    )
    examining.save_examination(
        request=correction,
        actor=auditor,
        values={"identification": f"{correction.examination.identification} Протокол № 14."},
    )
    sign_act(correction, auditor)


def _annul(case: Case) -> None:
    correcting.annul_act(
        act=case.act,
        actor=case.head,
        reason="repeated_act",
        note="Описание осмотра дословно взято из акта по той же серии столов.",
    )
