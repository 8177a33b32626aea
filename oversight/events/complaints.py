"""Events of complaints."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

import audit
from oversight.models import Complaint


def days_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    """Days as people write them; one that was not set stays empty."""
    days = {name: parse_date(facts[name]) for name in ("due_on", "until") if facts.get(name)}
    return {name: f"{day:%d.%m.%Y}" for name, day in days.items() if day}


def outcome_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    names = {value: str(label) for value, label in Complaint.Outcome.choices}
    return {"outcome": names.get(facts["outcome"], facts["outcome"])}


audit.register(
    "complaint.received",
    facts=("about", "certificate", "files"),
    sentence=_("Complaint %(subject_label)s was received"),
)
audit.register(
    "complaint.supplemented",
    facts=("files",),
    sentence=_("The complainant added something"),
)
audit.register(
    "complaint.registered",
    facts=("department", "due_on"),
    sentence=_("The complaint was registered; to be answered by %(due_on)s"),
    in_words=days_in_words,
)
audit.register(
    "complaint.taken", facts=("inspector",), sentence=_("An inspector began to examine it")
)
audit.register(
    "complaint.handed_over",
    facts=("department", "inspector"),
    sentence=_("The complaint was given to another inspector"),
)
audit.register(
    "complaint.extended",
    facts=("until",),
    sentence=_("The term was prolonged until %(until)s"),
    in_words=days_in_words,
)
audit.register(
    "complaint.drafted",
    facts=("outcome",),
    sentence=_("The answer was handed in for signing"),
)
audit.register("complaint.draft_returned", sentence=_("The draft of the answer was returned"))
audit.register(
    "complaint.answered",
    facts=("outcome", "violations"),
    sentence=_("The complaint was answered: %(outcome)s"),
    in_words=outcome_in_words,
)
audit.register(
    "complaint.forwarded",
    facts=("days_late",),
    sentence=_("The complaint was forwarded to another body"),
)
audit.register("complaint.not_examined", sentence=_("The complaint was left without examination"))
audit.register(
    "complaint.reminded",
    facts=("due_on",),
    sentence=_("Reminded: the answer is due by %(due_on)s"),
    in_words=days_in_words,
)
audit.register(
    "complaint.overdue",
    facts=("due_on",),
    sentence=_("The term passed on %(due_on)s without an answer"),
    in_words=days_in_words,
)

audit.register_subject("complaint", "oversight:complaint-detail", by_label=True)
