"""Twenty lines from two spreadsheets to a signed and sealed act with one line refused."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from audit.publishing import publish
from audit.sequencing import sequence_all
from ctkz_portal.demo.desk import picture
from documents.sealing import verify_seal
from documents.storing import read
from expertise.examples import GOODS_COLUMNS, MATERIAL_COLUMNS, workbook
from expertise.models import Act, AssignmentDraw, ExpertiseRequest, Material
from expertise.spreadsheet_columns import GOODS, MATERIALS
from tests import scenarios
from tests.browsers import press
from tests.workers import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Look = Callable[[Page, str], None]

LINES = 20
REFUSED = 7
STEEL, PAPER, SEAL, ELEMENT = "Steel housing", "Filter paper", "Rubber seal", "Filter element"
# Price, and what is foreign in one unit: paper, the seal for 12.5 yuan at 70.5, the element.
PRICE, PAPER_KZT, SEAL_KZT, ELEMENT_KZT = 10_000, 2_000, "881.25", 500


def goods_sheet(path: Path) -> Path:
    rows = [
        (number, f"Air filter PF-{number:04d}", "8421310000", "28.29.82", 10 + number, "шт",
         "796", "Д8421", "71,19", PRICE)
        for number in range(1, LINES + 1)
    ]  # fmt: skip
    path.write_bytes(workbook(GOODS, GOODS_COLUMNS, rows, title="Goods"))
    return path


def materials_sheet(path: Path) -> Path:
    """Bills shared by ranges of lines; one material is priced in yuan."""
    rows = [
        (f"1-{LINES}", PAPER, "4805400000", "RU", "Paper-Example", "ДТ",
         "55302070/010126/0000001", None, PAPER_KZT, None, None, None, None, None),
        ("1-10, 11-20", SEAL, "4016930005", "CN", "Seal Example Co.", "ДТ",
         "55302070/010126/0000002", None, None, "CNY", "12,5", "70,5", "15.01.2026",
         "Example bank, rate of the day of payment"),
        ("all", STEEL, "7326909807", "KZ", "Metal-Example", "СТ-KZ",
         "KZ 6 110 00001", None, 3_400, None, None, None, None, None),
        (str(REFUSED), ELEMENT, "8421990008", "CN", "Filter Example Co.", "ДТ",
         "55302070/010126/0000003", None, ELEMENT_KZT, None, None, None, None, None),
    ]  # fmt: skip
    path.write_bytes(workbook(MATERIALS, MATERIAL_COLUMNS, rows, title="Materials"))
    return path


def a_paper(folder: Path, name: str) -> Path:
    path = folder / f"{name}.pdf"
    path.write_bytes(scenarios.a_pdf(path.name).read())
    return path


def file_a_request(page: Page, folder: Path, look: Look) -> ExpertiseRequest:
    page.goto("/")
    press(page, "Begin a request")
    press(page, "Begin the request")
    request = ExpertiseRequest.objects.get()
    base = f"/expertise/requests/{request.pk}"
    page.goto(f"{base}/parties/")
    page.get_by_role("radio", name="Serial production").check()
    page.get_by_role("radio", name=re.compile("share of in-country value")).check()
    page.get_by_label("Expert organisation").select_option(index=1)
    page.locator("[name=operations]").fill("Pleating and bonding of paper, stamping, assembly.")
    press(page, "Save and continue")

    page.goto(f"{base}/goods/import/")
    page.set_input_files("input[type=file]", goods_sheet(folder / "goods.xlsx"))
    press(page, "Read the file and import")
    expect(page.locator("main")).to_contain_text(f"{LINES} rows were imported")
    page.goto(f"{base}/materials/import/")
    page.set_input_files("input[type=file]", materials_sheet(folder / "materials.xlsx"))
    press(page, "Read the file and import")
    expect(page.locator("main tbody tr")).to_have_count(LINES)
    assert Material.objects.count() == 3 * LINES + 1
    look(page, "desk-materials")

    page.goto(f"{base}/documents/")
    page.get_by_label("Kind of document").select_option("cost_calculation")
    page.set_input_files("input[type=file]", a_paper(folder, "calculation"))
    press(page, "Put with the case")
    press(page, "Continue to the check")
    press(page, "Submit the request")
    request.refresh_from_db()
    assert request.status == "submitted"
    return request


def accept_and_draw(page: Page, request: ExpertiseRequest, look: Look) -> str:
    """The lot waits for the log; the name in the address of whoever was drawn."""
    page.goto("/")
    page.get_by_role("link", name=request.number).click()
    press(page, "Accept")
    page.goto(f"/expertise/requests/{request.pk}/assign/")
    expect(page.get_by_role("progressbar", name="Waiting for the log")).to_be_visible()
    sequence_all()
    publish()
    button = page.get_by_role("button", name="Draw by lot")
    expect(button).to_be_visible(timeout=15_000)
    press(page, "Draw by lot")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "drawn again, the result is the same"
    )
    look(page, "desk-draw")
    request.refresh_from_db()
    assert AssignmentDraw.objects.get().auditor == request.auditor
    return request.auditor.email.partition("@")[0]


def add_papers(page: Page, base: str, folder: Path, look: Look) -> None:
    page.goto(f"{base}/evidence/")
    page.get_by_label("Kind of document").select_option("material_origin")
    page.get_by_label("Title").fill("Papers of the materials")
    page.get_by_label("Document number").fill("R-1")
    page.set_input_files("input[type=file]", a_paper(folder, "papers"))
    press(page, "Put with the case")
    expect(page.get_by_role("row", name=re.compile("Papers of the materials"))).to_be_visible()
    look(page, "desk-papers")


def tie_materials(page: Page, base: str, look: Look) -> None:
    """Each kind of material once, for all lines."""
    page.goto(f"{base}/proofs/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"0 of {3 * LINES + 1}")
    for number, name in enumerate((PAPER, SEAL, STEEL, ELEMENT), start=1):
        row = page.get_by_role("row", name=re.compile(f"^{name}"))
        row.get_by_role("combobox").select_option(label=label_of(page, "Papers of the materials"))
        row.get_by_role("textbox").fill(str(number))
    press(page, "Save the proofs")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"{3 * LINES + 1} of {3 * LINES + 1}"
    )
    look(page, "desk-proofs")


def label_of(page: Page, title: str) -> str:
    """How the choice of a document names the one with this title."""
    return page.locator("option", has_text=title).first.inner_text()


def identify(page: Page, base: str, folder: Path) -> None:
    page.goto(f"{base}/examination/")
    photo = folder / "marking.png"
    photo.write_bytes(picture("Marking", "#00748a"))
    photographs = page.locator("#photographs")
    photographs.locator("input[type=file]").set_input_files(photo)
    photographs.get_by_label("Caption").fill("Marking on the housing")
    photographs.get_by_label("Goods lines").fill("1-3")
    press(page, "Add the photographs")
    expect(page.get_by_role("img", name="Marking on the housing")).to_be_visible()
    page.locator("[name=identification]").fill("Marking and passports agree with the request.")
    press(page, "Save, on to the process")


def describe_the_process(page: Page, look: Look) -> None:
    page.get_by_label("The process in words").fill("Pleating, bonding and stamping were seen.")
    first = page.get_by_role("group", name=re.compile("^Operation 1"))
    first.get_by_label("Operation").select_option("pleating_and_bonding")
    first.get_by_label("Equipment").fill("Pleating line PL-2")
    find = page.get_by_label("Find an operation in the catalogue")
    named = first.locator("option[value=metal_forming]").inner_text()
    expect(page.locator(f'#operations option[value="{named}"]')).to_have_count(1)
    find.fill(named)
    page.get_by_role("button", name="Add this operation").click()
    second = page.locator("select[name$=operation]").filter(
        has=page.locator("option[value=metal_forming]:checked")
    )
    expect(second).to_have_count(1)
    expect(first.get_by_label("Equipment")).to_have_value("Pleating line PL-2")
    look(page, "desk-process")
    press(page, "Save, on to the visit")


def visit(page: Page, look: Look) -> None:
    page.get_by_label("Place of the expertise").fill("Zhezkazgan, workshop 1")
    asked = page.get_by_role("group", name="Was the production site visited?")
    asked.get_by_role("radio", name="Yes").check()
    page.get_by_label("Date of the visit").fill(timezone.localdate().isoformat())
    page.get_by_label("Who was present").fill("Head of production, foreman")
    for item in page.locator("fieldset.item").all():
        item.get_by_role("radio", name="Yes").check()
    look(page, "desk-visit")
    press(page, "Save, on to the findings")


def judge(page: Page, base: str, look: Look) -> None:
    refused = page.get_by_role("row", name=re.compile(f"PF-{REFUSED:04d}"))
    expect(refused).to_contain_text("does not pass")
    press(page, "Judge all lines without a finding")
    expect(page.locator("main")).to_contain_text(f"{LINES - 1} lines pass")
    expect(page.locator("main")).to_contain_text("1 line is refused")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{LINES} of {LINES}")
    look(page, "desk-findings")
    refused.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("8421")
    look(page, "desk-refused-line")
    page.goto(f"{base}/proofs/findings/")
    page.get_by_role("combobox", name=re.compile("^Document")).select_option(
        label=label_of(page, "Papers of the materials")
    )
    page.get_by_label("Page").fill("1–4")
    press(page, "For all findings without a proof")


def sign(page: Page, base: str, look: Look) -> Act:
    page.goto(f"{base}/sign/")
    expect(page.get_by_role("heading", level=1)).to_have_text("The act is ready to be signed")
    expect(page.get_by_role("heading", name="Refused lines").locator("..")).to_contain_text(
        f"PF-{REFUSED:04d}"
    )
    look(page, "desk-sign")
    press(page, "Sign the act")
    return Act.objects.get()


def read_the_act(page: Page, act: Act, start_worker: Callable[..., Worker], look: Look) -> None:
    page.goto(f"/expertise/acts/{act.pk}/")
    expect(page.get_by_role("progressbar", name=re.compile("sealed"))).to_be_visible()
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(LINES)
    expect(rows.filter(has_text="Д8421")).to_have_count(LINES - 1)
    refused = rows.filter(has_text=f"PF-{REFUSED:04d}")
    expect(refused).to_contain_text("Refused")
    expect(refused.locator("small")).not_to_have_count(0)
    look(page, "desk-act")
    start_worker(wait=False)
    # The page follows the worker by itself.
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    act.refresh_from_db()
    pdf = Path(download.value.path()).read_bytes()
    assert pdf == read(act.document.file)
    assert verify_seal(pdf).ok


def pages_of(act: Act) -> str:
    reader = PdfReader(io.BytesIO(read(act.document.file)))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_an_auditor_brings_twenty_lines_to_a_signed_act(
    people: Callable[[str], Page],
    celery_worker_process: Callable[..., Worker],
    look: Look,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    request = file_a_request(people("applicant"), tmp_path, look)
    page = people(accept_and_draw(people("head"), request, look))
    page.goto("/")
    page.get_by_role("link", name=request.number).click()
    base = f"/expertise/requests/{request.pk}"
    add_papers(page, base, tmp_path, look)
    tie_materials(page, base, look)
    identify(page, base, tmp_path)
    describe_the_process(page, look)
    visit(page, look)
    judge(page, base, look)
    act = sign(page, base, look)
    assert act.is_positive
    read_the_act(page, act, celery_worker_process, look)

    text = pages_of(act)
    for number in range(1, 5):
        assert f"Приложение {number}" in text
    for words in (PAPER, "CNY", "70,5", "Papers of the materials", "Pleating line PL-2"):
        assert words in text
    assert "Head of production, foreman" in text
    capsys.readouterr()
    call_command("replay_acts")
    assert f"1 acts, {LINES} lines: all equal" in capsys.readouterr().out
