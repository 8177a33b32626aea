"""Events of desk checks, violations and recommendations."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import audit
from oversight.models import Fault


def fault_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    names = {value: str(label) for value, label in Fault.choices}
    return {"fault": names.get(facts["fault"], facts["fault"])}


audit.register(
    "desk_check.opened",
    facts=("certificate", "way", "plan", "complaint", "score"),
    sentence=_("Certificate %(certificate)s was taken for a desk check"),
)
audit.register(
    "desk_check.assigned",
    facts=("inspector", "again"),
    sentence=_("The check was given to an inspector"),
)
audit.register("desk_check.started", sentence=_("The check began"))
audit.register("desk_check.noted", facts=("entry",), sentence=_("A note was added to the check"))
audit.register(
    "desk_check.replayed",
    facts=("agrees", "differences", "act_sha256"),
    sentence=_("The calculation was run again; differences: %(differences)s"),
)
audit.register(
    "desk_check.asked",
    facts=("question", "addressee", "due_on"),
    sentence=_("An organisation was asked for an explanation; the clock stopped"),
)
audit.register(
    "desk_check.answered",
    facts=("question", "files"),
    sentence=_("The organisation explained itself; the clock goes on"),
)
audit.register(
    "desk_check.resumed",
    facts=("question",),
    sentence=_("No explanation came in time; the check goes on"),
)
audit.register(
    "desk_check.concluded",
    facts=("result", "violations"),
    sentence=_("The check was concluded; violations: %(violations)s"),
)
audit.register(
    "desk_check.objected",
    facts=("organisation",),
    sentence=_("An organisation objected to the conclusion"),
)
audit.register("desk_check.reopened", sentence=_("The objection was accepted; checked again"))
audit.register("desk_check.upheld", sentence=_("The objection was dismissed"))
audit.register(
    "desk_check.closed",
    facts=("result", "violations"),
    sentence=_("A second person closed the check; violations: %(violations)s"),
)

_VIOLATION = ("violation", "code", "fault", "certificate")
audit.register(
    "violation.noted",
    facts=_VIOLATION,
    sentence=_("A violation was noted; fault: %(fault)s"),
    in_words=fault_in_words,
)
audit.register(
    "violation.removed",
    facts=_VIOLATION,
    sentence=_("A violation that was not confirmed was taken back"),
)
audit.register(
    "violation.confirmed",
    facts=_VIOLATION,
    sentence=_("A violation was confirmed; fault: %(fault)s"),
    in_words=fault_in_words,
)
audit.register(
    "violation.set_aside",
    facts=_VIOLATION,
    sentence=_("A violation was set aside; fault: %(fault)s"),
    in_words=fault_in_words,
)

audit.register(
    "recommendation.prepared",
    facts=("check", "addressee", "violations", "send_by"),
    sentence=_("Recommendation %(subject_label)s was prepared"),
)
audit.register(
    "recommendation.changed",
    facts=("points",),
    sentence=_("The points of the recommendation were written anew"),
)
audit.register(
    "recommendation.sent",
    facts=("check", "addressee", "days_late"),
    sentence=_("Recommendation %(subject_label)s was sent"),
)
audit.register(
    "recommendation.delivered",
    facts=("object_by", "execute_by", "opened"),
    sentence=_("The recommendation was delivered; to be executed by %(execute_by)s"),
)
audit.register(
    "recommendation.objected",
    facts=("files",),
    sentence=_("The organisation objected to the recommendation; the clock stopped"),
)
audit.register(
    "recommendation.objection_dismissed",
    facts=("execute_by",),
    sentence=_("The objection was dismissed; to be executed by %(execute_by)s"),
)
audit.register(
    "recommendation.objection_accepted",
    facts=("violations",),
    sentence=_("The objection was accepted; the recommendation is withdrawn"),
)
audit.register(
    "recommendation.execution_reported",
    facts=("files",),
    sentence=_("The organisation reported the execution"),
)
audit.register("recommendation.executed", sentence=_("The execution was confirmed"))
audit.register(
    "recommendation.returned",
    facts=("execute_by",),
    sentence=_("The report was returned; to be executed by %(execute_by)s"),
)
audit.register(
    "recommendation.unexecuted",
    facts=("execute_by", "consequence"),
    sentence=_("Not executed by %(execute_by)s: a ground for control with a visit"),
)
audit.register("recommendation.withdrawn", sentence=_("The recommendation was withdrawn"))
audit.register(
    "recommendation.reminded",
    facts=("due_on",),
    sentence=_("The organisation was reminded: to be executed by %(due_on)s"),
)
audit.register(
    "recommendation.sending_reminded",
    facts=("due_on",),
    sentence=_("The Committee was reminded: to be sent by %(due_on)s"),
)

audit.register_subject("desk_check", "oversight:check-detail", by_label=True)
audit.register_subject("recommendation", "oversight:recommendation-detail", by_label=True)
