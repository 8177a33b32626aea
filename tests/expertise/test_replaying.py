"""Acts evaluated again: equal until somebody changes anything they were made from."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from documents.canonical import canonical_bytes
from expertise.models import Act
from expertise.replaying import differences
from origin import books
from tests import scenarios

pytestmark = pytest.mark.django_db

IN_LINE = "line_id IN (SELECT id FROM expertise_goodsline WHERE request_id = %s)"
IN_REQUEST = "request_id = %s"


def by_sql(statement: str, *values: Any) -> None:
    """What somebody with the owner's password could do: triggers do not stop them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")


def replayed() -> str:
    out = io.StringIO()
    call_command("replay_acts", stdout=out, stderr=io.StringIO())
    return out.getvalue()


def told_by_the_command() -> str:
    err = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("replay_acts", stdout=io.StringIO(), stderr=err)
    return f"{err.getvalue()} {refusal.value}"


def test_acts_left_alone_are_equal() -> None:
    scenarios.an_act(lines=2)
    scenarios.an_act(positive=False)
    assert "2 acts, 3 lines: all equal" in replayed()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            f"UPDATE expertise_material SET value_kzt = 3178 WHERE number = 1 AND {IN_LINE}",
            ("material 1", "value_kzt", "recorded 3177, now 3178"),
        ),
        (
            f"UPDATE expertise_material SET hs_code = '8421000000' WHERE number = 1 AND {IN_LINE}",
            ("material 1", "hs_code"),
        ),
        (
            f"UPDATE expertise_material SET country = 'KZ' WHERE number = 1 AND {IN_LINE}",
            ("material 1", "country"),
        ),
        (
            f"DELETE FROM expertise_material WHERE number = 2 AND {IN_LINE}",
            ("material 2", "other rows"),
        ),
        (
            f"UPDATE expertise_goodsline SET price_kzt = 10001 WHERE {IN_REQUEST}",
            ("line 1", "recorded 10000, now 10001"),
        ),
        (
            f"UPDATE expertise_goodsline SET quantity = 21 WHERE {IN_REQUEST}",
            ("line 1", "quantity"),
        ),
        (
            f"UPDATE expertise_processstep SET operation = 'N12' WHERE {IN_REQUEST}",
            ("line 1", "operations"),
        ),
        (
            f"UPDATE expertise_act SET record_sha256 = repeat('0', 64) WHERE {IN_REQUEST}",
            ("digest",),
        ),
        (
            f"UPDATE expertise_act SET record = record || ' '::bytea WHERE {IN_REQUEST}",
            ("does not fit its digest",),
        ),
    ],
)
def test_any_change_by_sql_names_the_act_and_the_place(
    statement: str, named: tuple[str, ...]
) -> None:
    act = scenarios.an_act()
    untouched = scenarios.an_act()
    by_sql(statement, act.request_id)
    told = told_by_the_command()
    assert act.number in told
    assert untouched.number not in told
    for words in named:
        assert words in told, told


def test_a_record_changed_together_with_its_digest_is_betrayed_by_the_log() -> None:
    act = scenarios.an_act()
    forged = bytes(act.record).replace(b'"share_percent":"68.23"', b'"share_percent":"88.23"')
    assert forged != bytes(act.record)
    by_sql(
        "UPDATE expertise_act SET record = %s, record_sha256 = encode(sha256(%s), 'hex')",
        forged,
        forged,
    )
    assert "the log knows another digest" in told_by_the_command()


def test_figures_forged_in_the_record_are_not_those_of_the_rules() -> None:
    act = scenarios.an_act()
    record = json.loads(bytes(act.record))
    record["lines"][0]["evaluation"]["local_content"]["share_percent"] = "88.23"
    act.record = canonical_bytes(record)
    found = [str(difference) for difference in differences(act)]
    assert any("share_percent" in text and "recorded 88.23, now 68.23" in text for text in found)


def test_rules_changed_behind_an_act_are_refused() -> None:
    act = scenarios.an_act()
    by_sql(
        "UPDATE origin_rulepack "
        "SET body = convert_to(replace(convert_from(body, 'UTF8'), '50', '60'), 'UTF8')"
    )
    books.parsed.cache_clear()
    try:
        assert "differs from its digest" in told_by_the_command()
    finally:
        books.parsed.cache_clear()
    assert Act.objects.get(pk=act.pk).status == "signed"


def test_an_act_of_the_first_form_is_calculated_again_from_its_materials() -> None:
    act = scenarios.an_act()
    line = json.loads(bytes(act.record))["lines"][0]
    counted = line["evaluation"]["local_content"]
    first = {
        "schema": "ctkz.act/1",
        "lines": [
            {
                **{
                    name: line[name] for name in ("number", "name", "hs_code", "kp_ved", "quantity")
                },
                "local_content_percent": "68.23",
                "calculation": {"formula": "exw/1", "price_kzt": "10000"},
                "materials": [
                    {"number": step["number"], "counted_foreign_kzt": step["counted_foreign_kzt"]}
                    for step in counted["steps"]
                ],
            }
        ],
    }
    act.record = canonical_bytes(first)
    assert not [d for d in differences(act) if "share" in d.what]
    first["lines"][0]["materials"][0]["counted_foreign_kzt"] = "3100"
    act.record = canonical_bytes(first)
    assert [d.found for d in differences(act) if "share" in d.what] == ["69"]
