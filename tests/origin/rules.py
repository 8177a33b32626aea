"""Rules and goods made for the tests: a pack without faults, and any condition and line."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from origin.conditions import (
    AllOf,
    AnyHeadingExcept,
    AnyOf,
    ChangeOfHeading,
    Condition,
    ForeignShareAtMost,
    MadeFrom,
    OperationsOtherThan,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareOfHeadingsAtMost,
    Words,
)
from origin.evaluation import LineFacts, MaterialFacts
from origin.pack_files import read_pack
from origin.packs import Row, RulePack, Source

PACKS = Path(__file__).parent / "packs"
SOUND = read_pack(PACKS / "sound")
SOURCE = Source("Invented for the tests")


def a_row(condition: Condition | None, row_id: str = "8516", **values: object) -> Row:
    codes = values.pop("codes", (row_id,))
    return Row(row_id, codes, Words("Тауар", "Товар", "Goods"), SOURCE, condition, **values)


def with_rows(*rows: Row) -> RulePack:
    return replace(SOUND, rows=(*SOUND.rows, *rows))


CODES = st.sampled_from(["85", "8516", "8516 50", "8517", "8516 - 8518", "84", "8543 - 8548"])
CLEAN = CODES.map(lambda code: code.replace(" ", ""))
PERCENTS = st.sampled_from([Decimal(0), Decimal(5), Decimal(40), Decimal(50), Decimal(100)])
OPERATIONS = st.sampled_from(sorted(SOUND.operations))
SETS = st.lists(CLEAN, min_size=1, max_size=3, unique=True).map(tuple)
SOME = st.lists(OPERATIONS, min_size=1, max_size=3, unique=True).map(tuple)
PARTS = st.one_of(
    st.lists(CLEAN, max_size=2, unique=True).map(tuple).map(ChangeOfHeading),
    SETS.map(AnyHeadingExcept),
    PERCENTS.map(ForeignShareAtMost),
    PERCENTS.map(SameHeadingShareAtMost),
    st.builds(ShareOfHeadingsAtMost, SETS, PERCENTS),
    SETS.map(MadeFrom),
    st.builds(OperationsRequired, SOME, st.just(())),
    st.builds(OperationsRequired, st.just(()), SOME),
    SOME.map(OperationsOtherThan),
)
CONDITIONS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AllOf),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AnyOf),
    ),
    max_leaves=5,
)
MATERIALS = st.builds(
    MaterialFacts,
    number=st.just(1),
    name=st.just(""),
    hs_code=st.sampled_from(["8516", "851650", "8517", "8545", "8401", "7318", "0101", ""]),
    value_kzt=st.integers(0, 30).map(Decimal),
    is_local=st.booleans(),
)
LINES = st.builds(
    LineFacts,
    number=st.just(1),
    name=st.just(""),
    hs_code=st.sampled_from(["8516500000", "8517110000", "8518100000"]),
    price_kzt=st.just(Decimal(100)),
    materials=st.lists(MATERIALS, max_size=3).map(tuple),
    operations=st.lists(OPERATIONS, max_size=3, unique=True).map(tuple),
)
