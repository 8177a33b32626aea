"""Desk control in a real browser: from the plan over the draw and the check to the execution."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from audit.publishing import publish
from audit.sequencing import sequence_all
from ctkz_portal.demo.cases import product_case
from ctkz_portal.demo.goods import CABLE
from ctkz_portal.demo.people import ensure_people
from issuance.issuing import complete_issue
from issuance.models import Certificate
from outbox.models import OutboxItem
from oversight.models import ControlPlan, DeskCheck, Measure, Recommendation
from oversight.papers import MAKE_PAPER, make_paper
from oversight.risk.following import score_register
from oversight.selection.drawing import draw_plan
from tests import scenarios
from tests.browsers import apart, press, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

ISSUED_DAYS_AGO = 1


def publish_the_log() -> None:
    apart(sequence_all)
    apart(publish)


def make_papers() -> None:
    for item in OutboxItem.objects.filter(task=MAKE_PAPER, done_at=None):
        apart(make_paper, item.kwargs["kind"], item.kwargs["subject_id"])
    assert not OutboxItem.objects.filter(task=MAKE_PAPER, done_at=None).exists()


@pytest.fixture
def certificates(browser: Browser, live_server: Any) -> list[Certificate]:
    """Two of one producer, in force since yesterday."""
    scenarios.reference_data()
    scenarios.a_seal()
    with time_machine.travel(timezone.now() - timedelta(days=ISSUED_DAYS_AGO)):
        cast = ensure_people()
        issued = []
        for _number in range(2):
            case = product_case(
                cast, applicant="applicant", product=CABLE, lines=2, until="approve"
            )
            apart(complete_issue, str(case.certificate.pk))
            issued.append(case.certificate)
    return issued


def test_from_the_plan_to_the_executed_recommendation(
    certificates: list[Certificate],
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    look: Callable[[Page, str], None],
) -> None:
    publish_the_log()
    apart(score_register)
    inspector, chief, head = people("inspector"), people("chief"), people("head")
    plan = prepare_and_commit(inspector, chief)
    publish_the_log()
    apart(draw_plan, str(plan.pk))
    plan.refresh_from_db()
    assert plan.status == "drawn"
    for check in plan.checks.order_by("number"):
        give(chief, check, "Инспекторов Комитет (демо)")
    first, second = plan.checks.order_by("number")
    examine(inspector, first, look, violation=True)
    examine(inspector, second, look, violation=False)
    for check in (first, second):
        chief.goto(f"/committee/checks/{check.number}/")
        press(chief, "Close the check")
    recommend(inspector, first)
    make_papers()
    execute(head, inspector, look)
    close_and_publish(chief, plan, new_person(locale="en-GB"), look)


def prepare_and_commit(inspector: Page, chief: Page) -> ControlPlan:
    today = timezone.localdate()
    inspector.goto("/committee/plans/new/")
    inspector.fill("[name=title]", "Desk control of the quarter")
    inspector.fill("[name=issued_from]", (today - timedelta(days=30)).isoformat())
    inspector.fill("[name=issued_until]", today.isoformat())
    inspector.fill("[name=by_risk]", "1")
    inspector.fill("[name=by_lottery]", "1")
    inspector.fill("[name=due_on]", (today + timedelta(days=30)).isoformat())
    press(inspector, "Save and look at the frame")
    plan = ControlPlan.objects.get()
    expect(inspector.get_by_text("Commit the plan")).to_have_count(0)
    chief.goto(f"/committee/plans/{plan.number}/")
    chief.get_by_text("Commit the plan", exact=True).first.click()
    press(chief, "Commit the plan")
    plan.refresh_from_db()
    assert plan.status == "committed"
    return plan


def give(chief: Page, check: DeskCheck, name: str) -> None:
    chief.goto(f"/committee/checks/{check.number}/")
    chief.get_by_label("Inspector", exact=True).select_option(label=name)
    press(chief, "Give the check")


def examine(
    inspector: Page, check: DeskCheck, look: Callable[[Page, str], None], *, violation: bool
) -> None:
    inspector.goto(f"/committee/checks/{check.number}/")
    press(inspector, "Begin the check")
    expect(inspector.get_by_text("Nothing differs").first).to_be_visible()
    press(inspector, "Record this replay")
    if violation:
        inspector.get_by_text("Record a violation", exact=True).first.click()
        inspector.select_option("[name=violation-code]", "process_not_described")
        inspector.check("[name=violation-fault][value=auditor]")
        inspector.locator("[name=violation-text]").fill(
            "The operations are named and not described."
        )
        press(inspector, "Record the violation")
        look(inspector, "desk-check-with-a-violation")
    conclusion = inspector.locator("#conclude")
    result = "violations" if violation else "clean"
    conclusion.locator(f"[name=conclude-result][value={result}]").check()
    conclusion.locator("[name=conclude-conclusion]").fill("Examined with everything it rests on.")
    for group in conclusion.locator("fieldset:has([name^=conclude-verdict_])").all():
        group.get_by_role("radio").first.check()
    press(inspector, "Conclude", within=conclusion)
    check.refresh_from_db()
    assert check.status == "concluded"
    # Nobody closes what they examined.
    expect(inspector.get_by_role("button", name="Close the check")).to_have_count(0)


def recommend(inspector: Page, check: DeskCheck) -> None:
    inspector.goto(f"/committee/checks/{check.number}/")
    inspector.get_by_role("button", name=re.compile("Prepare a recommendation")).click()
    expect(inspector).to_have_url(re.compile("/committee/recommendations/"))
    press(inspector, "Send")
    assert Recommendation.objects.get().status == "sent"


def execute(head: Page, inspector: Page, look: Callable[[Page, str], None]) -> None:
    """The expert organisation reads it, says what it did, and the inspector agrees."""
    recommendation = Recommendation.objects.get()
    head.goto("/")
    head.locator("main").get_by_role("link", name=re.compile("Asked of you")).click()
    head.locator("main").get_by_role("link", name=re.compile(recommendation.number)).click()
    look(head, "recommendation-received")
    head.locator("form:has(button:text('Report the execution')) textarea").fill(
        "The operations are described anew."
    )
    press(head, "Report the execution")
    inspector.goto(f"/committee/recommendations/{recommendation.number}/")
    press(inspector, "Confirm the execution")
    recommendation.refresh_from_db()
    assert recommendation.status == "executed"


def close_and_publish(
    chief: Page, plan: ControlPlan, stranger: Page, look: Callable[[Page, str], None]
) -> None:
    number = plan.checks.order_by("number").first().certificate.number
    stranger.goto(f"/control/plans/{plan.number}/")
    draw = f"/control/plans/{plan.number}/draw.json"
    assert stranger.request.get(draw).status == 404
    chief.goto(f"/committee/plans/{plan.number}/")
    look(chief, "plan-checked")
    chief.get_by_text("Close the plan", exact=True).first.click()
    press(chief, "Close the plan")
    stranger.reload()
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name="draw.json").click()
    assert number in download.value.path().read_text()
    look(stranger, "plan-public")


def test_a_measure_needs_a_second_person(
    certificates: list[Certificate],
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    look: Callable[[Page, str], None],
) -> None:
    certificate = certificates[0]
    inspector, chief = people("inspector"), people("chief")
    inspector.goto(
        "/committee/measures/new/?type=suspend_certificate&certificate="
        + certificate.number.replace(" ", "%20")
    )
    inspector.locator("[name=reason][value=under_inspection]").check()
    inspector.fill("[name=grounds]", "The act is being checked.")
    look(inspector, "measure-proposal")
    press(inspector, "Send for approval")
    measure = Measure.objects.get()
    # The same person has no button, and the command is refused all the same.
    for button in ("Impose", "Approve and give notice"):
        expect(inspector.get_by_text(button, exact=True)).to_have_count(0)
    for command in ("approve", "impose"):
        assert send(inspector, f"/committee/measures/{measure.number}/{command}/") == 403
    measure.refresh_from_db()
    assert measure.status == "proposed"
    chief.goto(f"/committee/measures/{measure.number}/")
    look(chief, "measure-to-decide")
    chief.get_by_text("Impose", exact=True).first.click()
    press(chief, "Impose")
    measure.refresh_from_db()
    assert measure.status == "in_force"
    stranger = new_person(locale="en-GB")
    stranger.goto(f"/v/{certificate.verify_code}/")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("is suspended")
