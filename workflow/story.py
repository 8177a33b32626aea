"""Where a case stands on its way from the request to the certificate, read from the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import audit

# Each stage ends with its event; the case then stands in the next one.
STAGES: tuple[tuple[str, str | Promise], ...] = (
    ("request.submitted", _("Request")),
    ("act.signed", _("Expertise")),
    ("application.submitted", _("To the chamber")),
    ("application.recommended", _("Review")),
    ("certificate.issued", _("Decision and issue")),
)
CERTIFIED = "certificate.issued"
AFTER_CERTIFIED = ("act.signed", "application.")
# Events that end a case before its last stage. An application may be filed again, so a later
# event of another stage opens the case once more.
STOPS = frozenset(
    {
        "request.rejected",
        "request.refused",
        "request.lapsed",
        "request.withdrawn",
        "act.annulled",
        "application.refused",
        "application.withdrawn",
    }
)
# The decision-maker sends the case back: the review has to be finished again.
REOPENED_BY: Mapping[str, str] = {"application.returned": "application.recommended"}
# The review ends with either of these; the decision is still ahead.
SAME_STAGE: Mapping[str, str] = {"application.refusal_proposed": "application.recommended"}


@dataclass(frozen=True)
class Stage:
    """One stage as the stage bar shows it; `state` is done, current, stopped or todo."""

    label: str | Promise
    state: str
    note: str = ""


def case_stages(case_id: object) -> list[Stage]:
    """The five stages of a case with the day each of them ended."""
    return stages_of(
        (event.event, event.at, event.facts) for event in audit.timeline(case_id).reverse()
    )


def stages_of(story: Iterable[tuple[str, datetime, Mapping[str, object]]]) -> list[Stage]:
    """The same from events in the order in which they happened."""
    names = [name for name, _label in STAGES]
    reached: dict[str, datetime] = {}
    stopped_at: datetime | None = None
    for event, at, facts in story:
        name = SAME_STAGE.get(event, event)
        if CERTIFIED in reached and name != CERTIFIED and name.startswith(AFTER_CERTIFIED):
            # A corrected act, or a replacement under review: the certificate stands meanwhile.
            continue
        if name in REOPENED_BY:
            _forget(reached, names, REOPENED_BY[name])
        if name in names:
            # A refused application may be followed by another one: its steps count anew.
            _forget(reached, names, name)
            reached[name] = at
            stopped_at = None
        # A correction that ends leaves the signed act as it was.
        is_correction = name.startswith("request.") and "act.signed" in reached
        is_negative = name == "act.signed" and facts.get("is_positive") is False
        if is_negative or (name in STOPS and not is_correction):
            stopped_at = at
    stages = []
    now_here = True
    for name, label in STAGES:
        if name in reached:
            stages.append(Stage(label, "done", _day(reached[name])))
        elif now_here:
            state = "stopped" if stopped_at else "current"
            stages.append(Stage(label, state, _day(stopped_at) if stopped_at else ""))
            now_here = False
        else:
            stages.append(Stage(label, "todo"))
    return stages


def _forget(reached: dict[str, datetime], names: list[str], since: str) -> None:
    """A step taken again: it and everything after it are not behind the case any more."""
    for name in names[names.index(since) :]:
        reached.pop(name, None)


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d.%m.%Y")
