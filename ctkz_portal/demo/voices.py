"""What the public told the Committee in the demo: complaints, and sellers of certificates."""

import uuid
from datetime import timedelta

from django.utils import timezone

from issuance.models import Certificate
from oversight.complaints.examining import take_complaint
from oversight.complaints.filing import Said, file_complaint
from oversight.complaints.named import named_by
from oversight.complaints.registering import register_complaint
from oversight.grey_market.deciding import block_listing, confirm_listing, send_listing
from oversight.grey_market.reporting import report_seller
from oversight.models import GreyListing
from reference.models import Department

from .people import Cast

# No chamber ever gave this number.
FORGED = "KZ 6 112 99001"


def hear(cast: Cast) -> None:
    """One complaint under consideration, one that nobody has registered yet; one site blocked, one
    channel only reported."""
    certificate = Certificate.objects.issued().filter(status="valid").earliest("certified_at")
    complaint = file_complaint(
        form_token=uuid.uuid4(),
        about="certificate",
        said=Said(
            text="На поставленных столах нет знака производителя, упаковка с иероглифами.",
            language="ru",
            name="Покупателева Үлгі (демо)",
            contact="buyer@demo.example",
        ),
        named=named_by(certificate.number),
    )
    complaint = register_complaint(
        complaint=complaint,
        actor=cast["inspector"],
        department=Department.objects.get(pk=certificate.chamber_code),
        inspector=cast["inspector"].user,
    )
    take_complaint(complaint=complaint, actor=cast["inspector"])
    file_complaint(
        form_token=uuid.uuid4(),
        about="forgery",
        said=Said(text="Дүкенде осындай нөмірі бар қағаз көрсетті.", language="kk"),
        named=named_by(FORGED),
    )
    _block(cast, "https://sertifikat-za-den.example/kz?utm_source=ad")
    report_seller(
        form_token=uuid.uuid4(),
        address="@certificate_example",
        text="Канал обещает сертификат СТ-KZ за три дня без осмотра производства.",
        seen_on=timezone.localdate(),
        language="ru",
    )


def _block(cast: Cast, address: str) -> GreyListing:
    today = timezone.localdate()
    report = report_seller(
        form_token=uuid.uuid4(),
        address=address,
        text="Сертификат за день, 90 000 тенге, документы не нужны.",
        seen_on=today - timedelta(days=1),
        language="ru",
    )
    listing = confirm_listing(
        listing=report.listing,
        actor=cast["inspector"],
        description="Продажа сертификатов СТ-KZ без экспертизы.",
    )
    listing = send_listing(
        listing=listing, actor=cast["inspector3"], body="Уполномоченный орган (демо)"
    )
    return block_listing(
        listing=listing, actor=cast["inspector"], blocked_on=today, reference="ДЕМО-1"
    )
