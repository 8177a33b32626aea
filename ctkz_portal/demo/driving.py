"""The demo: background cases for every basket, and one application driven the whole way."""

import io
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

import audit
from documents.storing import read
from expertise.examples import demo_goods_csv
from expertise.models import ExpertiseRequest
from issuance.models import Certificate
from issuance.records import verify_url

from .cases import Case, filter_case, product_case
from .goods import CABLE, FURNITURE, ICE_CREAM
from .people import Cast, ensure_people

ISSUE_TIMEOUT = 120
# Invented figures: no bank has ever published them, and each row says so.
EXAMPLE_RATES = Path(__file__).with_name("exchange_rates.csv")


def prepare() -> None:
    """People, organisations and a case in every basket; once."""
    cast = ensure_people()
    if ExpertiseRequest.objects.exists():
        return
    call_command("load_exchange_rates", str(EXAMPLE_RATES), stdout=io.StringIO())
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=3)
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=2, until="submit")
    product_case(cast, applicant="applicant", product=FURNITURE, lines=4, until="accept")
    waiting = product_case(cast, applicant="applicant", product=CABLE, lines=5, until="accept")
    waiting.ask("Приложите норму расхода материалов по строкам 2 и 3.")
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=6, until="sign")
    product_case(cast, applicant="applicant", product=CABLE, lines=8, until="apply")
    product_case(cast, applicant="applicant", product=FURNITURE, lines=12, until="take")
    product_case(cast, applicant="milk", product=ICE_CREAM, lines=4, until="recommend")


def drive(base_url: str) -> dict[str, Any]:
    """One application from filing to a certificate that a stranger verifies.

    Commands run as the people who give them; the documents are made by the Celery workers;
    the last step asks the running web server, like anyone would. Returns what was made, with
    the seconds that each step took.
    """
    watch = Stopwatch()
    case = _to_certificate(ensure_people(), watch)
    with watch("issue"):
        certificate = _wait_until_issued(case.certificate)
    pdf = _keep_copy(certificate)
    url = verify_url(certificate)
    with watch("verify"):
        _verify_as_a_stranger(base_url, certificate, pdf)
    return {
        "certificate_number": certificate.number,
        "pdf": str(pdf),
        "verify_url": url,
        "lines": case.request.lines.count(),
        "act_number": case.act.number,
        "pdf_sha256": certificate.document.sealed_sha256,
        "events": audit.timeline(certificate.case_id).count(),
        "seconds": watch.seconds,
    }


def _to_certificate(cast: Cast, watch: "Stopwatch") -> Case:
    with watch("file"):
        case = filter_case(cast, demo_goods_csv())
        case.submit()
    with watch("accept"):
        case.accept()
    with watch("ask_and_answer"):
        case.ask("Приложите сертификат качества фильтровальной бумаги.")
        case.answer("Сертификат приложен к калькуляции, страница 2.")
    with watch("examine"):
        case.examine()
    with watch("sign_act"):
        case.sign()
    with watch("apply"):
        case.apply()
    with watch("review"):
        case.take()
        case.check()
        case.recommend()
    with watch("approve"):
        case.approve()
    return case


class Stopwatch:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - began, 2)


def _wait_until_issued(certificate: Certificate) -> Certificate:
    deadline = time.monotonic() + ISSUE_TIMEOUT
    while time.monotonic() < deadline:
        certificate.refresh_from_db()
        if certificate.status == "valid":
            return certificate
        if certificate.status == "issue_failed":
            raise RuntimeError(f"The issue stopped: {certificate.failure}")
        time.sleep(0.1)
    raise RuntimeError(f"{certificate.number} was not issued within {ISSUE_TIMEOUT} seconds")


def _keep_copy(certificate: Certificate) -> Path:
    folder = Path(settings.VAR_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{certificate.number.replace(' ', '-')}.pdf"
    path.write_bytes(read(certificate.sealed))
    return path


def _verify_as_a_stranger(base_url: str, certificate: Certificate, pdf: Path) -> None:
    """Opens the address of the QR code and drops the PDF, without signing in."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.addheaders = [("Accept-Language", "ru")]
    address = verify_url(certificate).replace(settings.CTKZ_PUBLIC_URL, base_url)
    page = opener.open(address, timeout=30).read().decode()
    if certificate.number not in page or 'data-verdict="valid"' not in page:
        raise RuntimeError(f"{address} does not call {certificate.number} valid")
