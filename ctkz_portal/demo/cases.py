"""Walking an invented case through the portal's own commands, one step at a time."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership, Organisation
from documents.canonical import sha256_hex
from documents.signing import required
from expertise import signatures as first_stage
from expertise.eligibility import problems
from expertise.models import Act, ExpertiseRequest
from expertise.services import assigning, examining, filing, judging, signing
from expertise.spreadsheets import SheetResult, read_goods, read_materials
from issuance import services as issuing
from issuance import signatures as second_stage
from issuance.blockers import checklist
from issuance.models import Application, Certificate
from reference.exchange_rates import rates_for
from reference.models import Unit

from .desk import identification, name_the_proofs, see_the_site
from .goods import FILTER, Currency, Foreign, Product, goods_csv, materials_csv
from .log import closed_over
from .papers import document_pdf
from .people import Cast
from .signatures import signed


@dataclass(frozen=True)
class House:
    """An expert organisation: its head and its auditors, the first one asked first."""

    key: str
    head: str
    auditors: tuple[str, ...]


FIRST_HOUSE = House("expert", "head", ("auditor", "auditor2"))
SECOND_HOUSE = House("expert2", "head2", ("auditor3",))


@dataclass
class Case:
    """One case of the demo and the people who move it."""

    cast: Cast
    applicant: Membership
    product: Product
    house: House = FIRST_HOUSE
    by_lot: bool = False
    # What the auditor copied from another act instead of writing it.
    words: str = ""
    # Recipient and contract of a batch; without them the goods are made in series.
    contract: Mapping[str, Any] = field(default_factory=dict)
    request: ExpertiseRequest = field(init=False)
    act: Act = field(init=False)
    application: Application = field(init=False)
    certificate: Certificate = field(init=False)

    @property
    def chamber(self) -> Organisation:
        return self.cast.organisations["120"]

    def begin(self) -> None:
        """A draft with its parties."""
        self.request = filing.create_request(actor=self.applicant, form_token=uuid.uuid4())
        filing.update_request(
            request=self.request,
            actor=self.applicant,
            values={
                "expert_organisation": self.cast.organisations[self.house.key],
                "category": "batch" if self.contract else "serial",
                "purpose": "origin_and_share",
                "operations": self.product.making,
                "chamber": self.chamber,
                **self.contract,
            },
        )

    def fill(
        self,
        goods: bytes,
        *,
        currency: Currency | None = None,
        instead: Mapping[int, Foreign] | None = None,
    ) -> None:
        """Goods and materials from spreadsheets, and the documents."""
        sheet = read_goods(goods, "goods.csv", units=Unit.objects.aliases())
        self._import_goods(sheet, goods)
        self._price_missing()
        materials = materials_csv(
            self.request.lines.all(), self.product.materials, currency=currency, instead=instead
        )
        filing.import_materials(
            request=self.request,
            actor=self.applicant,
            sheet=read_materials(materials, "materials.csv", rates=rates_for),
            file_sha256=sha256_hex(materials),
        )
        for type_code, title in (
            ("legal_status", "Справка о государственной регистрации (демо)"),
            ("cost_calculation", "Калькуляция на единицу продукции (демо)"),
            ("process_description", "Технологическая карта (демо)"),
        ):
            filing.add_document(
                request=self.request,
                actor=self.applicant,
                upload=SimpleUploadedFile(
                    f"{type_code}.pdf", document_pdf(title), "application/pdf"
                ),
                type=type_code,
                title=title,
                number="Д-1",
                dated_on=timezone.localdate() - timedelta(days=20),
            )

    def _import_goods(self, sheet: SheetResult, data: bytes) -> None:
        filing.import_goods(
            request=self.request, actor=self.applicant, sheet=sheet, file_sha256=sha256_hex(data)
        )

    def _price_missing(self) -> None:
        """The register's export has no prices; a whole hundred makes every share exact."""
        for line in self.request.lines.filter(price_kzt__isnull=True):
            filing.save_line(
                request=self.request,
                actor=self.applicant,
                line=line,
                values={"price_kzt": Decimal(8000 + 100 * line.number)},
            )

    def submit(self) -> None:
        if required():
            signed(first_stage.begin_submission(request=self.request, actor=self.applicant))
            self.request.refresh_from_db()
            return
        self.request = filing.submit_request(request=self.request, actor=self.applicant)

    def accept(self) -> None:
        self.request = examining.accept_request(request=self.request, actor=self.head)

    def assign(self) -> None:
        """By lot where that is wanted and the log closes the acceptance soon enough."""
        if self.by_lot and closed_over(self.request):
            assigning.draw_auditor(request=self.request, actor=self.head)
            self.request.refresh_from_db()
            return
        self.request = assigning.assign_auditor(
            request=self.request, actor=self.head, auditor=self._free_auditor().user
        )

    def _free_auditor(self) -> Membership:
        """Nobody signs for one producer again and again: then the other auditor takes over."""
        today = timezone.localdate()
        for name in self.house.auditors:
            if not problems(self.request, self.cast[name].user, on=today):
                return self.cast[name]
        raise RuntimeError(
            f"No auditor of {self.house.key} may examine {self.request} today: "
            "the demo's own auditors are suspended, in conflict or due for a change"
        )

    @property
    def head(self) -> Membership:
        return self.cast[self.house.head]

    @property
    def auditor(self) -> Membership:
        return next(m for m in self.cast.members.values() if m.user == self.request.auditor)

    def ask(self, text: str) -> None:
        examining.ask_applicant(request=self.request, actor=self.auditor, text=text)

    def answer(self, text: str) -> None:
        filing.answer_question(request=self.request, actor=self.applicant, answer=text)

    def examine(self, refusal: judging.Verdict | None = None) -> None:
        """A finding for every line as the rules say; `refusal` is the auditor's own."""
        auditor = self.auditor
        examining.save_examination(
            request=self.request,
            actor=auditor,
            values={"identification": self.words or identification(self.request, self.product)},
        )
        see_the_site(self.request, auditor, self.product)
        left = judging.judge_by_rules(request=self.request, actor=auditor).left
        verdict = refusal or self.product.verdict
        if left and verdict:
            judging.save_findings(
                request=self.request,
                actor=auditor,
                lines=self.request.lines.filter(number__in=left),
                verdict=verdict,
            )
        name_the_proofs(self.request, auditor)

    def sign(self) -> None:
        self.act = sign_act(self.request, self.auditor)

    def apply(self) -> None:
        if required():
            signed(
                second_stage.begin_application(
                    act=self.act, actor=self.applicant, chamber=self.chamber
                )
            )
            self.application = self.act.applications.get()
            return
        self.application = issuing.apply_for_certificate(
            act=self.act, actor=self.applicant, chamber=self.chamber
        )

    def take(self) -> None:
        self.application = issuing.take_application(
            application=self.application, actor=self.cast["officer"]
        )

    def check(self) -> None:
        answers = {item.code: issuing.Answer(True) for item, _answer in checklist(self.application)}
        issuing.save_checklist(
            application=self.application, actor=self.cast["officer"], answers=answers
        )

    def recommend(self) -> None:
        self.application = issuing.recommend_application(
            application=self.application,
            actor=self.cast["officer"],
            note="Документы полные, данные совпадают с актом.",
        )

    def approve(self) -> None:
        if required():
            signed(
                second_stage.begin_approval(
                    applications=[self.application], actor=self.cast["signatory"], return_url="/"
                )
            )
            self.application.refresh_from_db()
            self.certificate = self.application.certificate
            return
        self.certificate = issuing.approve_application(
            application=self.application, actor=self.cast["signatory"]
        )


