"""The Committee's documents: ordered in the transaction of the deed, made and sealed by a worker.

A job registers how each of its papers is made and kept; everything between is here once. The
module that registers must be imported by `oversight/tasks.py`: a worker knows no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import COMMITTEE_ROLES, Membership, Organisation, Role, User
from audit.refs import SubjectRef
from documents.canonical import canonical_bytes
from documents.committee_records import ALL, OFFICIAL, PAPER, REPORT
from documents.models import SealedDocument
from documents.sealed import make_sealed_document
from documents.storing import file_response
from outbox.models import OutboxItem
from reference.code_lists import code_names
from reference.numbering import next_number
from reference.parameters import parameter

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

__all__ = [
    "OF_A_HEAD",
    "PaperToMake",
    "code_names",
    "committee_party",
    "head_of_paper",
    "is_ordered",
    "letter_number",
    "make_paper",
    "new_number",
    "order_paper",
    "organisation_party",
    "paper_response",
    "register_paper",
    "served",
    "text",
    "text_in_all",
]

MAKE_PAPER = "oversight.make_paper"
# Decisions are signed by heads alone.
OF_A_HEAD = (Role.COMMITTEE_HEAD,)
# Which kind of document a record of this schema is.
DOCUMENT_KINDS = {PAPER: "paper", REPORT: "report"}


@dataclass(frozen=True, slots=True)
class PaperToMake:
    """The record of a paper and what it is about; `case` puts its event into that story.

    `label` is the number of the thing itself, where its paper has another one: pages are found
    by it.
    """

    record: dict[str, Any]
    subject_type: str
    subject_id: str
    number: str
    case: str = ""
    label: str = ""


# Nothing to make, or no longer: the thing has its document, or went another way meanwhile.
Maker = Callable[[str], PaperToMake | None]
Keep = Callable[[str, SealedDocument], None]


@dataclass(frozen=True, slots=True)
class _Registered:
    maker: Maker
    keep: Keep


_papers: dict[str, _Registered] = {}


def register_paper(kind: str, *, maker: Maker, keep: Keep) -> None:
    """Make a paper known: how its record is built, and where its sealed document is kept.

    `maker` returns None once the thing has its document. `keep` runs in the transaction of the
    event, once for every document. A thing may have one paper of each kind; where it has several,
    as with every extension of a term, the extension is the subject.
    """
    registered = _Registered(maker, keep)
    if _papers.setdefault(kind, registered) != registered:
        raise ValueError(f"the paper {kind} is already registered")


def registered_papers() -> frozenset[str]:
    return frozenset(_papers)


def served(person: User, *, on: date, roles: tuple[str, ...] = COMMITTEE_ROLES) -> Membership:
    """In which role, and for which body of the Committee, the person acted on that day.

    Of several the latest to begin; one that ended since still says who signed then.
    """
    found = Membership.objects.filter(user=person, role__in=roles, valid_from__lte=on)
    return found.select_related("organisation").order_by("-valid_from", "role")[0]


def head_of_paper(
    paper: str, number: str, *, by: User, at: datetime, roles: tuple[str, ...] = COMMITTEE_ROLES
) -> dict[str, Any]:
    """What every paper begins with: from whom, when, and whose name stands under it.

    `roles`: in which of them a person who has several may sign such a paper.
    """
    serving = served(by, on=timezone.localdate(at), roles=roles)
    return {
        "schema": PAPER,
        "paper": paper,
        "number": number,
        "dated_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "from": committee_party(serving),
        "signed_by": {
            "name": by.full_name,
            "position": code_names("official_position", serving.role),
        },
    }


def order_paper(kind: str, subject_id: str) -> None:
    """Promise the paper in the caller's transaction; a worker makes it after the commit."""
    if kind not in _papers:
        raise LookupError(f"no paper {kind} is registered")
    outbox.enqueue(MAKE_PAPER, key=_key(kind, subject_id), kind=kind, subject_id=subject_id)


