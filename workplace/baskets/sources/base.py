"""What a basket asks of each kind of thing; a kind is one `Source`.

A source says, for a reader's role, which of its things lie in which tab, each tab by a condition
of its own that excludes the others, and what a row shows. What lies in no tab is named as well,
with the reason, so that nothing is forgotten by accident; a test holds sources to both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Protocol

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from accounts.models import Role
from expertise.models import GoodsLine
from reference.deadlines import DEFAULT_SCHEME
from workplace.baskets.reading import NOTHING, Reader
from workplace.baskets.rows import Row
from workplace.baskets.terms import staged

# Why a thing lies in no tab.
ENDED = _("finished; it is found by search and in its own list")
NOBODYS_TURN = _("nobody has to act now")
IN_ITS_PARTS = _("told by the things that it consists of")
OF_OTHERS = _("it is another side's turn, told on its own page")
EARLIER = _("finished more than a week ago")

# Where things that are not cases lie, by role: what waits, and what is with others.
WAITING: dict[str, str] = {
    Role.APPLICANT: "waiting",
    Role.EXPERT_HEAD: "asked",
    Role.AUDITOR: "asked",
    Role.CHAMBER_OFFICER: "asked",
    Role.CHAMBER_SIGNATORY: "asked",
    Role.INSPECTOR: "waiting",
    Role.COMMITTEE_HEAD: "waiting",
}
# An HS code has ten digits; fewer than four would find nearly everything.
SHORTEST_CODE = 4


@dataclass(frozen=True)
class Sorting:
    """`tabs`: the condition of each tab; `left_out`: those of what lies in none, by the reason."""

    tabs: Mapping[str, Q]
    left_out: Mapping[str | Promise, Q] = field(default_factory=dict)


@dataclass(frozen=True)
class Paths:
    """From the thing to what it may be filtered by; an empty path: it has no such thing."""

    chamber: str = ""
    experts: str = ""
    auditor: str = ""
    applicant: str = ""
    scheme: str = ""
    # To the request whose goods lines it is about.
    request: str = ""


OF_CERTIFICATE = {
    "chamber": "application__chamber",
    "experts": "application__act__request__expert_organisation",
    "auditor": "application__auditor",
    "applicant": "application__applicant",
    "scheme": "application__act__request__scheme",
    "request": "application__act__request",
}


def by_certificate(path: str) -> Paths:
    return Paths(**{name: f"{path}__{rest}" for name, rest in OF_CERTIFICATE.items()})


class Source(Protocol):
    """One kind of thing. Class attributes first, then what depends on the reader."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    # The stage that all its things are in; `stages` for those that pass through several.
    stage: ClassVar[str]
    paths: ClassVar[Paths]
    # Columns that the order is read from.
    since: ClassVar[str]
    number: ClassVar[str]

    def sorting(self, reader: Reader) -> Sorting | None:
        """None: the role has nothing to do with such things."""

    def visible(self, reader: Reader) -> QuerySet[Any]:
        """The things that the reader may see."""

    def listed(self, things: QuerySet[Any]) -> QuerySet[Any]:
        """The same with everything that a row shows, in one query."""

    def row(self, thing: Any, reader: Reader) -> Row: ...

    def stages(self) -> Mapping[str, Q]: ...

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        """Who must act: applicant, experts, chamber, committee or another body."""

    def matching(self, text: str) -> Q: ...

    def term(self, reader: Reader) -> Combinable:
        """The day until which whoever has the thing now must act."""

    def stage_end(self, thing: Any, reader: Reader) -> date | None: ...


class Kind:
    """What most kinds have in common; a `Source` with the rest."""

    kind: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    stage: ClassVar[str] = ""
    paths: ClassVar[Paths] = Paths()
    # Empty when such things have no whole term.
    due: ClassVar[str] = "due_on"
    # What the clocks know such things by, if their stages have terms.
    subject: ClassVar[str] = ""
    since: ClassVar[str] = "status_since"
    number: ClassVar[str] = "number"
    # Columns in which words are looked for.
    words: ClassVar[tuple[str, ...]] = ("number",)

    def whole_term(self, reader: Reader) -> Combinable | None:
        """The column of the whole term, for as long as it counts."""
        return F(self.due) if self.due else None

    def term(self, reader: Reader) -> Combinable:
        whole = self.whole_term(reader)
        if self.subject:
            return staged(reader, self.subject, self.since, whole)
        return whole if whole is not None else Value(None)

    def stage_end(self, thing: Any, reader: Reader) -> date | None:
        """The last day of the stage that the thing is in, where the stage has a term."""
        if not self.subject:
            return None
        stage = getattr(thing, "status", "entered")
        return reader.counting.stage_due_on(
            self.subject, stage, getattr(thing, self.since), DEFAULT_SCHEME
        )

    def stages(self) -> Mapping[str, Q]:
        return {}

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {}

    def matching(self, text: str) -> Q:
        """By number, words, certificate, company, product or HS code."""
        text = text.strip()
        found = Q()
        for column in self.words:
            found |= Q(**{f"{column}__icontains": text})
        code = normalise_text_id(text.replace(".", ""))
        is_code = code.isascii() and code.isdigit() and len(code) >= SHORTEST_CODE
        if path := self.paths.applicant:
            found |= Q(**{f"{path}__name_ru__icontains": text})
            found |= Q(**{f"{path}__name_kk__icontains": text})
            if is_code:
                found |= Q(**{f"{path}__bin__startswith": code})
        if path := self.paths.request:
            lines = GoodsLine.objects.filter(request=OuterRef(path))
            found |= Q(Exists(lines.filter(name__icontains=text)))
            if is_code:
                found |= Q(Exists(lines.filter(hs_code__startswith=code)))
        return found or NOTHING
