"""Reads values of a rule pack and collects every problem with the place where it stands. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from .codes import CodeFault, parse_code
from .conditions import LANGUAGES, Words
from .errors import PackError, Problem

Path = tuple[str | int, ...]
Place = tuple[str, int]
Places = Mapping[Path, Place]

# Limits are whole percents or hundredths of them; more digits are a slip of the keyboard.
MOST_DECIMALS = 4
_PERCENT = re.compile(r"[+-]?\d{1,9}([.,]\d{1,9})?", re.ASCII)
_NAME = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,78}[^\s\x00-\x1f])?")


@dataclass(frozen=True, slots=True)
class Source:
    """The act that a rule is taken from, and the place in it."""

    act: str
    place: str = ""


@dataclass(slots=True)
class Reader:
    """One pass over data; `operations` is None where the catalogue itself could not be read."""

    places: Places = field(default_factory=dict)
    operations: Collection[str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def fault(self, path: Path, message: str) -> None:
        file, line = self.place(path)
        self.problems.append(Problem(file, line, _dotted(path), message))

    def place(self, path: Path) -> Place:
        """Where the value stands, or the nearest thing around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return "", 0

    def finish(self) -> None:
        if self.problems:
            raise PackError(tuple(sorted(self.problems, key=lambda p: (p.file, p.line))))

    def mapping(
        self, value: Any, path: Path, *, required: Collection[str] = (), optional: Collection[str]
    ) -> Mapping[str, Any]:
        """The value as named parts; unknown and missing names are problems."""
        if not isinstance(value, Mapping):
            self.fault(path, _("Named parts (“name: value”) are expected here."))
            return {}
        known = (*required, *optional)
        for key in value:
            if key not in known:
                self.fault(
                    (*path, key),
                    _("The key “%(key)s” is not known. Known here: %(known)s.")
                    % {"key": key, "known": ", ".join(known)},
                )
        for key in required:
            if key not in value:
                self.fault(path, _("The key “%(key)s” is missing.") % {"key": key})
        return value

    def items(self, value: Any, path: Path, *, least: int = 0) -> list[Any]:
        if not isinstance(value, list | tuple):
            self.fault(path, _("A list is expected here."))
            return []
        if len(value) < least:
            self.fault(path, _("The list is empty."))
        return list(value)

    def text(self, value: Any, path: Path) -> str:
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if not text.strip():
            self.fault(path, _("A text is expected here."))
        return text.strip()

    def name(self, value: Any, path: Path) -> str:
        """A code that others refer to: one line, not longer than 80 characters."""
        text = self.text(value, path)
        if text and not _NAME.fullmatch(text):
            self.fault(path, _("A code has at most 80 characters and stands on one line."))
        return text

    def flag(self, value: Any, path: Path) -> bool:
        if value in (True, "true"):
            return True
        if value not in (False, "false"):
            self.fault(path, _("Write true or false here."))
        return False

    def words(self, value: Any, path: Path) -> Words:
        """A missing translation is not a problem here but a finding of the check of rules."""
        parts = self.mapping(value, path, optional=LANGUAGES)
        texts = {
            code: self.text(parts[code], (*path, code))
            for code in LANGUAGES
            if parts.get(code) not in (None, "")
        }
        if isinstance(value, Mapping) and not texts:
            self.fault(path, _("The text is missing in every language."))
        return Words(**texts)

    def codes(self, value: Any, path: Path, *, shortest: int = 2) -> tuple[str, ...]:
        found: list[str] = []
        for index, item in enumerate(self.items(value, path, least=1)):
            inner = (*path, index)
            text = self.text(item, inner)
            if not text:
                continue
            try:
                code = parse_code(text, shortest=shortest)
            except CodeFault as fault:
                self.fault(inner, str(fault))
                continue
            if code in found:
                self.fault(inner, _("The code “%(text)s” is listed twice.") % {"text": text})
            found.append(code)
        return tuple(found)

    def operation_codes(self, value: Any, path: Path, *, least: int = 0) -> tuple[str, ...]:
        found: list[str] = []
        for index, item in enumerate(self.items(value, path, least=least)):
            inner = (*path, index)
            code = self.name(item, inner)
            shown = {"code": code}
            if code and self.operations is not None and code not in self.operations:
                self.fault(inner, _("The operation “%(code)s” is not in the catalogue.") % shown)
            elif code in found:
                self.fault(inner, _("The operation “%(code)s” is listed twice.") % shown)
            found.append(code)
        return tuple(found)

    def percent(self, value: Any, path: Path) -> Decimal:
        """A share in percent between 0 and 100, exact."""
        text = "" if isinstance(value, bool) or value is None else str(value).strip()
        try:
            percent = Decimal(text.replace(",", ".")) if _PERCENT.fullmatch(text) else None
        except InvalidOperation:
            percent = None
        if percent is None:
            self.fault(
                path, _("A percentage is a number such as 50, not “%(text)s”.") % {"text": text}
            )
            return Decimal(0)
        if not 0 <= percent <= 100:
            self.fault(path, _("%(text)s %% is not between 0 and 100.") % {"text": text})
        elif int(percent.as_tuple().exponent) < -MOST_DECIMALS:
            self.fault(path, _("%(text)s %% has too many digits.") % {"text": text})
        return percent

    def day(self, value: Any, path: Path) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fault(path, _("A date is written 2023-06-08, not “%(text)s”.") % {"text": value})
            return date.min

    def source(self, value: Any, path: Path) -> Source:
        if isinstance(value, str):
            return Source(self.text(value, path))
        parts = self.mapping(value, path, required=("act",), optional=("place",))
        place = parts.get("place")
        return Source(
            self.text(parts["act"], (*path, "act")) if "act" in parts else "",
            "" if place in (None, "") else self.text(place, (*path, "place")),
        )


def _dotted(path: Path) -> str:
    """`rows[3].condition.all[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
