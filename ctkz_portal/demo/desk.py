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
