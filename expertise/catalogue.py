"""The catalogue of operations that the rules in force know, for describing a process."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from accounts.errors import DomainError
from origin.books import rulebook_in_force
from origin.editing import operations_of
from origin.lookup import lookup
from origin.packs import Operation, RulePack

from .models import ExpertiseRequest


@dataclass(frozen=True)
class Entry:
    """An operation in the reader's language; insufficient ones never confer origin alone."""

    code: str
    name: str
    is_sufficient: bool
    is_named: bool = False


@dataclass(frozen=True)
class Catalogue:
    """Operations that the rules name for the goods of a request come first."""

    named: tuple[Entry, ...]
    sufficient: tuple[Entry, ...]
    insufficient: tuple[Entry, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.named, *self.sufficient, *self.insufficient)

    def entry(self, code: str) -> Entry:
        """The entry, or one that shows the bare code of an operation since dropped."""
        known = {entry.code: entry for entry in self.entries}
        return known.get(code) or Entry(code, code, is_sufficient=True)


def catalogue_for(request: ExpertiseRequest, *, on: date) -> Catalogue:
    pack = rulebook_in_force(on=on, scheme=request.scheme_id).pack
    codes = request.lines.order_by("hs_code").values_list("hs_code", flat=True).distinct()
    wanted = _operations_named_for(pack, codes)
    language = (get_language() or "ru").split("-")[0]
    named: list[Entry] = []
    sufficient: list[Entry] = []
    insufficient: list[Entry] = []
    for operation in sorted(pack.operations.values(), key=lambda o: _order(o, language)):
        is_named = operation.sufficient and operation.code in wanted
        entry = Entry(
            operation.code, operation.name.in_language(language), operation.sufficient, is_named
        )
        (named if is_named else sufficient if operation.sufficient else insufficient).append(entry)
    return Catalogue(tuple(named), tuple(sufficient), tuple(insufficient))


def known_operations(request: ExpertiseRequest, *, on: date) -> frozenset[str]:
    return frozenset(rulebook_in_force(on=on, scheme=request.scheme_id).pack.operations)


def _operations_named_for(pack: RulePack, hs_codes: Iterable[str]) -> set[str]:
    wanted: set[str] = set()
    for hs_code in hs_codes:
        try:
            found = lookup(pack, hs_code)
        except DomainError:
            continue
        for row in (*found.rows, *found.narrower):
            if row.condition is not None:
                wanted |= operations_of(row.condition)
    return wanted


def _order(operation: Operation, language: str) -> tuple[str, str]:
    # Insufficient ones keep the order of the act that lists them: N01 to N17.
    name = operation.name.in_language(language) if operation.sufficient else operation.code
    return (name.casefold(), operation.code)
