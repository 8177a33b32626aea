"""Builders that reach a state the way people do: through services, so every fixture is legal.

Each returns the object; `actor_of(request, role)` finds the person who acts for a side.
Everybody and everything here is invented.
"""

import datetime as dt
import io
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.test import override_settings
from django.utils import timezone
from pypdf import PdfWriter

from accounts.identifiers import check_digit, complete_identifier
from accounts.models import HEAD_ROLES, Membership, Organisation, Role, User
from auditors.models import Attestation
from documents.demo_seal import make_demo_seal
from expertise.eligibility import problems
from expertise.models import Act, ExpertiseRequest, GoodsLine, Material
from expertise.services import (
    assigning,
    evidence,
    examining,
    filing,
    judging,
    process,
    signing,
)
from issuance import services as issuance
from issuance.blockers import checklist
from issuance.issuing import complete_issue
from issuance.models import Application, Certificate, Mandate, Power
from issuance.services import mandating
from reference.models import Chamber, Scheme

_serial = itertools.count(1)

KIND_OF_ROLE = {
    Role.APPLICANT: "applicant",
    Role.EXPERT_HEAD: "expert",
    Role.AUDITOR: "expert",
    Role.CHAMBER_OFFICER: "chamber",
    Role.CHAMBER_SIGNATORY: "chamber",
    Role.INSPECTOR: "committee",
    Role.COMMITTEE_HEAD: "committee",
}
# The way of a request; `a_request(status)` walks it as far as asked.
PATH = ("draft", "submitted", "accepted", "in_expertise")


def reference_data() -> None:
    """Loads lists, units, parameters and chambers once per database."""
    if not Scheme.objects.exists():
        call_command("load_reference", verbosity=0)
        call_command("load_rule_packs", stdout=io.StringIO())


def as_shipped() -> None:
    """What a database has before its first test: the data of the files, and an empty log."""
    call_command("load_reference", verbosity=0)
    call_command("load_rule_packs", stdout=io.StringIO())
    with transaction.atomic(), connection.cursor() as cursor:
        # Every test begins without the event of the loading.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM audit_pending")
        cursor.execute("DELETE FROM audit_event")


def a_bin() -> str:
    """A BIN that nobody has: sound, of a legal entity, different each time."""
    while True:
        first_eleven = f"20014{next(_serial):06d}"
        if check_digit(first_eleven) is not None:
            return complete_identifier(first_eleven)


def an_iin() -> str:
    """An IIN that nobody has, of somebody born on another day than the people of the demo."""
    while True:
        first_eleven = f"9005063{next(_serial) % 10_000:04d}"
        if check_digit(first_eleven) is not None:
            return complete_identifier(first_eleven)


def an_organisation(kind: str = "applicant", **fields: Any) -> Organisation:
    reference_data()
    number = next(_serial)
    if kind == "chamber":
        code = fields.setdefault("code", "120")
        if known := Organisation.objects.filter(kind=kind, code=code).first():
            return known
        fields.setdefault("name_ru", Chamber.objects.get(pk=code).name_ru)
    if kind == "expert":
        fields.setdefault("code", f"{number % 10000:04d}")
    defaults = {
        "bin": a_bin(),
        "name_ru": f"ТОО «Пример-{number}»",
        "name_kk": f"«Мысал-{number}» ЖШС",
        "address_ru": f"г. Жезказган, ул. Примерная, {number}",
        "address_kk": f"Жезқазған қ., Мысал көшесі, {number}",
    }
    return Organisation.objects.create(kind=kind, **{**defaults, **fields})


def a_person(
    role: str = "applicant", organisation: Organisation | None = None, **fields: Any
) -> Membership:
    """A person in a role of an organisation; an auditor is attested, a signatory has a mandate."""
    number = next(_serial)
    fields.setdefault("iin", an_iin())
    user = User.objects.create_user(
        f"person{number}@example.kz",
        "correct horse battery staple",
        full_name=fields.pop("full_name", f"Примеров Пример {number}"),
        **fields,
    )
    membership = as_member(user, role, organisation)
    if role == Role.AUDITOR:
        an_attestation(user)
    if role == Role.CHAMBER_SIGNATORY:
        a_mandate(membership)
    return membership


