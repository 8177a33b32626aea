"""Pages of risk: for the Committee alone, each department its own, in a fixed number of queries."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from issuance.models import Certificate
from oversight.models import LimitGap, Posting, RiskScore
from oversight.risk.following import score_register
from tests import scenarios

LANGUAGE = "en"
pytestmark = pytest.mark.django_db

LIST, INDICATORS, LIMITS = (
    "/committee/risk/", "/committee/risk/indicators/", "/committee/risk/limits/",
)  # fmt: skip


def opened(actor: Membership, address: str, **query: str) -> Any:
    client = Client()
    client.force_login(actor.user)
    return client.get(address, query, headers={"accept-language": "en"})


def scored(count: int = 1, **options: Any) -> list[Certificate]:
    certificates = [scenarios.a_certificate("valid", **options) for _number in range(count)]
    for _progress in score_register():
        pass
    return certificates


def page_of(certificate: Certificate) -> str:
    return reverse("oversight:risk-detail", args=["certificate", certificate.pk])


def with_gap(certificate: Certificate, gap: str) -> None:
    act = certificate.application.act
    LimitGap.objects.create(
        act=act, line=1, place=LimitGap.objects.count() + 1, kind="foreign_share_at_most",
        limit=50, percent=50 - Decimal(gap), gap=Decimal(gap), auditor=act.signed_by,
        signed_at=act.signed_at, product_group="84",
    )  # fmt: skip


def test_the_list_tells_number_goods_and_reasons_in_words() -> None:
    (certificate,) = scored()
    text = opened(scenarios.a_person(Role.INSPECTOR), LIST).content.decode()
    assert certificate.number in text
    assert "8421" in text
    assert "The act took 0 min for 1 goods lines." in text
    assert page_of(certificate) in text
    # The act and the application have scores of their own, shown when asked for.
    act = certificate.application.act.number
    assert act not in text
    inspector = scenarios.a_person(Role.INSPECTOR)
    assert act in opened(inspector, LIST, subject="act").content.decode()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"q": "KZ"}, True),
        ({"q": "nothing"}, False),
        ({"band": "high"}, False),
        ({"band": "middle"}, True),
        ({"indicator": "fast_examination"}, True),
        ({"indicator": "over_used"}, False),
        ({"producer": "Пример"}, True),
        ({"producer": "200140000999"}, False),
        ({"since": "2020-01-01"}, True),
        ({"until": "2020-01-01"}, False),
        ({"limit": "foreign_share_at_most:50:0:2:"}, True),
        ({"limit": "foreign_share_at_most:50:0:2:84"}, True),
        ({"limit": "foreign_share_at_most:50:0:2:94"}, False),
        ({"limit": "nonsense"}, False),
        ({"limit": "a:b:c:d:e"}, False),
        ({"page": "99"}, True),
        ({"since": "yesterday"}, False),
    ],
)
def test_the_list_is_narrowed(query: dict[str, str], is_found: bool) -> None:
    (certificate,) = scored()
    with_gap(certificate, "0.5")
    answer = opened(scenarios.a_person(Role.INSPECTOR), LIST, **query)
    assert answer.status_code == 200
    assert (page_of(certificate) in answer.content.decode()) == is_found


def test_one_score_shows_each_reason_with_points_and_the_versions() -> None:
    (certificate,) = scored()
    text = opened(scenarios.a_person(Role.COMMITTEE_HEAD), page_of(certificate)).content.decode()
    score = RiskScore.objects.get(subject_id=certificate.pk)
    for expected in ("Examination too short", "20 points", score.versions, score.facts_sha256,
                     "not judged yet", certificate.application.act.number):  # fmt: skip
        assert expected in text


def test_the_indicators_are_told_with_weight_threshold_and_hits() -> None:
    scored()
    text = opened(scenarios.a_person(Role.INSPECTOR), INDICATORS).content.decode()
    assert "29 indicators are in use" in text
    assert "minutes for each line: 5" in text
    assert "?subject=act&amp;indicator=fast_examination" in text


def test_the_step_at_a_limit_is_counted_and_leads_to_the_acts() -> None:
    one, other = scored(2)
    for gap in ("0", "0.5", "1.99"):
        with_gap(one, gap)
    with_gap(other, "-0.5")
    inspector = scenarios.a_person(Role.INSPECTOR)
    text = opened(inspector, LIMITS).content.decode()
    assert "1 act just within the limit, 1 just beyond" in text
    assert "limit=foreign_share_at_most%3A50%3A0%3A2" in text
    none = opened(inspector, LIMITS, group="84", until="2020-01-01").content.decode()
    assert "0 acts just within the limit, 0 just beyond" in none
    assert opened(inspector, LIMITS, limit="unknown", group="99").status_code == 200


@pytest.mark.parametrize(
    "role",
    [Role.APPLICANT, Role.AUDITOR, Role.EXPERT_HEAD, Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY],
)
def test_to_everybody_else_risk_does_not_exist(role: Role) -> None:
    (certificate,) = scored()
    actor = scenarios.staff_of(certificate.application, role)
    for address in (LIST, INDICATORS, LIMITS, page_of(certificate)):
        assert opened(actor, address).status_code == 404


def test_a_department_sees_its_region_alone() -> None:
    (certificate,) = scored()
    code = certificate.chamber_code
    with_gap(certificate, "0.5")

    def sees(department: str) -> tuple[bool, int, bool]:
        actor = scenarios.a_person(Role.INSPECTOR)
        Posting.objects.create(
            user=actor.user, department_id=department, since=timezone.localdate()
        )
        listed = certificate.number in opened(actor, LIST).content.decode()
        within = "1 act just within" in opened(actor, LIMITS).content.decode()
        return listed, opened(actor, page_of(certificate)).status_code, within

    assert sees(code) == (True, 200, True)
    other = "101" if code != "101" else "102"
    assert sees(other) == (False, 404, False)


@pytest.mark.parametrize("address", [LIST, INDICATORS, LIMITS])
def test_the_number_of_queries_does_not_grow_with_the_register(address: str) -> None:
    inspector = scenarios.a_person(Role.INSPECTOR)

    def queries() -> int:
        opened(inspector, address)
        with CaptureQueriesContext(connection) as captured:
            assert opened(inspector, address).status_code == 200
        return len(captured)

    (first,) = scored()
    with_gap(first, "0.5")
    before = queries()
    for certificate in scored(2):
        with_gap(certificate, "0.5")
    assert queries() == before
