"""What befell certificates of the demo after their issue: one of each kind to look at."""

import uuid
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from accounts.identifiers import complete_identifier
from accounts.models import Membership
from documents.signing import required
from issuance import signatures as second_stage
from issuance.change_records import DECIDE
from issuance.change_signing import begin_signing
from issuance.changing import decide_change, propose_change
from issuance.ledger import OverUseRefused, draw_as
from issuance.models import Certificate, CertificateChange
from issuance.originals import hand_out_original
from issuance.replacing import Restated, apply_for_replacement
from issuance.services import submit_application

from .cases import SECOND_HOUSE, Case, product_case
from .goods import CABLE, FURNITURE, ICE_CREAM, SHELF
from .people import Cast
from .signatures import signed
from .waiting import Wait

Kind = CertificateChange.Kind
SCHOOL_BIN = complete_identifier("99014000008")


def live_through(cast: Cast, wait: Wait) -> None:
    """Issues a handful and lets happen to them what happens to certificates.

    Suspended; revoked with its paper original still out; a batch that was drawn from, replaced,
    and asked for more than is left, so that the Committee's inspector proposes to suspend it; one
    with a duplicate, whose revocation waits for the chamber's decision.
    """
    batch = product_case(
        cast, applicant="wood", product=FURNITURE, lines=2, until="approve",
        contract={
            "recipient_bin": SCHOOL_BIN,
            "recipient_name": "КГУ «Үлгі-мектеп» (демо)",
            "recipient_address": "г. Жезказган, ул. Примерная, 40",
            "contract_number": "17-К",
            "contract_on": timezone.localdate(),
        },
    )  # fmt: skip
    doubtful = product_case(
        cast, applicant="applicant", product=CABLE, lines=2, until="approve", house=SECOND_HOUSE
    )
    wrong = product_case(cast, applicant="wood", product=SHELF, lines=1, until="approve")
    lost = product_case(
        cast, applicant="milk", product=ICE_CREAM, lines=2, until="approve", house=SECOND_HOUSE
    )
    wait([case.certificate for case in (batch, doubtful, wrong, lost)])
    _draw(batch, "4", document="contract", number="17-К")
    successor = _replace(batch)
    _suspend(doubtful)
    _revoke(wrong)
    _lose_the_paper(lost)
    wait([successor.certificate])
    _draw(successor, "5", document="e_invoice", number="ЭСФ-0001")
    _draw_too_much(successor)


def _suspend(case: Case) -> None:
    """The chamber's own: its officer proposes, its signatory decides."""
    _change(
        case.certificate,
        Kind.SUSPEND,
        proposer=case.cast["officer"],
        decider=case.cast["signatory"],
        reason="data_in_doubt",
        grounds="Получатель сообщил, что на барабанах нет бирок производителя.",
    )


def _revoke(case: Case) -> None:
    """On the Committee's finding; the paper original is out and now has to come back."""
    hand_out_original(
        certificate=case.certificate,
        actor=case.cast["officer"],
        blank_number="9900041",
        received_by="Посыльная Үлгі (демо)",
        handed_out_on=timezone.localdate(),
    )
    _change(
        case.certificate,
        Kind.REVOKE,
        proposer=case.cast["inspector"],
        decider=case.cast["chief"],
        reason="inspection_finding",
        grounds="При проверке установлена одна сборка из ввезённых готовых деталей.",
    )


def _lose_the_paper(case: Case) -> None:
    """A duplicate after the loss; later its owner asks to revoke, which waits for a decision."""
    _change(
        case.certificate,
        Kind.DUPLICATE,
        proposer=case.applicant,
        decider=case.cast["signatory"],
        reason="lost",
        grounds="Оригинал утерян при перевозке документов.",
    )
    _propose(
        case.certificate,
        Kind.REVOKE,
        proposer=case.applicant,
        reason="production_changed",
        grounds="Рецептура изменена: выпуск этого мороженого прекращается.",
    )


def _change(
    certificate: Certificate,
    kind: str,
    *,
    proposer: Membership,
    decider: Membership,
    reason: str,
    grounds: str,
) -> None:
    change = _propose(certificate, kind, proposer=proposer, reason=reason, grounds=grounds)
    if required():
        signed(
            begin_signing(change, decider, decision=DECIDE, note="", seen_version=change.version)
        )
        return
    decide_change(change=change, actor=decider)


def _propose(
    certificate: Certificate, kind: str, *, proposer: Membership, reason: str, grounds: str
) -> CertificateChange:
    return propose_change(
        certificate=certificate,
        actor=proposer,
        kind=kind,
        reason=reason,
        grounds=grounds,
        form_token=uuid.uuid4(),
    )


def _replace(case: Case) -> Case:
    """The contract was named wrongly: the same goods on the same act, a new certificate."""
    before = case.certificate
    application = apply_for_replacement(
        certificate=before,
        actor=case.applicant,
        reason="contract_changed",
        note="Номер договора указан без номера дополнительного соглашения.",
        restated=replace(Restated.of(before), contract_number="17-К/2"),
    )
    if required():
        signed(second_stage.begin_submission(application=application, actor=case.applicant))
        application.refresh_from_db()
    else:
        application = submit_application(application=application, actor=case.applicant)
    successor = replace(case)
    successor.application = application
    for step in ("take", "check", "recommend", "approve"):
        getattr(successor, step)()
    return successor


def _draw(case: Case, quantity: str, *, document: str, number: str) -> None:
    draw_as(
        certificate=case.certificate,
        actor=case.applicant,
        line=1,
        quantity=Decimal(quantity),
        document=document,
        document_number=number,
        document_on=timezone.localdate(),
        buyer_bin=SCHOOL_BIN,
        request_key=number,
    )


def _draw_too_much(case: Case) -> None:
    """Refused and told to the Committee, whose inspector proposes to suspend meanwhile."""
    try:
        _draw(case, "3", document="e_invoice", number="ЭСФ-0002")
    except OverUseRefused:
        _propose(
            case.certificate,
            Kind.SUSPEND,
            proposer=case.cast["inspector"],
            reason="under_inspection",
            grounds="По счёту-фактуре пытались списать больше, чем покрывает сертификат.",
        )
        return
    raise RuntimeError(f"{case.certificate} was drawn from beyond its quantity")