def as_member(
    user: User, role: str, organisation: Organisation | None = None, **fields: Any
) -> Membership:
    """The same person in one more role; whoever comes first to an applicant is its head."""
    organisation = organisation or an_organisation(KIND_OF_ROLE[Role(role)])
    is_first = role == Role.APPLICANT and not organisation.memberships.exists()
    values = {
        "valid_from": timezone.localdate() - dt.timedelta(days=30),
        "is_head": role in HEAD_ROLES or is_first,
        **fields,
    }
    return Membership.objects.create(user=user, organisation=organisation, role=role, **values)


def an_agent(applicant: Organisation, *, days: int = 300, **fields: Any) -> Membership:
    """Somebody of another company who acts for the applicant under a power of attorney."""
    member = a_person(Role.APPLICANT)
    today = timezone.localdate()
    return as_member(
        member.user,
        Role.APPLICANT,
        applicant,
        **{
            "agent": member.organisation,
            "is_head": False,
            "mandate_number": "Д-1",
            "mandate_on": today - dt.timedelta(days=30),
            "valid_until": today + dt.timedelta(days=days),
            **fields,
        },
    )


def an_attestation(user: User, **fields: Any) -> Attestation:
    today = timezone.localdate()
    return Attestation.objects.create(
        user=user,
        **{
            "number": f"ЭА-{next(_serial):04d}",
            "valid_from": today - dt.timedelta(days=300),
            "valid_until": today + dt.timedelta(days=300),
            **fields,
        },
    )


def a_pdf(name: str = "passport.pdf") -> SimpleUploadedFile:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": f"{name} {next(_serial)}"})
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def a_request(
    status: str = "draft",
    *,
    applicant: Membership | None = None,
    experts: Organisation | None = None,
    chamber: Organisation | None = None,
    lines: int = 1,
    category: str = "serial",
    by_itself: bool = False,
) -> ExpertiseRequest:
    """A complete request in `status`: draft, submitted, accepted, in_expertise,
    awaiting_applicant, concluded, rejected or withdrawn."""
    request = a_draft(
        applicant=applicant,
        experts=experts,
        chamber=chamber,
        lines=lines,
        category=category,
        by_itself=by_itself,
    )
    steps = PATH[1:] if status not in PATH else PATH[1 : PATH.index(status) + 1]
    if status in ("rejected", "withdrawn"):
        steps = ("submitted",)
    for step in steps:
        request = STEPS[step](request)
    if status in ENDS:
        request = ENDS[status](request)
    return request


def a_draft(
    *,
    applicant: Membership | None = None,
    experts: Organisation | None = None,
    chamber: Organisation | None = None,
    lines: int = 1,
    category: str = "serial",
    by_itself: bool = False,
) -> ExpertiseRequest:
    """A draft with nothing missing."""
    reference_data()
    applicant = applicant or a_person(Role.APPLICANT)
    request = filing.create_request(actor=applicant, form_token=uuid.uuid4())
    values: dict[str, Any] = {
        "expert_organisation": experts or an_organisation("expert"),
        "category": category,
        "purpose": "origin_and_share",
        "operations": "Раскрой, сварка, сборка, испытание.",
        "goes_to_chamber_by_itself": by_itself,
    }
    if chamber or by_itself:
        values["chamber"] = chamber or an_organisation("chamber")
    if category == "batch":
        values |= {
            "recipient_bin": a_bin(),
            "recipient_name": "ТОО «Пример-Получатель»",
            "recipient_address": "г. Астана, ул. Примерная, 1",
            "contract_number": "17-К",
            "contract_on": timezone.localdate(),
        }
    request = filing.update_request(request=request, actor=applicant, values=values)
    for _number in range(lines):
        a_line(request)
    filing.add_document(
        request=request, actor=applicant, upload=a_pdf(), type="process_description"
    )
    return request


