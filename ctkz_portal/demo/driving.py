"""One application of the demo driven the whole way, and every act of the demo evaluated again."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

import audit
from documents.storing import read
from expertise.examples import demo_goods_csv
from expertise.models import Act
from expertise.replaying import differences
from issuance.models import Certificate
from issuance.records import verify_url

from .cases import Case, filter_case
from .people import Cast, ensure_people

# A hundred lines make an act of thirty pages, and other acts may wait before it.
DOCUMENT_TIMEOUT = 300
ISSUE_TIMEOUT = 120


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
    with watch("replay"):
        replayed = replay_acts()
    return {
        "certificate_number": certificate.number,
        "pdf": str(pdf),
        "verify_url": url,
        "lines": case.request.lines.count(),
        "act_number": case.act.number,
        "pdf_sha256": certificate.document.sealed_sha256,
        "rules": json.loads(bytes(case.act.record))["rules"]["pack"],
        "replayed_acts": replayed,
        "events": audit.timeline(certificate.case_id).count(),
        "seconds": watch.seconds,
    }


def _to_certificate(cast: Cast, watch: "Stopwatch") -> Case:
    with watch("file"):
        case = filter_case(cast, demo_goods_csv())
        case.submit()
    with watch("accept"):
        case.accept()
        case.assign()
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
    with watch("act_document"):
        _wait_until_rendered(case.act)
    with watch("approve"):
        case.approve()
    return case


def replay_acts() -> int:
    """Evaluates every act ever signed again; one that gives another result stops the demo."""
    count = 0
    for act in Act.objects.order_by("signed_at").iterator(chunk_size=100):
        for difference in differences(act):
            raise RuntimeError(str(difference))
        count += 1
    return count


class Stopwatch:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - began, 2)


def _wait_until_rendered(act: Act) -> None:
    """The chamber decides with the sealed act at hand, as anyone would."""
    deadline = time.monotonic() + DOCUMENT_TIMEOUT
    while time.monotonic() < deadline:
        act.refresh_from_db(fields=["document"])
        if act.document_id:
            return
        time.sleep(0.1)
    raise RuntimeError(f"Act {act.number} has no PDF after {DOCUMENT_TIMEOUT} seconds")


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
