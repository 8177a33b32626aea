import pytest
from django.utils.translation import override

from origin.facts import Reason
from origin.wording import condition_text, part_text, reason_text, rule_text

from .small_pack import foreign, judged, line, local, name, pack_of, row

CONDITION = {
    "all": [
        {"foreign_share_at_most": "12.5"},
        {"any": [{"change_of_heading": {"allowing": ["8501 10"]}}, {"made_from": ["7206 - 7207"]}]},
        {"operations_required": {"all": ["roasting"], "any": ["welding", "blending"]}},
    ]
}
PACK = pack_of(row("8501", CONDITION), row("0901", {"made_from": ["0901"]}, part=name("roasted")))


def test_a_condition_is_one_sentence():
    text = condition_text(PACK.row("8501").condition, PACK, "en")
    assert text.replace("\u00a0", " ") == (
        "All foreign materials cost at most 12.5 % of the price; and "
        "(every foreign material has another four-digit heading than the goods; of their own "
        "heading 8501 10 are allowed; or made from materials of 7206–7207); and "
        "all of these operations: roasting; and at least one of these: welding; blending."
    )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_names_are_the_packs_own_in_the_language_asked_for(language):
    with override("en"):
        text = condition_text(PACK.row("8501").condition, PACK, language)
    assert ("roasting" if language == "en" else f"roasting ({language})") in text


def test_figures_are_written_as_the_language_writes_them():
    result = judged(PACK, line("8501", foreign(1, "7408", "1234.50"), price="1000000"))
    english = part_text(result.root.parts[0], PACK, "en").replace("\u00a0", " ")
    assert english == (
        "All foreign materials: 1 234.5 of 1 000 000 tenge, which is 0.12 %. "
        "That is within the limit of 12.5 %."
    )
    assert "1 234,5" in part_text(result.root.parts[0], PACK, "ru").replace("\u00a0", " ")


def test_the_reasons_say_what_stands_in_the_way():
    result = judged(
        PACK,
        line("8501", foreign(1, "8501", "30"), foreign(2, "", "1"), operations=("roasting",)),
    )
    texts = [reason_text(reason, PACK, "en").replace("\u00a0", " ") for reason in result.reasons]
    assert texts == [
        "This row of the list of conditions holds: 8501 Goods 8501.",
        "All foreign materials: 31 of 100 tenge, which is 31.00 %. "
        "That is above the limit of 12.5 %.",
        "Foreign materials have the heading 8501 of the goods: No. 1, 2. Allowed: 8501 10. "
        "Without a known heading, and therefore counted: No. 2.",
        "No material belongs to 7206–7207. Foreign materials go beyond 7206–7207 already: "
        "No. 1, 2. Without a known heading, and therefore counted: No. 2.",
        "At least one of these operations is required: welding; blending.",
    ]


SITUATIONS = [
    (pack_of(), line("8501", local(1, "7408", "1"))),
    (pack_of(), line("8501", foreign(1, "8501", "1"), ground="W01")),
    (pack_of(), line("8501", local(1, "8501", "1"), ground="W02")),
    (pack_of(), line("8501", foreign(1, "7408", "1"), operations=("N11",))),
    (pack_of(), line("8501", foreign(1, "", "1"), operations=(), choice="9999", reading="x")),
    (PACK, line("0901", foreign(1, "0901", "1"))),
    *(
        (pack_of(row("8501", condition)), line("8501", *bill, operations=operations))
        for condition in (
            {"any_heading_except": ["8503"]},
            {"change_of_heading": {"allowing": ["8501 10"]}},
            {"foreign_share_at_most": 10},
            {"same_heading_share_at_most": 10},
            {"share_of_headings_at_most": {"headings": ["8503"], "percent": 10}},
            {"foreign_articles_share_at_most": 10},
            {"made_from": ["8503"]},
            {"operations_required": {"all": ["roasting"], "any": ["welding"]}},
            {"operations_other_than": ["salting"]},
        )
        for bill in (
            (),
            (foreign(1, "8503", "5"),),
            (foreign(1, "8503", "50"), foreign(2, "8501", "20"), foreign(3, "", "1")),
        )
        for operations in (("roasting", "welding"), ("salting",))
    ),
]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_reason_has_words_in_every_language(language):
    """A sentence that lacks a figure would raise; one without words would be its bare code."""
    said = set()
    for pack, facts in SITUATIONS:
        result = judged(pack, facts)
        for reason in (*result.reasons, *result.warnings):
            text = reason_text(reason, pack, language)
            assert text != reason.code
            assert text.endswith("."), text
            assert "%" not in text.replace("\u00a0%", ""), text
            said.add(reason.code)
    assert len(said) >= 22


def test_a_long_list_of_materials_is_cut():
    reason = Reason("heading_unknown", {"materials": ", ".join(map(str, range(1, 101)))})
    assert reason_text(reason, PACK, "en").endswith("20 and 80 more.")


def test_an_unknown_rule_or_reason_keeps_its_code():
    assert reason_text(Reason("something.new"), PACK, "en") == "something.new"
    assert rule_text("gone", PACK, "en") == "gone"
    assert rule_text("general", PACK, "en") == "the general rule"
    assert rule_text("0901", PACK, "en") == "0901 Goods 0901 (only: roasted)"
