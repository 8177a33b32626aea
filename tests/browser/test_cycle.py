"""The whole cycle in a real browser: five people, one stranger, one real worker."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import audit
from ctkz_portal.demo.goods import CABLE, goods_csv, materials_csv
from documents.storing import read
from expertise.models import Act, ExpertiseRequest
from issuance.models import Certificate
from tests import scenarios
from tests.browsers import drop, press
from tests.workers import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LINES = 7


def file_a_request(page: Page, tmp_path: Path) -> ExpertiseRequest:
    page.goto("/")
    press(page, "Begin a request")
    press(page, "Begin the request")
    request = ExpertiseRequest.objects.get()
    base = f"/expertise/requests/{request.pk}"
    page.goto(f"{base}/parties/")
    page.check("[name=category][value=serial]")
    page.check("[name=purpose][value=origin_and_share]")
    page.select_option("[name=expert_organisation]", index=1)
    page.fill("[name=operations]", CABLE.making)
    chamber = page.locator("[name=chamber] option", has_text="Ulytau").get_attribute("value")
    page.select_option("[name=chamber]", chamber)
    press(page, "Save and continue")
    goods = tmp_path / "goods.csv"
    goods.write_bytes(goods_csv(CABLE, lines=LINES))
    page.goto(f"{base}/goods/import/")
    page.set_input_files("input[type=file]", goods)
    press(page, "Read the file and import")
    expect(page.locator("main")).to_contain_text("Кабель силовой")
    materials = tmp_path / "materials.csv"
    materials.write_bytes(materials_csv(request.lines.all(), CABLE.materials))
    page.goto(f"{base}/materials/import/")
    page.set_input_files("input[type=file]", materials)
    press(page, "Read the file and import")
    page.goto(f"{base}/documents/")
    paper = tmp_path / "calculation.pdf"
    paper.write_bytes(scenarios.a_pdf().read())
    page.select_option("[name=type]", "cost_calculation")
    page.set_input_files("input[type=file]", paper)
    press(page, "Put with the case")
    page.goto(f"{base}/check/")
    press(page, "Submit the request")
    request.refresh_from_db()
    assert request.status == "submitted"
    return request


def accept_and_assign(page: Page, request: ExpertiseRequest) -> None:
    page.goto("/")
    page.get_by_role("link", name=request.number).click()
    press(page, "Accept")
    page.goto(f"/expertise/requests/{request.pk}/assign/")
    page.get_by_label(re.compile("Сарапшин")).check()
    press(page, "Assign")
    request.refresh_from_db()
    assert request.status == "in_expertise"


def examine_and_sign(page: Page, request: ExpertiseRequest) -> Act:
    page.goto("/")
    page.get_by_role("link", name=request.number).click()
    base = f"/expertise/requests/{request.pk}"
    paper = str(request.documents.get().pk)
    page.goto(f"{base}/proofs/")
    for row in page.locator("table.proofs tbody tr").all():
        row.get_by_role("combobox").select_option(paper)
        row.get_by_role("textbox").fill("1")
    press(page, "Save the proofs")
    press(page, "On to the identification")
    page.fill("[name=identification]", "Marking and passports compared with the request.")
    press(page, "Save, on to the process")
    page.fill("[name=process]", "Seen on site: drawing, stranding, insulating.")
    page.select_option("[name=steps-0-operation]", "extrusion")
    press(page, "Save, on to the visit")
    press(page, "Save, on to the findings")
    page.check("[name=is_originating] >> nth=0")
    # The row is for a part of the heading: the auditor says why these goods belong to it.
    page.check("[name=row][value='8544']")
    page.fill("[name=choice_reason]", "Insulated copper cables, not optical fibre.")
    page.fill("[name=justification]", "Foreign materials stay below half of the price.")
    press(page, "For all lines")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{LINES} of {LINES}")
    page.goto(f"{base}/proofs/findings/")
    page.select_option("[name=document]", paper)
    press(page, "For all findings without a proof")
    page.goto(f"{base}/sign/")
    press(page, "Sign the act")
    act = Act.objects.get()
    assert act.is_positive
    return act


def send_to_chamber(page: Page, act: Act) -> None:
    page.goto(f"/expertise/acts/{act.pk}/")
    press(page, "Send to a chamber")
    press(page, "Send to the chamber")


def review(page: Page, act: Act) -> None:
    application = act.applications.get()
    page.goto("/")
    page.goto(f"/issuance/applications/{application.pk}/")
    press(page, "Take for review")
    page.goto(f"/issuance/applications/{application.pk}/review/")
    for answer in page.locator("input[type=radio][value=yes]").all():
        answer.check()
    press(page, "Recommend for approval")
    application.refresh_from_db()
    assert application.status == "recommended"


def approve(page: Page, act: Act) -> Certificate:
    application = act.applications.get()
    page.goto(f"/issuance/applications/{application.pk}/decide/")
    press(page, "Approve and issue")
    certificate = Certificate.objects.get()
    page.goto(f"/issuance/certificates/{certificate.pk}/")
    # The page follows the worker by itself.
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=90_000)
    certificate.refresh_from_db()
    assert certificate.status == "valid"
    return certificate


def verify_as_a_stranger(page: Page, certificate: Certificate, tmp_path: Path) -> None:
    page.goto(f"/v/{certificate.verify_code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Certificate {certificate.number} is in force"
    )
    expect(page.locator("main")).to_contain_text(f"{LINES} lines")
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(read(certificate.sealed))
    drop(page, pdf)
    expect(page.locator("main")).to_contain_text(
        "This is, byte for byte, the file that was issued."
    )
    forged = tmp_path / "forged.pdf"
    content = bytearray(pdf.read_bytes())
    content[len(content) // 2] ^= 1
    forged.write_bytes(bytes(content))
    drop(page, forged)
    expect(page.locator("main")).not_to_contain_text("This is, byte for byte")
    page.goto("/verify/?number=KZ+6+120+99999")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("is in force")


def test_one_application_goes_the_whole_way(
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    celery_worker_process: Callable[..., Worker],
    tmp_path: Path,
) -> None:
    celery_worker_process(wait=False)
    applicant = people("applicant")
    request = file_a_request(applicant, tmp_path)
    accept_and_assign(people("head"), request)
    act = examine_and_sign(people("auditor"), request)
    send_to_chamber(applicant, act)
    review(people("officer"), act)
    certificate = approve(people("signatory"), act)
    verify_as_a_stranger(new_person(locale="en-GB"), certificate, tmp_path)

    inspector = people("inspector")
    inspector.goto(f"/committee/cases/{request.case_id}/")
    expect(inspector.locator("main")).to_contain_text(certificate.number)
    actors = {event.actor_role for event in audit.timeline(request.case_id)}
    assert actors >= {
        "applicant", "expert_head", "auditor", "chamber_officer", "chamber_signatory", "system",
    }  # fmt: skip
    assert len({event.actor_id for event in audit.timeline(request.case_id)}) >= 6
