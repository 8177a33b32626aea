"""A thing as search takes it in, and what each kind of things tells search about itself."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.models import Membership
from workplace.models import SearchEntry

from .kinds import Kind

# Goods of one thing that are shown and looked in: a certificate may have hundreds of lines.
SHOWN_LETTERS = 300
BATCH = 500

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Document:
    """What of a thing is shown in results, what it is found by, and who may find it.

    Everything in it is seen by everybody of `seen_by` on the thing's own page: prices, costs,
    notes and contacts are not here.
    """

    object_id: str
    at: datetime
    seen_by: Collection[str]
    number: str = ""
    # By language.
    title: Mapping[str, str] = field(default_factory=dict)
    main: Sequence[str] = ()
    names: Sequence[str] = ()
    goods: Sequence[str] = ()
    rest: Sequence[str] = ()
    numbers: Sequence[str] = ()
    bins: Sequence[str] = ()
    hs_codes: Collection[str] = ()
    people: Collection[UUID | None] = ()
    thing: str = ""

    @property
    def about(self) -> str:
        text = "; ".join(self.goods[:5])
        return text if len(text) <= SHOWN_LETTERS else f"{text[: SHOWN_LETTERS - 1].rstrip()}…"


@dataclass(frozen=True)
class Touched:
    """What the log tells of since the last look."""

    case_ids: Collection[UUID]
    subjects: Collection[tuple[str, str]]

    def ids_of(self, subject_type: str) -> list[str]:
        return [subject_id for kind, subject_id in self.subjects if kind == subject_type]

    def of_model(self, subject_type: str) -> Q:
        """The rows of a thing with a status and a case."""
        return Q(case_id__in=self.case_ids) | Q(pk__in=_uuids(self.ids_of(subject_type)))


def _uuids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@dataclass(frozen=True)
class Source:
    """One kind of things: how they are read, which of them a person may see, where they are.

    `documents(None)` reads all of them, in memory that does not grow with their number;
    `visible` answers as the lists do, with `key` naming what an entry's `object_id` is; None:
    the thing is published as it is, there is nothing to ask.
    """

    kind: Kind
    documents: Callable[[Collection[str] | None], Iterator[Document]]
    touched: Callable[[Touched], Iterable[str]]
    visible: Callable[[Membership | None], QuerySet[Any]] | None
    address: Callable[[SearchEntry, Membership | None], str]
    key: str = "pk"


class FromRows(Generic[Row]):
    """The usual way from rows to documents: in batches, each row by itself."""

    def __init__(self, rows: Callable[[], QuerySet[Row]], document: Callable[[Row], Document]):
        self._rows, self._document = rows, document

    def __call__(self, ids: Collection[str] | None) -> Iterator[Document]:
        rows = self._rows()
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        for row in rows.order_by("pk").iterator(chunk_size=BATCH):
            yield self._document(row)


def languages(row: Any, stem: str) -> dict[str, str]:
    """The texts of a row that has one field for each language."""
    texts = {code: getattr(row, f"{stem}_{code}", "") for code in ("ru", "kk", "en")}
    return {code: text for code, text in texts.items() if text}
