"""Numbers that people know things by: gapless, never reused.

A PostgreSQL sequence would leave gaps on rollback; a counter row under a lock does not.
"""

from django.db import models, transaction


class NumberSequence(models.Model):
    """The last number given for one kind of thing in one series and year."""

    kind = models.CharField(max_length=30)
    series = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "reference"
        constraints = (
            models.UniqueConstraint(fields=("kind", "series", "year"), name="number_sequence_key"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.series} {self.year}: {self.last}"


def next_number(*, kind: str, series: str, year: int) -> int:
    """The next number; the counter row stays locked until the caller's transaction ends.

    Call it as late as possible: everybody who wants a number of the same series waits.
    A rollback gives the number back, so the series has no gaps.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number needs the caller's transaction")
    NumberSequence.objects.bulk_create(
        [NumberSequence(kind=kind, series=series, year=year)], ignore_conflicts=True
    )
    row = NumberSequence.objects.select_for_update().get(kind=kind, series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def pass_over(*, kind: str, series: str, year: int, last: int) -> None:
    """No number up to `last` will be given: they were given elsewhere, before the portal."""
    NumberSequence.objects.bulk_create(
        [NumberSequence(kind=kind, series=series, year=year)], ignore_conflicts=True
    )
    NumberSequence.objects.filter(kind=kind, series=series, year=year, last__lt=last).update(
        last=last
    )
