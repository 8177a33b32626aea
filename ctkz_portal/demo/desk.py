"""The auditor's desk of the demo: process, visit, photographs, and what proves what."""

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import Membership
from expertise.document_types import IDENTIFICATION_PHOTO, VISIT_PHOTO
from expertise.models import ExpertiseRequest, Material, RequestDocument
from expertise.services import evidence, process

from .papers import document_pdf

# Operation, how it is done, with what; by the chapter of the goods.
PROCESSES = {
    "84": (
        ("pleating_and_bonding", "Гофрирование бумаги, склейка пакета", "Линия гофрирования ЛГ-2"),
        ("metal_forming", "Штамповка крышек", "Пресс П-63"),
        ("complex_assembly", "Сборка, заливка торцов, проверка герметичности", "Стенд СГ-1"),
        ("N16", "Маркировка", "Принтер этикеток"),
    ),
    "85": (
        ("extrusion", "Изолирование жил и наложение оболочки", "Экструдер Э-90"),
        ("final_tests", "Испытание напряжением", "Стенд СИ-10"),
    ),
    "21": (
        ("formulation", "Составление смеси по рецептуре", "Ёмкость 1000 л"),
        ("homogenisation", "Гомогенизация", "Гомогенизатор Г-5"),
        ("food_cooking", "Пастеризация, фризерование, закалка", "Пастеризатор, фризер"),
    ),
    "94": (
        ("welding", "Сварка каркаса", "Сварочный пост № 1–3"),
        ("functional_coating", "Порошковая окраска", "Камера полимеризации"),
        ("complex_assembly", "Кромление, сборка", "Кромочный станок"),
    ),
}
VISIT = {
    "premises": process.Answer("yes", "Цех 1200 м², склад сырья и готовой продукции"),
    "address": process.Answer("yes"),
    "equipment": process.Answer("yes", "Сверено с перечнем оборудования"),
    "operations": process.Answer("yes", "Операции 1–3 показаны на рабочей смене"),
    "capacity": process.Answer("yes"),
}


def see_the_site(request: ExpertiseRequest, auditor: Membership) -> None:
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
            upload=SimpleUploadedFile(f"{kind}.png", picture(caption, colour), "image/png"),
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
    heading = request.lines.order_by("number").values_list("hs_code", flat=True)[0]
    steps = [
        process.StepRow(
            operation=code,
            description=description,
            equipment=equipment,
            evidence=chart,
            evidence_page=str(page),
        )
        for page, (code, description, equipment) in enumerate(
            PROCESSES.get(heading[:2], PROCESSES["84"]), start=2
        )
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


def picture(caption: str, colour: str) -> bytes:
    """A drawing that plainly stands in for a photograph; the same words give the same bytes."""
    image = Image.new("RGB", (1200, 900), "#f4f7f9")
    pen = ImageDraw.Draw(image)
    pen.rectangle((180, 220, 1020, 680), fill="#ffffff", outline=colour, width=14)
    seed = sum(caption.encode())
    for stripe in range(12):
        left = 220 + stripe * 66
        top = 260 + (seed * (stripe + 3)) % 160
        pen.rectangle((left, top, left + 34, 640), fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