def a_line(request: ExpertiseRequest, **values: Any) -> GoodsLine:
    """A priced line of a draft with one foreign and one local material: 68.23 % local."""
    actor = actor_of(request, Role.APPLICANT)
    line = filing.save_line(
        request=request,
        actor=actor,
        values={
            "name": "Фильтр воздушный ДВС PF-0001A, СТ РК 1234-2020",
            "hs_code": "8421310000",
            "kp_ved": "28.29.82",
            "quantity": Decimal(20),
            "unit_id": "796",
            "price_kzt": Decimal("10000"),
            "claimed_criterion": "Д8421",
            "claimed_percent": Decimal("68.23"),
            **values,
        },
    )
    filing.save_materials(
        line=line,
        actor=actor,
        rows=[
            {
                "name": "Бумага фильтровальная",
                "hs_code": "4805400000",
                "country": "CN",
                "supplier": "Пример Трейд",
                "origin_document": "customs",
                "value_kzt": Decimal("3177"),
            },
            {
                "name": "Сталь листовая",
                "hs_code": "7208400000",
                "country": "KZ",
                "supplier": "ТОО «Пример-Сталь»",
                "origin_document": "ct_kz",
                "value_kzt": Decimal("2500"),
            },
        ],
    )
    return line


def submit(request: ExpertiseRequest) -> ExpertiseRequest:
    return filing.submit_request(request=request, actor=actor_of(request, Role.APPLICANT))


def accept(request: ExpertiseRequest) -> ExpertiseRequest:
    return examining.accept_request(request=request, actor=actor_of(request, Role.EXPERT_HEAD))


def assign(request: ExpertiseRequest) -> ExpertiseRequest:
    return assigning.assign_auditor(
        request=request,
        actor=actor_of(request, Role.EXPERT_HEAD),
        auditor=free_auditor(request).user,
    )


def free_auditor(request: ExpertiseRequest) -> Membership:
    """An auditor of the organisation whom nothing keeps from the request; hired if need be."""
    known = actor_of(request, Role.AUDITOR)
    if not problems(request, known.user, on=timezone.localdate()):
        return known
    return a_person(Role.AUDITOR, request.expert_organisation)


def reject(request: ExpertiseRequest) -> ExpertiseRequest:
    return examining.reject_request(
        request=request,
        actor=actor_of(request, Role.EXPERT_HEAD),
        reason="incomplete_documents",
        note="Нет технологической карты.",
    )


def withdraw(request: ExpertiseRequest) -> ExpertiseRequest:
    return filing.withdraw_request(request=request, actor=actor_of(request, Role.APPLICANT))


def ask(request: ExpertiseRequest) -> ExpertiseRequest:
    examining.ask_applicant(
        request=request,
        actor=actor_of(request, Role.AUDITOR),
        text="Приложите калькуляцию на строку 1.",
    )
    request.refresh_from_db()
    return request


def examine(request: ExpertiseRequest, *, positive: bool = True) -> ExpertiseRequest:
    """Everything the auditor establishes before the signature."""
    actor = actor_of(request, Role.AUDITOR)
    examining.save_examination(
        request=request,
        actor=actor,
        values={
            "place": "г. Жезказган",
            "identification": "Маркировка и модель совпадают с паспортом изделия.",
            "process": "Раскрой, сварка, сборка.",
        },
    )
    describe_process(request)
    verdict = judging.Verdict(
        is_originating=positive,
        criterion="Д" if positive else "",
        justification="Код материалов отличается от кода товара.",
        reason="" if positive else "simple_operations",
    )
    judging.save_findings(request=request, actor=actor, lines=request.lines.all(), verdict=verdict)
    prove(request)
    return request


def describe_process(request: ExpertiseRequest) -> None:
    """One operation for all goods, of those that make goods sufficiently processed."""
    process.save_process(
        request=request,
        actor=actor_of(request, Role.AUDITOR),
        rows=[
            process.StepRow(
                operation="pleating_and_bonding",
                description="Гофрирование и склейка",
                equipment="Линия гофрирования",
                evidence=request.documents.first(),
                evidence_page="2",
            )
        ],
    )


