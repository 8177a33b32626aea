import datetime as dt
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from reference import data_files
from reference.models import CalendarDay, Chamber, CodeEntry, Parameter, Scheme, Unit
from reference.numbers import format_number
from reference.parameters import ParameterMissingError, parameter, parameter_row
from reference.units import alias_key

TODAY = dt.date(2026, 6, 1)
KAZAKH = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")


def load() -> str:
    out = StringIO()
    call_command("load_reference", stdout=out)
    return out.getvalue()


@pytest.fixture
def loaded(db):
    load()


def test_twenty_chambers_have_codes_101_to_120_and_three_names():
    chambers = data_files.chambers()
    assert [row["code"] for row in chambers] == [str(code) for code in range(101, 121)]
    assert len({row["kato"] for row in chambers}) == 20
    for row in chambers:
        assert row["name_ru"].startswith("Палата предпринимателей")
        assert row["name_kk"].endswith("Кәсіпкерлер палатасы")
        assert row["name_en"].startswith("Chamber of Entrepreneurs")


def test_no_spelling_of_a_unit_means_two_units():
    owners: dict[str, set[str]] = {}
    for row in data_files.units():
        spellings = [row["code"], row["symbol_ru"], row["symbol_kk"], row["symbol_en"]]
        spellings += [row["name_ru"], row["name_kk"], *row["aliases"]]
        for spelling in spellings:
            owners.setdefault(alias_key(spelling), set()).add(row["code"])
    assert {key: codes for key, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("шт.", "796"), ("ШТУК", "796"), ("дана", "796"), ("796", "796"), ("796.0", "796"),
        ("кг", "166"), ("тонн", "168"), ("м2", "055"), ("м²", "055"), ("пог. м", "018"),
        ("п.м.", "018"), ("6", "006"), ("куб. м", "113"), ("компл.", "839"), ("литров", "112"),
    ],
)  # fmt: skip
def test_units_are_known_by_their_usual_spellings(spelling, code):
    assert data_files.unit_aliases()[alias_key(spelling)] == code


def test_every_entry_of_every_list_is_named_in_three_languages():
    entries = data_files.code_entries()
    lists = Counter(entry["list"] for entry in entries)
    assert set(lists) >= {
        "purpose",
        "category",
        "document_type",
        "expertise_refusal_reason",
        "refusal_reason",
        "checklist_item",
        "annulment_reason",
        "line_negative_reason",
        "auditor_requirement",
        "attestation_refusal_reason",
        "suspension_reason",
        "revocation_reason",
    }
    for entry in entries:
        assert entry["name_kk"]
        assert entry["name_ru"]
        assert entry["name_en"]
        # Two regions are officially written with Kazakh letters in Russian, too.
        assert entry["list"] == "region" or not KAZAKH & set(entry["name_ru"])
        assert entry["name_en"].isascii()
    # Almost every Kazakh sentence has a letter that Russian lacks.
    assert sum(bool(KAZAKH & set(entry["name_kk"])) for entry in entries) > 0.9 * len(entries)


