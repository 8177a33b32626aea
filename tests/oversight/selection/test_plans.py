"""A plan: prepared by one, committed by another, drawn by nobody, closed when all is checked."""

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent, LogCheckpoint
from audit.publishing import publish
from audit.sequencing import sequence_all
from issuance.models import Certificate
from outbox.models import OutboxItem
from oversight.models import ControlPlan, DeskCheck, FrameEntry, Posting
from oversight.papers import make_paper
from oversight.selection import drawing
from oversight.selection.closing import ChecksAreOpen, cancel_plan, close_plan
from oversight.selection.committing import commit_plan
from oversight.selection.draw import RULES_SHA256
from oversight.selection.drawing import DRAW, draw_plan
from oversight.selection.frame import candidates, entries_of
from oversight.selection.preparing import change_plan
from oversight.selection.proofs import problems_of, published_draw, published_frame
from reference.models import Department
from tests import scenarios
from workflow.moving import MovedOn, WrongStatus

from .scenes import (
    a_plan,
    certificates_of,
    check_closed,
    closed,
    committed,
    drawn,
    the_log_goes_on,
    triggers_off,
)

LANGUAGE = "en"


def facts_of(plan: ControlPlan, event: str) -> dict[str, Any]:
    return AuditEvent.objects.get(event=event, subject_id=str(plan.pk)).facts


# Preparing


def test_the_same_form_sent_twice_is_one_plan(author: Membership) -> None:
    token = uuid.uuid4()
    assert a_plan(author, form_token=token) == a_plan(author, form_token=token)
    assert AuditEvent.objects.filter(event="control_plan.prepared").count() == 1


TODAY = dt.timedelta()
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"issued_from": 0, "issued_until": -5}, "dates_crossed"),
        ({"issued_until": 1}, "not_over"),
        ({"issued_from": -10 * 366}, "too_long"),
        ({"due_on": 0}, "due_passed"),
        ({"by_risk": 0, "by_lottery": 0}, "nothing"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    author: Membership, changed: dict[str, int], code: str
) -> None:
    days = {"issued_from", "issued_until", "due_on"}
    values = {
        name: timezone.localdate() + value * DAY if name in days else value
        for name, value in changed.items()
    }
    with pytest.raises(DomainError) as refusal:
        a_plan(author, **values)
    assert (refusal.value.code, refusal.value.field is not None) == (code, True)
    assert not ControlPlan.objects.exists()