def prove(request: ExpertiseRequest) -> None:
    """Every material and every finding tied to the first document of the case."""
    actor, paper = actor_of(request, Role.AUDITOR), request.documents.first()
    materials = Material.objects.filter(line__request=request)
    evidence.tie_materials(
        request=request,
        actor=actor,
        material_ids=list(materials.values_list("pk", flat=True)),
        document=paper,
        page="3",
    )
    evidence.tie_findings(
        request=request,
        actor=actor,
        lines=list(request.lines.all()),
        proof=evidence.Proof(paper, "1"),
    )


def conclude(request: ExpertiseRequest, *, positive: bool = True) -> ExpertiseRequest:
    examine(request, positive=positive)
    signing.sign_act(request=request, actor=actor_of(request, Role.AUDITOR))
    request.refresh_from_db()
    return request


STEPS = {"submitted": submit, "accepted": accept, "in_expertise": assign}
ENDS = {
    "rejected": reject,
    "withdrawn": withdraw,
    "awaiting_applicant": ask,
    "concluded": conclude,
}


def an_act(*, positive: bool = True, **options: Any) -> Act:
    """A signed act; its request is `act.request`."""
    return conclude(a_request("in_expertise", **options), positive=positive).act


def actor_of(request: ExpertiseRequest, role: str) -> Membership:
    """Whoever acts in `role` for this request; hired on first need."""
    organisation = {
        Role.APPLICANT: request.applicant,
        Role.EXPERT_HEAD: request.expert_organisation,
        Role.AUDITOR: request.expert_organisation,
        Role.CHAMBER_OFFICER: request.chamber,
        Role.CHAMBER_SIGNATORY: request.chamber,
    }.get(Role(role))
    known = Membership.objects.filter(role=role)
    if organisation is not None:
        known = known.filter(organisation=organisation)
    if role == Role.AUDITOR and request.auditor_id:
        known = known.filter(user=request.auditor_id)
    return first_come(known) or a_person(role, organisation)


def first_come(known: QuerySet[Membership]) -> Membership | None:
    """Of several the one who was made first: their addresses count on. Nothing else tells them
    apart, and the database gives them in any order."""
    in_turn = known.order_by("-valid_from", Length("user__email"), "user__email")
    return in_turn.select_related("user", "organisation").first()


def an_application(
    status: str = "submitted",
    *,
    act: Act | None = None,
    chamber: Organisation | None = None,
    **options: Any,
) -> Application:
    """An application in `status`: submitted, under_review, awaiting_applicant, in_consultation,
    recommended, approved, refused or withdrawn."""
    act = act or an_act(chamber=chamber or an_organisation("chamber"), **options)
    application = issuance.apply_for_certificate(
        act=act,
        actor=actor_of(act.request, Role.APPLICANT),
        chamber=chamber or act.request.chamber or an_organisation("chamber"),
    )
    for step in WAYS[status]:
        application = step(application)
    return Application.objects.get(pk=application.pk)


def staff_of(application: Application, role: str) -> Membership:
    """Whoever acts in `role` for this application's chamber, or for the case before it."""
    if role == Role.CHAMBER_OFFICER and application.reviewer:
        return Membership.objects.get(user=application.reviewer, role=role)
    application.act.request.chamber = application.chamber
    return actor_of(application.act.request, role)


def take(application: Application) -> Application:
    return issuance.take_application(
        application=application, actor=staff_of(application, Role.CHAMBER_OFFICER)
    )


def check(application: Application) -> Application:
    """Every item of the checklist is in order."""
    issuance.save_checklist(
        application=application,
        actor=staff_of(application, Role.CHAMBER_OFFICER),
        answers={item.code: issuance.Answer(True) for item, _answer in checklist(application)},
    )
    return application


def recommend(application: Application) -> Application:
    return issuance.recommend_application(
        application=check(application),
        actor=staff_of(application, Role.CHAMBER_OFFICER),
        note="Расхождений нет.",
    )


