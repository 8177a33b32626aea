"""How the pages of the rule desk show rows, conditions, findings and changes, in words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from .books import parsed
from .checking import RuleFinding, check, finding_words
from .codes import headings_of, may_be_under, printed
from .conditions import LANGUAGES, Condition, Words
from .differences import Difference, RowChange, difference
from .exporting import condition_yaml
from .models import RulePack
from .packs import Row
from .packs import RulePack as Pack
from .rulebook import Dispute
from .wording import condition_text

_CODE_LIKE = re.compile(r"[\d\s.]+", re.ASCII)


@dataclass(frozen=True)
class ShownRow:
    """A row as a reader of one language meets it."""

    id: str
    codes: tuple[str, ...]
    but_not: tuple[str, ...]
    name: str
    part: str
    note: str
    condition: str
    excluded: bool
    source: str
    is_confirmed: bool
    dispute: Dispute | None = None
    is_changed: bool = False

    @property
    def is_named_by_its_code(self) -> bool:
        return not self.but_not and self.codes == (self.id.replace("-", "–"),)


@dataclass(frozen=True)
class ShownFinding:
    is_error: bool
    title: str
    explanation: str
    example: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class ShownChange:
    before: ShownRow
    after: ShownRow
    parts: tuple[str, ...]
    changes_the_rule: bool


def language() -> str:
    """The two letters by which packs keep their words."""
    found = (get_language() or "ru").split("-")[0]
    return found if found in LANGUAGES else "ru"


def shown_row(
    row: Row, pack: Pack, *, dispute: Dispute | None = None, is_changed: bool = False
) -> ShownRow:
    code = language()
    return ShownRow(
        id=row.id,
        codes=tuple(printed(item) for item in row.codes),
        but_not=tuple(printed(item) for item in row.but_not),
        name=row.name.in_language(code),
        part=row.part.in_language(code) if row.part else "",
        note=row.note.in_language(code) if row.note else "",
        condition=condition_text(row.condition, pack, code) if row.condition else "",
        excluded=row.excluded,
        source=", ".join(filter(None, (row.source.act, row.source.place))),
        is_confirmed=row.is_confirmed,
        dispute=dispute,
        is_changed=is_changed,
    )


def condition_in_languages(condition: Condition, pack: Pack) -> list[tuple[str, str]]:
    """The same condition in each language, that of the reader first."""
    order = sorted(LANGUAGES, key=lambda code: code != language())
    return [(code, condition_text(condition, pack, code)) for code in order]


def words_in_languages(words: Words) -> list[tuple[str, str, str]]:
    """Code and own name of each language with the text in it, empty where it is missing."""
    return [
        (code, get_language_info(code)["name_local"], getattr(words, code)) for code in LANGUAGES
    ]


def matching_rows(pack: Pack, text: str) -> list[Row]:
    """Rows that touch the code, or whose words hold the text; all of them for an empty one."""
    return sorted(_matching(pack, text.strip()), key=lambda row: (row.codes[0][:4], row.id))


def _matching(pack: Pack, wanted: str) -> Iterable[Row]:
    if not wanted:
        return pack.rows
    digits = re.sub(r"[\s.]", "", wanted)
    if _CODE_LIKE.fullmatch(wanted) and len(digits) >= 2:
        return [row for row in pack.rows if may_be_under(digits, row.codes)]
    folded = wanted.casefold()
    return [row for row in pack.rows if any(folded in said.casefold() for said in _said(row))]


def _said(row: Row) -> Iterable[str]:
    yield row.id
    for words in filter(None, (row.name, row.part)):
        yield from (words.kk, words.ru, words.en)


@lru_cache(maxsize=32)
def findings_of(body_sha256: str) -> tuple[RuleFinding, ...]:
    """What the check finds in this very text; the digest names it for ever."""
    return check(parsed(body_sha256))


def findings_about(row: Row, pack: Pack, *, replacing: str = "") -> list[RuleFinding]:
    """What the check would say of this row among the rows that share a heading with it."""
    headings = _headings(row)
    near = [
        other
        for other in pack.rows
        if other.id not in (row.id, replacing) and _headings(other) & headings
    ]
    small = Pack(
        code=pack.code,
        title=pack.title,
        valid_from=pack.valid_from,
        source=pack.source,
        general_source=pack.general_source,
        operations=pack.operations,
        grounds=pack.grounds,
        rows=(*near, row),
    )
    return [finding for finding in check(small) if row.id in finding.rows]


def shown_findings(findings: Iterable[RuleFinding], pack: Pack) -> list[ShownFinding]:
    shown = []
    for finding in findings:
        words = finding_words(finding, pack, language())
        shown.append(
            ShownFinding(
                finding.is_error, words.title, words.explanation, words.example, finding.rows
            )
        )
    return shown


def changes_of(pack: RulePack) -> Difference | None:
    """Against the version that it was made from; None when there was none."""
    if pack.base is None:
        return None
    return difference(parsed(pack.base.body_sha256), parsed(pack.body_sha256))


def shown_change(change: RowChange, base: Pack, pack: Pack) -> ShownChange:
    names = part_names()
    return ShownChange(
        before=shown_row(change.before, base),
        after=shown_row(change.after, pack),
        parts=tuple(str(names[part]) for part in change.parts),
        changes_the_rule=change.changes_the_rule,
    )


def part_names() -> Mapping[str, str]:
    return {
        "codes": _("codes"),
        "but_not": _("exceptions"),
        "name": _("name"),
        "part": _("part of the heading"),
        "condition": _("condition"),
        "excluded": _("general rule"),
        "source": _("source"),
        "note": _("how the act was read"),
        "is_confirmed": _("compared with the official text"),
    }


def example_parts() -> list[tuple[str, str]]:
    """Every part of a condition: what it says, and how it is written."""
    return [
        (_("Another four-digit heading than the goods"), "change_of_heading: {}"),
        (
            _("The same, some codes of the own heading allowed"),
            'change_of_heading: {allowing: ["4418 50"]}',
        ),
        (
            _("Any heading except these"),
            'any_heading_except: ["0201 - 0206", "0208"]',
        ),
        (_("All foreign materials at most, share of the price"), "foreign_share_at_most: 50"),
        (_("Foreign materials of the own heading at most, %"), "same_heading_share_at_most: 40"),
        (
            _("Foreign materials of these headings at most, %"),
            'share_of_headings_at_most: {headings: ["39"], percent: 20}',
        ),
        (
            _("Sets: articles that do not originate at most, %"),
            "foreign_articles_share_at_most: 15",
        ),
        (_("Made from these materials"), 'made_from: ["01"]'),
        (
            _("Operations: every one of “all”, one of “any”"),
            "operations_required: {all: [roasting], any: [grinding, packing]}",
        ),
        (_("An operation other than these"), "operations_other_than: [salting, cutting]"),
        (
            _("All of these conditions"),
            "all:\n  - change_of_heading: {}\n  - foreign_share_at_most: 50",
        ),
        (
            _("One of these conditions"),
            "any:\n  - change_of_heading: {}\n  - foreign_share_at_most: 50",
        ),
    ]


def yaml_of(row: Row) -> str:
    return condition_yaml(row.condition) if row.condition else ""


def _headings(row: Row) -> set[str]:
    return {heading for code in row.codes for heading in headings_of(code)}
