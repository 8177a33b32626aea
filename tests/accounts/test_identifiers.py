import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from accounts.fields import BinIinField, BinIinFormField
from accounts.identifiers import (
    Kind,
    birth_date,
    check_digit,
    complete_identifier,
    fold_lookalikes,
    kind_of,
    normalise_bin_iin,
    normalise_text_id,
)

INVENTED_BIN = "990140000017"
INVENTED_IIN = complete_identifier("85010130001")
BIN_WITH_LEADING_ZERO = complete_identifier("08034002118")
IIN_BORN_IN_2000 = complete_identifier("00020350001")


@pytest.mark.parametrize(
    "pasted",
    [
        "990140000017",
        " 990140000017\n",
        "9901 4000 0017",
        "990\u00a0140\u202f000\u2009017",
        "990140-000017",
        "\ufeff990140000017",
        "'990140000017",
        "990140000017.0",
        990140000017,
        990140000017.0,
    ],
)
def test_a_pasted_bin_is_read_whatever_surrounds_it(pasted):
    assert normalise_bin_iin(pasted) == INVENTED_BIN


def test_leading_zeros_lost_by_a_spreadsheet_come_back():
    assert normalise_bin_iin(f"{int(BIN_WITH_LEADING_ZERO)}.0") == BIN_WITH_LEADING_ZERO
    assert normalise_bin_iin(int(IIN_BORN_IN_2000)) == IIN_BORN_IN_2000


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("990140000018", "check_digit"),
        ("99014000001", "length"),
        ("1234", "length"),
        ("9901400000170", "length"),
        ("99014000001О", "not_digits"),
        ("БИН 990140000017", "not_digits"),
        ("9.9014E+11", "shortened"),
        ("9,9014E+11", "shortened"),
        (complete_identifier("85013230001"), "birth_date"),
        (complete_identifier("85023030001"), "birth_date"),
        (complete_identifier("85010170000"), "birth_date"),
        ("١٢٣٤٥٦٧٨٩٠١٢", "not_digits"),
    ],
)
def test_a_wrong_identifier_is_refused_with_its_reason(wrong, code):
    with pytest.raises(ValidationError) as refusal:
        normalise_bin_iin(wrong)
    assert refusal.value.code == code


def test_a_shorter_number_is_not_padded_when_the_check_digit_does_not_fit():
    lost = BIN_WITH_LEADING_ZERO.lstrip("0")
    spoiled = lost[:-1] + str((int(lost[-1]) + 1) % 10)
    with pytest.raises(ValidationError) as refusal:
        normalise_bin_iin(spoiled)
    assert refusal.value.code == "length"


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(1, 9))
def test_a_check_digit_off_by_anything_is_found(first_eleven, shift):
    digit = check_digit(first_eleven)
    if digit is None:
        return
    wrong = f"{first_eleven}{(digit + shift) % 10}"
    with pytest.raises(ValidationError):
        normalise_bin_iin(wrong)


def test_the_second_row_of_weights_is_used_when_the_first_gives_ten():
    # 1·1+2·1+3·1+4·1 = 10, remainder 10; second row 3+4+5+6 = 18, remainder 7.
    assert check_digit("11110000000") == 7


def test_no_check_digit_exists_when_both_rows_give_ten():
    assert any(check_digit(f"{number:011d}") is None for number in range(2000))
    impossible = next(f"{n:011d}" for n in range(2000) if check_digit(f"{n:011d}") is None)
    with pytest.raises(ValueError, match=impossible):
        complete_identifier(impossible)


def test_kind_and_birth_date_are_read_from_the_digits():
    assert kind_of(INVENTED_BIN) is Kind.BIN
    assert kind_of(INVENTED_IIN) is Kind.IIN
    assert birth_date(INVENTED_IIN) == dt.date(1985, 1, 1)
    assert birth_date(IIN_BORN_IN_2000) == dt.date(2000, 2, 3)
    assert birth_date("990229200000") is None
    assert birth_date("000229000000") == dt.date(2000, 2, 29)


def test_a_field_for_one_kind_refuses_the_other():
    with pytest.raises(ValidationError) as refusal:
        normalise_bin_iin(INVENTED_IIN, only=Kind.BIN)
    assert refusal.value.code == "kind"
    with pytest.raises(ValidationError):
        normalise_bin_iin(INVENTED_BIN, only=Kind.IIN)


def test_lookalikes_fold_to_one_alphabet_and_keep_case():
    assert fold_lookalikes("СТ-КZ") == "CT-KZ"
    assert fold_lookalikes("CT-KZ", to="cyrillic") == "СТ-КZ"
    assert fold_lookalikes("П Д Ф Ж З") == "П Д Ф Ж З"


def test_text_identifiers_lose_only_what_a_spreadsheet_added():
    assert normalise_text_id("2310478.0") == "2310478"
    assert normalise_text_id("A 12–7") == "A127"
    assert normalise_text_id("1.05") == "1.05"


def test_a_form_field_normalises_and_allows_blank_when_optional():
    assert BinIinFormField().clean(" 9901 4000 0017 ") == INVENTED_BIN
    assert BinIinFormField(required=False).clean("  ") == ""
    with pytest.raises(ValidationError):
        BinIinFormField().clean("990140000018")


def test_the_model_field_normalises_before_it_is_saved_and_gives_its_form_field():
    class Holder(models.Model):
        number = BinIinField(only="bin")

        class Meta:
            app_label = "accounts"
            managed = False

        def __str__(self) -> str:
            return self.number

    field = Holder._meta.get_field("number")
    holder = Holder(number="9901 4000 0017.0")
    assert field.pre_save(holder, add=True) == INVENTED_BIN
    assert holder.number == INVENTED_BIN
    holder.number = "990140000018"
    with pytest.raises(ValidationError):
        field.pre_save(holder, add=True)
    assert field.get_prep_value("9901 4000 0017") == INVENTED_BIN
    assert field.get_prep_value("9901") == "9901"
    assert isinstance(field.formfield(), BinIinFormField)
    assert field.deconstruct()[3] == {"only": "bin"}
