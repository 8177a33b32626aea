"""The shipped pack CIS-2023 row by row: operations that are required or do not count."""

import pytest

from tests.origin.shipped_goods import (
    CARPET,
    COMBUSTION,
    ELECTRIC,
    HOUSEHOLD,
    INSTANT,
    JUICE,
    PACK,
    TELEVISION,
    WINE,
    passes,
)
from tests.origin.test_shipped_verdicts import LIMITS, MATERIALS

# Row, product, a foreign material, operations required together, and those of which one suffices.
REQUIRED = [
    ("0901", "0901210001", "0901", ("recipe", "roasting"), ()),
    ("0902", "0902300001", "0902", ("recipe", "tea_blending"), ()),
    ("1507-1515", "1512199002", "1512", (), ("oil_refining", "oil_fractionation")),
    (
        "1701",
        "1701991001",
        "1701",
        ("sugar_clarifying", "sugar_saturation", "sugar_sulphitation", "filtration"),
        (),
    ),
    ("2009", "2009120000", "0805", JUICE, ()),
    ("2202 99", "2202999900", "0805", JUICE, ()),
    ("2101 11 00", "2101110011", "0901", INSTANT[:3], ("concentration", "drying")),
    ("2204-2205", "2204210000", "0806", WINE, ()),
    ("2206 00", "2206003900", "2206", WINE, ()),
    ("2208", "2208200000", "0806", WINE, ()),
    ("2501 00", "2501009100", "2501", ("mineral_extraction", "specialised_production"), ()),
    ("2516", "2516120000", "2516", (), ("stone_sawing", "stone_splitting")),
    ("2518", "2518200000", "2518", (), ("crushing", "stone_sawing", "grinding", "calcination")),
    ("2522", "2522100000", "2522", ("mineral_extraction", "specialised_production"), ()),
    (
        "2523",
        "2523290000",
        "2523",
        (
            "mineral_extraction",
            "crushing",
            "raw_mix_milling",
            "raw_mix_firing",
            "clinker_cooling",
            "binder_milling",
        ),
        (),
    ),
    ("2818 20 000", "2818200000", "2606", ("specialised_production",), ()),
    ("3301", "3301240000", "1211", ("essential_oil_purification",), ()),
    ("4012 11-19", "4012110000", "4012", ("tyre_retreading",), ()),
    ("4104-4106", "4104110000", "4101", ("irreversible_tanning",), ()),
    ("4107-4113", "4113100000", "4103", ("tanning", "leather_finishing"), ()),
    (
        "4407",
        "4407119300",
        "4407",
        (),
        ("wood_sawing", "wood_planing", "wood_sanding", "finger_jointing"),
    ),
    ("4409", "4409109000", "4409", (), ("wood_milling", "wood_profiling")),
    ("5701-5705", "5702310000", "5106", CARPET, ()),
    ("5704 mats", "5704900000", "5602", ("pattern_cutting", "sewing"), ()),
    ("6802", "6802919000", "6802", (), ("stone_sawing", "stone_splitting")),
    (
        "7006 00",
        "7006009000",
        "7005",
        (),
        ("glass_bending", "glass_edge_working", "glass_drilling", "glass_special_working"),
    ),
    (
        "8415",
        "8415109000",
        "8415",
        HOUSEHOLD,
        ("refrigerant_charging", "refrigerant_charging_on_site"),
    ),
    ("8508", "8508110000", "8508", HOUSEHOLD, ()),
    ("8516 50 000", "8516500000", "8516", HOUSEHOLD, ()),
    (
        "8528 lcd",
        "8528521000",
        "8529",
        ("housing_manufacture", "unit_assembly", "adjustment_and_control"),
        (),
    ),
    (
        "8702-8704 combustion",
        "8704219100",
        "8708",
        COMBUSTION,
        ("body_welding", "body_made_otherwise"),
    ),
    (
        "8702-8704 electric",
        "8702400009",
        "8708",
        ELECTRIC,
        ("body_welding", "body_made_otherwise"),
    ),
]


