"""Pages of plans: for the central office the whole plan, for the public what binds it."""

import datetime as dt
import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, Role
from issuance.models import Certificate
from oversight.models import ControlPlan, Posting
from oversight.papers import make_paper
from oversight.selection.proofs import published_draw, published_frame
from reference.models import Department
from tests import scenarios

from .scenes import a_plan, check_closed, closed, committed, drawn, the_log_goes_on

LANGUAGE = "en"
LIST, NEW = "/committee/plans/", "/committee/plans/new/"


def page(plan: ControlPlan, ending: str = "") -> str:
    return f"/committee/plans/{plan.number}/{ending}"


def public_page(plan: ControlPlan, ending: str = "") -> str:
    return f"/control/plans/{plan.number}/{ending}"


def opened(client: Client, actor: Membership | None, address: str, **query: str) -> Any:
    if actor is None:
        client.logout()
    else:
        client.force_login(actor.user)
    return client.get(address, query, headers={"accept-language": "en"})


def sent(client: Client, actor: Membership, address: str, **values: Any) -> Any:
    client.force_login(actor.user)
    return client.post(address, values, headers={"accept-language": "en"})


def main_text(answer: Any) -> str:
    text = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def details(**changed: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "form_token": str(uuid.uuid4()),
        "title": "Desk control, fourth quarter",
        "issued_from": (today - dt.timedelta(days=90)).isoformat(),
        "issued_until": today.isoformat(),
        "due_on": (today + dt.timedelta(days=60)).isoformat(),
        "by_risk": "1",
        "by_lottery": "2",
        "strata": ["chamber"],
        **changed,
    }


