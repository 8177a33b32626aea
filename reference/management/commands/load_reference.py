"""Bring the reference data of the files into the database; may be run at any time, any number."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction

from reference import data_files
from reference.models import (
    CalendarDay,
    Chamber,
    CodeEntry,
    Department,
    MeasureType,
    Parameter,
    Scheme,
    Unit,
)
from reference.signals import calendar_changed
from reference.working_days import Calendar


class Command(BaseCommand):
    help = "Load chambers, units, schemes, lists, parameters and the calendar. Deletes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self._load(Chamber, ("code",), data_files.chambers())
        self._load(Department, ("code",), data_files.departments())
        self._load(MeasureType, ("code", "valid_from"), data_files.measure_types())
        self._load(Unit, ("code",), data_files.units())
        self._load(Scheme, ("code",), data_files.schemes())
        self._load(CodeEntry, ("list", "code"), data_files.code_entries())
        self._load(
            Parameter, ("key", "scheme_id", "valid_from"), map(_row, data_files.parameters())
        )
        self._load_calendar()

    def _load_calendar(self) -> None:
        old = Calendar.current()
        self._load(CalendarDay, ("date",), data_files.calendar_days())
        new = Calendar.current()
        if old != new:
            calendar_changed.send(sender=CalendarDay, old=old, new=new)

    def _load(
        self,
        model: type[models.Model],
        identity: tuple[str, ...],
        rows: Iterable[Mapping[str, Any]],
    ) -> None:
        existing = {
            tuple(getattr(row, name) for name in identity): row
            for row in model._default_manager.all()
        }
        counts: Counter[str] = Counter()
        for values in rows:
            row = existing.pop(tuple(values[name] for name in identity), None)
            counts[_store(model, row, values)] += 1
        # What the files do not know was added by people and stays.
        counts["of your own"] = len(existing)
        told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
        self.stdout.write(f"{model._meta.model_name}: {told}")


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    row = {"valid_until": None, "note": "", **values}
    row["scheme_id"] = row.pop("scheme")
    return row


def _store(model: type[models.Model], row: Any, values: Mapping[str, Any]) -> str:
    if row is None:
        row = model(**values)
        row.full_clean()
        row.save(force_insert=True)
        return "added"
    if getattr(row, "is_confirmed", False) and not values.get("is_confirmed", False):
        # Somebody with authority has settled this row; a suggested default does not undo that.
        return "kept as confirmed"
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return "unchanged"
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    row.save(update_fields=changed)
    return "updated"