@pytest.fixture
def empty(db):
    """As on the first day: without the rules too, which are never deleted and name a scheme."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM origin_rulepack")
        cursor.execute("SET LOCAL session_replication_role = origin")
    for model in (Parameter, Scheme, CodeEntry, Unit, Chamber, CalendarDay):
        model.objects.all().delete()


@pytest.mark.usefixtures("empty")
def test_loading_twice_changes_nothing_and_says_so():
    first = load()
    assert "chamber: 20 added" in first
    before = {
        model: list(model.objects.order_by("pk").values())
        for model in (Chamber, Unit, Scheme, CodeEntry, Parameter, CalendarDay)
    }
    second = load()
    assert "added" not in second
    assert "updated" not in second
    assert "chamber: 20 unchanged" in second
    for model, rows in before.items():
        assert list(model.objects.order_by("pk").values()) == rows


@pytest.mark.django_db
def test_loading_repairs_rows_but_keeps_what_people_added_or_confirmed(loaded):
    Chamber.objects.filter(code="120").update(name_en="spoiled")
    Parameter.objects.filter(key="act.validity_months.batch").update(value=9, is_confirmed=True)
    Unit.objects.create(
        code="999",
        symbol_kk="x",
        symbol_ru="x",
        symbol_en="x",
        name_kk="x",
        name_ru="x",
        name_en="x",
    )
    told = load()
    assert Chamber.objects.get(code="120").name_en == "Chamber of Entrepreneurs of Ulytau region"
    assert parameter("act.validity_months.batch", on=TODAY) == 9
    assert Unit.objects.filter(code="999").exists()
    assert "1 updated" in told
    assert "1 kept as confirmed" in told
    assert "1 of your own" in told


@pytest.mark.usefixtures("loaded")
def test_names_follow_the_active_language():
    chamber = Chamber.objects.get(code="120")
    with translation.override("kk"):
        assert str(chamber) == "Ұлытау облысының Кәсіпкерлер палатасы"
    with translation.override("en"):
        assert chamber.name == "Chamber of Entrepreneurs of Ulytau region"
    assert chamber.names()["ru"] == "Палата предпринимателей области Ұлытау"


@pytest.mark.usefixtures("loaded")
def test_the_units_of_the_database_know_the_spellings_of_the_files():
    assert Unit.objects.aliases() == data_files.unit_aliases()


@pytest.mark.usefixtures("loaded")
def test_lists_offer_what_fits_the_category_and_the_day():
    serial = CodeEntry.objects.of("checklist_item", on=TODAY, applies_to="serial")
    codes = set(serial.values_list("code", flat=True))
    assert "serial_production" in codes
    assert "batch_documents" not in codes
    assert "act_in_force" in codes
    CodeEntry.objects.filter(list="purpose", code="procurement").update(valid_until=TODAY)
    tomorrow = TODAY + dt.timedelta(days=1)
    assert CodeEntry.objects.of("purpose", on=TODAY).filter(code="procurement").exists()
    assert not CodeEntry.objects.of("purpose", on=tomorrow).filter(code="procurement").exists()


@pytest.mark.usefixtures("loaded")
def test_a_parameter_is_the_one_in_force_on_the_day(django_assert_num_queries):
    key = "certificate.validity_months.serial"
    scheme = Scheme.objects.get(code="CT-KZ")
    changed_on = TODAY + dt.timedelta(days=30)
    Parameter.objects.create(key=key, scheme=scheme, value=6, valid_from=changed_on)
    with django_assert_num_queries(1):
        assert parameter(key, on=TODAY) == 12
    assert parameter(key, on=changed_on) == 6
    assert parameter(key, on=changed_on - dt.timedelta(days=1)) == 12


@pytest.mark.usefixtures("loaded")
def test_a_parameter_of_the_scheme_goes_before_the_common_one():
    assert parameter("mci", on=dt.date(2025, 12, 31)) == 3932
    assert parameter("mci", on=dt.date(2026, 1, 1), scheme=None) == 4325
    Parameter.objects.create(key="mci", scheme_id="CT-KZ", value=1, valid_from=dt.date(2026, 1, 1))
    assert parameter("mci", on=TODAY) == 1
    assert parameter_row("mci", on=TODAY, scheme=None).value == 4325


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("key", "day"), [("no.such.key", TODAY), ("expertise.deadline_days", dt.date(2001, 1, 1))]
)
def test_a_missing_parameter_is_an_error_that_names_it(key, day):
    with pytest.raises(ParameterMissingError) as refusal:
        parameter(key, on=day)
    assert refusal.value.code == "parameter_missing"
    assert key in str(refusal.value.message)


@pytest.mark.usefixtures("loaded")
def test_every_number_pattern_makes_a_number():
    for kind in ("request", "application", "act", "certificate"):
        pattern = parameter(f"number_format.{kind}", on=TODAY)
        number = format_number(pattern, seq=318, year=2026, org="Э07", chamber="120")
        assert number.endswith("318")
    assert Scheme.objects.get(code="CT-KZ").number_format == pattern


@pytest.mark.usefixtures("loaded")
def test_suggested_defaults_are_marked_as_such():
    for row in Parameter.objects.all():
        assert row.source
        assert not (row.is_confirmed and row.source.startswith("Suggested"))


@pytest.mark.usefixtures("loaded")
def test_two_values_cannot_start_on_one_day():
    with pytest.raises(IntegrityError), transaction.atomic():
        Parameter.objects.create(key="mci", scheme=None, value=1, valid_from=dt.date(2026, 1, 1))


def test_no_certificate_outlives_its_scheme():
    scheme = Scheme(started_on=dt.date(2009, 10, 22), ended_on=dt.date(2026, 1, 1))
    assert scheme.cap(dt.date(2026, 5, 1)) == dt.date(2025, 12, 31)
    assert scheme.cap(dt.date(2025, 5, 1)) == dt.date(2025, 5, 1)
    assert scheme.is_open(on=dt.date(2025, 12, 31))
    assert not scheme.is_open(on=dt.date(2026, 1, 1))
    scheme.ended_on = None
    assert scheme.cap(dt.date(2030, 1, 1)) == dt.date(2030, 1, 1)
