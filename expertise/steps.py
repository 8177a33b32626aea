"""The parts of the form of a request: what is done, what is begun, what exactly is missing.

Everything said here is read off the conditions of submission, so that the list and the refusal
never differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from workflow.blockers import Blocker

from .blockers import Condition, submission_blockers
from .models import ExpertiseRequest

LINES_SHOWN = 12
CHECK = "check"


class State(models.TextChoices):
    DONE = "done", gettext_lazy("Ready")
    BEGUN = "begun", gettext_lazy("Begun")
    EMPTY = "empty", gettext_lazy("Empty")
    FAULTY = "faulty", gettext_lazy("Look at it")


# The chip of each state: its tone and its shape.
CHIPS = {
    State.DONE: ("good", "check"),
    State.BEGUN: ("progress", "half"),
    State.EMPTY: ("neutral", "ring"),
    State.FAULTY: ("bad", "triangle"),
}


@dataclass(frozen=True)
class Missing:
    """One thing that is still to be done, with the field where it is done."""

    text: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class Step:
    """One part of the form, as the task list and the list of steps show it."""

    key: str
    label: str
    url: str
    state: State
    missing: tuple[Missing, ...] = ()
    note: str = ""
    is_here: bool = False

    @property
    def ok(self) -> bool:
        return self.state == State.DONE

    @property
    def detail(self) -> str:
        return "; ".join(item.text for item in self.missing) or self.note

    @property
    def link(self) -> str:
        if self.key == CHECK:
            return _("Open")
        return _("Change") if self.ok else _("Fill in")

    @property
    def tone(self) -> str:
        return CHIPS[self.state][0]

    @property
    def shape(self) -> str:
        return CHIPS[self.state][1]


@dataclass(frozen=True)
class TaskList:
    """The parts in the order of the form, and how far they have come."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.ok for step in self.steps)

    @property
    def is_ready(self) -> bool:
        return self.done == len(self.steps)

    @property
    def progress(self) -> str:
        text = ngettext(
            "%(done)s of %(total)s part is ready",
            "%(done)s of %(total)s parts are ready",
            len(self.steps),
        )
        return text % {"done": self.done, "total": len(self.steps)}

    @property
    def next_url(self) -> str:
        """The field of the first thing that is missing: what was typed and not saved first."""
        faulty = [step for step in self.steps if step.state == State.FAULTY]
        for step in (*faulty, *self.steps):
            if not step.ok:
                return step.missing[0].url if step.missing else step.url
        return ""


def task_list(
    request: ExpertiseRequest,
    *,
    here: str = "",
    user: User | None = None,
    blockers: Sequence[Blocker] | None = None,
) -> TaskList:
    """The parts of the form of `request`; `here` is the name of the page that is open."""
    if blockers is None:
        blockers = submission_blockers(request, user)
    conditions = [item for item in blockers if isinstance(item, Condition)]
    steps = []
    for key, label, name in _parts():
        own = [item for item in conditions if item.part == key]
        steps.append(
            Step(
                key,
                label,
                own[0].url if own and not own[0].is_clear else _url(request, name, key),
                _state(request, key, own),
                _missing(request, own),
                _note(request, key, own),
                is_here=name == here and key not in ON_THE_FIRST_PAGE,
            )
        )
    return TaskList(tuple(steps))


# These have a part of their own in the list and stand on the page of the parties.
ON_THE_FIRST_PAGE = {"operations": "id_operations", "chamber": "id_chamber"}


def _parts() -> tuple[tuple[str, str, str], ...]:
    return (
        ("parties", _("Parties and purpose"), "request-parties"),
        ("operations", _("How the goods are made"), "request-parties"),
        ("goods", _("Goods"), "request-goods"),
        ("materials", _("Materials"), "request-materials"),
        ("documents", _("Documents"), "request-documents"),
        ("chamber", _("Chamber"), "request-parties"),
    )


def _url(request: ExpertiseRequest, name: str, key: str) -> str:
    url = reverse(f"expertise:{name}", args=[request.pk])
    field = ON_THE_FIRST_PAGE.get(key)
    return f"{url}#{field}" if field else url


def _state(request: ExpertiseRequest, key: str, conditions: Sequence[Condition]) -> State:
    still_open = [item for item in conditions if not item.is_clear]
    if any(item.is_fault for item in still_open):
        return State.FAULTY
    if not still_open and (conditions or key == "chamber"):
        return State.DONE
    return State.BEGUN if any(item.is_begun for item in conditions) else State.EMPTY


def _missing(request: ExpertiseRequest, conditions: Sequence[Condition]) -> tuple[Missing, ...]:
    """What is open; for bills of materials line by line, as far as one reads on."""
    found: list[Missing] = []
    for item in conditions:
        if item.is_clear:
            continue
        if item.part == "materials" and item.lines:
            found += _bills(request, item)
        else:
            found.append(Missing(str(item.text), item.url, str(item.hint)))
    return tuple(found)


def _bills(request: ExpertiseRequest, condition: Condition) -> list[Missing]:
    if len(condition.lines) > LINES_SHOWN:
        return [Missing(str(condition.text), condition.url)]
    words = {
        "materials": _("Line %(number)s has no materials"),
        "materials_over_price": _("Line %(number)s: its materials cost more than the goods"),
        "figures": _("Line %(number)s: its figures are not possible"),
    }[condition.code]
    lines = request.lines.filter(number__in=condition.lines).order_by("number")
    return [
        Missing(
            words % {"number": number},
            f"{_bill(request, pk)}#id_materials-0-name",
            name[:80],
        )
        for number, pk, name in lines.values_list("number", "pk", "name")
    ]


def _bill(request: ExpertiseRequest, line_pk: UUID) -> str:
    return reverse("expertise:request-line-materials", args=[request.pk, line_pk])


def _note(request: ExpertiseRequest, key: str, conditions: Sequence[Condition]) -> str:
    """What is said of a part that nothing is missing in, or that cannot be begun yet."""
    match key:
        case "chamber" if request.chamber:
            return str(request.chamber.name)
        case "chamber":
            return _("May stay empty: you choose the chamber when the act is there.")
        case "materials" if not conditions:
            return _("Materials belong to goods lines; begin with the goods.")
    return ""
