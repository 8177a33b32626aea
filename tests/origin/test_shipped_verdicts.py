"""The shipped pack CIS-2023 row by row: goods just inside and just outside of each limit."""

from decimal import Decimal

import pytest

from origin.evaluation import LineFacts, Verdict, evaluate, evaluation_data
from tests.origin.shipped_goods import (
    BOOK,
    CARPET,
    CENT,
    COMBUSTION,
    ELECTRIC,
    INSTANT,
    JUICE,
    ON,
    PACK,
    WINE,
    judged,
    passes,
)

# Row, product, heading of the foreign material that the limit counts, limit, operations.
LIMITS = [
    ("0402", "0402101900", "0402", 40, ()),
    ("0902", "0902300001", "0902", 50, ("recipe", "tea_blending")),
    ("1106 10 000", "1106100000", "0713", 50, ()),
    ("1806", "1806100000", "1806", 50, ()),
    ("1905", "1905310000", "1101", 50, ()),
    ("2009", "2009120000", "2009", 50, JUICE),
    ("2106", "2106905900", "1701", 50, ()),
    ("2202 99", "2202999900", "2009", 50, JUICE),
    ("2204-2205", "2204210000", "2204", 50, WINE),
    ("2204-2205", "2205100000", "2205", 50, WINE),
    ("2208", "2208200000", "2208", 50, WINE),
    ("2309", "2309909900", "2304", 50, ()),
    ("2403", "2403191000", "2403", 50, ()),
    ("2710-2715", "2713200000", "2713", 50, ()),
    ("2833 22 000", "2833220000", "2807", 50, ()),
    ("3003", "3003900000", "3003", 20, ()),
    ("3005", "3005903100", "3005", 50, ()),
    ("3301", "3301240000", "3301", 50, ("essential_oil_purification",)),
    ("3403", "3403990000", "3403", 50, ()),
    ("3822", "3822190000", "3002", 50, ()),
    ("3901-3915", "3904100000", "2903", 50, ()),
    ("3901-3915", "3904100000", "3904", 20, ()),
    ("3916-3919", "3919900000", "4811", 50, ()),
    ("3916-3919", "3917210000", "3901", 20, ()),
    ("3920 10 printed", "3920102500", "3920", 50, ()),
    ("3920 10 plates", "3920108900", "3901", 50, ()),
    ("3926", "3926909709", "3902", 50, ()),
    ("4005", "4005200000", "4002", 50, ()),
    ("4012", "4012902000", "4012", 50, ()),
    ("4817-4819", "4819100000", "4804", 50, ()),
    ("4811 59 000", "4811590000", "4811", 50, ()),
    ("5704 mats", "5704900000", "5704", 30, ("pattern_cutting", "sewing")),
    ("7009", "7009920000", "7009", 50, ()),
    ("7322", "7322190000", "7322", 5, ()),
    ("7607", "7607209900", "7607", 50, ()),
    ("8208", "8208400000", "8208", 50, ()),
    ("8403-8404", "8404100000", "7304", 50, ()),
    ("8407-8408", "8408205100", "8409", 50, ()),
    ("8414", "8414801109", "8501", 50, ()),
    ("8418", "8418102001", "7604", 50, ()),
    ("8418", "8418102001", "8418", 5, ()),
    ("8425-8428", "8427101000", "8501", 50, ()),
    ("8429-8430", "8429521009", "8408", 50, ()),
    ("8429-8430", "8430500001", "8431", 5, ()),
    ("8431", "8431410000", "7208", 50, ()),
    ("8444-8447", "8445110000", "8448", 50, ()),
    ("8452", "8452210000", "8501", 50, ()),
    ("8456-8466", "8458112001", "8466", 50, ()),
    ("8470", "8470500000", "8473", 50, ()),
    ("8472", "8472903000", "8473", 50, ()),
    ("8480", "8480410000", "7224", 50, ()),
    ("8484", "8484100009", "6806", 50, ()),
    ("8487", "8487909000", "7326", 50, ()),
    ("8501", "8501520001", "7408", 50, ()),
    ("8501", "8501520001", "8503", 10, ()),
    ("8502", "8502112000", "8408", 50, ()),
    ("8502", "8502112000", "8501", 10, ()),
    ("8502", "8502112000", "8503", 10, ()),
    ("8507", "8507102009", "8507", 50, ()),
    ("8517", "8517610008", "8542", 50, ()),
    ("8518", "8518210000", "8542", 50, ()),
    ("8518", "8518210000", "8518", 5, ()),
    ("8519", "8519814500", "8542", 50, ()),
    ("8525", "8525500000", "8529", 50, ()),
    ("8526", "8526912000", "8529", 50, ()),
    ("8527", "8527130000", "8542", 50, ()),
    ("8527", "8527130000", "8529", 10, ()),
    ("8537", "8537109100", "8536", 50, ()),
    ("8537", "8537109100", "8538", 5, ()),
    ("8542", "8542310000", "3818", 50, ()),
    ("8542", "8542310000", "8541", 5, ()),
    ("8542", "8542310000", "8542", 5, ()),
    ("8544", "8544499101", "7408", 50, ()),
    ("8544 70", "8544700000", "8544", 50, ()),
    ("8545", "8545200009", "3801", 50, ()),
    ("8601-8607", "8606920000", "8607", 50, ()),
    ("8608 00", "8608000001", "8536", 50, ()),
    ("8608 00", "8608000001", "8608", 5, ()),
    ("8609 00", "8609009009", "7208", 50, ()),
    ("8702-8704 combustion", "8703231940", "8708", 50, (*COMBUSTION, "body_welding")),
    ("8702-8704 electric", "8703800002", "8507", 50, (*ELECTRIC, "body_welding")),
    ("8805", "8805210000", "8805", 5, ()),
    ("8807", "8807300000", "8807", 5, ()),
    ("9401", "9401610000", "4407", 50, ()),
    ("9403", "9403601009", "4410", 50, ()),
    ("9405", "9405110010", "8539", 50, ()),
    ("9406", "9406900000", "7308", 50, ()),
    ("9503 00", "9503009500", "3902", 50, ()),
    ("9603", "9603409000", "3902", 50, ()),
    ("9605 00", "9605000000", "9603", 15, ()),
    ("9606", "9606210000", "3907", 50, ()),
    ("9608", "9608101009", "9608", 5, ()),
]


