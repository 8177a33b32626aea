"""The chamber's desk in the demo: what it recommended, asked another body, and refused."""

from documents.signing import required
from issuance import services
from issuance import signatures as second_stage

from .cases import SECOND_HOUSE, Case, product_case
from .goods import CABLE, FURNITURE, ICE_CREAM
from .people import Cast
from .signatures import signed


def fill_the_desk(cast: Cast) -> None:
    """Something to sign in one sitting, a question to another body, and a refusal."""
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=4, until="recommend")
    product_case(cast, applicant="wood", product=FURNITURE, lines=3, until="recommend")
    product_case(cast, applicant="applicant", product=CABLE, lines=2, until="recommend")
    _consult(
        product_case(
            cast, applicant="milk", product=ICE_CREAM, lines=1, until="take", house=SECOND_HOUSE
        )
    )
    _refuse(product_case(cast, applicant="applicant", product=CABLE, lines=1, until="check"))


def _consult(case: Case) -> None:
    services.consult(
        application=case.application,
        actor=case.cast["officer"],
        body="Үлгі өңірінің кеден бекеті (демо)",
        address="customs@demo.example",
        text="Подтвердите выпуск ванилина по декларации, названной в строке 1.",
        outgoing_number="120-В-1",
    )


def _refuse(case: Case) -> None:
    """The officer proposes it, the signatory decides, a worker writes the letter."""
    signatory = case.cast["signatory"]
    reason, note = "data_mismatch_act", "Марка кабеля в заявке и на бирках барабанов различается."
    case.application = services.propose_refusal(
        application=case.application, actor=case.cast["officer"], reason=reason, note=note
    )
    if required():
        signed(
            second_stage.begin_refusal(
                application=case.application, actor=signatory, reason=reason, note=note
            )
        )
        return
    services.refuse_application(
        application=case.application, actor=signatory, reason=reason, note=note
    )
