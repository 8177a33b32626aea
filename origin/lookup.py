"""Which rows of the rules stand for an HS code. Pure.

A code that no row names falls under the general rule. A row with a shorter code holds for
everything below it; a row with a longer code than the one asked for holds only for a part of it and
is shown apart. Several rows for one code, or rows for a part of a heading, leave a choice.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .codes import HEADING_LENGTH, LONGEST, is_under, is_within, length_of, overlaps
from .errors import OriginError
from .packs import GENERAL, Row, RulePack
from .rulebook import RuleBook

_NOISE = re.compile(r"[\s.]")


@dataclass(frozen=True, slots=True)
class Lookup:
    hs_code: str
    # The general rule is open: no row holds for all goods of this code.
    general: bool
    rows: tuple[Row, ...]
    # Rows, excluded ones too, that name only a part of the code asked for.
    narrower: tuple[Row, ...]
    # Rows that return the code to the general rule.
    excluded: tuple[Row, ...]

    @property
    def options(self) -> tuple[str, ...]:
        """The rules that can be chosen: ids of rows, and `general`."""
        named = [row.id for row in (*self.rows, *self.narrower) if not row.excluded]
        return (*named, GENERAL) if self.general else tuple(named)

    @property
    def needs_choice(self) -> bool:
        return len(self.options) > 1


def plain_hs_code(hs_code: str) -> str:
    """Digits of a code of at least four; an OriginError otherwise."""
    code = _NOISE.sub("", hs_code)
    if not (code.isascii() and code.isdigit()) or len(code) > LONGEST:
        raise OriginError(
            "hs_code",
            _("An HS code has 4 to 10 digits, this is “%(text)s”.") % {"text": hs_code},
            field="hs_code",
        )
    if len(code) < HEADING_LENGTH:
        raise OriginError(
            "hs_code_short",
            _("A commodity group is not enough: give at least the four digits of the heading."),
            field="hs_code",
        )
    return code


def lookup(rules: RuleBook | RulePack, hs_code: str) -> Lookup:
    pack = rules.pack if isinstance(rules, RuleBook) else rules
    code = plain_hs_code(hs_code)
    covering: list[tuple[int, Row]] = []
    narrower: list[Row] = []
    for row in pack.rows_by_heading.get(code[:HEADING_LENGTH], ()):
        if is_under(code, row.but_not):
            continue
        lengths = [length_of(named) for named in row.codes if is_within(code, named)]
        if lengths:
            covering.append((max(lengths), row))
        elif any(overlaps(code, named) for named in row.codes):
            narrower.append(row)
    excluded = tuple(row for _length, row in covering if row.excluded)
    # An excluded row takes its codes out of rows that are not more exact than itself.
    floor = max((n for n, row in covering if row.excluded and not row.is_partial), default=0)
    rows = tuple(row for n, row in covering if not row.excluded and n > floor)
    part_returns = any(row.excluded for row in narrower) or any(row.is_partial for row in excluded)
    return Lookup(
        hs_code=code,
        general=part_returns or all(row.is_partial for row in rows),
        rows=rows,
        narrower=tuple(narrower),
        excluded=excluded,
    )
