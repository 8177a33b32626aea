"""Conflicts of interest between an auditor and the parties of a request. Pure.

Facts of both sides go in as plain values and come out as conflicts, each of one kind and each a
sentence. What is compared is brought to one form first, so that an address or a telephone
written in two ways is still the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

# Words of an address that everybody writes or leaves out as they please.
_ADDRESS_WORDS = """
республика казахстан рк қазақстан республикасы kazakhstan
г гор город қ қала қаласы city обл область облысы р-н район ауданы
ул улица көшесі көш street str пр пр-т пр-кт проспект даңғылы avenue ave пер переулок
мкр мкрн м-н микрорайон ы/а ықшамауданы б-р бульвар
д дом зд здание стр строение үй ғимарат house оф офис кеңсе office кв квартира пәтер
"""
_ADDRESS_NOISE = frozenset(_ADDRESS_WORDS.split())
_NOT_A_WORD = re.compile(r"[^\w/-]+")
_POSTCODE = re.compile(r"^\d{6}$|^[a-zа-я]\d{2}[a-zа-я]\d[a-zа-я]\d$")
_NOT_DIGITS = re.compile(r"\D")
_NOT_ACCOUNT = re.compile(r"[^0-9A-Z]")
PHONE_DIGITS = 10
SHORTEST_ACCOUNT = 10

PARTY_NAMES: dict[str, str | Promise] = {
    "applicant": pgettext_lazy("party of a request", "applicant"),
    "producer": pgettext_lazy("party of a request", "producer"),
    "recipient": pgettext_lazy("party of a request", "recipient"),
}

SENTENCES: dict[str, str | Promise] = {
    "same_person": gettext_lazy("The auditor is the %(party)s (%(value)s)."),
    "founder_of_party": gettext_lazy("The auditor is among the founders of the %(party)s."),
    "share_in_party": gettext_lazy("The auditor declared a share in the %(party)s (%(value)s)."),
    "share_in_founder": gettext_lazy(
        "The auditor declared a share in a founder of the %(party)s (%(value)s)."
    ),
    "relative_is_party": gettext_lazy("A relative of the auditor is the %(party)s."),
    "relative_is_founder": gettext_lazy(
        "A relative of the auditor is among the founders of the %(party)s."
    ),
    "relative_works_there": gettext_lazy("A relative of the auditor works for the %(party)s."),
    "shared_address": gettext_lazy("The auditor has the same address as the %(party)s."),
    "shared_phone": gettext_lazy("The auditor has the same telephone as the %(party)s."),
    "shared_account": gettext_lazy("The auditor has the same bank account as the %(party)s."),
    "employed_there": gettext_lazy("The auditor works for the %(party)s."),
    "was_employed_there": gettext_lazy(
        "The auditor worked for the %(party)s until %(until)s; less than %(years)s years ago."
    ),
    "filed_the_request": gettext_lazy("The auditor filed this request."),
    "experts_are_party": gettext_lazy("The auditor's organisation is the %(party)s."),
    "experts_linked": gettext_lazy(
        "The auditor's organisation and the %(party)s have a founder in common or one is a "
        "founder of the other."
    ),
    "experts_address": gettext_lazy(
        "The auditor's organisation has the same address as the %(party)s."
    ),
    "experts_phone": gettext_lazy(
        "The auditor's organisation has the same telephone as the %(party)s."
    ),
    "experts_account": gettext_lazy(
        "The auditor's organisation has the same bank account as the %(party)s."
    ),
    "rotation": gettext_lazy(
        "The auditor signed the last %(count)s acts for this producer; after %(limit)s in a row "
        "another auditor takes over."
    ),
}


@dataclass(frozen=True)
class Employment:
    """Work for an organisation; no end means that it goes on."""

    bin: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class AuditorFacts:
    """What is known of an auditor on the day: own identifiers and what was declared."""

    key: str
    iin: str = ""
    shares: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    employments: tuple[Employment, ...] = ()


@dataclass(frozen=True)
class PartyFacts:
    """What is known of an organisation; `role` says which party of the request it is."""

    role: str
    bin: str = ""
    founders: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequestFacts:
    """The request around the parties: who filed it, and the acts in a row for its producer."""

    authors: frozenset[str] = frozenset()
    acts_in_a_row: int = 0


@dataclass(frozen=True)
class ConflictRules:
    """Dated parameters: `conflict.employment_years`, `rotation.acts_in_row`."""

    employment_years: int
    acts_in_row: int


@dataclass(frozen=True)
class Conflict:
    """One conflict: its kind, the party it is with, and the words that go into its sentence."""

    code: str
    party: str = ""
    params: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """What it is, in the active language."""
        words = {name: _worded(value) for name, value in self.params.items()}
        return str(SENTENCES[self.code]) % {"party": PARTY_NAMES.get(self.party, ""), **words}


def _worded(value: Any) -> str:
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else str(value)


def find_conflicts(
    auditor: AuditorFacts,
    parties: Sequence[PartyFacts],
    *,
    experts: PartyFacts | None = None,
    request: RequestFacts,
    rules: ConflictRules,
    on: date,
) -> list[Conflict]:
    """Every conflict of the auditor with the parties on that day; none means an empty list.

    `experts` is the auditor's own organisation. A party that is named twice, an applicant that
    is its own producer, is looked at once.
    """
    found: list[Conflict] = []
    if auditor.key in request.authors:
        found.append(Conflict("filed_the_request"))
    for party in _each_once(parties):
        found += _with_party(auditor, party)
        found += _employments(auditor, party, rules, on)
        if experts is not None:
            found += _of_the_organisation(experts, party)
    if request.acts_in_a_row >= rules.acts_in_row:
        params = {"count": request.acts_in_a_row, "limit": rules.acts_in_row}
        found.append(Conflict("rotation", "producer", params))
    return found


def _each_once(parties: Sequence[PartyFacts]) -> Iterator[PartyFacts]:
    seen: set[str] = set()
    for party in parties:
        if party.bin and party.bin in seen:
            continue
        seen.add(party.bin)
        yield party


def _with_party(auditor: AuditorFacts, party: PartyFacts) -> Iterator[Conflict]:
    def conflict(code: str, value: str = "") -> Conflict:
        return Conflict(code, party.role, {"value": value} if value else {})

    if auditor.iin and auditor.iin == party.bin:
        yield conflict("same_person", party.bin)
    if auditor.iin and auditor.iin in party.founders:
        yield conflict("founder_of_party")
    if party.bin and party.bin in auditor.shares:
        yield conflict("share_in_party", party.bin)
    if common := auditor.shares & party.founders:
        yield conflict("share_in_founder", ", ".join(sorted(common)))
    if party.bin and party.bin in auditor.relatives:
        yield conflict("relative_is_party")
    if auditor.relatives & party.founders:
        yield conflict("relative_is_founder")
    if auditor.relatives & party.staff:
        yield conflict("relative_works_there")
    if _addresses(auditor.addresses) & _addresses(party.addresses):
        yield conflict("shared_address")
    if _phones(auditor.phones) & _phones(party.phones):
        yield conflict("shared_phone")
    if _accounts(auditor.accounts) & _accounts(party.accounts):
        yield conflict("shared_account")


def _employments(
    auditor: AuditorFacts, party: PartyFacts, rules: ConflictRules, on: date
) -> Iterator[Conflict]:
    """Present work, or the latest that ended within the years of the rule."""
    there = [
        work
        for work in auditor.employments
        if work.bin == party.bin and party.bin and work.since <= on
    ]
    if any(work.until is None or work.until >= on for work in there):
        yield Conflict("employed_there", party.role)
        return
    ends = [work.until for work in there if work.until is not None]
    if ends and max(ends) > on - relativedelta(years=rules.employment_years):
        params = {"until": max(ends), "years": rules.employment_years}
        yield Conflict("was_employed_there", party.role, params)


def _of_the_organisation(experts: PartyFacts, party: PartyFacts) -> Iterator[Conflict]:
    if experts.bin and experts.bin == party.bin:
        yield Conflict("experts_are_party", party.role)
        return
    if (
        experts.founders & party.founders
        or (experts.bin and experts.bin in party.founders)
        or (party.bin and party.bin in experts.founders)
    ):
        yield Conflict("experts_linked", party.role)
    if _addresses(experts.addresses) & _addresses(party.addresses):
        yield Conflict("experts_address", party.role)
    if _phones(experts.phones) & _phones(party.phones):
        yield Conflict("experts_phone", party.role)
    if _accounts(experts.accounts) & _accounts(party.accounts):
        yield Conflict("experts_account", party.role)


def normalised_address(text: str) -> str:
    """The words of an address that tell it from others; nothing without a house number.

    A town alone is where half of all companies are and proves no tie.
    """
    cleaned = text.casefold().replace("ё", "е").replace("№", " ").replace(".", " ")
    words = [word.strip("-/") for word in _NOT_A_WORD.sub(" ", cleaned).split()]
    kept = [
        word for word in words if word and word not in _ADDRESS_NOISE and not _POSTCODE.match(word)
    ]
    has_number = any(any(char.isdigit() for char in word) for word in kept)
    return " ".join(kept) if has_number and len(kept) > 1 else ""


def normalised_phone(text: str) -> str:
    """The last ten digits: +7 and 8 before them are the same."""
    digits = _NOT_DIGITS.sub("", text)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else ""


def normalised_account(text: str) -> str:
    account = _NOT_ACCOUNT.sub("", text.upper())
    return account if len(account) >= SHORTEST_ACCOUNT else ""


def _addresses(texts: Iterable[str]) -> set[str]:
    return {normalised_address(text) for text in texts} - {""}


def _phones(texts: Iterable[str]) -> set[str]:
    return {normalised_phone(text) for text in texts} - {""}


def _accounts(texts: Iterable[str]) -> set[str]:
    return {normalised_account(text) for text in texts} - {""}