def is_ordered(kind: str, subject_id: str) -> bool:
    """Whether a worker is still to make it: what came from elsewhere has no paper to wait for."""
    return (
        OutboxItem.objects.unfinished().filter(task=MAKE_PAPER, key=_key(kind, subject_id)).exists()
    )


def make_paper(kind: str, subject_id: str) -> None:
    """Safe to run any number of times; without a seal the work waits in the outbox."""
    registered, key = _papers[kind], _key(kind, subject_id)
    try:
        paper = registered.maker(subject_id)
        if paper is None:
            with transaction.atomic():
                outbox.done(MAKE_PAPER, key)
            return
        _make(kind, subject_id, paper, registered.keep)
    except DomainError as refusal:
        outbox.failed(MAKE_PAPER, key, str(refusal))


def _make(kind: str, subject_id: str, paper: PaperToMake, keep: Keep) -> None:
    record = paper.record
    if settings.CTKZ_DEMO:
        record = record | {"specimen": True}
    # The paper's own kind stands for the type of the subject: a measure has a notice, a decision
    # and an answer, and each of them is one document.
    document = make_sealed_document(
        kind=DOCUMENT_KINDS[record["schema"]],
        subject_type=kind,
        subject_id=subject_id,
        number=paper.number,
        record_bytes=canonical_bytes(record),
        at=timezone.now(),
    )
    with transaction.atomic():
        # Of two workers at the same paper the second finds the promise fulfilled.
        if not outbox.done(MAKE_PAPER, _key(kind, subject_id)):
            return
        keep(subject_id, document)
        audit.record(
            "paper.sealed",
            actor=audit.SYSTEM,
            subject=SubjectRef(paper.subject_type, paper.subject_id, paper.label or paper.number),
            case=paper.case,
            paper=kind,
            number=document.number,
            record_sha256=document.record_sha256,
            sealed_sha256=document.sealed_sha256,
        )


def _key(kind: str, subject_id: str) -> str:
    return f"{kind}:{subject_id}"


def paper_response(document: SealedDocument, _request: HttpRequest) -> HttpResponse:
    """The file under its number; who may have it is the caller's matter."""
    return file_response(document.file, f"{document.number.replace('/', '-')}.pdf")


def text(message: "_StrPromise | str", **figures: Any) -> dict[str, str]:
    """One text in both official languages; a figure may itself be a name in two languages."""
    return _in_languages(OFFICIAL, message, figures)


def text_in_all(message: "_StrPromise | str", **figures: Any) -> dict[str, str]:
    """The same for reports, which speak English too."""
    return _in_languages(ALL, message, figures)


def _in_languages(
    languages: tuple[str, ...], message: "_StrPromise | str", figures: dict[str, Any]
) -> dict[str, str]:
    said = {}
    for language in languages:
        with translation.override(language):
            # Text that was only marked for translation is translated here.
            sentence = translation.gettext(message) if isinstance(message, str) else message
            own = {name: _figure(value, language) for name, value in figures.items()}
            said[language] = str(sentence % own) if own else str(sentence)
    return said


def _figure(value: Any, language: str) -> Any:
    """Of a name in several languages the one asked for; a day as documents write it."""
    if isinstance(value, dict):
        return value.get(language) or value["ru"]
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else value


def committee_party(of: Membership | Organisation) -> dict[str, Any]:
    """Who the paper is from: the Committee, as the organisation of the person who acts."""
    return organisation_party(of.organisation if isinstance(of, Membership) else of)


def organisation_party(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.names(),
        "bin": organisation.bin,
        "address": organisation.addresses(),
    }


def new_number(kind: str, series: str, on: date) -> str:
    """The next number of the kind in the year; `series` keeps apart what is counted apart."""
    pattern: str = parameter(f"number_format.{kind}", on=on)
    seq = next_number(kind=kind, series=series, year=on.year)
    return pattern.format(year=on.year, series=series, seq=seq)


def letter_number(number: str, ordinal: int, *, on: date) -> str:
    """Letters about a thing are numbered after it, in their order."""
    pattern: str = parameter("number_format.letter_about", on=on)
    return pattern.format(number=number, seq=ordinal)
