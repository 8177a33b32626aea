from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from origin.criteria import (
    Criterion,
    change_of_heading,
    criterion_of_processing,
    normalise_criterion,
    parse_criterion,
)
from origin.local_content import MaterialInput


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("П", "П"),
        ("п", "П"),
        ("P", "П"),
        ("Р", "П"),
        ("«П»", "П"),
        ("Д8421", "Д8421"),
        ("Д 2105", "Д2105"),
        ("д8421", "Д8421"),
        ("D8421", "Д8421"),
        ("Д\u00a08421", "Д8421"),
        ("Д-8421", "Д8421"),
        ('Д "8421"', "Д8421"),
        ("Д84О1", "Д8401"),
    ],
)
def test_a_criterion_is_read_as_registers_write_it(written, normal):
    assert normalise_criterion(written) == normal


@pytest.mark.parametrize(
    "wrong", ["", "Д", "Д842", "Д84211", "П8421", "8421", "Y 45%", "W8421", "WO", "Д84.21"]
)
def test_other_criteria_are_refused(wrong):
    with pytest.raises(ValidationError) as refusal:
        normalise_criterion(wrong)
    assert refusal.value.code == "criterion"


def test_a_criterion_of_processing_fits_only_its_own_heading():
    assert criterion_of_processing("8421990006") == Criterion("8421")
    assert parse_criterion("Д8421").fits("8421990006")
    assert not parse_criterion("Д8422").fits("8421990006")
    assert parse_criterion("П").fits("8421990006")
    assert parse_criterion("П").is_wholly_produced


def material(number: int, hs_code: str, *, is_local: bool = False) -> MaterialInput:
    return MaterialInput(number, Decimal(1), is_local, hs_code=hs_code)


def test_the_general_rule_names_foreign_materials_of_the_products_heading():
    paper = material(1, "4805400000")
    frame = material(2, "8421990008")
    local_frame = material(3, "8421990008", is_local=True)
    short = material(4, "8421")
    unknown = material(5, "")
    materials = [paper, frame, local_frame, short, unknown]
    assert change_of_heading("8421990006", materials) == [frame, short]
    assert change_of_heading("8421990006", [paper, local_frame]) == []
