"""An attestation from the application to the suspension, as the people of it see it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Membership, Organisation, Role, User
from auditors.models import AttestationCase
from ctkz_portal.demo.people import ORGANISATIONS
from expertise.models import ExpertiseRequest
from tests import scenarios
from tests.auditors.scenarios import an_iin
from tests.browsers import WIDE, press, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Look = Callable[[Page, str], None]

NAME = "Жаңаев Сарапшы (демо)"


@pytest.fixture
def newcomer(people: Callable[[str], Page]) -> Membership:
    """An auditor of the demo's expert organisation who is not attested yet."""
    house = Organisation.objects.get(name_ru=ORGANISATIONS["expert"]["name_ru"])
    user = User.objects.create_user(
        "newcomer@demo.example",
        settings.CTKZ_DEMO_PASSWORD,
        full_name=NAME,
        iin=an_iin(),
        language="en",
    )
    return scenarios.as_member(user, Role.AUDITOR, house)


def command(page: Page, name: str, **values: str) -> None:
    """Opens what stands behind a command, fills in its questions, and confirms."""
    page.locator("details.confirm > summary").get_by_text(name, exact=True).click()
    opened = page.locator("details.confirm[open]")
    for label, value in values.items():
        field = opened.get_by_label(label.replace("_", " "))
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        opened.get_by_role("button", name=name).click()


def offered(page: Page) -> list[str]:
    """The commands of a case that the reader may give."""
    return page.locator("details.confirm > summary.button:not(.small)").all_inner_texts()


def apply(page: Page, tmp_path: Path) -> None:
    page.goto("/auditors/mine/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not attested yet")
    press(page, "Apply for an attestation")
    page.get_by_label("Commodity groups").fill("84-85")
    page.get_by_label("Education", exact=False).first.fill("Technical university, engineer, 2015")
    page.get_by_label("Years of experience").fill("6")
    page.get_by_label("Training completed on").fill(timezone.localdate().isoformat())
    for field in page.locator("input[type=file]").all():
        field.set_input_files(a_proof(tmp_path, "diploma"))
    press(page, "Send to the Committee")


def a_proof(tmp_path: Path, name: str) -> Path:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(scenarios.a_pdf(path.name).read())
    return path


def turn_down_one_requirement(page: Page) -> str:
    """The inspector says what one document does not show; nobody is admitted with that."""
    page.goto("/auditors/cases/")
    page.get_by_role("link", name=NAME).click()
    assert "Admit to the test" not in offered(page)
    item = page.locator("#requirements li[id]").last
    item.locator("summary").click()
    item.get_by_label("What is missing").fill("The certificate bears no date.")
    press(page, "Not met", within=item)
    expect(item).to_contain_text("The certificate bears no date.")
    return item.locator("b").first.inner_text()


def add_a_better_document(page: Page, requirement: str, tmp_path: Path) -> None:
    page.reload()
    expect(page.locator("main")).to_contain_text("Expected from you: add what is missing")
    expect(page.locator("#requirements")).to_contain_text("The certificate bears no date.")
    page.get_by_label("What the document shows").select_option(label=requirement)
    page.locator("#requirements input[type=file]").set_input_files(a_proof(tmp_path, "training"))
    press(page, "Add the document")
    expect(page.locator("#requirements")).to_contain_text("training.pdf")
    expect(page.locator("main")).not_to_contain_text("Expected from you")


def admit(page: Page) -> AttestationCase:
    page.reload()
    for item in page.locator("#requirements li[id]").all():
        press(page, f"Met: {item.locator('b').first.inner_text()}")
    command(page, "Admit to the test")
    expect(page.locator("main")).to_contain_text("The person is admitted to the test.")
    return AttestationCase.objects.get(user__full_name=NAME)


def register_a_test(page: Page) -> None:
    """A figure that cannot be is named at its field, and what was typed stays."""
    today = timezone.localdate().isoformat()
    command(page, "Register a result", Taken_on=today, Right_answers="107")
    opened = page.locator("details.confirm[open]")
    expect(opened.get_by_role("alert")).to_contain_text("between 0 and 100")
    expect(opened.get_by_label("Right answers")).to_have_value("107")
    expect(opened.get_by_label("Taken on")).to_have_value(today)
    opened.get_by_label("Right answers").fill("82")
    press(page, "Register a result", within=opened)
    expect(page.locator("#tests")).to_contain_text("82 of 100")
    expect(page.locator("#tests")).to_contain_text("Passed")


