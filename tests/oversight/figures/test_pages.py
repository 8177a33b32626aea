"""Pages of figures: who opens which, what they tell, and that they stay quick as the register
grows."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Role
from oversight.models.figures import CaseFacts, Happening, StageSpan
from tests import scenarios

from .scenes import a_count, chambers, project

LANGUAGE = "en"
PUBLIC, COMMITTEE, MINE = "/figures/", "/committee/figures/", "/figures/mine/"
THREE_YEARS, CONTROL = "/figures/reports/three-years/", "/figures/reports/control/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    scenarios.reference_data()


def opened(address: str, actor: Membership | None = None, **query: Any) -> Any:
    client = Client(headers={"accept-language": "en"})
    if actor is not None:
        actor.user.language = "en"
        actor.user.save(update_fields=["language"])
        client.force_login(actor.user)
    return client.get(address, query)


def text_of(answer: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"[\s\u202f\u00a0]+", " ", plain)


def this_year() -> dict[str, str]:
    today = timezone.localdate()
    return {"since": f"{today.year}-01-01", "until": f"{today.year}-12-31"}


def test_strangers_see_the_public_figures_and_no_others() -> None:
    assert opened(PUBLIC).status_code == 200
    assert opened(THREE_YEARS).status_code == 200
    assert opened(CONTROL, year=2024).status_code == 200
    for address in (COMMITTEE, MINE, COMMITTEE + "issued/cases/", MINE + "issued/cases/"):
        assert opened(address).status_code == 302


@pytest.mark.parametrize(
    ("role", "committee", "mine"),
    [
        (Role.INSPECTOR, 200, 404), (Role.COMMITTEE_HEAD, 200, 404),
        (Role.CHAMBER_OFFICER, 404, 200), (Role.CHAMBER_SIGNATORY, 404, 200),
        (Role.EXPERT_HEAD, 404, 200), (Role.AUDITOR, 404, 404), (Role.APPLICANT, 404, 404),
    ],
)  # fmt: skip
def test_each_role_opens_its_own_figures(role: str, committee: int, mine: int) -> None:
    actor = scenarios.a_person(role)
    assert opened(COMMITTEE, actor).status_code == committee
    assert opened(COMMITTEE + "issued/cases/", actor).status_code == committee
    assert opened(MINE, actor).status_code == mine
    assert opened(MINE + "issued/cases/", actor).status_code == mine


def test_a_chamber_sees_its_own_cases_whatever_the_address_says() -> None:
    ours, theirs = chambers(("120", "101"))
    (mine,) = a_count("issued", chamber=ours)
    (other,) = a_count("issued", chamber=theirs)
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, ours)
    for query in ({}, {"chamber": str(theirs.pk)}, {"region": "71"}):
        answer = text_of(opened(MINE + "issued/cases/", officer, **this_year(), **query))
        assert mine.label in answer
        assert other.label not in answer
    assert opened(MINE + "controls/cases/", officer).status_code == 404
    files = opened(MINE + "issued/cases/", officer, format="csv", chamber=str(theirs.pk))
    assert other.label not in files.content.decode()


def test_the_committee_goes_from_the_figure_to_the_very_cases() -> None:
    certificate, refused = scenarios.a_certificate(), scenarios.an_application("refused")
    project(certificate, refused)
    inspector = scenarios.a_person(Role.INSPECTOR)
    page = opened(COMMITTEE, inspector)
    link = re.search(r'href="(/committee/figures/refused/cases/[^"]+)"', page.content.decode())
    behind = opened(link.group(1).replace("&amp;", "&"), inspector)
    assert refused.number in text_of(behind)
    assert certificate.number not in text_of(behind)
    issued = opened(COMMITTEE + "issued/cases/", inspector)
    assert f'href="/issuance/certificates/{certificate.pk}/"' in issued.content.decode()
    assert opened(COMMITTEE + "no-such-figure/cases/", inspector).status_code == 404


def test_the_public_is_told_neither_auditors_nor_small_numbers_nor_cases() -> None:
    certificate = scenarios.a_certificate()
    project(certificate)
    a_count("complaint", times=3)
    a_count("complaint", times=7, known_at=timezone.now() - dt.timedelta(days=500))
    page = opened(PUBLIC)
    assert certificate.application.auditor.full_name not in text_of(page)
    assert "fewer than 5 Complaints" in text_of(page)
    assert "/cases/" not in page.content.decode()
    by_auditor = opened(PUBLIC, by="auditor", auditor=str(certificate.application.auditor_id))
    assert certificate.application.auditor.full_name not in text_of(by_auditor)
    for table in ("time", "compared", "stages"):
        sheet = opened(PUBLIC, table=table, format="csv").content.decode()
        assert certificate.application.auditor.full_name not in sheet
        assert ",3," not in sheet


def test_figures_of_the_past_leave_out_what_was_not_known() -> None:
    now = timezone.now()
    a_count("complaint", times=9, known_at=now - dt.timedelta(days=1))
    a_count("complaint", times=8, known_at=now - dt.timedelta(days=3))
    inspector = scenarios.a_person(Role.INSPECTOR)
    span = {"since": "2020-01-01", "until": timezone.localdate().isoformat()}
    assert "17 Complaints" in text_of(opened(COMMITTEE, inspector, **span))
    earlier = (timezone.localdate() - dt.timedelta(days=2)).isoformat()
    page = text_of(opened(COMMITTEE, inspector, **span, as_of=earlier))
    assert "8 Complaints" in page
    assert "You see what was known at the end of" in page


@pytest.mark.parametrize(
    "query",
    [
        {"since": "x"}, {"since": "2019-01-01", "until": "2018-01-01"}, {"as_of": "2999-01-01"},
        {"chamber": "x"}, {"chamber": str(uuid.uuid4())}, {"by": "auditor"}, {"step": "hour"},
        {"product_group": "zz"}, {"until": "9999-12-31"}, {"since": "0001-01-01"},
        {"region": "\x00"}, {"auditor": "x"},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_answered(query: dict[str, str]) -> None:
    inspector = scenarios.a_person(Role.INSPECTOR)
    for address, actor in ((PUBLIC, None), (COMMITTEE, inspector)):
        assert opened(address, actor, **query).status_code == 200
    assert opened(COMMITTEE + "issued/cases/", inspector, **query).status_code == 200


@pytest.mark.parametrize(
    "query", [{"from": "x"}, {"from": "2020", "until": "2019"}, {"year": "99999"}, {"as_of": "?"}]
)
def test_a_report_of_no_days_says_so(query: dict[str, str]) -> None:
    answer = opened(THREE_YEARS, **query)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()


def test_every_table_comes_as_a_file() -> None:
    a_count("issued", times=6)
    for table in ("time", "compared", "stages", "control"):
        for wanted in ("xlsx", "csv"):
            answer = opened(PUBLIC, table=table, format=wanted)
            assert answer.status_code == 200
            assert f"{table}-" in answer["Content-Disposition"]
    assert opened(PUBLIC, table="no-such", format="csv").status_code == 404
    assert opened(PUBLIC, table="time", format="exe").status_code == 404
    assert opened(THREE_YEARS, table="faults", format="xlsx").status_code == 200


KINDS = (
    "filed", "act", "applied", "issued", "complaint", "answered", "violated", "violation",
    "measure", "controlled", "case", "sampled", "blocked",
)  # fmt: skip


def grow(times: int, chamber: Any, experts: Any, auditor: Any) -> None:
    """Cases of every kind, with their stays, spread over chambers, groups and months."""
    place = {"chamber": chamber, "expert_organisation": experts, "auditor": auditor.user}
    for number in range(times):
        day = timezone.now() - dt.timedelta(days=40 * number)
        shared = {**place, "region": "62", "product_group": f"{10 + number}", "known_at": day}
        case_id = uuid.uuid4()
        for kind in KINDS:
            a_count(kind, case_id=case_id, code=f"code-{number}", is_hit=True, **shared)
        StageSpan.objects.create(
            case_id=case_id, subject_type="request", subject_id=case_id, status="submitted",
            since=day - dt.timedelta(days=2), until=day, working_days=2, **place,
        )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        PUBLIC, COMMITTEE, COMMITTEE + "?by=auditor", COMMITTEE + "?by=product_group",
        COMMITTEE + "issued/cases/?since=2020-01-01", THREE_YEARS + "?from=2020&until=2026",
        CONTROL + "?from=2020&until=2026",
    ],
)  # fmt: skip
def test_a_page_asks_as_much_of_many_cases_as_of_few(address: str) -> None:
    inspector = None if address == PUBLIC else scenarios.a_person(Role.INSPECTOR)
    scenarios.a_person(Role.CHAMBER_OFFICER)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert opened(address, inspector).status_code == 200
        return len(queries)

    def more(codes: tuple[str, ...], times: int) -> None:
        for chamber in chambers(codes):
            auditor = scenarios.a_person(Role.AUDITOR)
            grow(times, chamber, auditor.organisation, auditor)

    more(("120",), 1)
    asked()
    few = asked()
    more(("120", "101", "102"), 12)
    assert Happening.objects.count() > 400
    assert asked() == few
    assert few < 50


def test_the_project_is_what_the_page_shows_for_an_expert_organisation() -> None:
    certificate = scenarios.a_certificate()
    project(certificate)
    facts = CaseFacts.objects.get()
    head = scenarios.actor_of(certificate.application.act.request, Role.EXPERT_HEAD)
    page = text_of(opened(MINE, head))
    assert "1 Certificates issued" in page
    assert facts.auditor.full_name in page
    stranger = scenarios.a_person(Role.EXPERT_HEAD)
    assert "0 Certificates issued" in text_of(opened(MINE, stranger))
