import pytest

from origin.errors import OriginError
from origin.lookup import lookup
from origin.rulebook import RuleBook

from .small_pack import name, pack_of, row

ADV = {"foreign_share_at_most": 50}

PACK = pack_of(
    row("8528", ADV),
    row("8708 29", ADV, codes=["8708 29"]),
    row("8702-8704 engines", ADV, codes=["8702 - 8704"], part=name("with engines")),
    row("8702-8704 electric", ADV, codes=["8702 - 8704"], part=name("electric")),
    row("0901", ADV, part=name("roasted")),
    row("8544", ADV, but_not=["8544 70"]),
    row("8544 70", ADV, codes=["8544 70"]),
    row("9401, 9403", ADV, codes=["9401", "9403"]),
    row("8803", excluded=True),
    row("88", ADV, codes=["8801 - 8807"]),
    row("8807 30", ADV, codes=["8807 30"]),
    row("8807", excluded=True),
    row("5704 whole", ADV, codes=["5701 - 5705"]),
    row("5704 rugs", ADV, codes=["5704"], part=name("rugs")),
    row("2202 99 out", excluded=True, codes=["2202 99"]),
    row("3901", ADV),
    row("3901 out", excluded=True, codes=["3901"], part=name("recycled")),
)


@pytest.mark.parametrize(
    ("hs_code", "options"),
    [
        # Not listed: the general rule.
        ("8421990006", ["general"]),
        ("8421", ["general"]),
        # A broader entry holds for everything below it.
        ("8528720000", ["8528"]),
        ("8528 72", ["8528"]),
        ("8528.72.000.0", ["8528"]),
        ("8528", ["8528"]),
        # A narrower entry holds for a part of the code asked for.
        ("8708", ["8708 29", "general"]),
        ("8708290000", ["8708 29"]),
        ("8708300000", ["general"]),
        # A range holds for each heading inside and for none outside.
        ("8702100000", ["8702-8704 engines", "8702-8704 electric", "general"]),
        ("8703", ["8702-8704 engines", "8702-8704 electric", "general"]),
        ("8704", ["8702-8704 engines", "8702-8704 electric", "general"]),
        ("8701", ["general"]),
        ("8705", ["general"]),
        # A part of the heading: the general rule stays open for the rest.
        ("0901210000", ["0901", "general"]),
        # One code carved out of a row.
        ("8544700000", ["8544 70"]),
        ("8544490000", ["8544"]),
        ("8544", ["8544", "8544 70"]),
        # A list of codes.
        ("9403", ["9401, 9403"]),
        ("9402", ["general"]),
        # Excluded rows return to the general rule, out of broader rows too.
        ("8803", ["general"]),
        ("8803300000", ["general"]),
        ("8801000000", ["88"]),
        ("8807200000", ["general"]),
        # A row more exact than the exclusion stays.
        ("8807300000", ["8807 30"]),
        # An exclusion of a part of the code asked for leaves the general rule open.
        ("2202", ["general"]),
        ("3901100000", ["3901", "general"]),
        # A row for all goods and one for a part of them: no general rule.
        ("5704100000", ["5704 whole", "5704 rugs"]),
    ],
)
def test_the_rules_open_for_a_code(hs_code, options):
    found = lookup(PACK, hs_code)
    assert list(found.options) == options
    assert found.needs_choice == (len(options) > 1)


def ids(rows):
    return [row.id for row in rows]


def test_narrower_and_excluded_rows_are_shown_apart():
    assert ids(lookup(PACK, "8708").narrower) == ["8708 29"]
    assert ids(lookup(PACK, "8708").rows) == []
    assert ids(lookup(PACK, "8803").excluded) == ["8803"]
    assert ids(lookup(PACK, "8807").narrower) == ["8807 30"]
    assert ids(lookup(PACK, "2202").narrower) == ["2202 99 out"]


@pytest.mark.parametrize(
    ("hs_code", "code"),
    [
        ("85", "hs_code_short"),
        ("852", "hs_code_short"),
        ("", "hs_code"),
        ("85x8", "hs_code"),
        ("85287200001", "hs_code"),
        ("٨٥٢٨", "hs_code"),
    ],
)
def test_at_least_four_digits_are_asked_for(hs_code, code):
    with pytest.raises(OriginError) as refusal:
        lookup(PACK, hs_code)
    assert refusal.value.code == f"origin.{code}"
    assert refusal.value.field == "hs_code"


def test_a_book_is_looked_up_like_its_pack():
    assert lookup(RuleBook(PACK), "8528") == lookup(PACK, "8528")
