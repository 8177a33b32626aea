"""What everybody may find: the public register with its companies, auditors, rules of origin."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Membership, User
from auditors.models import Attestation, AttestationCase
from auditors.register import entries
from issuance.models import Certificate
from origin.books import NoRulesInForce, rulebook_in_force
from origin.models import RulePack
from origin.packs import Row
from registry.models import RegisterEntry, RegisterImport, RegisterLine
from workplace.models import SearchEntry
from workplace.search.documents import Document, Source, Touched
from workplace.search.kinds import Kind
from workplace.search.scopes import PUBLIC

from .stages import certificate_thing

BATCH = 2_000
ENTRY = (
    "pk", "number", "year", "issued_on", "blank_number", "replaces", "replaced_by",
    "producer_bin", "producer_name", "producer_name_kk", "recipient_bin", "recipient_name",
    "recipient_name_kk", "chamber_name",
)  # fmt: skip


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


# --- certificates of the register, those of the earlier one included


def _entries(ids: Collection[str] | None) -> Iterator[Document]:
    rows = RegisterEntry.objects.order_by("pk")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    last: int | None = None
    while True:
        some = list((rows.filter(pk__gt=last) if last else rows).values(*ENTRY)[:BATCH])
        if not some:
            return
        last = some[-1]["pk"]
        lines: dict[int, list[tuple[str, str]]] = {}
        goods = RegisterLine.objects.filter(entry__in=[row["pk"] for row in some])
        for entry, name, code in goods.order_by("entry", "number").values_list(
            "entry", "name", "hs_code"
        ):
            lines.setdefault(entry, []).append((name, code))
        for row in some:
            yield _entry(row, lines.get(row["pk"], []))


def _entry(row: dict[str, Any], lines: Sequence[tuple[str, str]]) -> Document:
    title = {"ru": row["producer_name"], "kk": row["producer_name_kk"]}
    return Document(
        object_id=str(row["pk"]),
        number=row["number"],
        at=_noon(row["issued_on"]),
        seen_by=[PUBLIC],
        title=title,
        names=[*title.values(), row["recipient_name"], row["recipient_name_kk"]],
        goods=[name for name, _code in lines],
        rest=[row["chamber_name"]],
        numbers=[row["blank_number"], row["replaces"], row["replaced_by"]],
        bins=[row["producer_bin"], row["recipient_bin"]],
        hs_codes={code for _name, code in lines},
        thing=certificate_thing(row["number"], row["year"]),
    )


def _touched_entries(news: Touched) -> QuerySet[RegisterEntry]:
    imports = [int(pk) for pk in news.ids_of(RegisterImport.SUBJECT_TYPE) if pk.isdigit()]
    certificates = Certificate.objects.filter(news.of_model(Certificate.SUBJECT_TYPE))
    return RegisterEntry.objects.filter(
        Q(taken_from__in=imports) | Q(certificate__in=certificates)
    ).order_by()


def _entry_address(entry: SearchEntry, _actor: Membership | None) -> str:
    _certificate, year, number = entry.thing.split(":")
    return reverse("registry:certificate-of-year", args=[number.replace(" ", "-"), int(year)])


# --- companies named in the register


def company_thing(identifier: str) -> str:
    return f"company:{identifier}"


def company_address(identifier: str) -> str:
    """Everything about a company that the person may see."""
    return f"{reverse('workplace:search')}?{urlencode({'q': identifier})}"


def _companies(ids: Collection[str] | None) -> Iterator[Document]:
    """By the name on the latest certificate; producers first, then those who only receive."""
    producers = RegisterEntry.objects.exclude(producer_bin="")
    recipients = RegisterEntry.objects.exclude(recipient_bin="")
    if ids is not None:
        producers = producers.filter(producer_bin__in=ids)
        recipients = recipients.filter(recipient_bin__in=ids)
    made = RegisterEntry.objects.order_by().values("producer_bin")
    for rows, role in (
        (producers, "producer"),
        (recipients.exclude(recipient_bin__in=made), "recipient"),
    ):
        named = rows.order_by(f"{role}_bin", "-issued_on").distinct(f"{role}_bin")
        for identifier, name, name_kk, issued_on in named.values_list(
            f"{role}_bin", f"{role}_name", f"{role}_name_kk", "issued_on"
        ).iterator(chunk_size=BATCH):
            yield Document(
                object_id=identifier,
                number=identifier,
                at=_noon(issued_on),
                seen_by=[PUBLIC],
                title={"ru": name, "kk": name_kk},
                main=[name, name_kk],
                bins=[identifier],
                thing=company_thing(identifier),
            )


def _touched_companies(news: Touched) -> Iterable[str]:
    named = _touched_entries(news)
    producers = named.values_list("producer_bin", flat=True).distinct()
    recipients = named.values_list("recipient_bin", flat=True).distinct()
    return {identifier for identifier in (*producers, *recipients) if identifier}


# --- the register of auditors


def _auditors(ids: Collection[str] | None) -> Iterator[Document]:
    """By the latest attestation: name and number, as the register shows them."""
    latest = Attestation.objects.order_by("user", "-valid_from").distinct("user")
    if ids is not None:
        latest = latest.filter(user__pk__in=ids)
    for given in latest.select_related("user").iterator(chunk_size=BATCH):
        name = given.user.full_name
        yield Document(
            object_id=str(given.user_id),
            number=given.number,
            at=_noon(given.valid_from),
            seen_by=[PUBLIC],
            title={"ru": name},
            main=[name],
        )


def _touched_auditors(news: Touched) -> Iterable[str]:
    cases = AttestationCase.objects.filter(news.of_model(AttestationCase.SUBJECT_TYPE))
    people = {str(user) for user in cases.values_list("user", flat=True)}
    return people | set(news.ids_of("person")) | set(news.ids_of("auditor"))


def _attested(_actor: Membership | None) -> QuerySet[User]:
    listed = entries(on=timezone.localdate())
    return User.objects.filter(pk__in=listed.order_by().values("user"))


# --- conditions of origin in force


def _rows_in_force() -> dict[str, Row]:
    try:
        pack = rulebook_in_force(on=timezone.localdate()).pack
    except NoRulesInForce:
        return {}
    return {row.id: row for row in pack.rows if not row.excluded}


def _rules(ids: Collection[str] | None) -> Iterator[Document]:
    today = _noon(timezone.localdate())
    for row in _rows_in_force().values():
        if ids is not None and row.id not in ids:
            continue
        names = {"ru": row.name.ru, "kk": row.name.kk, "en": row.name.en}
        yield Document(
            object_id=row.id,
            number=row.codes[0],
            at=today,
            seen_by=[PUBLIC],
            title=names,
            main=list(names.values()),
            hs_codes=row.codes,
        )


def _touched_rules(news: Touched) -> Iterable[str]:
    """A version approved or begun changes any of them."""
    return list(_rows_in_force()) if news.ids_of(RulePack.SUBJECT_TYPE) else []


def _rule_address(entry: SearchEntry, _actor: Membership | None) -> str:
    return f"{reverse('origin:rules')}?{urlencode({'q': entry.number})}"


def _auditor_address(entry: SearchEntry, _actor: Membership | None) -> str:
    return reverse("auditors:auditor-detail", args=[UUID(entry.object_id)])


SOURCES = (
    Source(
        kind=Kind.REGISTER,
        documents=_entries,
        touched=lambda news: (
            str(pk) for pk in _touched_entries(news).values_list("pk", flat=True)
        ),
        visible=None,
        address=_entry_address,
    ),
    Source(
        kind=Kind.COMPANY,
        documents=_companies,
        touched=_touched_companies,
        visible=None,
        address=lambda entry, _actor: company_address(entry.object_id),
    ),
    Source(
        kind=Kind.AUDITOR,
        documents=_auditors,
        touched=_touched_auditors,
        visible=_attested,
        address=_auditor_address,
    ),
    Source(
        kind=Kind.RULE,
        documents=_rules,
        touched=_touched_rules,
        visible=None,
        address=_rule_address,
    ),
)
