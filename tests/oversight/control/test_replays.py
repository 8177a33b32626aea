"""The replay desk: what was changed behind the portal's back is seen at once."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from oversight.control import replays
from oversight.control.concluding import conclude_check
from oversight.control.difference_words import in_words
from oversight.models import DeskCheck, Replay
from tests.scenarios import a_certificate

from .desk import Desk, a_desk, by_sql, refused

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def page(client: Client, actor: Membership, check: DeskCheck, **query: str) -> Any:
    client.force_login(actor.user)
    address = reverse("oversight:check-detail", args=[check.number])
    return client.get(address, query, headers={"accept-language": "en"})


def text_of(client: Client, desk: Desk, **query: str) -> str:
    answer = page(client, desk.inspector, desk.check, **query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_left_alone_differs_in_nothing(client: Client) -> None:
    desk = a_desk()
    assert replays.run_again(desk.certificate).agrees
    text = text_of(client, desk)
    assert "Nothing differs" in text
    for part in ("replay", "violations", "rule", "act", "evidence", "application", "certificate",
                 "earlier", "log"):  # fmt: skip
        assert f'id="{part}"' in text


ACT = "(SELECT act_id FROM issuance_application WHERE id = %s)"
REQUEST = f"(SELECT request_id FROM expertise_act WHERE id = {ACT})"
LINE = f"(SELECT id FROM expertise_goodsline WHERE request_id = {REQUEST})"


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (
            "UPDATE expertise_finding SET evaluation = jsonb_set(evaluation, "
            f"'{{local_content,share_percent}}', '\"91.5\"') WHERE line_id IN {LINE}",
            ("the kept evaluation of the line", "91.5 %", "68.23 %"),
        ),
        (
            f"UPDATE expertise_finding SET share_percent = 91.5 WHERE line_id IN {LINE}",
            ("local content, %", "91.5", "68.23"),
        ),
        (
            "UPDATE expertise_act SET record = convert_to(replace(convert_from(record, 'UTF8'), "
            f"'68.23', '91.23'), 'UTF8') WHERE id = {ACT}",
            ("the record does not fit its digest", "the rules give another result"),
        ),
        (
            f"UPDATE expertise_act SET record = 'nothing' WHERE id = {ACT}",
            ("the record of the act cannot be read",),
        ),
        (
            "UPDATE issuance_certificate SET record = convert_to(replace(convert_from(record, "
            "'UTF8'), '68.23', '91.23'), 'UTF8') WHERE application_id = %s",
            ("local content, %", "91.23"),
        ),
        (
            f"UPDATE expertise_goodsline SET hs_code = '8421990009' WHERE request_id = {REQUEST}",
            ("HS code", "8421310000", "8421990009"),
        ),
    ],
)
def test_whatever_was_changed_in_the_database_is_shown_old_beside_new(
    client: Client, statement: str, shown: tuple[str, ...]
) -> None:
    desk = a_desk()
    by_sql(statement, desk.certificate.application_id)
    text = text_of(client, desk)
    assert "Nothing differs" not in text
    for words in shown:
        assert words in text
    replay = replays.record_replay(check=desk.read(), actor=desk.inspector)
    assert not replay.agrees
    assert replay.differences


def test_a_clean_end_is_refused_while_the_replay_differs() -> None:
    desk = a_desk()
    by_sql("UPDATE expertise_finding SET share_percent = 91.5")
    replays.record_replay(check=desk.read(), actor=desk.inspector)
    with refused("not_ready_to_conclude"):
        conclude_check(check=desk.check, actor=desk.inspector, result="clean", conclusion="Да.")


def test_a_replay_is_added_and_never_changed() -> None:
    desk = a_desk()
    for _time in range(2):
        replays.record_replay(check=desk.check, actor=desk.inspector)
    assert Replay.objects.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Replay.objects.update(agrees=False)


def test_a_difference_begins_a_violation(client: Client) -> None:
    desk = a_desk()
    by_sql("UPDATE expertise_finding SET share_percent = 91.5")
    text = text_of(client, desk, **{"from": "0"})
    assert '<option value="record_altered" selected>' in text
    assert "local content, % (recorded 68.23, now 91.5)" in text


def test_the_rule_text_of_that_day_and_the_limits_stand_beside_the_line(client: Client) -> None:
    desk = a_desk("in_progress", a_certificate(lines=2))
    text = text_of(client, desk, line="2")
    assert "Line 2:" in text
    assert "What the rules say" in text
    assert "How close to the limits" in text
    assert "4805 40 000 0" in text


def test_the_desk_asks_as_much_for_ten_lines_as_for_one(
    client: Client,
) -> None:
    small = a_desk("in_progress", a_certificate())
    large = a_desk("in_progress", a_certificate(lines=10))
    counts = [queries_of(client, desk) for desk in (small, large)]
    assert counts[0] == counts[1]


def queries_of(client: Client, desk: Desk) -> int:
    page(client, desk.inspector, desk.check)
    with CaptureQueriesContext(connection) as captured:
        page(client, desk.inspector, desk.check)
    return len(captured)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("value_kzt", "value, ₸"),
        ("materials[1].value_kzt", "material 1: value, ₸"),
        ("the rules give another result: local_content.share_percent",
         "the rules give another result: local content, %"),
        ("the record does not fit its digest", "the record does not fit its digest"),
        ("something_new", "something_new"),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_words(what: str, words: str) -> None:
    assert in_words(what) == words
