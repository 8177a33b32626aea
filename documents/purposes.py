"""What people sign in the portal: each room names its purposes and who may see the signatures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise

from accounts.models import Membership

from .models import SigningItem

Fact = tuple[str | Promise, str | Promise]
Complete = Callable[[SigningItem, Membership], str]
Summary = Callable[[SigningItem], Sequence[Fact]]
MaySee = Callable[[str, Membership], bool]


class Holding(StrEnum):
    """Whose certificate a purpose asks for."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Purpose:
    """One kind of record that is signed, and the command that the signature carries out.

    `complete` gives the command with `signed=item` and returns the address to go to; `summary`
    tells the record in words; `done` is what the person reads afterwards; `noun` names what was
    signed where `label` names the step.
    """

    code: str
    label: str | Promise
    holding: Holding
    complete: Complete
    summary: Summary | None = None
    done: str | Promise = ""
    noun: str | Promise = ""


_purposes: dict[str, Purpose] = {}
_may_see: dict[str, MaySee] = {}
_session_terms: list[Callable[[], timedelta]] = []
# Until a room that knows the dated parameters says otherwise.
USUAL_TERM = timedelta(minutes=30)


def register(
    code: str,
    *,
    label: str | Promise,
    holding: Holding,
    complete: Complete,
    summary: Summary | None = None,
    done: str | Promise = "",
    noun: str | Promise = "",
) -> None:
    """Makes a purpose known; rooms call it when the applications are ready."""
    _purposes[code] = Purpose(code, label, holding, complete, summary, done, noun)


def purpose_of(code: str) -> Purpose:
    return _purposes[code]


def register_sight(subject_type: str, may_see: MaySee) -> None:
    """Whoever sees the thing that was signed may see and check its signatures."""
    _may_see[subject_type] = may_see


def sees_subject(subject_type: str, subject_id: str, actor: Membership) -> bool:
    may_see = _may_see.get(subject_type)
    return may_see is not None and may_see(subject_id, actor)


def keep_sessions_open_for(term: Callable[[], timedelta]) -> None:
    """This room stands below the dated parameters, so a later one brings the term."""
    _session_terms[:] = [term]


def session_term() -> timedelta:
    return _session_terms[0]() if _session_terms else USUAL_TERM
