"""Walking an invented case through the portal's own commands, one step at a time."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership, Organisation
from documents.canonical import sha256_hex
from expertise.eligibility import problems
from expertise.models import Act, ExpertiseRequest
from expertise.services import assigning, examining, filing, judging, signing
from expertise.spreadsheets import SheetResult, read_goods, read_materials
from issuance import services as issuing
from issuance.blockers import checklist
from issuance.models import Application, Certificate
from reference.models import Unit

from .desk import name_the_proofs, see_the_site
from .goods import FILTER_MAKING, FILTER_MATERIALS, Product, goods_csv, materials_csv
from .papers import document_pdf
from .people import Cast

# Cables are a part of their heading, so the auditor says which condition applies and why.
CABLE_VERDICT = judging.Verdict(
    is_originating=True,
    criterion="Д",
    row="8544",
    choice_reason="Кабель силовой с медными жилами, не волоконно-оптический.",
)


@dataclass
class Case:
    """One case of the demo and the people who move it."""

    cast: Cast
    applicant: Membership
    chamber: Organisation
    request: ExpertiseRequest = field(init=False)
    act: Act = field(init=False)
    application: Application = field(init=False)
    certificate: Certificate = field(init=False)

    def begin(self, *, making: str) -> None:
        """A draft with its parties."""
        self.request = filing.create_request(actor=self.applicant, form_token=uuid.uuid4())
        filing.update_request(
            request=self.request,
            actor=self.applicant,
            values={
                "expert_organisation": self.cast.organisations["expert"],
                "category": "serial",
                "purpose": "origin_and_share",
                "operations": making,
                "chamber": self.chamber,
            },
        )

    def fill(self, goods: bytes, foreign: tuple[tuple[str, str, str], ...]) -> None:
        """Goods and materials from spreadsheets, and the documents."""
        sheet = read_goods(goods, "goods.csv", units=Unit.objects.aliases())
        self._import_goods(sheet, goods)
        self._price_missing()
        materials = materials_csv(self.request.lines.all(), foreign)
        filing.import_materials(
            request=self.request,
            actor=self.applicant,
            sheet=read_materials(materials, "materials.csv"),
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
        self.request = filing.submit_request(request=self.request, actor=self.applicant)

    def accept(self) -> None:
        head = self.cast["head"]
        examining.accept_request(request=self.request, actor=head)
        self.request = assigning.assign_auditor(
            request=self.request, actor=head, auditor=self._free_auditor().user
        )

    def _free_auditor(self) -> Membership:
        """Nobody signs for one producer again and again: then the other auditor takes over."""
        today = timezone.localdate()
        return next(
            person
            for person in (self.cast["auditor"], self.cast["auditor2"])
            if not problems(self.request, person.user, on=today)
        )

    @property
    def auditor(self) -> Membership:
        return next(m for m in self.cast.members.values() if m.user == self.request.auditor)

    def ask(self, text: str) -> None:
        examining.ask_applicant(request=self.request, actor=self.auditor, text=text)

    def answer(self, text: str) -> None:
        filing.answer_question(request=self.request, actor=self.applicant, answer=text)

    def examine(self) -> None:
        """Findings for every line, shares calculated from its own materials."""
        auditor = self.auditor
        examining.save_examination(
            request=self.request,
            actor=auditor,
            values={
                "identification": "Маркировка, паспорта изделий и образцы сверены с заявкой.",
            },
        )
        see_the_site(self.request, auditor)
        done = judging.judge_by_rules(request=self.request, actor=auditor)
        if done.left:
            judging.save_findings(
                request=self.request,
                actor=auditor,
                lines=self.request.lines.filter(number__in=done.left),
                verdict=CABLE_VERDICT,
            )
        name_the_proofs(self.request, auditor)

    def sign(self) -> None:
        self.act = signing.sign_act(request=self.request, actor=self.auditor)

    def apply(self) -> None:
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
        self.certificate = issuing.approve_application(
            application=self.application, actor=self.cast["signatory"]
        )


STEPS = (
    "submit", "accept", "examine", "sign", "apply", "take", "check", "recommend", "approve",
)  # fmt: skip


def product_case(
    cast: Cast, *, applicant: str, product: Product, lines: int, until: str = ""
) -> Case:
    """A smaller case of the demo, walked up to and including the step `until`."""
    case = Case(cast, cast[applicant], cast.organisations["120"])
    case.begin(making=product.making)
    case.fill(goods_csv(product, lines=lines), product.materials)
    for step in STEPS if until else ():
        getattr(case, step)()
        if step == until:
            break
    return case


def filter_case(cast: Cast, goods: bytes) -> Case:
    """The big case: the spreadsheet of a register export with a hundred lines."""
    case = Case(cast, cast["applicant"], cast.organisations["120"])
    case.begin(making=FILTER_MAKING)
    case.fill(goods, FILTER_MATERIALS)
    return case
