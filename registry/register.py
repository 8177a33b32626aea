"""Keeping the register: facts of certificates to entries, in as few statements as possible.

An entry is written only when its digest says that something changed, so news that come twice,
a rebuilding or an export read again change nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from issuance.models import Certificate, PaperOriginal, StatusPeriod
from reference.words import search_words

from .models import RegisterEntry, RegisterImport, RegisterLine, Source, State

BATCH = 500
# Rows of one INSERT: more make the statement larger and nothing faster.
ROWS_AT_ONCE = 2_000

Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Goods:
    """One goods line as the register shows it."""

    number: int
    name: str
    hs_code: str
    kp_ved: str
    quantity: Decimal | None
    unit: str
    unit_code: str
    criterion: str
    share_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the register shows of one certificate."""

    number: str
    year: int
    chamber_code: str
    sequence: int
    chamber_name: str
    blank_number: str
    scheme: str
    issued_on: date
    valid_until: date
    state: str
    is_replacement: bool
    replaces: str
    replaced_by: str
    purpose: str
    category: str
    producer_bin: str
    producer_name: str
    producer_name_kk: str
    producer_address: str
    recipient_bin: str
    recipient_name: str
    recipient_name_kk: str
    recipient_address: str
    missing_lines: int
    goods: tuple[Goods, ...]

    @property
    def key(self) -> Key:
        return self.year, self.chamber_code, self.sequence

    def digest(self) -> str:
        content = json.dumps(asdict(self), ensure_ascii=False, default=_plain, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


ENTRY_FACTS = tuple(field.name for field in fields(Facts) if field.name != "goods")
WRITTEN = (*ENTRY_FACTS, "line_count", "words", "digest", "taken_from", "updated_at")


def _plain(value: date | Decimal) -> str:
    """20, 20.0 and 20.000000 are one quantity."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat()


@dataclass(frozen=True, slots=True)
class Change:
    """A certificate whose entry changed, and which of its columns did."""

    number: str
    year: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    added: int = 0
    changed: tuple[Change, ...] = ()
    unchanged: int = 0


def enter(
    found: Sequence[Facts],
    *,
    source: Source,
    certificates: Mapping[Key, Certificate] | None = None,
    taken_from: RegisterImport | None = None,
) -> Outcome:
    """Brings the entries of these certificates to these facts, all or none of them."""
    with transaction.atomic():
        known = _known([facts.key for facts in found], source)
        fresh: list[tuple[RegisterEntry, Facts]] = []
        stale: list[tuple[RegisterEntry, Facts]] = []
        for facts in found:
            entry = known.get(facts.key)
            if entry is None:
                certificate = (certificates or {}).get(facts.key)
                fresh.append((RegisterEntry(source=source, certificate=certificate), facts))
            elif entry.digest != facts.digest():
                stale.append((entry, facts))
        changes = _changes(stale)
        for entry, facts in (*fresh, *stale):
            _fill(entry, facts, taken_from)
        RegisterEntry.objects.bulk_create([entry for entry, _facts in fresh], ROWS_AT_ONCE)
        if stale:
            entries = [entry for entry, _facts in stale]
            RegisterLine.objects.filter(entry__in=entries).delete()
            RegisterEntry.objects.bulk_update(entries, WRITTEN, ROWS_AT_ONCE)
        RegisterLine.objects.bulk_create(_lines([*fresh, *stale]), ROWS_AT_ONCE)
    return Outcome(len(fresh), changes, len(found) - len(fresh) - len(stale))


def _known(keys: Sequence[Key], source: Source) -> dict[Key, RegisterEntry]:
    """Entries of these certificates; locked, so that two writers take turns."""
    listed = RegisterEntry.objects.select_for_update().filter(
        source=source,
        year__in={year for year, _chamber, _sequence in keys},
        chamber_code__in={chamber for _year, chamber, _sequence in keys},
        sequence__in={sequence for _year, _chamber, sequence in keys},
    )
    wanted = set(keys)
    return {
        key: entry
        for entry in listed
        if (key := (entry.year, entry.chamber_code, entry.sequence)) in wanted
    }


def _fill(entry: RegisterEntry, facts: Facts, taken_from: RegisterImport | None) -> None:
    for name in ENTRY_FACTS:
        setattr(entry, name, getattr(facts, name))
    entry.line_count = len(facts.goods)
    entry.words = search_words(
        facts.producer_name, facts.producer_name_kk, facts.recipient_name, facts.recipient_name_kk
    )
    entry.digest = facts.digest()
    entry.taken_from = taken_from
    entry.updated_at = timezone.now()


def _lines(written: Sequence[tuple[RegisterEntry, Facts]]) -> list[RegisterLine]:
    return [
        RegisterLine(
            entry=entry,
            words=search_words(goods.name),
            **{field.name: getattr(goods, field.name) for field in fields(Goods)},
        )
        for entry, facts in written
        for goods in facts.goods
    ]


def _changes(stale: Sequence[tuple[RegisterEntry, Facts]]) -> tuple[Change, ...]:
    prefetch_related_objects([entry for entry, _facts in stale], "lines")
    return tuple(
        Change(facts.number, facts.year, _differences(entry, facts)) for entry, facts in stale
    )


def _differences(entry: RegisterEntry, facts: Facts) -> tuple[str, ...]:
    names = [name for name in ENTRY_FACTS if getattr(entry, name) != getattr(facts, name)]
    kept = [
        Goods(**{field.name: getattr(line, field.name) for field in fields(Goods)})
        for line in entry.lines.all()
    ]
    if [asdict(one) for one in kept] != [asdict(one) for one in facts.goods]:
        names.append("goods")
    return tuple(names)


# --- certificates of this portal


def take_certificate(certificate: Certificate) -> None:
    """The entry of an issued certificate follows it; called in the transaction of the news."""
    enter(
        [facts_of_certificate(certificate)],
        source=Source.PORTAL,
        certificates={_key(certificate): certificate},
    )


def rebuild() -> Outcome:
    """Every entry of this portal made anew from the certificates; the sound ones stay as they are.

    Entries without an issued certificate, which only a hand in the database can have made, go.
    """
    issued = Certificate.objects.issued()
    RegisterEntry.objects.filter(source=Source.PORTAL).exclude(certificate__in=issued).delete()
    added, unchanged = 0, 0
    changed: list[Change] = []
    for certificates in _in_batches():
        outcome = enter(
            _facts_of_many(certificates),
            source=Source.PORTAL,
            certificates={_key(certificate): certificate for certificate in certificates},
        )
        added += outcome.added
        changed += outcome.changed
        unchanged += outcome.unchanged
    return Outcome(added, tuple(changed), unchanged)


def follow_blanks() -> int:
    """Entries take over the numbers of blanks handed out meanwhile: no status changes with them."""
    originals = PaperOriginal.objects.order_by("certificate", "-handed_out_on", "-pk")
    latest = originals.distinct("certificate").values_list("certificate", "blank_number")
    behind = 0
    blanks = dict(latest)
    for certificate in Certificate.objects.filter(
        pk__in=blanks, register_entry__isnull=False
    ).select_related("register_entry"):
        if certificate.register_entry.blank_number != blanks[certificate.pk]:
            take_certificate(certificate)
            behind += 1
    return behind


def _in_batches() -> Iterator[list[Certificate]]:
    last: Any = None
    while True:
        issued = Certificate.objects.issued().order_by("pk")
        some = list(issued.filter(pk__gt=last)[:BATCH] if last else issued[:BATCH])
        if not some:
            return
        yield some
        last = some[-1].pk


def _key(certificate: Certificate) -> Key:
    return certificate.year, certificate.chamber_code, certificate.sequence


def facts_of_certificate(certificate: Certificate) -> Facts:
    return _facts_of_many([certificate])[0]


def _facts_of_many(certificates: Sequence[Certificate]) -> list[Facts]:
    successors = dict(
        StatusPeriod.objects.filter(certificate__in=certificates, successor__isnull=False)
        .order_by("since", "pk")
        .values_list("certificate", "successor__number")
    )
    blanks = dict(
        PaperOriginal.objects.filter(certificate__in=certificates)
        .order_by("handed_out_on", "pk")
        .values_list("certificate", "blank_number")
    )
    return [
        _facts(
            certificate,
            json.loads(bytes(certificate.record or b"")),
            replaced_by=successors.get(certificate.pk, ""),
            blank_number=blanks.get(certificate.pk, ""),
        )
        for certificate in certificates
    ]


def _facts(
    certificate: Certificate, record: dict[str, Any], *, replaced_by: str, blank_number: str
) -> Facts:
    """From the frozen record, in Russian as the register has always been kept."""
    producer, recipient = record["producer"], record.get("recipient") or {}
    replaces = record.get("replaces") or {}
    return Facts(
        number=certificate.number,
        year=certificate.year,
        chamber_code=certificate.chamber_code,
        sequence=certificate.sequence,
        chamber_name=_russian(record["chamber"]["name"]),
        blank_number=blank_number,
        scheme=record["scheme"]["code"],
        issued_on=timezone.localdate(certificate.certified_at),
        valid_until=certificate.valid_until,
        state=State(certificate.status),
        is_replacement=bool(replaces),
        replaces=replaces.get("number", ""),
        replaced_by=replaced_by,
        purpose=_russian(record["purpose"]["name"]),
        category=_russian(record["category"]["name"]),
        producer_bin=producer["bin"],
        producer_name=_russian(producer["name"]),
        producer_name_kk=producer["name"].get("kk", ""),
        producer_address=_russian(producer["address"]),
        recipient_bin=recipient.get("bin", ""),
        recipient_name=_russian(recipient.get("name", {})),
        recipient_name_kk=recipient.get("name", {}).get("kk", ""),
        recipient_address=_russian(recipient.get("address", {})),
        missing_lines=0,
        goods=tuple(_goods(line) for line in record["lines"]),
    )


def _goods(line: dict[str, Any]) -> Goods:
    share = line["local_content_percent"]
    return Goods(
        number=line["number"],
        name=" ".join(line["name"].split()),
        hs_code=line["hs_code"],
        kp_ved=line["kp_ved"] or "",
        quantity=Decimal(line["quantity"]),
        unit=_russian(line["unit"]["symbol"]),
        unit_code=line["unit"]["code"],
        criterion=line["criterion"],
        share_percent=Decimal(share) if share else None,
    )


def _russian(names: Mapping[str, str]) -> str:
    return names.get("ru") or names.get("kk") or ""
