"""Answers about many numbers at once, for programs: the same reading as on the page.

A thousand numbers cost as many queries as one. What is proved about the stored files is not
computed here: that takes a tenth of a second for each certificate.
"""

import hmac
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from issuance.models import Certificate
from reference.numbers import parse_certificate_number

from .earlier import earlier_standing
from .models import RegisterEntry, RegisterLine, Source
from .models.register import schemes_ended
from .standing import SENTENCES, Standing, standings

MALFORMED, UNKNOWN, MISMATCH = "malformed", "unknown", "mismatch"
VERDICTS = (*SENTENCES, UNKNOWN, MALFORMED, MISMATCH)
READ = (
    "number", "year", "verify_code", "certified_at", "valid_from", "valid_until", "issued_at",
    "status", "record", "record_sha256", "document__sealed_sha256",
    "application__act__number", "application__act__record_sha256",
    "application__act__request__scheme__code", "application__act__request__scheme__ended_on",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A number in any spelling, and what else stands on the paper, if it was given."""

    text: str
    verify_code: str = ""
    bin: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Answer:
    """`certificate` or, from the earlier register, `entry`; neither for what nobody issued."""

    question: Question
    number: str
    verdict: str
    sentence: str
    standing: Standing | None = None
    certificate: Certificate | None = None
    record: dict[str, Any] | None = None
    entry: RegisterEntry | None = None
    other_years: tuple[int, ...] = ()


def answers(questions: Sequence[Question], *, on: date, now: datetime) -> list[Answer]:
    """One answer for each question, in their order."""
    numbers = [_number(question.text) for question in questions]
    wanted = {number for number in numbers if number}
    issued, earlier = _issued(wanted), _earlier(wanted)
    told = standings([one for found in issued.values() for one in found], on=on, now=now)
    ended = schemes_ended(on=on)
    found = []
    for question, number in zip(questions, numbers, strict=True):
        own = issued[number]
        years_of_own = {one.year for one in own}
        # Where this portal issued the number of that year, its own certificate is the one.
        before = [one for one in earlier[number] if one.year not in years_of_own]
        known: list[Certificate | RegisterEntry] = [*own, *before]
        if not number:
            found.append(_nothing(question, "", MALFORMED))
            continue
        fitting = [one for one in known if _fits(question, one)]
        if not fitting:
            found.append(_nothing(question, number, MISMATCH if known else UNKNOWN))
            continue
        chosen = fitting[0]
        years = tuple(one.year for one in known if one is not chosen)
        if isinstance(chosen, Certificate):
            found.append(_of_certificate(question, chosen, told[chosen], years))
        else:
            of = earlier_standing(chosen, on=on, now=now, ended_schemes=ended)
            found.append(_of_entry(question, chosen, of, years))
    return found


def _number(text: str) -> str:
    try:
        return str(parse_certificate_number(text[:60]))
    except ValidationError:
        return ""


def _issued(numbers: set[str]) -> dict[str, list[Certificate]]:
    """By number, the latest year first: the number alone comes again after ten years."""
    found: dict[str, list[Certificate]] = defaultdict(list)
    for certificate in (
        Certificate.objects.issued()
        .filter(number__in=numbers)
        .select_related("document", "application__act__request__scheme")
        .only(*READ)
        .order_by("-year")
    ):
        found[certificate.number].append(certificate)
    return found


def _earlier(numbers: set[str]) -> dict[str, list[RegisterEntry]]:
    found: dict[str, list[RegisterEntry]] = defaultdict(list)
    for entry in (
        RegisterEntry.objects.filter(source=Source.EARLIER, number__in=numbers)
        .prefetch_related(Prefetch("lines", RegisterLine.objects.order_by("number")))
        .order_by("-year")
    ):
        found[entry.number].append(entry)
    return found


def _fits(question: Question, one: Certificate | RegisterEntry) -> bool:
    """Whether everything that was given beside the number is that certificate's."""
    if question.year is not None and question.year != one.year:
        return False
    if isinstance(one, RegisterEntry):
        return not question.verify_code and question.bin in ("", one.producer_bin)
    if question.verify_code and not hmac.compare_digest(
        question.verify_code.upper().encode(), one.verify_code.encode()
    ):
        return False
    return not question.bin or question.bin == _record(one)["producer"]["bin"]


def _record(certificate: Certificate) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(bytes(certificate.record or b"{}"))
    return record


def _nothing(question: Question, number: str, verdict: str) -> Answer:
    sentence = {
        MALFORMED: _("This is not a certificate number. One looks like KZ 6 120 00318."),
        UNKNOWN: _("No certificate %(number)s has been issued"),
        MISMATCH: _("Certificate %(number)s is another one: what was given beside it differs"),
    }[verdict]
    return Answer(question, number, verdict, sentence % {"number": number})


def _of_certificate(
    question: Question, certificate: Certificate, standing: Standing, years: tuple[int, ...]
) -> Answer:
    return Answer(
        question=question,
        number=certificate.number,
        verdict=standing.code,
        sentence=standing.sentence,
        standing=standing,
        certificate=certificate,
        record=_record(certificate),
        other_years=years,
    )


def _of_entry(
    question: Question, entry: RegisterEntry, standing: Standing, years: tuple[int, ...]
) -> Answer:
    sentence = _("%(sentence)s. From the earlier register, not sealed by this portal.")
    return Answer(
        question=question,
        number=entry.number,
        verdict=standing.code,
        sentence=sentence % {"sentence": standing.sentence},
        # The earlier register tells the last status and not since when it holds.
        standing=replace(standing, since=None),
        entry=entry,
        other_years=years,
    )
