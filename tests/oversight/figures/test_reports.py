"""The two reports: the numbers people know, a record that lasts, a sealed document."""

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from documents.storing import path_of
from oversight.figures.counting import Counts
from oversight.figures.report_making import PAPER, make_report, question_of, rows_csv
from oversight.figures.reports import compose, figures_record
from oversight.figures.scopes import PUBLIC
from oversight.models.figures import Happening, Report
from oversight.papers import make_paper
from tests import scenarios

from .scenes import a_count, asked, chambers
from .test_pages import opened, text_of

LANGUAGE = "en"
THREE_YEARS, CONTROL = "/figures/reports/three-years/", "/figures/reports/control/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    scenarios.reference_data()


def on(year: int, month: int = 6) -> dict[str, Any]:
    day = dt.datetime(year, month, 15, 9, tzinfo=dt.UTC)
    return {"known_at": day, "on": day.date()}


@pytest.fixture
def three_years() -> None:
    """One certificate for each ten of 2017–2019, with every violation of theirs there."""
    (chamber,) = chambers(("120",))
    for year in (2017, 2018, 2019):
        a_count("issued", times=600, chamber=chamber, region="62", **on(year))
        a_count("complaint", times=37, chamber=chamber, code="certificate", **on(year))
    issued = Happening.objects.filter(kind="issued").values_list("subject_id", flat=True)
    for number, subject_id in enumerate(issued[:44]):
        fault = "auditor" if number < 40 else "chamber"
        a_count("violated", chamber=chamber, subject_id=subject_id, code=fault, **on(2018))
    a_count("issued", times=50, **on(2020))


@pytest.fixture
def year_of_control() -> None:
    a_count("controlled", times=608, is_hit=True, code="inspection", region="62", **on(2024))
    a_count("controlled", times=210, code="inspection", region="71", **on(2024, 2))
    a_count("case", times=74, amount=401_234_567, group="case", **on(2024))
    Happening.objects.filter(kind="case").update(amount=0)
    a_count("case", amount=401_234_567, group="case", **on(2024))
    a_count("sampled", times=147, is_hit=True, **on(2024))
    a_count("sampled", times=13, **on(2024))
    a_count("measure", times=55, group="rapid", **on(2024))
    a_count("blocked", times=76, **on(2024))
    a_count("outcome", code="attestation_suspended", amount=60, **on(2024))
    a_count("outcome", code="attestation_withdrawn", amount=45, **on(2024))
    a_count("controlled", times=9, **on(2023))


@pytest.mark.usefixtures("three_years")
def test_three_years_of_certificates_are_told_as_they_were() -> None:
    page = text_of(opened(THREE_YEARS, **{"from": 2017, "until": 2019}))
    assert "Three years of CT-KZ, 2017–2019" in page
    assert "1 800 certificates were issued and 111 complaints received." in page
    assert "44 certificates were found violated, 2.4 % of those issued." in page
    assert "40 of them, 91 %, were by the fault of expert-auditors." in page
    assert "fewer than 5" in page


@pytest.mark.usefixtures("three_years")
def test_the_committee_is_led_from_each_number_to_its_cases() -> None:
    inspector = scenarios.a_person(Role.INSPECTOR)
    page = opened(THREE_YEARS, inspector).content.decode()
    address = "/committee/figures/violated-auditor/cases/?since=2017-01-01&amp;until=2019-12-31"
    assert address in page
    behind = opened(page[page.index(address) :].split('"')[0].replace("&amp;", "&"), inspector)
    assert "Violated by the auditor's fault : 40" in text_of(behind).replace("&#x27;", "'").replace(
        "fault:", "fault :"
    )


@pytest.mark.usefixtures("year_of_control")
def test_the_year_of_control_is_told_as_it_was() -> None:
    page = text_of(opened(CONTROL, year=2024))
    assert "The year's control measures, 2024".replace("'", "&#x27;") in page
    for sentence in (
        "818 control measures were carried out.",
        "608 of them, 74 %, found violations.",
        "75 administrative cases led to fines of 401 million tenge.",
        "160 samples were bought and tested; 92 % of them did not conform.",
        "105 Attestations of accredited subjects suspended or withdrawn",
        "55 Rapid measures",
        "76 Sites and pages blocked",
    ):
        assert sentence in page, sentence


def test_another_period_has_another_name() -> None:
    assert "CT-KZ: certificates and violations, 2020" in text_of(
        opened(THREE_YEARS, **{"from": 2020, "until": 2020})
    )


@pytest.mark.usefixtures("three_years")
def test_the_record_says_the_same_in_three_languages() -> None:
    question = asked(PUBLIC, since=dt.date(2017, 1, 1), until=dt.date(2019, 12, 31))
    record = figures_record("three_years", Counts(question))
    assert set(record["title"]) == {"kk", "ru", "en"}
    assert record["figures"][0]["value"].replace("\u202f", " ") == "1 800"
    assert record["charts"][0]["bars"][0]["value"] == "600"
    spoken = compose("three_years", Counts(question))
    assert record["lead"]["en"] == spoken.lead
    for table in record["tables"]:
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