@pytest.mark.parametrize(("row", "product", "material", "every", "some"), REQUIRED)
def test_each_required_operation_is_needed(row, product, material, every, some):
    materials = [(material, 40)]
    one = some[:1]
    assert passes(row, product, materials, (*every, *one))
    for missing in every:
        left = [code for code in every if code != missing]
        assert not passes(row, product, materials, (*left, *one, "casting"))
    for alone in some:
        assert passes(row, product, materials, (*every, alone))
    if some:
        assert not passes(row, product, materials, (*every, "casting"))
    assert not passes(row, product, materials, ())


@pytest.mark.parametrize("missing", TELEVISION)
def test_a_television_needs_its_chassis_its_case_and_its_final_assembly(missing):
    materials = [("8529", 90)]
    assert passes("8528", "8528729000", materials, TELEVISION)
    left = [code for code in TELEVISION if code != missing]
    assert not passes("8528", "8528729000", materials, left)


# Row, product, foreign material, operations that are not enough even together, one that is.
OTHER_THAN = [
    (
        "0209",
        "0209101100",
        "0203",
        ("salting", "smoke_liquid_treatment", "slicing", "mixing_with_spices"),
        "smoking",
    ),
    (
        "0210",
        "0210111100",
        "0103",
        (
            "boning",
            "trimming",
            "slicing",
            "mixing_with_spices",
            "injection_salting",
            "carcass_cutting",
            "mechanical_boning",
            "smoke_liquid_treatment",
        ),
        "curing_and_drying",
    ),
    (
        "1602",
        "1602411000",
        "0203",
        (
            "carcass_cutting",
            "boning",
            "trimming",
            "slicing",
            "mixing_with_spices",
            "injection_salting",
            "mechanical_boning",
        ),
        "meat_cooking",
    ),
]


@pytest.mark.parametrize(("row", "product", "material", "barred", "enough"), OTHER_THAN)
def test_the_operations_that_a_row_leaves_out_do_not_suffice(
    row, product, material, barred, enough
):
    materials = [(material, 60)]
    assert not passes(row, product, materials, ())
    for code in barred:
        assert not passes(row, product, materials, (code,))
    assert not passes(row, product, materials, barred)
    assert not passes(row, product, materials, (*barred, "N11"))
    assert passes(row, product, materials, (*barred, enough))
    assert passes(row, product, materials, (enough,))


def test_hydration_of_oil_alone_does_not_suffice():
    materials = [("1512", 80)]
    assert not passes("1507-1515", "1512199002", materials, ("oil_hydration",))
    assert passes("1507-1515", "1512199002", materials, ("oil_hydration", "oil_refining"))


def test_reconstitution_of_juice_alone_does_not_suffice():
    assert not passes("2009", "2009120000", [("2009", 20)], ("reconstitution",))
    assert passes("2009", "2009120000", [("2009", 20)], ("reconstitution", *JUICE))


def test_sugar_of_cane_is_clarified_and_sugar_of_beet_need_not_be():
    rest = ("sugar_saturation", "sugar_sulphitation", "filtration")
    assert not passes("1701", "1701991001", [("1701131000", 60)], rest)
    assert passes("1701", "1701991001", [("1701131000", 60)], ("sugar_clarifying", *rest))
    assert passes("1701", "1701991001", [("1212912000", 60, "KZ")], rest)
    assert passes("1701", "1701991001", [("1701129000", 60)], rest)
    assert not passes("1701", "1701991001", [("1701129000", 60)], rest[:2])


def test_petroleum_products_are_refined_or_keep_to_the_share():
    heavy = [("2710", "50.01")]
    assert not passes("2710-2715", "2710198200", heavy)
    assert not passes("2710-2715", "2710198200", heavy, ("formulation",))
    assert passes("2710-2715", "2710198200", heavy, ("petroleum_refining",))
    assert passes("2710-2715", "2710198200", heavy, ("petroleum_specific_process",))
    assert passes("2710-2715", "2710198200", [("2710", 50), ("3811", 45)], ("formulation",))


def test_every_row_of_the_list_is_judged_by_one_of_these_tables():
    judged_rows = {case[0] for table in (LIMITS, MATERIALS, REQUIRED, OTHER_THAN) for case in table}
    assert judged_rows | {"8528", "8803"} == {row.id for row in PACK.rows}