def test_only_the_author_changes_a_plan_and_only_a_draft(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = a_plan(author)
    values = {
        name: getattr(plan, name)
        for name in ("title", "issued_from", "issued_until", "due_on", "by_risk", "strata")
    }
    changed = change_plan(plan=plan, actor=author, by_lottery=1, **values)
    assert changed.by_lottery == 1
    with pytest.raises(PermissionRefused):
        change_plan(plan=plan, actor=head, by_lottery=3, **values)
    committed(plan, head)
    with pytest.raises(WrongStatus):
        change_plan(plan=plan, actor=author, by_lottery=3, **values)


def test_whoever_commits_commits_what_the_page_showed(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = a_plan(author)
    values = {
        name: getattr(plan, name)
        for name in ("title", "issued_from", "issued_until", "due_on", "by_risk", "strata")
    }
    change_plan(plan=plan, actor=author, by_lottery=1, **values)
    with pytest.raises(MovedOn):
        commit_plan(plan=plan, actor=head, seen_version=plan.version)


def test_plans_are_the_central_offices(author: Membership) -> None:
    Posting.objects.create(
        user=author.user, department=Department.objects.get(pk="110"), since=timezone.localdate()
    )
    with pytest.raises(PermissionRefused):
        a_plan(author)


# Committing


def test_the_author_does_not_commit_his_own_plan(
    head: Membership, certificates: list[Certificate]
) -> None:
    plan = a_plan(head)
    with pytest.raises(PermissionRefused):
        committed(plan, head)
    with pytest.raises(IntegrityError), transaction.atomic():
        ControlPlan.objects.filter(pk=plan.pk).update(committed_by=head.user)


def test_an_inspector_does_not_commit(author: Membership, certificates: list[Certificate]) -> None:
    with pytest.raises(PermissionRefused):
        committed(a_plan(author), scenarios.a_person(Role.INSPECTOR))


def test_a_commitment_freezes_all_certificates_of_the_period(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = committed(a_plan(author, strata=["chapter", "chamber"]), head)
    rows = {entry.number: entry for entry in entries_of(plan)}
    assert rows.keys() == {certificate.number for certificate in certificates}
    assert rows[certificates[0].number].score == 87
    assert {entry.stratum for entry in rows.values()} == {"120/84"}
    assert plan.frame.get(number=certificates[2].number).indicator == "fast_expertise"
    assert plan.frame_sha256 == hashlib.sha256(published_frame(plan)).hexdigest()
    assert plan.nonce_sha256 == hashlib.sha256(bytes(plan.nonce or b"")).hexdigest()
    assert facts_of(plan, "control_plan.committed") == {
        "number": plan.number,
        "frame_size": 6,
        "frame_sha256": plan.frame_sha256,
        "nonce_sha256": plan.nonce_sha256,
        "by_risk": 1,
        "by_lottery": 2,
        "risk_versions": plan.risk_versions,
        "rules_sha256": RULES_SHA256,
    }
    assert OutboxItem.objects.filter(task=DRAW, key=str(plan.pk), done_at=None).exists()


def test_the_period_is_counted_in_days_of_kazakhstan(
    author: Membership, certificates: list[Certificate]
) -> None:
    last_minute = dt.datetime(2026, 3, 31, 18, 59, tzinfo=dt.UTC)  # 23:59 in Astana
    with triggers_off():
        Certificate.objects.filter(pk=certificates[0].pk).update(issued_at=last_minute)
        Certificate.objects.filter(pk=certificates[1].pk).update(
            issued_at=last_minute + dt.timedelta(minutes=2)
        )
    first, last = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
    found = candidates(issued_from=first, issued_until=last, strata=[])
    assert [one.number for one in found] == [certificates[0].number]


def test_a_frame_smaller_than_the_sizes_is_refused_in_clear_words(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = a_plan(author, by_risk=5, by_lottery=2)
    with pytest.raises(DomainError, match="Only 6 certificates were issued") as refusal:
        committed(plan, head)
    assert refusal.value.code == "frame_too_small"
    assert not FrameEntry.objects.exists()
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_committed_frame_is_closed_from_sql_too(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = committed(a_plan(author), head)
    late = certificates_of(1)[0]
    attempts = [
        ("INSERT INTO oversight_frameentry (plan_id, certificate_id, number, stratum, score, "
         "indicator) VALUES (%s, %s, 'x', '-', 0, '')", [plan.pk, late.pk]),
        ("UPDATE oversight_frameentry SET score = 99 WHERE plan_id = %s", [plan.pk]),
        ("DELETE FROM oversight_frameentry WHERE plan_id = %s", [plan.pk]),
        ("UPDATE oversight_controlplan SET status = 'draft' WHERE id = %s", [plan.pk]),
        ("UPDATE oversight_controlplan SET by_lottery = 5 WHERE id = %s", [plan.pk]),
        ("UPDATE oversight_controlplan SET nonce = 'x' WHERE id = %s", [plan.pk]),
        ("UPDATE oversight_controlplan SET frame_sha256 = 'x' WHERE id = %s", [plan.pk]),
        ("UPDATE oversight_controlplan SET committed_event = 1 WHERE id = %s", [plan.pk]),
        ("DELETE FROM oversight_controlplan WHERE id = %s", [plan.pk]),
    ]  # fmt: skip
    for sql, values in attempts:
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)
    assert problems_of(ControlPlan.objects.get(pk=plan.pk)) == []


def test_certificates_entered_past_the_portal_stop_the_commitment(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = a_plan(author)
    FrameEntry.objects.create(
        plan=plan, certificate=certificates[0], number="x", stratum="-", score=0
    )
    with pytest.raises(DomainError) as refusal:
        committed(plan, head)
    assert refusal.value.code == "frame_touched"


# The draw


def test_nothing_is_drawn_before_the_log_holds_the_commitment(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    the_log_goes_on()
    plan = committed(a_plan(author), head)
    draw_plan(str(plan.pk))
    sequence_all()
    draw_plan(str(plan.pk))
    plan.refresh_from_db()
    assert plan.status == "committed"
    waiting = OutboxItem.objects.get(task=DRAW, key=str(plan.pk))
    assert waiting.done_at is None
    assert waiting.available_at <= timezone.now() + dt.timedelta(seconds=5)
    publish()
    draw_plan(str(plan.pk))
    plan.refresh_from_db()
    assert plan.status == "drawn"


def test_the_first_state_of_the_log_is_taken_however_late_the_worker_comes(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = committed(a_plan(author), head)
    the_log_goes_on()
    first = LogCheckpoint.objects.order_by("-number")[0]
    for _round in range(3):
        a_plan(author)
        the_log_goes_on()
    draw_plan(str(plan.pk))
    plan.refresh_from_db()
    assert (plan.checkpoint_size, plan.checkpoint) == (first.size, first.note)
    assert facts_of(plan, "control_plan.drawn")["root"] == bytes(first.root).hex()


def test_every_drawn_certificate_has_its_check(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    record = json.loads(published_draw(plan))
    assert plan.draw_sha256 == hashlib.sha256(published_draw(plan)).hexdigest()
    opened = {check.certificate.number: check for check in plan.checks.all()}
    assert {one["number"] for one in record["selected"]} == opened.keys()
    by_risk = opened[certificates[0].number]
    assert (by_risk.way, by_risk.score, by_risk.due_on) == ("risk", 87, plan.due_on)
    assert sorted(check.way for check in opened.values()) == ["lottery", "lottery", "risk"]
    assert not OutboxItem.objects.filter(task=DRAW, done_at=None).exists()
    assert problems_of(plan) == []


def test_neither_the_secret_nor_the_seed_enters_the_log_before_the_end(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    """With them and the public register anyone could draw the list and warn those on it."""
    plan = drawn(a_plan(author), head)
    nonce = bytes(plan.nonce or b"").hex()
    bodies = [bytes(body).decode() for body in AuditEvent.objects.values_list("body", flat=True)]
    assert not any(secret in body for body in bodies for secret in (nonce, plan.seed))


def test_a_draw_that_runs_again_changes_nothing(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    before = (plan.seed, plan.version, set(plan.checks.values_list("number", flat=True)))
    the_log_goes_on()
    draw_plan(str(plan.pk))
    plan.refresh_from_db()
    assert (plan.seed, plan.version, set(plan.checks.values_list("number", flat=True))) == before
    assert AuditEvent.objects.filter(event="control_plan.drawn").count() == 1


def test_nobody_draws_by_hand(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = committed(a_plan(author), head)
    for actor in (author, head):
        assert "draw" not in {each.name for each in plan.WORKFLOW.available(plan, actor)}


def test_a_worker_that_dies_between_drawing_and_opening_leaves_nothing_undone(
    author: Membership,
    head: Membership,
    certificates: list[Certificate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = committed(a_plan(author), head)
    the_log_goes_on()
    monkeypatch.setattr(drawing, "BATCH", 1)
    opened: list[Any] = []

    def dies(**values: Any) -> DeskCheck:
        if len(opened) == 1:
            raise SystemExit
        opened.append(values["certificate"].number)
        return really(**values)

    really = drawing.open_check
    monkeypatch.setattr(drawing, "open_check", dies)
    with pytest.raises(SystemExit):
        draw_plan(str(plan.pk))
    plan.refresh_from_db()
    assert (plan.status, plan.checks.count()) == ("drawn", 1)
    assert OutboxItem.objects.filter(task=DRAW, done_at=None).exists()
    with pytest.raises(ChecksAreOpen):
        close_plan(plan=plan, actor=head)
    check_closed(plan.checks.get())
    with pytest.raises(DomainError, match="still being opened"):
        close_plan(plan=plan, actor=head)
    monkeypatch.setattr(drawing, "open_check", really)
    draw_plan(str(plan.pk))
    assert plan.checks.count() == 3
    assert not OutboxItem.objects.filter(task=DRAW, done_at=None).exists()
    assert problems_of(ControlPlan.objects.get(pk=plan.pk)) == []


# The end


def test_a_plan_with_open_checks_is_not_closed_and_they_are_named(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    check_closed(plan.checks.order_by("number")[0])
    with pytest.raises(ChecksAreOpen, match="2 checks of this plan are still open") as refusal:
        close_plan(plan=plan, actor=head)
    assert [check.status for check in refusal.value.checks] == ["selected", "selected"]
    plan.refresh_from_db()
    assert (plan.status, plan.closed_at) == ("drawn", None)


def test_the_end_of_a_plan_tells_the_secret(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = closed(a_plan(author), head)
    facts = facts_of(plan, "control_plan.closed")
    assert hashlib.sha256(bytes.fromhex(facts["nonce"])).hexdigest() == plan.nonce_sha256
    assert (facts["seed"], facts["draw_sha256"]) == (plan.seed, plan.draw_sha256)
    assert (facts["checked"], facts["with_violations"]) == (3, 0)


def test_a_plan_is_cancelled_only_before_the_log_fixes_its_draw(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    """Otherwise one could look at the draw and commit again until it pleases."""
    plan = committed(a_plan(author), head)
    the_log_goes_on()
    with pytest.raises(DomainError) as refusal:
        cancel_plan(plan=plan, actor=head)
    assert refusal.value.code == "draw_is_fixed"
    early = committed(a_plan(author), head)
    assert cancel_plan(plan=early, actor=head).status == "cancelled"
    draw_plan(str(early.pk))
    assert not early.checks.exists()


# Papers


def test_both_papers_are_made_and_kept_once(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    plan = drawn(a_plan(author), head)
    for kind in ("plan", "draw", "plan", "draw"):
        make_paper(kind, str(plan.pk))
    plan.refresh_from_db()
    assert plan.plan_document.number == plan.number
    assert plan.draw_document.number == f"{plan.number}/1"
    record = json.loads(bytes(plan.draw_document.record))
    rows = record["sections"][1]["table"]["rows"]
    numbers = set(plan.checks.values_list("certificate__number", flat=True))
    assert {row[0] for row in rows} == numbers
    told = json.dumps(json.loads(bytes(plan.plan_document.record)))
    assert not any(number in told for number in numbers)
    assert AuditEvent.objects.filter(event="paper.sealed").count() == 2


# The owner of the database

TAMPERINGS = {
    "a certificate taken out": (
        "DELETE FROM oversight_frameentry WHERE plan_id = %s AND NOT EXISTS (SELECT 1 "
        "FROM oversight_deskcheck c WHERE c.frame_entry_id = oversight_frameentry.id)",
        "issued in the period, but not in the frame: ",
    ),
    "a score": (
        "UPDATE oversight_frameentry SET score = 99 WHERE plan_id = %s AND score = 30",
        "the frame has the digest",
    ),
    "a stratum": (
        "UPDATE oversight_frameentry SET stratum = '99' WHERE plan_id = %s AND score = 30",
        "in another stratum than the register says: ",
    ),
    "a size": (
        "UPDATE oversight_controlplan SET by_lottery = 1 WHERE id = %s",
        "by_lottery is 1, the log says 2",
    ),
    "the secret": (
        "UPDATE oversight_controlplan SET nonce = 'x' WHERE id = %s",
        "the secret is not the one that was committed",
    ),
    "the state of the log": (
        "UPDATE oversight_controlplan SET checkpoint = replace(checkpoint, E'\\n', 'x') "
        "WHERE id = %s",
        "the stored state of the log cannot be read",
    ),
    "the seed": (
        f"UPDATE oversight_controlplan SET seed = '{'0' * 64}' WHERE id = %s",
        "the stored seed is not the one",
    ),
    "the digest of the draw": (
        f"UPDATE oversight_controlplan SET draw_sha256 = '{'0' * 64}' WHERE id = %s",
        "drawn again the digest is",
    ),
    "the way of a check": (
        "UPDATE oversight_deskcheck SET way = 'lottery' WHERE plan_id = %s",
        "checked another way than drawn: ",
    ),
    "a check taken away": (
        "DELETE FROM oversight_deskcheck WHERE plan_id = %s AND way = 'risk'",
        "drawn, but not checked: ",
    ),
}


def test_what_the_owner_of_the_database_moves_is_found_and_named(
    author: Membership, head: Membership, certificates: list[Certificate], capsys: Any
) -> None:
    plan = drawn(a_plan(author), head)
    call_command("verify_plan", plan.number)
    assert "FITS: the frame of 6 certificates and its draw" in capsys.readouterr().out
    for what, (sql, sentence) in TAMPERINGS.items():
        savepoint = transaction.savepoint()
        with triggers_off() as cursor:
            cursor.execute(sql, [plan.pk])
            assert cursor.rowcount, what
        with pytest.raises(CommandError) as refusal:
            call_command("verify_plan", plan.number)
        assert sentence in str(refusal.value), what
        assert refusal.value.returncode == 1
        transaction.savepoint_rollback(savepoint)
    call_command("verify_plan", plan.number)


def test_a_certificate_put_into_the_frame_is_found_and_named(
    author: Membership, head: Membership, certificates: list[Certificate]
) -> None:
    with triggers_off():
        Certificate.objects.filter(pk=certificates[5].pk).update(issued_at=timezone.now())
    plan = drawn(a_plan(author, issued_until=timezone.localdate() - DAY), head)
    outsider = certificates[5]
    with triggers_off() as cursor:
        cursor.execute(
            "INSERT INTO oversight_frameentry (plan_id, certificate_id, number, stratum, score, "
            "indicator) VALUES (%s, %s, %s, '84', 0, '')",
            [plan.pk, outsider.pk, outsider.number],
        )
    found = problems_of(plan)
    assert f"in the frame, but not issued in its period: {outsider.number}" in found
    assert "the frame has 6 certificates, 5 were committed" in found


def test_nothing_is_compared_before_the_commitment(author: Membership) -> None:
    plan = a_plan(author)
    with pytest.raises(CommandError, match="not committed") as refusal:
        call_command("verify_plan", plan.number)
    assert refusal.value.returncode == 2
