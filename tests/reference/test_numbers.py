import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import DomainError
from reference.numbers import (
    CertificateNumber,
    format_number,
    normalise_certificate_number,
    parse_certificate_number,
)

CERTIFICATE = "KZ {y} {chamber} {seq:05d}"


@pytest.mark.parametrize(
    "typed",
    [
        "KZ 6 120 00318",
        "kz6 120 318",
        "KZ612000318",
        "  KZ  6\u00a0120 00318 ",
        "КZ 6 120 00318",
        "кz 6 120 00318",
        "№ KZ 6 120 00318",
        "KZ-6-120-00318",
        "KZ 6 12О 0О318",
        "KZ 6 120 00З18",
    ],
)
def test_a_certificate_number_is_read_as_people_give_it(typed):
    assert normalise_certificate_number(typed) == "KZ 6 120 00318"


@pytest.mark.parametrize(
    "wrong",
    ["", "КЗ 6 120 00318", "KZ UZ 5 119 01449", "KZ 6 120", "KZ 6 120 000318", "KZ 6 120 00000"],
)
def test_other_numbers_are_refused(wrong):
    with pytest.raises(ValidationError):
        normalise_certificate_number(wrong)


@given(st.integers(0, 9), st.integers(0, 999), st.integers(1, 99_999))
def test_a_number_survives_being_printed_and_read(year, chamber, sequence):
    number = CertificateNumber(year, f"{chamber:03d}", sequence)
    assert parse_certificate_number(str(number)) == number
    assert parse_certificate_number(str(number).lower().replace(" ", "")) == number


def test_numbers_follow_their_pattern():
    assert format_number(CERTIFICATE, seq=318, year=2026, chamber="120") == "KZ 6 120 00318"
    assert format_number("{org}-{year}-{seq:05d}", seq=7, year=2030, org="Э12") == "Э12-2030-00007"


@pytest.mark.parametrize("seq", [0, 100_000])
def test_a_sequence_that_does_not_fit_is_refused(seq):
    with pytest.raises(DomainError) as refusal:
        format_number(CERTIFICATE, seq=seq, year=2026, chamber="120")
    assert refusal.value.code == "number.exhausted"


def test_a_pattern_may_not_ask_for_anything_else():
    with pytest.raises(DomainError) as refusal:
        format_number("{seq.__class__}", seq=1, year=2026)
    assert refusal.value.code == "number.pattern"
