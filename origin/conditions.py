"""Conditions of sufficient processing as small expressions of machine-checkable parts.

Pure. A foreign material is one without proof of Kazakh origin; one whose heading is not known
counts against the goods in every part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a rule pack in the three languages."""

    kk: str = ""
    ru: str = ""
    en: str = ""

    def in_language(self, code: str) -> str:
        """The text in this language, or in the first one that it has."""
        return getattr(self, code, "") or self.ru or self.en or self.kk

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(code for code in LANGUAGES if not getattr(self, code))


@dataclass(frozen=True, slots=True)
class ChangeOfHeading:
    """No foreign material of the product's own four-digit heading, but for those allowed."""

    KIND: ClassVar[str] = "change_of_heading"
    allowing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyHeadingExcept:
    """Foreign materials of any heading, the product's own included, but none of these codes."""

    KIND: ClassVar[str] = "any_heading_except"
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeignShareAtMost:
    """All foreign materials together cost at most this share of the price."""

    KIND: ClassVar[str] = "foreign_share_at_most"
    percent: Decimal


@dataclass(frozen=True, slots=True)
class SameHeadingShareAtMost:
    """Foreign materials of the product's own heading cost at most this share of the price."""

    KIND: ClassVar[str] = "same_heading_share_at_most"
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ShareOfHeadingsAtMost:
    """Foreign materials of these codes cost at most this share of the price."""

    KIND: ClassVar[str] = "share_of_headings_at_most"
    headings: tuple[str, ...]
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ForeignArticlesShareAtMost:
    """Sets: articles that do not originate cost at most this share of the price of the set."""

    KIND: ClassVar[str] = "foreign_articles_share_at_most"
    percent: Decimal


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """Made from a material of these codes, and from no other foreign goods of the row's codes."""

    KIND: ClassVar[str] = "made_from"
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperationsRequired:
    """Every operation of `all` and, where `any` names some, at least one of them."""

    KIND: ClassVar[str] = "operations_required"
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationsOtherThan:
    """At least one sufficient operation besides these, which do not suffice."""

    KIND: ClassVar[str] = "operations_other_than"
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    KIND: ClassVar[str] = "all"
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    KIND: ClassVar[str] = "any"
    conditions: tuple["Condition", ...]


Group = AllOf | AnyOf
ShareLimit = (
    ForeignShareAtMost | SameHeadingShareAtMost | ShareOfHeadingsAtMost | ForeignArticlesShareAtMost
)
Condition = (
    ChangeOfHeading
    | AnyHeadingExcept
    | ShareLimit
    | MadeFrom
    | OperationsRequired
    | OperationsOtherThan
    | Group
)

KINDS: dict[str, type] = {
    part.KIND: part
    for part in (
        ChangeOfHeading,
        AnyHeadingExcept,
        ForeignShareAtMost,
        SameHeadingShareAtMost,
        ShareOfHeadingsAtMost,
        ForeignArticlesShareAtMost,
        MadeFrom,
        OperationsRequired,
        OperationsOtherThan,
        AllOf,
        AnyOf,
    )
}
# The general rule of sufficient processing, for every code that the list does not name.
GENERAL_RULE = ChangeOfHeading()


def leaves(condition: Condition) -> Iterator[Condition]:
    """The parts of a condition without the "and" and "or" between them."""
    if isinstance(condition, AllOf | AnyOf):
        for inner in condition.conditions:
            yield from leaves(inner)
    else:
        yield condition
