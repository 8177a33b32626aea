"""Versions of the rules: who may move them, what never changes, and which one is in force."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from origin.books import NoRulesInForce, pack_in_force, parsed, rulebook_in_force, rulebook_of
from origin.conditions import ForeignShareAtMost
from origin.differences import difference
from origin.errors import PackError
from origin.models import RulePack
from origin.services import packs
from tests import scenarios
from tests.origin.desk import (
    MOTORS,
    a_head,
    a_pack,
    an_inspector,
    filters_row,
    measured,
    today,
    tomorrow,
)
from workflow.moving import MovedOn, WrongStatus

pytestmark = pytest.mark.django_db

# Who may do what with a version, by its status; everybody not named may do nothing.
MATRIX: dict[str, dict[str, set[str]]] = {
    "draft": {
        "author": {"check", "discard"},
        "inspector": {"check", "discard"},
        "head": {"discard"},
    },
    "checked": {
        "author": {"return_to_draft", "discard"},
        "inspector": {"approve", "return_to_draft", "discard"},
        "head": {"approve", "return_to_draft", "discard"},
    },
    "approved": {},
    "discarded": {},
}
STRANGERS = (
    Role.APPLICANT,
    Role.EXPERT_HEAD,
    Role.AUDITOR,
    Role.CHAMBER_OFFICER,
    Role.CHAMBER_SIGNATORY,
)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement: str, *values: Any) -> bool:
    try:
        with transaction.atomic():
            sql(statement, *values)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("status", sorted(MATRIX))
def test_each_role_may_do_what_the_table_says(status: str) -> None:
    author = an_inspector()
    pack = a_pack(status, author=author)
    people: dict[str, Membership] = {"author": author, "inspector": an_inspector()}
    people["head"] = a_head()
    people |= {str(role): scenarios.a_person(role) for role in STRANGERS}
    for who, person in people.items():
        allowed = {transition.name for transition in RulePack.WORKFLOW.available(pack, person)}
        assert allowed == MATRIX[status].get(who, set()), who


def test_nobody_approves_what_one_began_changed_or_checked() -> None:
    author, editor, checker = an_inspector(), an_inspector(), an_inspector()
    pack = a_pack(author=author)
    pack = packs.save_row(
        pack=pack, actor=editor, row=filters_row(foreign_share_at_most="45"), replacing="8421"
    )
    pack = packs.check_pack(pack=pack, actor=checker)
    measured(pack, author)
    for person in (author, editor, checker):
        with pytest.raises(PermissionRefused):
            packs.approve_pack(pack=pack, actor=person)
    approved = packs.approve_pack(pack=pack, actor=a_head())
    assert approved.status == "approved"


def test_the_database_too_wants_a_second_person() -> None:
    author, editor = an_inspector(), an_inspector()
    pack = a_pack(author=author)
    pack = packs.save_row(
        pack=pack, actor=editor, row=filters_row(foreign_share_at_most="45"), replacing="8421"
    )
    pack = packs.check_pack(pack=pack, actor=author)
    approve = (
        "UPDATE origin_rulepack SET status='approved', approved_at=now(), approved_by_id=%s"
        " WHERE id=%s"
    )
    assert refused(approve, author.user_id, pack.pk)
    assert refused(approve, editor.user_id, pack.pk)
    assert refused(approve, None, pack.pk)
    assert not refused(approve, a_head().user_id, pack.pk)


@pytest.mark.parametrize("status", ["checked", "approved", "discarded"])
def test_the_text_is_frozen_once_it_left_the_desk(status: str) -> None:
    pack = a_pack(status)
    changes: tuple[tuple[str, Any], ...] = (
        ("body", b"{}"),
        ("body_sha256", "0" * 64),
        ("code", "CIS-2023/99"),
        ("title_ru", "Другое"),
        ("note", "Другое"),
        ("editor_ids", []),
    )
    for column, value in changes:
        assert refused(
            f'UPDATE origin_rulepack SET "{column}"=%s WHERE id=%s',
            value,
            pack.pk,
        ), column


@pytest.mark.parametrize(
    ("column", "value"),
    [("valid_from", dt.date(2020, 1, 1)), ("approved_by_id", None), ("is_shipped", True)],
)
def test_the_approval_is_frozen(column: str, value: Any) -> None:
    pack = a_pack("approved")
    assert refused(
        f'UPDATE origin_rulepack SET "{column}"=%s WHERE id=%s',
        value,
        pack.pk,
    )


def test_no_version_is_ever_deleted() -> None:
    pack = a_pack()
    assert refused("DELETE FROM origin_rulepack WHERE id=%s", pack.pk)


def test_sql_moves_a_version_only_along_its_table() -> None:
    pack = a_pack("discarded")
    assert refused("UPDATE origin_rulepack SET status='draft' WHERE id=%s", pack.pk)


def test_an_approved_version_counts_from_its_day_and_the_old_one_stays_for_its_time() -> None:
    scenarios.reference_data()
    before = pack_in_force(on=today())
    pack = a_pack("approved")
    assert pack.valid_from == tomorrow()
    assert pack_in_force(on=today()) == before
    assert pack_in_force(on=tomorrow()) == pack
    assert pack_in_force(on=tomorrow() + dt.timedelta(days=4000)) == pack
    row = rulebook_in_force(on=tomorrow()).pack.row("8421")
    assert isinstance(row.condition, ForeignShareAtMost)
    with pytest.raises(KeyError):
        rulebook_in_force(on=today()).pack.row("8421")
    assert rulebook_of(before.body_sha256, tomorrow()).pack.sha256 == before.body_sha256


def test_a_draft_or_a_version_to_be_approved_is_never_in_force() -> None:
    scenarios.reference_data()
    before = pack_in_force(on=tomorrow())
    a_pack("draft")
    a_pack("checked")
    a_pack("discarded")
    assert pack_in_force(on=tomorrow()) == before


def test_before_the_first_version_nothing_can_be_judged() -> None:
    scenarios.reference_data()
    with pytest.raises(NoRulesInForce):
        rulebook_in_force(on=dt.date(2023, 6, 7))
    assert rulebook_in_force(on=dt.date(2023, 6, 8)).pack.rows


def test_the_first_day_is_tomorrow_at_the_earliest() -> None:
    pack = a_pack()
    with pytest.raises(DomainError) as refusal:
        packs.save_head(
            pack=pack,
            actor=an_inspector(),
            title={"kk": "А", "ru": "А", "en": "A"},
            valid_from=today(),
            note="Сразу",
        )
    assert refusal.value.code == "not_before_tomorrow"


def test_a_version_whose_first_day_has_come_is_not_approved() -> None:
    pack = a_pack("checked")
    measured(pack, an_inspector())
    with time_machine.travel(dt.datetime.combine(tomorrow(), dt.time(12)), tick=False):
        head = a_head()
        with pytest.raises(DomainError) as refusal:
            packs.approve_pack(pack=pack, actor=head)
    assert refusal.value.code == "pack_not_approvable"


def test_two_approved_versions_never_begin_on_one_day() -> None:
    first, second = a_pack("checked"), a_pack("checked")
    for pack in (first, second):
        measured(pack, an_inspector())
    packs.approve_pack(pack=first, actor=a_head())
    with pytest.raises(DomainError) as refusal:
        packs.approve_pack(pack=second, actor=a_head())
    assert refusal.value.code == "pack_not_approvable"
    assert first.code in str(refusal.value)


def test_approval_waits_for_the_effect_of_exactly_this_text() -> None:
    author = an_inspector()
    pack = a_pack("checked", author=author)
    measured(pack, author)
    pack = packs.return_to_draft(pack=pack, actor=author)
    pack = packs.save_row(
        pack=pack, actor=author, row=filters_row(foreign_share_at_most="30"), replacing="8421"
    )
    pack = packs.check_pack(pack=pack, actor=author)
    with pytest.raises(DomainError) as refusal:
        packs.approve_pack(pack=pack, actor=a_head())
    assert refusal.value.code == "pack_not_approvable"
    measured(pack, author)
    assert packs.approve_pack(pack=pack, actor=a_head()).status == "approved"


def test_the_contradiction_of_the_complaints_stops_a_draft() -> None:
    """A limit on foreign content beside simple assembly: what businesses complained of."""
    contradiction = {
        "all": [{"foreign_share_at_most": "50"}, {"operations_required": {"all": ["N12"]}}]
    }
    with pytest.raises(DomainError) as refusal:
        a_pack("checked", **contradiction)
    assert refusal.value.code == "pack_not_ready"


def test_a_version_that_changes_nothing_is_not_handed_over() -> None:
    scenarios.reference_data()
    author = an_inspector()
    pack = packs.begin_pack(actor=author, on=today(), note="Ничего")
    with pytest.raises(DomainError) as refusal:
        packs.check_pack(pack=pack, actor=author)
    assert refusal.value.code == "pack_not_ready"


def test_two_people_editing_one_draft_do_not_overwrite_each_other() -> None:
    pack = a_pack()
    seen = pack.version
    packs.save_row(
        pack=pack,
        actor=an_inspector(),
        row=filters_row(foreign_share_at_most="45"),
        replacing="8421",
        seen_version=seen,
    )
    with pytest.raises(MovedOn):
        packs.remove_row(pack=pack, actor=an_inspector(), row_id=MOTORS, seen_version=seen)
    pack.refresh_from_db()
    assert parsed(pack.body_sha256).row(MOTORS)


def test_a_version_that_left_the_desk_is_not_edited() -> None:
    pack = a_pack("checked")
    with pytest.raises(WrongStatus):
        packs.remove_row(pack=pack, actor=an_inspector(), row_id=MOTORS)


@pytest.mark.parametrize("role", [*STRANGERS, Role.COMMITTEE_HEAD])
def test_only_an_inspector_edits(role: Role) -> None:
    pack = a_pack()
    with pytest.raises(PermissionRefused):
        packs.remove_row(pack=pack, actor=scenarios.a_person(role), row_id=MOTORS)


def test_every_change_is_in_the_log_with_the_digest_of_the_text() -> None:
    author = an_inspector()
    pack = a_pack(author=author)
    pack = packs.remove_row(pack=pack, actor=author, row_id=MOTORS)
    pack = packs.save_operation(
        pack=pack,
        actor=author,
        operation={
            "code": "laser_cutting",
            "name": {"kk": "Лазермен кесу", "ru": "Лазерная резка"},
            "sufficient": True,
            "source": {"act": "Пример"},
        },
    )
    events = AuditEvent.objects.filter(subject_id=str(pack.pk)).order_by("at")
    told = [(event.event, event.facts.get("item"), event.facts["body_sha256"]) for event in events]
    assert [each[:2] for each in told] == [
        ("rule_pack.begun", None),
        ("rule_pack.edited", "8421"),
        ("rule_pack.edited", MOTORS),
        ("rule_pack.edited", "laser_cutting"),
    ]
    assert told[-1][2] == pack.body_sha256
    assert len({digest for _event, _item, digest in told}) == 4


def test_a_refused_change_leaves_no_trace() -> None:
    pack = a_pack()
    events = AuditEvent.objects.count()
    faulty = filters_row(operations_required={"all": ["no_such_operation"]})
    with pytest.raises(PackError):
        packs.save_row(pack=pack, actor=an_inspector(), row=faulty, replacing="8421")
    again = RulePack.objects.get(pk=pack.pk)
    assert (again.version, again.body_sha256) == (pack.version, pack.body_sha256)
    assert AuditEvent.objects.count() == events


def test_an_operation_that_a_row_names_stays_in_the_catalogue() -> None:
    pack = a_pack()
    named = next(
        code
        for code in parsed(pack.body_sha256).operations
        if packs.editing.rows_naming(parsed(pack.body_sha256), code)
    )
    with pytest.raises(DomainError) as refusal:
        packs.remove_operation(pack=pack, actor=an_inspector(), code=named)
    assert refusal.value.code == "operation_in_use"


def test_the_difference_names_added_removed_and_changed_rows() -> None:
    author = an_inspector()
    pack = a_pack(author=author)
    base = parsed(pack.base.body_sha256)
    data = next(row for row in pack.data()["rows"] if row["id"] == MOTORS)
    pack = packs.save_row(
        pack=pack,
        actor=author,
        row={**data, "condition": {"foreign_share_at_most": "40"}},
        replacing=MOTORS,
    )
    pack = packs.remove_row(pack=pack, actor=author, row_id="8507")
    found = difference(base, parsed(pack.body_sha256))
    assert [row.id for row in found.added] == ["8421"]
    assert [row.id for row in found.removed] == ["8507"]
    assert [(change.after.id, change.parts) for change in found.changed] == [
        (MOTORS, ("condition",))
    ]
