"""The auditor's desk of the demo: process, visit, photographs, and what proves what."""

from dataclasses import replace
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership
from expertise.document_types import IDENTIFICATION_PHOTO, VISIT_PHOTO
from expertise.models import ExpertiseRequest, Material, RequestDocument
from expertise.services import evidence, process

from .goods import Product
from .papers import document_pdf, picture

VISIT = {
    "premises": process.Answer("yes", "Цех 1200 м², склад сырья и готовой продукции"),
    "address": process.Answer("yes"),
    "equipment": process.Answer("yes", "Сверено с перечнем оборудования"),
    "operations": process.Answer("yes", "Операции 1–3 показаны на рабочей смене"),
    "capacity": process.Answer("yes"),
}
# What auditors write differs from case to case; two acts with one text are pointed out.
SEEN = (
    "Сверку провели на складе готовой продукции: из каждой партии взяли по три единицы, сравнили "
    "размеры, массу и надписи с конструкторской документацией, отклонений не нашли. Номера партий "
    "выписаны в журнал осмотра, представитель производителя замечаний не имел.",
    "Образцы отобрала комиссия из двух человек прямо с линии в начале смены. Ярлыки читаются, "
    "серийные номера идут подряд, упаковка целая. Технологи показали рецептурные карты и ответили "
    "на вопросы о заменителях сырья; ввезённых готовых изделий рядом не хранят.",
    "Начали с бухгалтерии: накладные прихода сырья за квартал сопоставлены с выпуском, остатки "
    "сходятся с учётной программой. Затем осмотрели участок упаковки, где видны код изделия, дата "
    "и смена. Покупных изделий того же вида среди остатков нет.",
    "По фотографиям и паспортам установлены модель, исполнение и год выпуска. Контрольное "
    "взвешивание дало расхождение меньше допуска. Мастер участка разобрал один экземпляр, и "
    "каждая деталь найдена в спецификации вместе с указанием поставщика.",
    "Перечень заявленных товаров прочитан вслух кладовщику, тот показал место каждого из них. "
    "Выборочно вскрыты пять мест. Содержимое отвечает ярлыкам, инструкции вложены на двух языках, "
    "гарантийные талоны заполнены печатью завода, следов перемаркировки не видно.",
    "Идентификация выполнена по чертежам и контрольным листам отдела качества: длина, цвет, "
    "покрытие и крепёж совпали. Два изделия испытаны в присутствии аудитора, протоколы подписаны "
    "в тот же день и приложены. Заявитель хранит эталон, его показали.",
    "Аудитор прошёл весь путь изделия от приёмки заготовок до отгрузки, записал время каждой "
    "операции и сличил его с нормами. Готовый товар узнаётся по клейму и штриховому коду; база "
    "кодов выгружена и сохранена вместе с материалами дела.",
)


def identification(request: ExpertiseRequest, product: Product) -> str:
    """In the auditor's words: of the goods, and of how they were compared with the request."""
    number = int((request.number or "0")[-6:])
    return f"{product.identification} {SEEN[number % len(SEEN)]}"


def see_the_site(request: ExpertiseRequest, auditor: Membership, product: Product) -> None:
    """What is established before the lines are judged: visit, photographs, operations."""
    today = timezone.localdate()
    process.save_visit(
        request=request,
        actor=auditor,
        values={
            "place": request.producer_address_ru,
            "site_visit": True,
            "visited_on": today,
            "attended": "Директор производства, мастер цеха (демо)",
        },
        answers=VISIT,
    )
    for kind, caption, colour in (
        (IDENTIFICATION_PHOTO, "Маркировка на корпусе (демо)", "#00748a"),
        (VISIT_PHOTO, "Рабочая смена в цехе (демо)", "#9a5200"),
    ):
        evidence.add_evidence(
            request=request,
            actor=auditor,
            upload=SimpleUploadedFile(
                f"{kind}.png", picture(f"{kind} {request.number}", colour), "image/png"
            ),
            type=kind,
            title=caption,
            dated_on=today,
        )
    evidence.add_evidence(
        request=request,
        actor=auditor,
        upload=SimpleUploadedFile(
            "materials.pdf", document_pdf("Реестр документов на сырьё (демо)"), "application/pdf"
        ),
        type="material_origin",
        title="Реестр документов на сырьё и материалы (демо)",
        number="Р-1",
        dated_on=today - timedelta(days=2),
    )
    chart = _paper(request, "process_description")
    steps = [
        replace(step, evidence=chart, evidence_page=str(page))
        for page, step in enumerate(product.steps, start=2)
    ]
    process.save_process(request=request, actor=auditor, rows=steps, process=request.operations)


def name_the_proofs(request: ExpertiseRequest, auditor: Membership) -> None:
    """Materials and findings tied to their papers."""
    evidence.tie_materials(
        request=request,
        actor=auditor,
        material_ids=list(
            Material.objects.filter(line__request=request).values_list("pk", flat=True)
        ),
        document=_paper(request, "material_origin"),
        page="1",
    )
    evidence.tie_findings(
        request=request,
        actor=auditor,
        lines=list(request.lines.all()),
        proof=evidence.Proof(_paper(request, "process_description"), "2–4", "операции и оснащение"),
    )


def _paper(request: ExpertiseRequest, type_code: str) -> RequestDocument:
    return request.documents.filter(type=type_code).earliest("added_at")