@pytest.mark.parametrize(("row", "product", "material", "limit", "operations"), LIMITS)
def test_a_share_passes_at_its_limit_and_fails_one_hundredth_above(
    row, product, material, limit, operations
):
    base = [("0902", "1", "KZ")] if row == "0902" else []
    assert passes(row, product, [*base, (material, limit)], operations)
    assert not passes(row, product, [*base, (material, limit + CENT)], operations)
    # What counts is the sum over the materials, not each of them.
    halves = [(material, Decimal(limit) / 2), (material, Decimal(limit) / 2)]
    assert passes(row, product, [*base, *halves], operations)
    assert not passes(row, product, [*base, *halves, (material, CENT)], operations)
    # A material that originates does not count, whatever its heading.
    assert passes(row, product, [*base, (material, limit), ("7326", CENT, "KZ")], operations)


def test_limits_of_named_headings_leave_other_foreign_materials_alone():
    assert passes("0402", "0402101900", [("0402", 40), ("1701", 55)])
    assert passes("3003", "3003900000", [("3003", 20), ("2941", 79)])
    assert passes("8805", "8805210000", [("8805", 5), ("8542", 90)])
    assert passes("7322", "7322190000", [("7322", 5), ("7208", 90)])
    assert passes("9608", "9608101009", [("9608", 5), ("3926", 90)])
    assert not passes("8502", "8502112000", [("8501", 6), ("8503", "4.01")])
    assert not passes("8542", "8542310000", [("8541", 3), ("8542", "2.01")])


