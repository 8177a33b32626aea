"""A whole half-yearly list at once: every line of the file, or none."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from oversight.models import Inspection
from reference.models import Department
from reference.spreadsheet_rows import RowError

from .planning import Entry, Subject, open_half_year, plan_many
from .sheet import read_list


class FaultyList(DomainError):
    """Nothing was planned; every bad row says why."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("faulty_list", _("The file has mistakes; nothing was planned."))
        self.errors = list(errors)


@transaction.atomic
def import_list(
    *, actor: Membership, department: Department, half_year: str, data: bytes, filename: str
) -> list[Inspection]:
    """Whether the person may plan there is asked before the file is read."""
    half = open_half_year(actor=actor, department=department, half_year=half_year)
    sheet = read_list(data, filename, half=half, on=timezone.localdate())
    if sheet.errors:
        raise FaultyList(sheet.errors)
    return plan_many(
        actor=actor,
        department=department,
        half_year=half_year,
        entries=_with_organisations(sheet.entries),
    )


def _with_organisations(entries: Sequence[Entry]) -> list[Entry]:
    """Subjects that the portal knows by their identifier are those organisations."""
    bins = [entry.subject.bin for entry in entries]
    known = {one.bin: one for one in Organisation.objects.filter(bin__in=bins)}
    return [
        Entry(
            Subject.of(known[entry.subject.bin]) if entry.subject.bin in known else entry.subject,
            entry.kind,
            entry.object_kind,
            entry.planned_on,
        )
        for entry in entries
    ]