def in_the_register(page: Page, status: str) -> Locator:
    """What a stranger finds under the name."""
    page.goto("/auditors/")
    page.get_by_label("Name or number of the attestation").fill("Жаңаев")
    press(page, "Search")
    row = page.get_by_role("row", name=NAME)
    expect(row).to_contain_text(status)
    return row


def test_an_attestation_runs_from_the_application_to_the_suspension(
    people: Callable[[str], Page],
    newcomer: Membership,
    new_person: Callable[..., Page],
    look: Look,
    tmp_path: Path,
) -> None:
    auditor, inspector = people("newcomer"), people("inspector")
    stranger = new_person(locale="en-GB", viewport=WIDE)
    request, another = (
        scenarios.a_request("accepted", experts=newcomer.organisation) for _number in range(2)
    )

    apply(auditor, tmp_path)
    requirement = turn_down_one_requirement(inspector)
    look(inspector, "attestation-requirements")
    add_a_better_document(auditor, requirement, tmp_path)
    look(auditor, "attestation-mine")
    stranger.goto("/auditors/?q=Жаңаев")
    expect(stranger.locator("main")).to_contain_text("Nobody was found")

    case = admit(inspector)
    look(inspector, "attestation-case")
    register_a_test(inspector)
    assert "Attest" not in offered(inspector)
    command(inspector, "Propose to attest", Note_for_the_head="All requirements are met.")
    assert "Attest" not in offered(inspector)
    assert send(inspector, f"/auditors/cases/{case.pk}/attest/") == 403
    case.refresh_from_db()
    assert case.status == "tested"

    chief = people("chief")
    chief.goto("/")
    chief.get_by_role("row", name=NAME).get_by_role("link").click()
    look(chief, "attestation-decide")
    command(chief, "Attest")
    expect(chief.locator("main")).to_contain_text("The person is attested.")
    row = in_the_register(stranger, "In force")
    expect(row).to_contain_text("84, 85")
    look(stranger, "attestation-register")

    head = people("head")
    assign(head, request)
    scenarios.examine(request)
    auditor.goto(f"/expertise/requests/{request.pk}/sign/")
    expect(auditor.get_by_role("button", name="Sign the act")).to_be_enabled()

    inspector.goto(f"/auditors/cases/{case.pk}/")
    reason = inspector.locator("[name=propose-suspend-reason] option").nth(1)
    command(
        inspector,
        "Propose to suspend",
        Reason=reason.get_attribute("value") or "",
        Explanation="An act was signed without a visit.",
    )
    in_the_register(stranger, "In force")
    assert "Suspend the attestation" not in offered(inspector)
    chief.goto(f"/auditors/cases/{case.pk}/")
    command(chief, "Suspend the attestation")
    expect(chief.locator("main")).to_contain_text("The attestation is suspended from today.")
    row = in_the_register(stranger, "Suspended")
    row.get_by_role("link", name=NAME).click()
    expect(stranger.locator(".timeline")).to_contain_text("Suspended")
    look(stranger, "attestation-public")

    auditor.goto(f"/expertise/requests/{request.pk}/sign/")
    expect(auditor.get_by_role("button", name="Sign the act")).to_be_disabled()
    expect(auditor.locator("main")).to_contain_text("attestation is not in force")
    look(auditor, "attestation-cannot-sign")
    # The page that was open before the decision does not help either.
    assert send(auditor, f"/expertise/requests/{request.pk}/sign/") >= 400
    request.refresh_from_db()
    assert request.status == "in_expertise"
    head.goto(f"/expertise/requests/{another.pk}/assign/")
    expect(head.get_by_role("radio", name=NAME)).to_have_count(0)
    expect(head.get_by_role("row", name=NAME)).to_contain_text("attestation is not in force")
    look(head, "attestation-cannot-be-assigned")


def assign(page: Page, request: ExpertiseRequest) -> None:
    page.goto(f"/expertise/requests/{request.pk}/assign/")
    page.get_by_role("radio", name=NAME).check()
    press(page, "Assign")
    request.refresh_from_db()
    assert request.auditor.full_name == NAME