# Row, product, materials that suffice, materials that do not; operations are performed.
MATERIALS = [
    ("0201-0202", "0201100001", [("0102", 40)], [("0202", 40)], ()),
    ("0206", "0206109500", [("0102", 40)], [("0203", 40)], ()),
    ("0206", "0206109500", [("0207", 40)], [("0206", 1)], ()),
    ("0207", "0207111000", [("0105", 60)], [("0207", 1)], ()),
    ("0210", "0210111100", [("0207111000", 60)], [("0203", 1)], ("smoking",)),
    ("0210", "0210111100", [("0103", 60)], [("0208", 1)], ("smoking",)),
    ("0210", "0210992100", [("0207111000", 60)], [("0207139100", 1)], ("smoking",)),
    ("0408", "0408118100", [("0105", 30)], [("0407", 1)], ()),
    ("0710 40 000", "0710400000", [("0709996000", 30)], [("0710400000", 30)], ()),
    ("0902", "0902300001", [("0902", 30)], [("1211", 30)], ("recipe", "tea_blending")),
    ("1602", "1602411000", [("0203", 60)], [("0103", 60)], ("meat_cooking",)),
    ("1602", "1602411000", [("0203", 60)], [("0203", 60), ("1602", 1)], ("meat_cooking",)),
    ("2101 11 00", "2101110011", [("0901", 90)], [("1211", 30)], INSTANT),
    ("3005", "3005903100", [("5601", 60)], [("3004", 1)], ()),
    ("3005", "3005903100", [("5803", 60)], [("2941", 1)], ()),
    ("3822", "3822190000", [("3821", 60)], [("3822", 1)], ()),
    ("4418", "4418210000", [("4407", 60)], [("4418210000", 1)], ()),
    ("4418", "4418210000", [("4418920000", 60)], [("4418", 1)], ()),
    ("4418", "4418210000", [("4418500000", 60)], [("4418290000", 1)], ()),
    ("4817-4819", "4817100000", [("4802", 50)], [("4817", 1)], ()),
    ("5701-5705", "5702310000", [("5106", 60)], [("5703", 1)], CARPET),
    ("5701-5705", "5701109000", [("5106", 60)], [("5701", 1)], CARPET),
    ("7218-7222", "7222111900", [("7218100000", 60)], [("7218990000", 60)], ()),
    ("7218-7222", "7219110000", [("7218100000", 60)], [("7204", 60)], ()),
    ("7224-7227", "7225309000", [("7224100000", 60)], [("7224900000", 60)], ()),
    ("7403", "7403210000", [("7403110000", 60)], [("7403220000", 60)], ()),
    ("7403", "7403210000", [("7404", 60)], [("2603", 60)], ()),
    ("9503 00", "9503009500", [("3902", 50)], [("9503", 1)], ()),
    ("9606", "9606210000", [("3907", 50)], [("9606", 1)], ()),
]


@pytest.mark.parametrize(("row", "product", "good", "bad", "operations"), MATERIALS)
def test_the_headings_of_materials_decide(row, product, good, bad, operations):
    assert passes(row, product, good, operations)
    assert not passes(row, product, bad, operations)


@pytest.mark.parametrize("code", [f"N{number:02}" for number in range(1, 18)])
def test_an_insufficient_operation_never_makes_goods_of_the_country(code):
    for row, product, material in (
        ("general", "8421990006", "5603"),
        ("8501", "8501520001", "7408"),
        ("0402", "0402101900", "0401"),
    ):
        assert passes(row, product, [(material, 10)])
        assert not passes(row, product, [(material, 10)], (code,))
        assert passes(row, product, [(material, 10)], (code, "complex_assembly"))


def test_goods_that_the_list_does_not_name_change_their_heading():
    """Air filters of 8421, as in the public register: criterion Д8421."""
    materials = [("5603", 30), ("3926", 20)]
    operations = ("plastic_moulding", "pleating_and_bonding")
    filters = judged("8421990006", materials, operations)
    assert (filters.verdict, filters.row) == (Verdict.ORIGINATING, "general")
    assert filters.criterion == "Д8421"
    assert not passes("general", "8421990006", [*materials, ("8421", CENT)], operations)


def test_goods_of_the_excluded_heading_change_their_heading():
    assert passes("general", "8803300000", [("7606", 95)])
    assert not passes("general", "8803300000", [("8803", 1)])


@pytest.mark.parametrize(
    ("product", "options"),
    [
        ("0901210001", {"0901": False, "general": True}),
        ("8528521000", {"8528": False, "8528 lcd": True}),
        ("3920102500", {"3920 10 printed": True, "3920 10 plates": False, "general": True}),
    ],
)
def test_an_open_choice_shows_what_each_rule_would_give(product, options):
    materials = {
        "0901210001": [("0902", 60)],
        "8528521000": [("8529", 60)],
        "3920102500": [("3901", 60)],
    }[product]
    operations = ("housing_manufacture", "unit_assembly", "adjustment_and_control")
    verdict = judged(product, materials, operations)
    assert verdict.verdict is Verdict.CHOICE_NEEDED
    assert verdict.criterion == verdict.row == ""
    shown = {choice.row: choice.verdict is Verdict.ORIGINATING for choice in verdict.choices}
    assert shown == options


@pytest.mark.parametrize("ground", [f"W{number:02}" for number in range(1, 13)])
def test_each_ground_gives_the_criterion_of_goods_wholly_produced(ground):
    line = LineFacts(1, "Goods", "0407210000", Decimal(100), ground=ground)
    verdict = evaluate(line, BOOK, on=ON)
    assert (verdict.verdict, verdict.criterion) == (Verdict.ORIGINATING, "П")


def test_the_verdict_names_the_pack_it_was_given_under():
    data = evaluation_data(judged("8501520001", [("7408", 50)], ("machining",)))
    assert (data["pack"], data["pack_sha256"]) == ("CIS-2023", PACK.sha256)
    assert data["on"] == "2025-03-03"