def sign_act(request: ExpertiseRequest, auditor: Membership) -> Act:
    if not required():
        return signing.sign_act(request=request, actor=auditor)
    signed(first_stage.begin_act(request=request, actor=auditor))
    return Act.objects.get(request=request)


STEPS = (
    "submit", "accept", "assign", "examine", "sign",
    "apply", "take", "check", "recommend", "approve",
)  # fmt: skip


def product_case(
    cast: Cast,
    *,
    applicant: str,
    product: Product,
    lines: int,
    until: str = "",
    house: House = FIRST_HOUSE,
    by_lot: bool = False,
    words: str = "",
    currency: Currency | None = None,
    instead: Mapping[int, Foreign] | None = None,
    contract: Mapping[str, Any] | None = None,
) -> Case:
    """A smaller case of the demo, walked up to and including the step `until`."""
    case = Case(cast, cast[applicant], product, house, by_lot, words, contract or {})
    case.begin()
    case.fill(goods_csv(product, lines=lines), currency=currency, instead=instead)
    for step in STEPS if until else ():
        getattr(case, step)()
        if step == until:
            break
    return case


def filter_case(cast: Cast, goods: bytes) -> Case:
    """The big case: the spreadsheet of a register export with a hundred lines."""
    case = Case(cast, cast["applicant"], FILTER)
    case.begin()
    case.fill(goods)
    return case
