"""Exchange rates from a file: every bad row is reported, and either all rows are taken or none."""

import csv
import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reference.currencies import TENGE, currency_codes
from reference.figures import BadValue, read_number
from reference.models import ExchangeRate

COLUMNS = ("currency", "date", "rate", "per units", "source")
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")


class Command(BaseCommand):
    help = "Load exchange rates from a CSV file: " + ", ".join(COLUMNS) + ". All rows or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        rates, faults = _read(text)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} mistakes; nothing was loaded")
        if not rates:
            raise CommandError("no rates in the file; nothing was loaded")
        added, changed = _store(rates)
        same = len(rates) - added - changed
        self.stdout.write(f"{added} rates added, {changed} changed, {same} already there")


def _read(text: str) -> tuple[list[ExchangeRate], list[str]]:
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(text.splitlines(), delimiter=separator)
    headings = tuple(" ".join((name or "").lower().replace("_", " ").split())
                     for name in reader.fieldnames or ())  # fmt: skip
    if missing := [name for name in COLUMNS if name not in headings]:
        return [], [f"row 1: columns are missing: {', '.join(missing)}"]
    reader.fieldnames = list(headings)
    rates: list[ExchangeRate] = []
    faults: list[str] = []
    rows_of: dict[tuple[str, dt.date], int] = {}
    for number, row in enumerate(reader, start=2):
        if not any((value or "").strip() for name, value in row.items() if name in COLUMNS):
            continue
        rate, reasons = _rate(row)
        if rate and (earlier := rows_of.setdefault((rate.currency, rate.on), number)) != number:
            reasons.append(f"the same currency and date as in row {earlier}")
        faults += [f"row {number}: {reason}" for reason in reasons]
        if rate:
            rates.append(rate)
    return rates, faults


def _rate(row: dict[str, Any]) -> tuple[ExchangeRate | None, list[str]]:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    reasons = []
    currency = values["currency"].upper()
    if currency not in currency_codes() or currency == TENGE:
        reasons.append(f"currency: {values['currency'] or 'empty'} is no foreign currency")
    on = _date(values["date"])
    if on is None:
        reasons.append(f"date: {values['date'] or 'empty'} is no date")
    numbers = {}
    for name in ("rate", "per units"):
        try:
            reading = read_number(values[name])
        except BadValue:
            reasons.append(f"{name}: {values[name] or 'empty'} is no number")
            continue
        if reading.tail:
            reasons.append(f"{name}: {values[name]} is more than a number")
        numbers[name] = reading.number
    if reasons or on is None:
        return None, reasons
    per_units = numbers["per units"]
    rate = ExchangeRate(
        currency=currency,
        on=on,
        rate_kzt=numbers["rate"],
        per_units=int(per_units) if per_units == int(per_units) else 0,
        source=values["source"],
    )
    try:
        rate.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return None, [f"{name}: {'; '.join(told)}" for name, told in error.message_dict.items()]
    return rate, []


def _date(text: str) -> dt.date | None:
    for pattern in DATE_FORMATS:
        try:
            return dt.datetime.strptime(text, pattern).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    return None


@transaction.atomic
def _store(rates: list[ExchangeRate]) -> tuple[int, int]:
    known = {
        (row.currency, row.on): row
        for row in ExchangeRate.objects.filter(on__in={rate.on for rate in rates})
    }
    fields = ("rate_kzt", "per_units", "source")
    fresh = [rate for rate in rates if (rate.currency, rate.on) not in known]
    changed = []
    for rate in rates:
        row = known.get((rate.currency, rate.on))
        if row and any(getattr(row, name) != getattr(rate, name) for name in fields):
            for name in fields:
                setattr(row, name, getattr(rate, name))
            changed.append(row)
    ExchangeRate.objects.bulk_create(fresh)
    ExchangeRate.objects.bulk_update(changed, fields)
    return len(fresh), len(changed)
