"""Certificate numbers: unique for good and without gaps, whoever approves at the same time."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Role
from issuance import services
from issuance.models import Application, Certificate
from issuance.numbering import CODE_ALPHABET, CODE_LENGTH, new_verify_code, reserve_number
from reference.models import Chamber
from reference.numbering import NumberSequence
from tests import scenarios
from tests.issuance.test_issuing import in_threads
from workflow.moving import WrongStatus


def reserved(*, chamber: str, year: int) -> str:
    with transaction.atomic():
        return reserve_number(chamber_code=chamber, on=date(year, 6, 1)).number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chamber", "year", "number"),
    [
        ("120", 2026, "KZ 6 120 00001"),
        ("101", 2026, "KZ 6 101 00001"),
        ("120", 2029, "KZ 9 120 00001"),
        ("120", 2030, "KZ 0 120 00001"),
    ],
)
def test_a_number_names_the_year_and_the_chamber(chamber: str, year: int, number: str) -> None:
    scenarios.reference_data()
    assert reserved(chamber=chamber, year=year) == number


@pytest.mark.django_db
def test_each_chamber_and_each_year_counts_by_itself() -> None:
    scenarios.reference_data()
    numbers = [
        reserved(chamber=chamber, year=year)
        for chamber, year in (("120", 2026), ("120", 2026), ("101", 2026), ("120", 2027))
    ]
    assert numbers == ["KZ 6 120 00001", "KZ 6 120 00002", "KZ 6 101 00001", "KZ 7 120 00001"]


@pytest.mark.django_db
def test_there_is_no_number_for_a_chamber_that_does_not_exist() -> None:
    scenarios.reference_data()
    with pytest.raises(Chamber.DoesNotExist):
        reserved(chamber="999", year=2026)
    assert not NumberSequence.objects.filter(series="999").exists()


@pytest.mark.django_db
def test_an_approval_rolled_back_gives_its_number_back() -> None:
    scenarios.a_seal()
    first, second = (scenarios.an_application("recommended") for _one in range(2))
    point = transaction.savepoint()
    scenarios.approve(first)
    assert Certificate.objects.get().sequence == 1
    transaction.savepoint_rollback(point)
    first.refresh_from_db()
    assert first.status == "recommended"
    scenarios.approve(second)
    assert Certificate.objects.get().sequence == 1


@pytest.mark.django_db(transaction=True)
def test_approvals_side_by_side_get_numbers_without_gaps_or_repeats() -> None:
    scenarios.a_seal()
    applications = [scenarios.an_application("recommended") for _one in range(8)]
    signatory = scenarios.staff_of(applications[0], Role.CHAMBER_SIGNATORY)

    def approve(application: Application) -> None:
        services.approve_application(application=application, actor=signatory)

    in_threads(*[lambda application=one: approve(application) for one in applications])
    sequences = sorted(Certificate.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, 9))
    assert Certificate.objects.values("number").distinct().count() == 8


@pytest.mark.django_db(transaction=True)
def test_two_signatories_approving_one_application_make_one_certificate() -> None:
    scenarios.a_seal()
    application = scenarios.an_application("recommended")
    first = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    second = scenarios.a_person(Role.CHAMBER_SIGNATORY, application.chamber)
    refusals = []

    def approve(actor: object) -> None:
        try:
            services.approve_application(application=application, actor=actor)
        except WrongStatus as refusal:
            refusals.append(refusal.code)

    in_threads(lambda: approve(first), lambda: approve(second))
    assert refusals == ["wrong_status"]
    assert Certificate.objects.get().sequence == 1


@pytest.mark.django_db
def test_the_digit_of_the_year_comes_back_after_ten_years_and_the_key_stays_unique() -> None:
    """Printed numbers repeat then; the row's key has the full year."""
    first = scenarios.a_certificate("issuing")
    same_key = {"year": first.year, "chamber_code": "120", "sequence": first.sequence}
    with pytest.raises(IntegrityError, match="certificate_number_key"), transaction.atomic():
        _another(number="KZ 0 120 99999", **same_key)
    later = _another(
        number=first.number, year=first.year + 10, chamber_code="120", sequence=first.sequence
    )
    assert later.number == first.number
    assert (later.year, later.sequence) != (first.year, first.sequence)


def _another(**key: object) -> Certificate:
    application = scenarios.an_application("recommended")
    application.act.request.chamber = application.chamber
    return Certificate.objects.create(
        status=Certificate.WORKFLOW.initial,
        application=application,
        case_id=application.case_id,
        verify_code=new_verify_code(),
        certified_at=application.submitted_at,
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        **key,
    )


@pytest.mark.django_db
def test_the_number_is_of_the_day_in_astana_not_of_the_server() -> None:
    with time_machine.travel("2026-12-31T20:30:00+00:00", tick=True):
        assert scenarios.a_certificate("issuing").number.startswith("KZ 7 ")


def test_a_verify_code_has_128_bits_and_no_letters_that_are_mistaken_for_one_another() -> None:
    codes = {new_verify_code() for _one in range(1000)}
    assert len(codes) == 1000
    assert len(CODE_ALPHABET) ** CODE_LENGTH >= 2**128
    assert not set("01IO") & set("".join(codes))
