"""Every file of a case that its reader may have, grouped by who put it there.

A file is handed out by the page of its own room, which asks its own permission again; what is
listed here is what those pages would give. Notes and their files are not part of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership

from . import control_files, stage_files
from .filed import CaseFile
from .whole import WholeCase

GROUPS: dict[str, str | Promise] = {
    "applicant": _("The applicant"),
    "experts": _("The expert organisation"),
    "chamber": _("The chamber"),
    "others": _("Other bodies"),
    "committee": _("The Committee"),
    "signatures": _("Electronic signatures"),
}


@dataclass(frozen=True)
class Source:
    """One kind of file: its rows for a person, how each is told, by what two are one file."""

    rows: Callable[[Membership, UUID], QuerySet[Any]]
    told: Callable[[WholeCase, Iterable[Any]], Iterable[CaseFile]]
    identity: str = "pk"


SOURCES = (
    # A correction carries the papers of its request on: they are the same files.
    Source(stage_files.documents, stage_files.documents_told, "file__sha256"),
    Source(stage_files.acts, stage_files.acts_told),
    Source(stage_files.certificates, stage_files.certificates_told),
    Source(stage_files.letters, stage_files.letters_told),
    Source(stage_files.replies, stage_files.replies_told),
    Source(stage_files.orders, stage_files.orders_told),
    Source(stage_files.grounds, stage_files.grounds_told),
    Source(stage_files.duplicates, stage_files.duplicates_told),
    Source(control_files.replies, control_files.replies_told),
    Source(control_files.recommendations_sent, control_files.recommendations_told),
    Source(control_files.notices, control_files.notices_told),
    Source(control_files.decisions, control_files.decisions_told),
    Source(control_files.signatures, control_files.signatures_told),
)


def files_of(case: WholeCase) -> list[CaseFile]:
    """In the order of the groups, the oldest first; a fixed number of queries."""
    found: dict[tuple[object, str], CaseFile] = {}
    for source in SOURCES:
        for file in source.told(case, source.rows(case.actor, case.case_id)):
            identity = file.key if source.identity == "pk" else file.sha256
            found.setdefault((source.rows, identity), file)
    order = list(GROUPS)
    return sorted(found.values(), key=lambda file: (order.index(file.group), file.at))


def file_of(case: WholeCase, key: str) -> CaseFile | None:
    """The file of that key, if it is among those the reader may have."""
    return next((file for file in files_of(case) if file.key == key), None)


def grouped(files: Iterable[CaseFile]) -> list[tuple[str | Promise, list[CaseFile]]]:
    by_group: dict[str, list[CaseFile]] = {}
    for file in files:
        by_group.setdefault(file.group, []).append(file)
    return [(GROUPS[group], rows) for group, rows in by_group.items()]