def ask_from_chamber(application: Application) -> Application:
    issuance.ask_applicant(
        application=application,
        actor=staff_of(application, Role.CHAMBER_OFFICER),
        text="Уточните модель в строке 1.",
    )
    return application


def consult(application: Application) -> Application:
    issuance.consult(
        application=application,
        actor=staff_of(application, Role.CHAMBER_OFFICER),
        body="Лаборатория «Пример»",
        text="Подтвердите протокол испытаний № 1.",
    )
    return application


def approve(application: Application) -> Application:
    a_seal()
    issuance.approve_application(application=application, actor=a_decider(application))
    return application


def a_decider(application: Application) -> Membership:
    """A signatory of the application's chamber who may decide everything there."""
    signatory = staff_of(application, Role.CHAMBER_SIGNATORY)
    a_mandate(signatory)
    return signatory


def a_mandate(signatory: Membership, *powers: str) -> Mandate:
    """In force since the signatory's first day; all powers when none is named."""
    known = Mandate.objects.filter(user=signatory.user, chamber=signatory.organisation)
    if not powers and (mandate := known.first()):
        return mandate
    confirmer = a_confirmer(signatory.organisation)
    officers = Membership.objects.filter(
        organisation=signatory.organisation, role=Role.CHAMBER_OFFICER
    ).exclude(user=confirmer.user)
    officer = first_come(officers) or a_person(Role.CHAMBER_OFFICER, signatory.organisation)
    mandate = mandating.enter_mandate(
        actor=officer,
        user=signatory.user,
        position_kk="Палата директоры",
        position_ru="Директор палаты",
        basis="Приказ № 1-П от 05.01.2026",
        powers=powers or Power.values,
        valid_from=signatory.valid_from,
    )
    return mandating.confirm_mandate(mandate=mandate, actor=confirmer)


def a_confirmer(chamber: Organisation) -> Membership:
    """The chamber's signatory who confirms mandates; the Committee's head while it has none."""
    held = Mandate.objects.in_force(on=timezone.localdate()).filter(
        chamber=chamber, powers__contains=[Power.MANDATES]
    )
    known = Membership.objects.filter(
        organisation=chamber, role=Role.CHAMBER_SIGNATORY, user__in=held.values("user")
    ) or Membership.objects.filter(role=Role.COMMITTEE_HEAD)
    return first_come(known) or a_person(Role.COMMITTEE_HEAD)


def refuse(application: Application) -> Application:
    return issuance.refuse_application(
        application=application,
        actor=a_decider(application),
        reason="data_mismatch_act",
        note="Модель в строке 1 не та, что в акте.",
    )


def withdraw_application(application: Application) -> Application:
    return issuance.withdraw_application(
        application=application, actor=staff_of(application, Role.APPLICANT)
    )


WAYS: dict[str, tuple[Any, ...]] = {
    "submitted": (),
    "under_review": (take,),
    "awaiting_applicant": (take, ask_from_chamber),
    "in_consultation": (take, consult),
    "recommended": (take, recommend),
    "approved": (take, recommend, approve),
    "refused": (take, recommend, refuse),
    "withdrawn": (withdraw_application,),
}


def a_seal() -> None:
    """The seal of the test run, made once, and in every chamber's register of seals."""
    make_demo_seal(settings.VAR_DIR / "seal")
    mandating.register_portal_seal(on=timezone.localdate() - dt.timedelta(days=30))


def a_certificate(status: str = "valid", **options: Any) -> Certificate:
    """A certificate in `status`: issuing, issue_failed or valid."""
    certificate = an_application("approved", **options).certificate
    if status == "issue_failed":
        with override_settings(CTKZ_SEAL_KEY_FILE=str(settings.VAR_DIR / "seal" / "no.key")):
            complete_issue(str(certificate.pk))
    if status == "valid":
        complete_issue(str(certificate.pk))
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert certificate.status == status, certificate.failure
    return certificate


def certificates_being_issued(count: int) -> list[Certificate]:
    """Approved applications of one chamber whose certificates no worker has touched yet."""
    return [a_certificate("issuing") for _number in range(count)]
