import pytest
from django.core.exceptions import ValidationError

from reference.codes import normalise_hs_code, normalise_kp_ved, restore_hs_code
from reference.fields import HsCodeField, HsCodeFormField, KpVedField, KpVedFormField
from reference.units import alias_key


@pytest.mark.parametrize(
    "pasted",
    [
        "8421990006",
        "8421 99 000 6",
        "8421\u00a099\u202f000 6",
        "8421.99.000.6",
        "8421990006.0",
        8421990006,
        8421990006.0,
    ],
)
def test_an_hs_code_is_read_however_it_is_grouped(pasted):
    assert normalise_hs_code(pasted) == "8421990006"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("842199000", "lost_zero"),
        ("84219900", "length"),
        ("84219900061", "length"),
        ("842199000O", "not_digits"),
        ("0021990006", "group"),
        ("7700000000", "group"),
        ("9801000000", "group"),
        ("9900000000", "group"),
        ("", "length"),
    ],
)
def test_an_unsound_hs_code_is_refused_with_its_reason(wrong, code):
    with pytest.raises(ValidationError) as refusal:
        normalise_hs_code(wrong)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("damaged", "restored"),
    [
        ("204210000", "0204210000"),
        ("204210000.0", "0204210000"),
        (910991000, "0910991000"),
        ("101210000", "0101210000"),
    ],
)
def test_an_import_puts_back_a_zero_lost_in_groups_01_to_09(damaged, restored):
    assert restore_hs_code(damaged) == (restored, True)


@pytest.mark.parametrize("damaged", ["842199000", "911990000", "107000000", "100000000"])
def test_a_nine_digit_code_is_refused_when_no_heading_fits_the_added_zero(damaged):
    with pytest.raises(ValidationError) as refusal:
        restore_hs_code(damaged)
    assert refusal.value.code == "lost_zero"


def test_a_whole_code_is_not_touched_by_the_import():
    assert restore_hs_code("8421 99 000 6") == ("8421990006", False)


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("28.29.82", "28.29.82"),
        ("28,29,82", "28.29.82"),
        (" 28.29.82.110 ", "28.29.82.110"),
        ("282982", "28.29.82"),
        ("282982110", "28.29.82.110"),
    ],
)
def test_a_kp_ved_code_is_read_with_or_without_dots(pasted, stored):
    assert normalise_kp_ved(pasted) == stored


@pytest.mark.parametrize("wrong", ["28.29", "28.2982", "2.8.29.82", "28.29.8", "28.29.82.1", "abc"])
def test_an_unsound_kp_ved_code_is_refused(wrong):
    with pytest.raises(ValidationError):
        normalise_kp_ved(wrong)


def test_form_fields_normalise_and_allow_blank_when_optional():
    assert HsCodeFormField().clean(" 8421 99 000 6 ") == "8421990006"
    assert KpVedFormField(required=False).clean(" ") == ""
    with pytest.raises(ValidationError):
        HsCodeFormField().clean("842199000")


def test_model_fields_offer_their_form_fields_and_fixed_length():
    assert isinstance(HsCodeField().formfield(), HsCodeFormField)
    assert isinstance(KpVedField().formfield(), KpVedFormField)
    assert HsCodeField().max_length == 10
    assert KpVedField(blank=True).deconstruct()[3] == {"blank": True}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Шт.", "шт"),
        ("м²", "M2"),
        ("кв. м", "кв м"),
        ("796.0", "796"),
        ("6", "006"),
        ("T", "т"),
    ],
)
def test_spellings_of_one_unit_have_one_key(one, other):
    assert alias_key(one) == alias_key(other)
