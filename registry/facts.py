"""The facts of a certificate as the page shows them, read from the frozen record."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

SHOWN_AT_ONCE = 10


@dataclass(frozen=True)
class Facts:
    """Everything there is to compare with the paper, in the language of the page."""

    number: str
    scheme: str
    producer: str
    producer_bin: str
    producer_address: str
    applicant: str
    recipient: str
    contract: dict[str, Any] | None
    chamber: str
    chamber_code: str
    category: str
    purpose: str
    act_number: str
    act_signed_on: date
    lines: list[dict[str, Any]]
    criteria: list[str]
    lowest_share: str
    highest_share: str
    is_specimen: bool
    # The certificate in whose place this one stands, and the notes of box 5.
    replaces_number: str
    replaces_year: int | None
    service_notes: list[str]

    @property
    def replaces_url(self) -> str:
        """With the year: the number alone comes again after ten years."""
        slug = self.replaces_number.replace(" ", "-")
        return reverse("registry:certificate-of-year", args=[slug, self.replaces_year])

    @property
    def first_lines(self) -> list[dict[str, Any]]:
        return self.lines[:SHOWN_AT_ONCE]

    @property
    def further_lines(self) -> list[dict[str, Any]]:
        return self.lines[SHOWN_AT_ONCE:]


def facts_of(stored: bytes) -> Facts | None:
    """None when the stored bytes are not a certificate's record any more; the evidence says so."""
    try:
        return _facts(json.loads(stored))
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _facts(record: dict[str, Any]) -> Facts:
    shares = [Decimal(line["local_content_percent"]) for line in record["lines"]]
    recipient, replaces = record.get("recipient"), record.get("replaces")
    return Facts(
        number=record["number"],
        scheme=named(record["scheme"]["name"]),
        producer=named(record["producer"]["name"]),
        producer_bin=record["producer"]["bin"],
        producer_address=named(record["producer"]["address"]),
        applicant=named(record["applicant"]["name"]),
        recipient=named(recipient["name"]) if recipient else "",
        contract=_contract(record.get("contract")),
        chamber=named(record["chamber"]["name"]),
        chamber_code=record["chamber"]["code"],
        category=named(record["category"]["name"]),
        purpose=named(record["purpose"]["name"]),
        act_number=record["act"]["number"],
        act_signed_on=date.fromisoformat(record["act"]["signed_on"]),
        lines=[{**line, "unit_symbol": named(line["unit"]["symbol"])} for line in record["lines"]],
        criteria=sorted({line["criterion"] for line in record["lines"]}),
        lowest_share=str(min(shares)) if shares else "",
        highest_share=str(max(shares)) if shares else "",
        is_specimen=bool(record.get("specimen")),
        replaces_number=replaces["number"] if replaces else "",
        replaces_year=date.fromisoformat(replaces["issued_on"]).year if replaces else None,
        service_notes=[named(note) for note in record.get("service_notes", ())],
    )


def _contract(stated: dict[str, Any] | None) -> dict[str, Any] | None:
    """With dates as dates; box 2 of a batch names it."""
    if not stated or not stated["number"]:
        return None
    return {
        **stated,
        "date": _day(stated["date"]),
        "invoice_date": _day(stated["invoice_date"]),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def named(names: dict[str, str]) -> str:
    """Kazakh on the Kazakh page, Russian elsewhere: records hold the two official languages."""
    first, second = ("kk", "ru") if get_language() == "kk" else ("ru", "kk")
    return names.get(first) or names.get(second) or ""