def ordered(actor: Membership, **changes: Any) -> Report:
    with transaction.atomic():
        return make_report(
            **{
                "kind": "three_years",
                "audience": "public",
                "since": dt.date(2017, 1, 1),
                "until": dt.date(2019, 12, 31),
                "as_of": timezone.localdate(),
                "actor": actor,
                "form_token": uuid.uuid4(),
                **changes,
            }
        )


@pytest.mark.usefixtures("three_years")
def test_a_report_is_frozen_sealed_and_open_to_whom_it_is_for() -> None:
    scenarios.a_seal()
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    report = ordered(head)
    assert opened(f"/figures/reports/sealed/{report.pk}/document/").status_code == 404
    make_paper(PAPER, str(report.pk))
    report.refresh_from_db()
    page = opened(f"/figures/reports/sealed/{report.pk}/")
    assert report.record_sha256 in text_of(page)
    paper = opened(f"/figures/reports/sealed/{report.pk}/document/")
    assert paper.content.startswith(b"%PDF")
    told = "".join(
        sheet.extract_text() for sheet in PdfReader(path_of(report.document.file.sha256)).pages
    )
    assert report.number in told
    assert "91" in told
    assert opened(f"/figures/reports/sealed/{report.pk}/rows/").status_code == 302
    assert report.number in text_of(opened(THREE_YEARS))
    event = AuditEvent.objects.get(event="report.ordered")
    assert event.facts["record_sha256"] == report.record_sha256


@pytest.mark.usefixtures("three_years")
def test_a_report_for_the_committee_does_not_exist_for_others() -> None:
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    report = ordered(head, audience="committee")
    page = f"/figures/reports/sealed/{report.pk}/"
    assert opened(page).status_code == 404
    assert opened(page, scenarios.a_person(Role.CHAMBER_OFFICER)).status_code == 404
    assert opened(page, head).status_code == 200
    assert report.number not in text_of(opened(THREE_YEARS))


@pytest.mark.usefixtures("three_years")
def test_the_rows_counted_can_be_counted_again_and_a_change_is_found() -> None:
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    report = ordered(head)
    stated = json.loads(bytes(report.record))["rows"]
    taken = opened(f"/figures/reports/sealed/{report.pk}/rows/", head).content
    assert hashlib.sha256(taken).hexdigest() == stated["sha256"]
    assert taken.decode().count("\n") - 1 == stated["count"]
    a_count(
        "issued", times=3, known_at=timezone.now() + dt.timedelta(days=1), on=dt.date(2018, 1, 1)
    )
    violated = Happening.objects.filter(kind="violated")
    violated.filter(pk=violated[0].pk).update(void_at=timezone.now() + dt.timedelta(hours=1))
    assert rows_csv(report).encode() == taken
    Happening.objects.filter(pk=violated[1].pk).update(code="chamber")
    assert rows_csv(report).encode() != taken


def test_a_report_as_of_a_past_day_answers_as_of_its_end() -> None:
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    report = ordered(head, as_of=yesterday)
    assert timezone.localdate(report.as_of) == yesterday
    assert question_of(report).moment == report.as_of


def test_one_form_is_one_report_and_nothing_of_it_changes() -> None:
    head, token = scenarios.a_person(Role.COMMITTEE_HEAD), uuid.uuid4()
    report = ordered(head, form_token=token)
    assert ordered(head, form_token=token) == report
    for change in ({"record": b"{}"}, {"until": dt.date(2020, 1, 1)}, {"number": "1"}):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        report.delete()


def test_only_the_committee_makes_a_report_and_only_of_days_that_have_come() -> None:
    with pytest.raises(PermissionRefused):
        ordered(scenarios.a_person(Role.CHAMBER_SIGNATORY))
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    for changes in (
        {"as_of": timezone.localdate() + dt.timedelta(days=1)},
        {"since": dt.date(2020, 1, 1)},
    ):
        with pytest.raises(DomainError):
            ordered(head, **changes)
    assert not Report.objects.exists()


def test_the_page_freezes_what_it_shows() -> None:
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    client = Client(headers={"accept-language": "en"})
    client.force_login(head.user)
    page = client.get(CONTROL, {"year": 2024}).content.decode()
    assert "Freeze and seal" in page
    form = {
        "since": 2024, "until": 2024, "as_of": timezone.localdate().isoformat(),
        "audience": "committee", "form_token": str(uuid.uuid4()),
    }  # fmt: skip
    for _press in range(2):
        answer = client.post(CONTROL + "seal/", form)
        assert answer.status_code == 302
    report = Report.objects.get()
    assert answer["Location"].endswith(f"/{report.pk}/")
    assert (report.kind, report.since) == ("control", dt.date(2024, 1, 1))
    assert client.post(CONTROL + "seal/", {**form, "since": "x"}).status_code == 302
    assert Report.objects.count() == 1
    client.force_login(scenarios.a_person(Role.CHAMBER_OFFICER).user)
    assert client.post(CONTROL + "seal/", form).status_code == 404
    assert "Freeze and seal" not in client.get(CONTROL, {"year": 2024}).content.decode()
