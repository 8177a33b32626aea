"""One application of the demo driven the whole way, and every act of the demo evaluated again."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import audit
from expertise.examples import demo_goods_csv
from expertise.models import Act
from expertise.replaying import differences
from issuance.records import verify_url

from .cases import Case, filter_case
from .people import Cast, ensure_people
from .stranger import take_along, verify_as_a_stranger
from .waiting import until_issued, until_rendered, until_witnessed


def drive(base_url: str) -> dict[str, Any]:
    """One application from filing to a certificate that a stranger verifies.

    Commands run as the people who give them; the documents are made by the Celery workers; the
    last steps ask the running web server, like anyone would, and prove what it gave without it.
    Returns what was made, with the seconds that each step took.
    """
    watch = Stopwatch()
    case = _to_certificate(ensure_people(), watch)
    certificate = case.certificate
    with watch("issue"):
        until_issued([certificate])
    with watch("verify"):
        verify_as_a_stranger(base_url, certificate)
    with watch("witness"):
        until_witnessed(certificate)
    with watch("prove"):
        kept = take_along(base_url, certificate)
    with watch("replay"):
        replayed = replay_acts()
    history = audit.timeline(certificate.case_id)
    return {
        "certificate_number": certificate.number,
        "pdf": str(kept.pdf),
        "proof": str(kept.proof),
        "record": str(kept.record),
        "act_record": str(kept.act_record),
        "trust": str(kept.trust),
        "verified": kept.verified,
        "verify_url": verify_url(certificate),
        "lines": case.request.lines.count(),
        "act_number": case.act.number,
        "pdf_sha256": certificate.document.sealed_sha256,
        "rules": json.loads(bytes(case.act.record))["rules"]["pack"],
        "replayed_acts": replayed,
        "signatures": history.filter(event="signature.accepted").count(),
        "events": history.count(),
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
        until_rendered(case.act)
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
