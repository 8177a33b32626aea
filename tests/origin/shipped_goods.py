"""Goods judged by the shipped pack CIS-2023, for the tests of its rows.

The price of the goods is 100, so that a value of a material is a percentage.
"""

from datetime import date
from decimal import Decimal

from origin.evaluation import LineFacts, MaterialFacts, Verdict, evaluate
from origin.pack_files import shipped_packs
from origin.rulebook import RuleBook

PACK = shipped_packs()[0]
BOOK = RuleBook(PACK)
ON = date(2025, 3, 3)
CENT = Decimal("0.01")


def judged(hs_code, materials, operations=(), *, choice=""):
    """`materials` are (code, value), or (code, value, "KZ") for one that originates."""
    facts = tuple(
        MaterialFacts(number, f"Material {number}", item[0], Decimal(item[1]), len(item) == 3)
        for number, item in enumerate(materials, 1)
    )
    line = LineFacts(
        number=1,
        name="Goods",
        hs_code=hs_code,
        price_kzt=Decimal(100),
        materials=facts,
        operations=tuple(operations),
        choice=choice,
    )
    return evaluate(line, BOOK, on=ON)


def passes(row, hs_code, materials, operations=()):
    """The verdict under this row, which the code must open; the criterion follows from it."""
    verdict = judged(hs_code, materials, operations, choice=row)
    assert verdict.row == row
    originates = verdict.verdict is Verdict.ORIGINATING
    assert verdict.criterion == (f"Д{hs_code[:4]}" if originates else "")
    return originates


JUICE = ("deaeration", "heat_treatment")
CARPET = ("weaving", "pile_shearing", "textile_finishing", "edge_binding")
WINE = ("blending", "filtration")
INSTANT = ("roasting", "coffee_grinding", "coffee_extraction", "drying")
HOUSEHOLD = ("housing_manufacture", "wiring_manufacture", "unit_assembly", "adjustment_and_control")
TELEVISION = (
    "smd_mounting",
    "board_soldering",
    "chassis_diagnostics",
    "case_moulding",
    "case_painting",
    "final_assembly",
    "final_tests",
)
VEHICLE = (
    "body_painting",
    "transmission_installation",
    "suspension_installation",
    "wheels_installation",
    "steering_installation",
    "brakes_installation",
    "interior_installation",
    "lights_installation",
    "wiring_installation",
    "vehicle_diagnostics",
    "vin_marking",
    "vehicle_tests",
)
COMBUSTION = (
    *VEHICLE,
    "engine_installation",
    "exhaust_installation",
    "fuel_tank_installation",
    "battery_installation",
)
ELECTRIC = (
    *VEHICLE,
    "traction_machines_installation",
    "energy_storage_installation",
    "emc_check",
)
