import datetime as dt
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from reference.currencies import currency_code, currency_codes, currency_name
from reference.exchange_rates import ExchangeRate, rates_for

DAY = dt.date(2026, 1, 15)
HEADINGS = "currency,date,rate,per units,source"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USD", "USD"), ("usd", "USD"), ("ЕUR", "EUR"), ("$", "USD"), ("₸", "KZT"),
        ("тенге", "KZT"), ("теңге", "KZT"), ("доллар США", "USD"), ("АҚШ доллары", "USD"),
        ("US Dollar", "USD"), ("руб.", "RUB"), ("юань", "CNY"),
        ("SUR", None), ("XXX", None), ("дублон", None), ("", None),
    ],
)  # fmt: skip
def test_a_currency_is_known_by_code_sign_and_name(text, code):
    assert currency_code(text) == code


def test_only_money_of_today_is_a_currency_and_every_one_has_three_names():
    assert {"KZT", "USD", "EUR", "RUB", "CNY", "UZS"} <= currency_codes()
    assert not {"DEM", "SUR", "FRF"} & currency_codes()
    for language in ("kk", "ru", "en"):
        assert currency_name("USD", language) != "USD"


def load(tmp_path, *rows, headings=HEADINGS) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("\n".join((headings, *rows)), encoding="utf-8")
    call_command("load_exchange_rates", str(path))


@pytest.mark.django_db
def test_rates_are_loaded_once_and_corrected_by_a_later_file(tmp_path, capsys):
    load(tmp_path, "USD,2026-01-15,500.25,1,Example", "UZS,15.01.2026,4,100,Example")
    assert "2 rates added" in capsys.readouterr().out
    assert ExchangeRate.objects.get(currency="UZS").per_one == Decimal("0.04")
    load(tmp_path, "USD,2026-01-15,501,1,Example", "UZS,15.01.2026,4,100,Example")
    assert "0 rates added, 1 changed, 1 already there" in capsys.readouterr().out
    known = rates_for([("USD", DAY), ("EUR", DAY)])
    assert {key: rate.rate for key, rate in known.items()} == {("USD", DAY): Decimal(501)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("USDX,2026-01-15,500,1,Example", "currency"),
        ("KZT,2026-01-15,1,1,Example", "currency"),
        ("USD,2026-13-15,500,1,Example", "date"),
        ("USD,2026-01-15,много,1,Example", "rate"),
        ("USD,2026-01-15,-5,1,Example", "rate_kzt"),
        ("USD,2026-01-15,0,1,Example", "rate_kzt"),
        ("USD,2026-01-15,500,7,Example", "per_units"),
        ("USD,2026-01-15,500.1234567,1,Example", "rate_kzt"),
        ("USD,2026-01-15,500,1,", "source"),
        ("EUR,2026-01-15,600,1,Example", "the same currency and date as in row 2"),
    ],
)
def test_one_bad_row_is_named_and_nothing_is_loaded(tmp_path, capsys, row, told):
    with pytest.raises(CommandError):
        load(tmp_path, "EUR,2026-01-15,550,1,Example", row)
    error = capsys.readouterr().err
    assert "row 3" in error
    assert told in error
    assert not ExchangeRate.objects.exists()


@pytest.mark.django_db
def test_a_file_without_its_columns_or_rows_is_refused(tmp_path, capsys):
    with pytest.raises(CommandError):
        load(tmp_path, "USD,500", headings="currency,rate")
    assert "date" in capsys.readouterr().err
    with pytest.raises(CommandError):
        load(tmp_path)


@pytest.mark.django_db
def test_the_demo_rates_say_themselves_that_they_are_an_example():
    call_command(
        "load_exchange_rates", str(settings.BASE_DIR / "ctkz_portal/demo/exchange_rates.csv")
    )
    assert ExchangeRate.objects.count() >= 5
    assert not ExchangeRate.objects.exclude(source__startswith="Example").exists()


@pytest.mark.django_db
def test_rates_of_many_rows_take_one_query(django_assert_num_queries):
    ExchangeRate.objects.create(currency="USD", on=DAY, rate_kzt=500, source="Example")
    wanted = [("USD", DAY), ("USD", DAY + dt.timedelta(days=1)), ("EUR", DAY)]
    with django_assert_num_queries(1):
        assert set(rates_for(wanted)) == {("USD", DAY)}
    with django_assert_num_queries(0):
        assert rates_for([]) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"currency": "KZT"}, {"currency": "us"}, {"rate_kzt": Decimal(0)}, {"per_units": 3},
        {"source": ""},
    ],
)  # fmt: skip
def test_the_database_takes_no_impossible_rate(values):
    sound = {"currency": "USD", "on": DAY, "rate_kzt": Decimal(500), "source": "Example"}
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangeRate.objects.create(**{**sound, **values})
