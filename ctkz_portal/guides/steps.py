"""What a guide is made of: steps of a day, each with the page where it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from accounts.models import Membership, Role
from reference.models import Parameter
from reference.parameters import DEFAULT_SCHEME

Text = str | Promise

UNITS: dict[str, Any] = {
    "working days": ngettext_lazy("%(n)s working day", "%(n)s working days", "n"),
    "days": ngettext_lazy("%(n)s day", "%(n)s days", "n"),
    "months": ngettext_lazy("%(n)s month", "%(n)s months", "n"),
    "years": ngettext_lazy("%(n)s year", "%(n)s years", "n"),
    "minutes": ngettext_lazy("%(n)s minute", "%(n)s minutes", "n"),
    "times": ngettext_lazy("%(n)s time", "%(n)s times", "n"),
    "acts": ngettext_lazy("%(n)s act", "%(n)s acts", "n"),
    "percent": ngettext_lazy("%(n)s %%", "%(n)s %%", "n"),
}


@dataclass(frozen=True)
class Term:
    """How long something takes: the parameter that says so, never the figure."""

    label: Text
    key: str
    unit: str = "working days"


@dataclass(frozen=True)
class Trouble:
    what: Text
    do: Text


@dataclass(frozen=True)
class Step:
    """One thing that is done; `where` names the page, `link` says what it is called there."""

    title: Text
    say: Text
    where: str
    link: Text
    needs: tuple[Text, ...] = ()
    terms: tuple[Term, ...] = ()
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Guide:
    slug: str
    title: Text
    lead: Text
    steps: tuple[Step, ...]
    # Who can open its pages; nobody in particular where the guide is for everybody.
    role: Role | None = None
    for_agents: bool = False


@dataclass(frozen=True)
class ShownTerm:
    label: Text
    value: str
    is_confirmed: bool


@dataclass(frozen=True)
class ShownStep:
    step: Step
    url: str
    terms: list[ShownTerm]


def shown_steps(guide: Guide, request: HttpRequest, *, on: date) -> list[ShownStep]:
    """The steps with addresses this reader can open and with the terms in force on the day."""
    figures = _in_force((term for step in guide.steps for term in step.terms), on=on)
    actor: Membership | None = getattr(request, "actor", None)
    return [
        ShownStep(
            step,
            _address(step, guide, actor),
            [_shown(term, figures[term.key]) for term in step.terms if term.key in figures],
        )
        for step in guide.steps
    ]


def _in_force(terms: Iterable[Term], *, on: date) -> dict[str, Parameter]:
    """By one query; the scheme's own value before the common one, the latest first."""
    rows = Parameter.objects.filter(key__in={term.key for term in terms}).in_force(on=on)
    known = [row for row in rows if row.scheme_id in (None, DEFAULT_SCHEME)]
    known.sort(key=lambda row: (row.scheme_id is not None, row.valid_from))
    return {row.key: row for row in known}


def _shown(term: Term, row: Parameter) -> ShownTerm:
    value = int(row.value)
    return ShownTerm(term.label, str(UNITS[term.unit] % {"n": value}), row.is_confirmed)


def _address(step: Step, guide: Guide, actor: Membership | None) -> str:
    """A page of one role is no link for somebody of another: it would not open."""
    address = reverse(step.where)
    is_public = not getattr(resolve(address).func, "login_required", True)
    if is_public or actor is None or guide.role is None or actor.role == guide.role:
        return address
    return ""