def test_a_plan_goes_from_the_form_to_the_draw(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    answer = sent(client, author, NEW, **details())
    plan = ControlPlan.objects.get()
    assert answer["Location"] == page(plan)
    text = main_text(opened(client, author, page(plan)))
    assert "6 certificates would take part" in text
    assert re.search(r"120 [^0-9]+ 6", text)
    assert "Commit the plan" not in text
    assert not any(certificate.number in text for certificate in certificates)
    text = main_text(opened(client, head, page(plan)))
    assert "Expected from you: look at the frame and commit the plan" in text
    assert "Commit the plan" in text
    answer = sent(client, head, page(plan, "commit/"), version=str(plan.version))
    assert answer["Location"] == page(plan)
    assert "Nobody can start it" in main_text(opened(client, head, page(plan)))


def test_what_is_typed_stays_and_each_fault_is_told(client: Client, author: Membership) -> None:
    answer = sent(client, author, NEW, **details(issued_until="2000-01-01", by_risk="-1"))
    text = main_text(answer)
    assert "fourth quarter" in answer.content.decode()
    assert "Ensure this value is greater than or equal to 0" in text
    answer = sent(client, author, NEW, **details(issued_until="2000-01-01"))
    assert "The period ends before it begins." in main_text(answer)
    assert not ControlPlan.objects.exists()


def test_the_preview_says_what_is_missing(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = a_plan(author, by_risk=5, by_lottery=3)
    text = main_text(opened(client, head, page(plan)))
    assert "Only 6 certificates were issued in this period, and 8 are to be selected." in text
    assert "Commit the plan" not in text
    answer = sent(client, head, page(plan, "commit/"), version=str(plan.version))
    assert answer.status_code == 409
    assert "Only 6 certificates were issued in this period" in main_text(answer)


def test_a_drawn_plan_tells_how_far_it_is(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    check_closed(plan.checks.filter(way="lottery")[0])
    text = main_text(opened(client, author, page(plan)))
    for expected in (
        "3 cases: 1 by risk, 2 by lottery.",
        "The draw can be recomputed by anyone.",
        "1 of 3 checked",
        "0 violations found",
        "0.0 % violated among those drawn by lottery 0 of 1 · interval 0.0–79.3",
        "Drawn by lottery",
        "All 3 Open 2 Closed 1",
        certificates[0].number,
    ):
        assert expected in text, expected
    assert "Close the plan" not in text


def test_a_plan_with_open_cases_is_not_closed_and_they_are_linked(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    answer = sent(client, head, page(plan, "close/"), version=str(plan.version))
    assert answer.status_code == 409
    text = main_text(answer)
    assert "3 checks of this plan are still open. Nothing was changed." in text
    assert "3 open checks keep the plan from being closed" in text
    for check in plan.checks.all():
        assert reverse("oversight:check-detail", args=[check.number]) in answer.content.decode()
    for check in plan.checks.all():
        check_closed(check)
    assert "Close the plan" in main_text(opened(client, head, page(plan)))
    assert "Close the plan" not in main_text(opened(client, author, page(plan)))
    sent(client, head, page(plan, "close/"), version=str(plan.version))
    plan.refresh_from_db()
    assert plan.status == "closed"


@pytest.mark.parametrize("command", ["draw", "redraw", "reopen"])
def test_there_is_no_address_to_draw(
    client: Client,
    author: Membership,
    head: Membership,
    certificates: list[Certificate],
    command: str,
) -> None:
    plan = committed(a_plan(author), head)
    the_log_goes_on()
    assert sent(client, head, page(plan, f"{command}/")).status_code == 404


def addresses(plan: ControlPlan) -> list[str]:
    endings = ("", "edit/", "frame/", "frame.json", "draw.json", "plan.pdf", "draw.pdf")
    return [LIST, NEW, *(page(plan, ending) for ending in endings)]


def test_to_everybody_else_plans_do_not_exist(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    make_paper("plan", str(plan.pk))
    posted = scenarios.a_person(Role.INSPECTOR)
    Posting.objects.create(
        user=posted.user, department=Department.objects.get(pk="110"), since=timezone.localdate()
    )
    others = [scenarios.a_person(role) for role in Role if role not in COMMITTEE_ROLES]
    for actor in (posted, *others):
        for address in addresses(plan):
            assert opened(client, actor, address).status_code == 404, (actor.role, address)
        for command in ("commit", "close", "cancel"):
            assert sent(client, actor, page(plan, f"{command}/")).status_code == 404
    assert opened(client, None, page(plan))["Location"].startswith("/account/sign-in/")


def test_the_public_sees_the_commitment_and_not_the_list(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    draft = a_plan(author)
    assert opened(client, None, public_page(draft)).status_code == 404
    plan = drawn(draft, head)
    the_log_goes_on()
    for kind in ("plan", "draw"):
        make_paper(kind, str(plan.pk))
    answer = opened(client, None, public_page(plan))
    text = answer.content.decode()
    for shown in (plan.frame_sha256, plan.nonce_sha256, plan.draw_sha256):
        assert shown in text
    hidden = [plan.seed, bytes(plan.nonce or b"").hex(), *(one.number for one in certificates)]
    assert not any(secret in text for secret in hidden)
    entries = re.findall(r"/log/entry/\d+", text)
    assert len(entries) == 2
    told = [json.loads(client.get(entry).content)["event"] for entry in entries]
    assert told == ["control_plan.committed", "control_plan.drawn"]
    for ending in ("committed.tlog-proof", "drawn.tlog-proof", "plan.pdf"):
        assert opened(client, None, public_page(plan, ending)).status_code == 200
    for ending in ("frame.json", "draw.json", "draw.pdf", "closed.tlog-proof"):
        assert opened(client, None, public_page(plan, ending)).status_code == 404, ending


def test_a_closed_plan_is_public_as_a_whole(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = closed(a_plan(author), head)
    text = main_text(opened(client, None, public_page(plan)))
    assert "3 certificates were checked; violations were found in 0." in text
    assert plan.seed in text
    assert bytes(plan.nonce or b"").hex() in text
    assert plan.title in main_text(opened(client, None, "/control/plans/"))
    frame, record = (
        opened(client, None, public_page(plan, name)).content
        for name in ("frame.json", "draw.json")
    )
    assert (frame, record) == (published_frame(plan), published_draw(plan))
    assert opened(client, None, public_page(plan, "closed.tlog-proof")).status_code == 200
    assert b"ctkz.control-draw/1" in opened(client, None, "/control/plans/rules.txt").content
    assert b"def draw_again" in opened(client, None, "/control/plans/verify_draw.py").content


def test_a_plan_cancelled_after_the_commitment_stays_in_sight(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = committed(a_plan(author), head)
    sent(client, head, page(plan, "cancel/"), version=str(plan.version))
    text = main_text(opened(client, None, public_page(plan)))
    assert "The plan was cancelled before it was drawn." in text
    never = a_plan(author)
    sent(client, author, page(never, "cancel/"), version=str(never.version))
    never.refresh_from_db()
    assert never.status == "cancelled"
    assert opened(client, None, public_page(never)).status_code == 404


def queries(client: Client, actor: Membership | None, address: str) -> int:
    opened(client, actor, address)
    with CaptureQueriesContext(connection) as found:
        assert opened(client, actor, address).status_code == 200
    return len(found)


def test_the_number_of_queries_does_not_grow(
    client: Client, author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    small = drawn(a_plan(author, by_risk=1, by_lottery=0), head)
    large = drawn(a_plan(author, by_risk=3, by_lottery=3), head)
    draft = [a_plan(author, strata=strata) for strata in ([], ["chamber", "chapter"])]
    assert queries(client, author, page(small)) == queries(client, author, page(large))
    assert queries(client, author, page(small, "frame/")) == queries(
        client, author, page(large, "frame/")
    )
    # Names of the chambers are one query more.
    assert queries(client, author, page(draft[1])) - queries(client, author, page(draft[0])) == 1
    lists = {address: queries(client, author, address) for address in (LIST, "/control/plans/")}
    for _number in range(3):
        committed(a_plan(author), head)
    assert {address: queries(client, author, address) for address in lists} == lists
