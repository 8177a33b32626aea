"""Verifications a second against an empty page, through the same middleware, in one process."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone

from documents.sealing import verify_seal
from documents.storing import read
from issuance.models import Certificate
from tests.bench.timing import best_seconds, shown, table

TIMES = 20


@login_not_required
def nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("nothing/", nothing), path("", include("ctkz_portal.urls"))]


def run() -> None:
    certificate = Certificate.objects.filter(status="valid").select_related("document__file")[0]
    slug = certificate.number.replace(" ", "-")
    numbers = list(Certificate.objects.values_list("number", flat=True))
    asked = {"numbers": [numbers[place % len(numbers)] for place in range(1_000)]}
    pdf = read(certificate.document.file)
    client = Client(headers={"accept-language": "ru", "host": "127.0.0.1"})

    def get(address: str) -> None:
        for _time in range(TIMES):
            assert client.get(address).status_code == 200, address

    def thousand() -> None:
        answer = client.post("/api/v1/verify/", json.dumps(asked), content_type="application/json")
        assert answer.status_code == 200, answer.content[:300]

    unlimited = {"CTKZ_VERIFY_PER_MINUTE": 10**9, "CTKZ_API_PER_MINUTE": 10**9}
    with override_settings(ROOT_URLCONF=__name__, **unlimited):
        taken = best_seconds(
            {
                "empty page": lambda: get("/nothing/"),
                "page of a certificate": lambda: get(f"/c/{slug}/"),
                "one number by the API": lambda: get(f"/api/v1/certificates/{slug}/"),
                "1,000 numbers by the API": thousand,
                "seal alone": lambda: [verify_seal(pdf) for _time in range(TIMES)],
            },
            rounds=3,
        )
    empty = taken["empty page"] / TIMES
    one = {name: taken[name] / TIMES for name in taken}
    one["1,000 numbers by the API"] = taken["1,000 numbers by the API"] / 1_000
    table(
        f"Verification, {timezone.localdate():%d.%m.%Y}: processor time of one process; the page "
        "proves seal, file, record, act and log anew each time",
        ["what", "one", "a second", "× empty page"],
        [
            [name, shown(duration), f"{1 / duration:,.0f}", f"{duration / empty:.2f}"]
            for name, duration in one.items()
        ],
    )
