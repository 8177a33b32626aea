"""Whether a certificate prints what its record says: the text layer against the record.

The record is data for programs, the page is what people read. Both lie under one seal, yet a
faulty template could print one thing and attach another.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf

PAGES_MAX = 400
# Spaces of every width, soft hyphens and marks without a width: set by the layout, not by people.
LAYOUT = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")
DASH = "—"


class NotPrinted(ValueError):
    """A fact of the record does not stand on the pages; `name` and `expected` say which."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}: {expected}")
        self.name = name
        self.expected = expected


def text_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    if len(reader.pages) > PAGES_MAX:
        raise ValueError("too many pages")
    return "\n".join(page.extract_text() for page in reader.pages)


def check_printed(record: dict[str, Any], text: str) -> int:
    """Every fact and every goods line, in order; returns how many facts were found.

    Raises `NotPrinted`.
    """
    pages = squeezed(text)
    count = 0
    for name, expected in facts(record):
        wanted = squeezed(expected)
        if wanted and wanted not in pages:
            raise NotPrinted(name, expected)
        count += 1
    position = 0
    for line in record["lines"]:
        wanted = squeezed(row(line))
        found = pages.find(wanted, position)
        if found < 0:
            raise NotPrinted(f"line {line['number']}", row(line))
        position = found + len(wanted)
        count += 1
    return count


def squeezed(text: str) -> str:
    return LAYOUT.sub("", text)


def facts(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands in the boxes of the form, as it is printed."""
    yield "number", record["number"]
    yield "issued_on", day(record["issued_on"])
    yield "valid_until", day(record["valid_until"])
    for party in ("producer", "recipient", "applicant"):
        if record.get(party):
            yield from _party(party, record[party])
    yield "act", record["act"]["number"]
    yield "act", day(record["act"]["signed_on"])
    yield "certified_by", record["certified_by"]["name"]
    yield "declared_by", record["declared_by"]["name"]
    for name in ("category", "purpose"):
        for text in record[name]["name"].values():
            yield name, text
    contract = record.get("contract")
    if contract and contract.get("number"):
        yield "contract", contract["number"]
    for note in record.get("service_notes") or ():
        for text in note.values():
            yield "service_notes", text
    replaced = record.get("replaces")
    if replaced:
        yield "replaces", replaced["number"]


def _party(name: str, party: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for text in party["name"].values():
        yield name, text
    # The form names the applicant in its declaration, without identifier and address.
    if name != "applicant":
        yield name, party.get("bin") or ""
        for text in (party.get("address") or {}).values():
            yield name, text


def row(line: dict[str, Any]) -> str:
    """One row of the table of goods, cell after cell."""
    unit = line.get("unit") or {}
    symbols = unit.get("symbol") or {}
    kk, ru = symbols.get("kk") or "", symbols.get("ru") or ""
    return " ".join(
        (
            str(line["number"]),
            line["name"],
            line["hs_code"] or DASH,
            line.get("kp_ved") or "",
            decimal(line["quantity"]),
            kk if kk == ru or not ru else f"{kk} / {ru}" if kk else ru,
            line.get("criterion") or DASH,
            decimal(line.get("local_content_percent")),
        )
    )


def day(value: str) -> str:
    return f"{date.fromisoformat(value):%d.%m.%Y}"


def decimal(value: str | None) -> str:
    """`68.20` is printed `68,2`."""
    if not value:
        return DASH
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")
